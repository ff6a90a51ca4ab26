// Package vclock is virtual time: a clock that moves only when it is told to,
// a queue of timers that always fire in the same order, and a bridge for code
// that was written against github.com/benbjohnson/clock.
//
// # Why time is virtual
//
// A program that waits an hour is slow to test, and a program that waits two
// milliseconds in one place and three in another is decided by the scheduler of
// the computer it happens to run on. On virtual time neither is true. Nothing
// happens between one timer and the next, so whoever runs the program may skip
// what lies between: it takes the earliest timer, moves the clock to its
// deadline, does what was to be done then, and repeats. An hour passes in no
// time, and two milliseconds are always less than three.
//
//	for t := queue.Pop(); t != nil; t = queue.Pop() {
//		clk.MoveTo(t.When())
//		t.Value.(func())()
//	}
//
// That loop is an event loop, if a small one. Package weft/sim has a large one.
//
// # Instants and dates
//
// A virtual instant is a [time.Duration] counted from the start of the clock.
// Instants are what programs compute with, because they are short, and print
// well, and do not depend on the date at which a run starts. Where code wants a
// date, [Clock.At] gives a [time.Time], and [Clock.Offset] goes back. [Forever]
// is the instant that never comes; [Add] stops there where + would wrap around
// to a distant past.
//
// A [Clock] stands still until [Clock.MoveTo] or [Clock.Advance] moves it, and
// never goes back.
//
// # Order
//
// A [Queue] sorts its timers by deadline, and those of one deadline by creation:
// who asked first is served first. There is no third rule because there are no
// further ties, so a run and its repetition agree. (The heap of Python's asyncio
// compares deadlines only; timers of one deadline may leave it in another order
// than they came.) Whoever wants to see what else might have happened asks
// [Queue.AppendDue] which timers are due, and [Queue.Stop] takes any of them.
//
// A [Timer] is embedded in the struct of whoever owns it and knows its place in
// the queue. That is why a queue allocates nothing, and stopping a timer takes
// no search.
//
// # The bridge
//
// Much code takes its time from a clock.Clock of github.com/benbjohnson/clock,
// so that its tests can hand it a mock. A [Bridge] is such a clock, on an event
// loop's time: timers, tickers, sleeps and contexts with deadlines become events
// of the loop, in the loop's order. [Host] is what it needs of the loop. The
// documentation of Bridge says where the two models differ.
package vclock
