package trace_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	"weft/trace"
)

// helloTrace is the run that the examples look at.
func helloTrace() *trace.Trace {
	f, err := os.Open("testdata/hello.jsonl")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	t, err := trace.ReadJSONL(f)
	if err != nil {
		panic(err)
	}
	return t
}

// Two tasks sleep for a second and then print. The hand-overs of control are
// numbered, and the last line is computed from the run's decision.
func Example() {
	if err := trace.Render(os.Stdout, "transfers", helloTrace(), trace.ViewOptions{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// program hello, policy same-instant, strategy default, schedule w1, hash 00000000000000aa
	//
	//  1  0s  the loop starts say1
	//  2  0s  say1 starts its sleep of 1s
	//  3  0s  control goes back to the loop
	//  4  0s  the loop starts say2
	//  5  0s  say2 starts its sleep of 1s
	//  6  0s  control goes back to the loop
	//  7  1s  the sleep is over: the loop resumes say1, which prints "Hello 1!"
	//  8  1s  say1 is finished; control goes back to the loop
	//  9  1s  the sleep is over: the loop resumes say2, which prints "Hello 2!"
	// 10  1s  say2 is finished; control goes back to the loop
	//
	// 7 and 9 may be swapped: both sleeps are due at 1s.
}

// A column for each task shows who had control when.
func ExampleWriteLanes() {
	_ = trace.WriteLanes(os.Stdout, helloTrace(), trace.ViewOptions{Width: 100})
	// Output:
	// program hello, policy same-instant, strategy default, schedule w1, hash 00000000000000aa
	//
	// time  loop                                say1                      say2
	// ────  ──────────────────────────────────  ────────────────────────  ────────────────────────
	// 0s    spawns say1 ·······················▸
	//       spawns say2 ·················································▸
	//       1 starts say1 ─────────────────────▸│                         │
	//                                           2 starts its sleep of 1s  │
	//       ◂────────────────────────────────── 3 back to loop            │
	//       4 starts say2 ───────────────────────────────────────────────▸│
	//                                           │                         5 starts its sleep of 1s
	//       ◂──────────────────────────────────────────────────────────── 6 back to loop
	// ~~ 1s later ~~
	// 1s    takes timer say1.1, not say2.1      │                         │
	//       7⇄ resumes say1: its sleep is over ▸│                         │
	//                                           prints "Hello 1!"         │
	//       ◂────────────────────────────────── 8 is finished             │
	//       9⇄ resumes say2: its sleep is over ──────────────────────────▸│
	//                                                                     prints "Hello 2!"
	//       ◂──────────────────────────────────────────────────────────── 10 is finished
	//       the run ends: finished
	//
	// 7 and 9 may be swapped: both sleeps are due at 1s.
}

// An engine hands its events to a recorder; the hash identifies the run.
func ExampleRecorder() {
	r := trace.NewRecorder(trace.Full)
	spawned := r.Record(trace.Entry{Kind: trace.Spawn, Object: "say1"})
	r.Record(trace.Entry{Kind: trace.Start, Task: "say1", N: 1, Cause: spawned})
	r.Record(trace.Entry{Kind: trace.Wait, Task: "say1", Object: "sleep", Span: time.Second})
	for _, e := range r.Events() {
		fmt.Println(e)
	}
	fmt.Println(r.Hash() != 0)
	// Output:
	// 1 0s loop spawn say1
	// 2 0s say1 start
	// 3 0s say1 wait sleep "1s"
	// true
}

// Two runs that should have been equal are not: what matters is where they part.
func ExampleCompare() {
	a, b := helloTrace(), helloTrace()
	b.Events[11].Detail = "Hello 2!"
	fmt.Print(trace.Compare(a, b, trace.Context(1, 1)))
	// Output:
	// the traces part after 11 equal events:
	//     ...
	//     11 1s say1 resume sleep
	//   - 12 1s say1 print output "Hello 1!" (scenarios/hello.go:15)
	//   + 12 1s say1 print output "Hello 2!" (scenarios/hello.go:15)
	//     13 1s say1 finish returned
	// what differs there:
	//     Detail  - "Hello 1!"
	//             + "Hello 2!"
}

// What may come in another order is computed from the run's decisions.
func ExampleSwaps() {
	for _, s := range trace.Swaps(helloTrace()) {
		fmt.Println(s.At, s.IDs, s.Transfers)
		fmt.Println(s)
	}
	// Output:
	// 1s [say1.1 say2.1] [7 9]
	// 7 and 9 may be swapped: both sleeps are due at 1s.
}

// A damaged file is refused, with its line.
func ExampleReadJSONL() {
	_, err := trace.ReadJSONL(strings.NewReader(`{"weft_trace":2,"hash":"00000000000000aa"}
{"seq":1,"at_ns":0,"kind":"spawn","object":"say1"}
{"seq":2,"at_ns":0,"task":"say1","kin`))
	fmt.Println(err)
	// Output:
	// trace: line 3: the line is cut off in the middle
}
