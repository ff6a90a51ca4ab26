package scenarios_test

import (
	"fmt"

	"weft/scenarios"
	"weft/scenarios/scenario"
)

// Run a scenario and check what it claims. Its lines go to standard output.
func Example() {
	hello, _ := scenarios.Find("hello")
	outcome := hello.Run()
	fmt.Println("it took", outcome.Elapsed)
	fmt.Println("claim:", hello.Claim)
	fmt.Println("broken:", hello.Check(outcome))
	// Output:
	// Hello 1!
	// Hello 2!
	// it took 1s
	// claim: both greetings come after 1 second, and the program takes 1 second, not 2
	// broken: <nil>
}

// The gallery's table of contents.
func ExampleAll() {
	topic := scenario.Topic("")
	for _, s := range scenarios.All() {
		if s.Topic != topic {
			topic = s.Topic
			fmt.Printf("%s:\n", topic)
		}
		fmt.Printf("  %s: %s\n", s.Name, s.Title)
	}
	// Output:
	// first programs:
	//   hello: two coroutines sleep at the same time
	//   goodbye: say something, wait, say something else
	//   say-after-tasks: two waits as tasks: 2 seconds
	//   say-after-awaits: two waits, awaited one after the other: 3 seconds
	// taking turns:
	//   fib: a Fibonacci number by recursion, and by a tree of tasks
	//   evens-odds: two tasks count to ten in turn
	//   evens-odds-loop: the same two tasks, with the loop driven by hand
	//   numbers-letters: numbers and letters take turns
	//   all-tasks: gather whatever tasks there are
	// coroutines as values:
	//   coroutine-object: calling a coroutine function gives a value, not a result
	//   await-inline: awaiting a coroutine runs it to its end
	//   never-awaited: a coroutine that nobody awaits does nothing
	// waiting together:
	//   three-servers: one slow server, and who has to wait for it
	//   sync-vs-async-sleep: the wrong sleep makes tasks queue up
	//   downloads: four pages: one by one, in threads, in coroutines
	//   books: switching, side by side, overlapping
	// what holds others up, and what does not:
	//   fire-and-forget-log: a logger that nobody waits for
	//   cpu-bound: computation blocks, wherever it is called
	//   blocking-library: one blocking client among async ones
	// what the loop promises:
	//   not-lost: many things end at one instant, and none is lost
	//   callbacks: the same program as nested callbacks and as awaits
	//   ten-thousand: ten thousand sleepers
	// races: something is lost:
	//   lost-update: two deposits on one account, and one is lost
	//   lost-update-fixed: two deposits on one account, under a lock
	//   queue-stolen-item: a job goes to somebody who does not wait any more
	//   queue-stolen-item-fixed: a job goes to the one who waits for it
	//   cancelled-lock-holder: a transfer that is cancelled halfway
	//   cancelled-lock-holder-fixed: a transfer that nobody can stop halfway
	// races: something is done twice:
	//   check-then-act: the last seat, sold to two guests
	//   check-then-act-fixed: the last seat, taken before it is paid for
	//   double-close: a connection that is closed by two
	//   double-close-fixed: a connection that is closed by the first who wants to
	//   cache-stampede: an empty cache, and everybody asks the database
	//   cache-stampede-fixed: an empty cache, and one asks for all
	//   timeout-against-completion: a payment that is confirmed at the deadline
	//   timeout-against-completion-fixed: a payment that is withdrawn before the next is made
	//   retry-storm: clients who ask again too soon
	//   retry-storm-fixed: clients who have more patience every time
	//   exactly-once: a message that is delivered at least once
	//   exactly-once-fixed: a message that is delivered at least once and handled once
	// races: somebody comes too early:
	//   publish-before-init: a server that says it is ready, and then gets ready
	//   publish-before-init-fixed: a server that gets ready, and then says so
	//   read-your-writes: a new photo that its owner does not see
	//   read-your-writes-fixed: a new photo, and a page that waits for it
	//   condition-without-loop: a customer who is woken for a loaf that is gone
	//   condition-without-loop-fixed: a customer who looks again
	// races: somebody waits for ever:
	//   lock-order-deadlock: two philosophers, and two forks between them
	//   lock-order-deadlock-fixed: two philosophers, who take the forks in one order
	//   philosophers: five philosophers at a round table, with five forks
	//   philosophers-fixed: five philosophers, who agree which fork comes first
	//   missed-wakeup: the postman rings before anybody listens
	//   missed-wakeup-fixed: the postman leaves the letter, and then he rings
	//   semaphore-leak-on-cancel: a cancelled download keeps its connection
	//   semaphore-leak-on-cancel-fixed: a cancelled download gives its connection back
	//   starvation: somebody who looks at the wrong moments
	//   starvation-fixed: somebody who stands in line
}

func ExampleNearest() {
	fmt.Println(scenarios.Nearest("helo"))
	// Output: hello
}
