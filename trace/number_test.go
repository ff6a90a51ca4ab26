package trace_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"weft/trace"
)

// numbersIn returns the numbers of a run's events in their order.
func numbersIn(t *trace.Trace) []string {
	numbers := trace.Numbers(t)
	var out []string
	for _, e := range t.Events {
		out = append(out, numbers[e.Seq])
	}
	return out
}

func TestNumbers(t *testing.T) {
	for _, test := range []struct {
		name string
		run  *trace.Trace
		want string
	}{
		{"the founding example: 7 and 9", hello(t), "0.1 0.2 1 2 4 5 6.1 6.2 6.3 6.4 7 7.1 8 9 9.1 10 10.1"},
		{"goroutines: what they synchronise by has whole numbers, what they read has not", goroutines(),
			"0.1 1 2 2.1 3 3.1 3.2 4 5 6 6.1 7 8 8.1 9 10 11 11.1 12 13 14 14.1"},
		{"a bare yield is one", ready(), "0.1 0.2 0.3 1 1.1 1.2 2 2.1 3 3.1 3.2 3.3 4 5 5.1 6 6.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(numbersIn(test.run), " "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	if at := slices.Index(numbersIn(hello(t)), "7"); hello(t).Events[at].ID() != "say1.2" {
		t.Errorf("number 7 is %v, want say1's second step", hello(t).Events[at])
	}
}

// Each event has one number that no other has, they grow, and the whole ones are those of
// the hand-overs.
func TestNumbersOfAnyTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := traces().Draw(t, "trace")
		numbers := trace.Numbers(run)
		first, uses := map[int]int{}, map[int]int{} // by Seq
		for _, x := range trace.Transfers(run) {
			uses[x.Seq]++
			if first[x.Seq] == 0 {
				first[x.Seq] = x.Number
			}
		}
		whole, between := 0, 0
		for _, e := range run.Events {
			a, b, point := strings.Cut(numbers[e.Seq], ".")
			n, _ := strconv.Atoi(a)
			k, _ := strconv.Atoi(b)
			if point == (first[e.Seq] > 0) || !point && n != first[e.Seq] {
				t.Fatalf("%v has the number %s and is hand-over %d", e, numbers[e.Seq], first[e.Seq])
			}
			if n < whole || n == whole && k != between+1 {
				t.Fatalf("%v has the number %s after %d.%d", e, numbers[e.Seq], whole, between)
			}
			whole, between = n, k
			if uses[e.Seq] > 1 { // the second is that control goes back
				whole, between = n+1, 0
			}
		}
	})
}

// The same event has the same number in every view that a reader looks at.
func TestViewsNumberAlike(t *testing.T) {
	for _, test := range []struct {
		run          *trace.Trace
		number, text string // of one event, in the words of all views
	}{
		{hello(t), "7", "resume"}, {hello(t), "8", "is finished"}, {goroutines(), "6", "locks mu"},
	} {
		for _, view := range []string{"log", "lanes", "transfers", "svg", "mermaid"} {
			text := render(t, view, test.run, trace.ViewOptions{})
			found := false
			for line := range strings.Lines(text) {
				at := strings.Index(line, test.text)
				if at < 0 {
					continue
				}
				fields := strings.FieldsFunc(line[:at], func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
				found = found || slices.Contains(fields, test.number)
			}
			if !found {
				t.Errorf("view %s has no line with %s and %q in\n%s", view, test.number, test.text, text)
			}
		}
	}
}

// What may be swapped has a number that a class can look at.
func ExampleNumbers() {
	run := helloTrace()
	numbers := trace.Numbers(run)
	for i, text := range run.Phrases() {
		fmt.Println(numbers[run.Events[i].Seq], run.Events[i].Task, text)
	}
	fmt.Println(trace.Swaps(run)[0])
	// Output:
	// 0.1  spawns say1
	// 0.2  spawns say2
	// 1 say1 is started
	// 2 say1 starts its sleep of 1s (3: back to the loop)
	// 4 say2 is started
	// 5 say2 starts its sleep of 1s (6: back to the loop)
	// 6.1  virtual time moves on by 1s
	// 6.2  takes timer say1.1, not say2.1
	// 6.3 say1 timer fires: its sleep is over
	// 6.4 say2 timer fires: its sleep is over
	// 7 say1 is resumed: its sleep is over
	// 7.1 say1 prints "Hello 1!"
	// 8 say1 is finished
	// 9 say2 is resumed: its sleep is over
	// 9.1 say2 prints "Hello 2!"
	// 10 say2 is finished
	// 10.1  the run ends: finished
	// 7 and 9 may be swapped: both sleeps are due at 1s.
}
