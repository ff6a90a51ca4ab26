// Package fresh makes each run in a process of its own.
//
// A run must find the program as every other run does. One that keeps something from
// run to run, in a variable of a package, say, that is filled at its first use, cannot
// have two runs in one process. But a process is cheap: a program that starts itself
// again makes some hundred runs a second.
//
// [Engine] is the side that explores. It starts a process for each run, and the
// strategy is asked here, over a pair of pipes, wherever that process comes to a
// decision. [Child] is the other side: the process asks for it, finds out which run it
// is to make, makes it with an engine of its own, and ends.
//
// Whatever an exploration does with an engine it does with this one. The run is the
// same as the first run of any process; errors come over as what they are if their type
// is known to [Register], and else as text.
//
// All that a process does on its way to the run, it does once for each run: init
// functions, TestMain, what a test sets up. It has a minute of real time for that. One
// process more than runs are made is started, ahead, and let go. On Linux, a process ends
// when the one that started it does, however that was; on other systems, one that loops
// goes on then until its own limit, such as -test.timeout, ends it.
//
// The pipes are file descriptors 3 and 4 of the process. Windows has no such way: there,
// runs end with a [*StartError]. Texts go over as JSON, so bytes in them that are not
// UTF-8 do not come over as they are.
package fresh
