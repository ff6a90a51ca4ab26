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
// seed under [order.SameInstant] and [order.AnyReady]:
//
//	outcome := hello.Run(sim.WithPolicy(order.AnyReady), sim.WithSeed(7))
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
// Races. Each is a program that comes to its end in the default order, and fails
// in others that its policy permits; behind it stands its repair, which fails in
// none. Something is lost:
//
//   - lost-update: two deposits, and one does not count
//   - lost-update-fixed: a lock from the read to the write
//   - queue-stolen-item: a job goes to one who was given up on
//   - queue-stolen-item-fixed: giving up cancels
//   - cancelled-lock-holder: half a transfer
//   - cancelled-lock-holder-fixed: a shield around what must be whole
//
// Something is done twice:
//
//   - check-then-act: the last seat is sold twice
//   - check-then-act-fixed: look and act in one step
//   - double-close: two close one connection
//   - double-close-fixed: the first says so before it begins
//   - cache-stampede: everybody asks the database
//   - cache-stampede-fixed: one asks for all
//   - timeout-against-completion: paid at the deadline, and once more
//   - timeout-against-completion-fixed: the first payment is withdrawn
//   - retry-storm: asking again keeps the server busy
//   - retry-storm-fixed: more patience every time
//   - exactly-once: a repeated message is paid again
//   - exactly-once-fixed: the receiver knows its number
//
// Somebody comes too early:
//
//   - publish-before-init: ready, says the server that is not
//   - publish-before-init-fixed: it says so last
//   - read-your-writes: a copy does not have the new photo yet
//   - read-your-writes-fixed: the copy catches up first
//   - condition-without-loop: woken for a loaf that is gone
//   - condition-without-loop-fixed: look again
//
// Somebody waits for ever:
//
//   - lock-order-deadlock: two philosophers, two forks
//   - lock-order-deadlock-fixed: one order for both
//   - philosophers: five of them, five forks
//   - philosophers-fixed: one order for all five
//   - missed-wakeup: the bell rings before anybody listens
//   - missed-wakeup-fixed: wait for the letter, not for the bell
//   - semaphore-leak-on-cancel: a cancelled task keeps its unit
//   - semaphore-leak-on-cancel-fixed: With gives it back
//   - starvation: looking at the wrong moments
//   - starvation-fixed: standing in line
//
// [All] gives them in this order.
//
// # All orders
//
// A race shows in few orders, so running it proves little. A scenario whose
// Explore is set says how many orders its policy permits and in how many of them
// it fails, and [Scenario.Engine] is what package explore needs to walk them:
//
//	race, _ := scenarios.Find("lost-update")
//	report, err := explore.Search(ctx, race.Engine(), explore.WithStrategy(walk.Exhaustive()))
//
// What it finds, the smallest schedule that fails among it, is kept in
// testdata/lost-update.explore.golden.
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
// # How to add a race
//
// Write the race and its repair into one file, named after the race; the repair
// has its name with -fixed, and names it as Fixes. Let them share everything but
// what was wrong: a reader should find the difference in one function. Then
//
//   - keep all that tasks share in a [sim.Var], or in locks, queues and the like,
//     so that exploration sees it;
//   - let the program itself find out what went wrong, and return an error: that
//     is what makes an order a failing one;
//   - see to it that the default order passes, as it does with the races that one
//     meets: often it is enough that somebody comes at the very instant at which
//     somebody else is about to be done;
//   - choose the policy that permits the failing orders and not many others: the
//     walk over all of them should take less than 20,000 runs;
//   - set AnyOrder of the repair, whose claim must hold in every order.
//
// End the claim of a race with "in 1 of the 2 orders ...", that of a repair with
// "in each of the 2 orders", and set Explore to anything: -update writes the true
// numbers into both, and the golden file of all orders. Look at them.
//
// # What the tests ask
//
// The tests ask of every scenario that its claim holds and that its check
// refuses a run in which nothing happened, that its output is what the golden
// file says, that two runs are equal event for event, and that its story has two
// or three sentences. Of a race they ask that the walk over all orders finds what
// is claimed, that its smallest failing schedule leads to the failure and nothing
// simpler does; of a repair, that its claim holds in every order.
package scenarios
