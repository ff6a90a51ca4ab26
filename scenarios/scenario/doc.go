// Package scenario says what a scenario is: a program for an event loop of package
// sim, short enough to be read aloud, with a story for someone who sees it for the
// first time and a claim about what it does.
//
// The claim stands there twice, in words and as a function that checks it, so the
// gallery cannot promise what the library does not keep:
//
//	hello, _ := scenarios.Find("hello")
//	outcome := hello.Run()            // prints both greetings
//	fmt.Println(outcome.Elapsed)      // 1s
//	fmt.Println(hello.Check(outcome)) // <nil>
//
// All times are virtual. A scenario that sleeps for 20 seconds is over at once,
// and takes exactly 20 seconds whenever and wherever it runs.
//
// Many claims hold in more than one order of events: it does not matter who of
// two sleepers that are due together wakes first, both are awake after one
// second. Scenarios whose AnyOrder is set claim that, and can be run with any
// seed under [order.SameInstant] and [order.AnyReady]:
//
//	outcome := hello.Run(sim.WithPolicy(order.AnyReady), sim.WithSeed(7))
//
// Some say more: how many orders there are, and in how many of them the program
// fails. That is their [Exploration], and [Scenario.Engine] is what package explore
// needs to count them.
//
// The programs are not here, but in the chapters of the gallery: packages coroutine
// and race. Those in ordinary Go, in package goroutine, claim nothing, and have a type
// of their own.
package scenario
