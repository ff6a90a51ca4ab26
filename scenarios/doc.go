// Package scenarios is a gallery of small concurrent programs, each of which
// shows one idea and proves what it says.
//
// # What a scenario is
//
// A [Scenario] is a program for an event loop of package sim, short enough to
// be read aloud, with a story for someone who sees it for the first time and a
// claim about what it does: how long it takes, what it prints, or what can never
// happen. The claim stands there twice, in words and as a function that checks
// it, so the gallery cannot promise what the library does not keep:
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
// seed under [sim.SameInstant] and [sim.AnyReady]:
//
//	outcome := hello.Run(sim.WithPolicy(sim.AnyReady), sim.WithSeed(7))
//
// Someone who knows Python's asyncio will recognise most of the programs, and
// will find that they print the same lines at the same times here.
//
// # The gallery
//
// First programs, which wait and say something:
//
//   - hello: two coroutines sleep at the same time
//   - goodbye: say something, wait, say something else
//   - say-after-tasks: two waits as tasks, 2 seconds
//   - say-after-awaits: the same two waits one after the other, 3 seconds
//
// Taking turns. Where does control go when a task waits?
//
//   - fib: a tree of tasks, next to the plain recursion
//   - evens-odds: two tasks count to ten in turn
//   - evens-odds-loop: the same with the loop driven by hand
//   - numbers-letters: two coroutines gathered
//   - all-tasks: gather whatever tasks there are
//
// Coroutines as values. What does a call give that has not run?
//
//   - coroutine-object: a value with a name and a state
//   - await-inline: awaiting is like calling
//   - never-awaited: what happens if one forgets to
//
// Waiting together. What becomes faster, and what does not?
//
//   - three-servers: one slow server, asked together with two fast ones
//   - sync-vs-async-sleep: the wrong sleep makes tasks queue up
//   - downloads: one by one, in threads, in coroutines
//   - books: switching, side by side, overlapping
//
// What holds others up, and what does not:
//
//   - fire-and-forget-log: a logger that nobody waits for
//   - cpu-bound: computation in coroutines, threads and processes
//   - blocking-library: one blocking client among async ones
//
// What the loop promises:
//
//   - not-lost: many ends at one instant, all of them delivered
//   - callbacks: nested callbacks and awaits show their user the same
//   - ten-thousand: many sleepers cost no time
//
// [All] gives them in this order.
//
// # How to add one
//
// Take a name in lower case with hyphens, and write the scenario into the file
// of that name with underscores: first a variable of type Scenario, below it the
// program, written for a reader who has seen the scenarios before it. Put the
// variable into the list in gallery.go, at the end of its topic, and its name
// into the list above. State the claim with the functions of claim.go, or with
// one of your own if they cannot say it; set AnyOrder if the claim speaks of
// times or of lines whose order is free. Then write its golden file and look at it:
//
//	go test ./scenarios -update
//
// The tests ask of every scenario that its claim holds and that its check
// refuses a run in which nothing happened, that its output is what the golden
// file says, that two runs are equal event for event, and that its story has two
// or three sentences.
package scenarios
