package scenarios_test

import (
	"fmt"
	"io"

	"weft/scenarios"
	"weft/sim"
	"weft/trace"
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
	topic := scenarios.Topic("")
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
}

// A seed takes another of the orders that are permitted; the claim holds in it
// too.
func ExampleScenario_Run() {
	hello, _ := scenarios.Find("hello")
	outcome := hello.Run(sim.WithSeed(1))
	fmt.Println(outcome.Schedule)
	fmt.Println("broken:", hello.Check(outcome))
	// Output:
	// Hello 2!
	// Hello 1!
	// w1,timer:say1.1=say2.1
	// broken: <nil>
}

// Who has control, and when.
func ExampleScenario_Run_transfers() {
	hello, _ := scenarios.Find("hello")
	outcome := hello.Run(sim.WithRecording(trace.Full), sim.WithOutput(io.Discard))
	for _, transfer := range trace.Transfers(outcome.Trace) {
		fmt.Println(transfer.Number, transfer.Text)
	}
	for _, swap := range trace.Swaps(outcome.Trace) {
		fmt.Println(swap)
	}
	// Output:
	// 1 the loop starts say1
	// 2 say1 starts its sleep of 1s
	// 3 control goes back to the loop
	// 4 the loop starts say2
	// 5 say2 starts its sleep of 1s
	// 6 control goes back to the loop
	// 7 the sleep is over: the loop resumes say1, which prints "Hello 1!"
	// 8 say1 is finished; control goes back to the loop
	// 9 the sleep is over: the loop resumes say2, which prints "Hello 2!"
	// 10 say2 is finished; control goes back to the loop
	// 7 and 9 may be swapped: both sleeps are due at 1s.
}

func ExampleNearest() {
	fmt.Println(scenarios.Nearest("helo"))
	// Output: hello
}
