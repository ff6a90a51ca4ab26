package explain

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"weft/sim/order"
)

// failureKind says in which way a run failed. Two failures are of one kind, and
// one may stand for the other in shrinking, if these are equal. It is
// the class of the end, and of what is wrong only what does not vary from order
// to order:
//
//   - of a deadlock, which task waits for what, in no order, without times and without
//     the ordinals of names, so that of two workers it does not matter which one waits;
//   - of a panic, the value that it was raised with, and not the task;
//   - of goroutines that spin, the first line of the summary;
//   - of anything else, the summary of the error.
//
// Numbers in a value or a summary do not count: "balance is 110, want 130" and
// "balance is 120, want 130" are one failure, and so are errors that differ in a
// time, an address or the number of a task. It is empty if the run did not fail.
func failureKind(r *order.Run) string {
	if !r.Failed() {
		return ""
	}
	var deadlock *order.DeadlockError
	var panicked *order.PanicError
	what := ""
	switch {
	case r.End == order.Deadlocked && errors.As(r.Err, &deadlock):
		waits := make([]string, len(deadlock.Waiting))
		for i, w := range deadlock.Waiting {
			waits[i] = ordinalsOfWaits.ReplaceAllString(fmt.Sprintf("%s waits for %s", w.Task, w.On), "")
		}
		slices.Sort(waits)
		what = strings.Join(slices.Compact(waits), "\n")
	case r.End == order.Panicked && errors.As(r.Err, &panicked):
		what = blank(fmt.Sprint(panicked.Value))
	case r.End == order.Spinning:
		first, _, _ := strings.Cut(r.Summary, "\n") // who waits beside it, varies
		what = blank(first)
	default:
		what = blank(ordinalsOfWaits.ReplaceAllString(r.Summary, ""))
	}
	return string(r.End) + "\n" + what
}

// ordinalsOfWaits matches what tells tasks and objects of one origin apart: the end of worker#2,
// main:3 and g4. What lies at another place of an object, as main:3+8, stays another one.
var ordinalsOfWaits = regexp.MustCompile(`#[0-9]+|:[0-9]+|\bg[0-9]+\b`)

// numbers matches addresses, durations and other numbers.
var numbers = regexp.MustCompile(`0[xX][0-9a-fA-F]+|(?:[0-9]+(?:\.[0-9]+)?(?:ns|µs|us|ms|s|m|h))+\b|[0-9]+(?:\.[0-9]+)?`)

// blank takes the numbers out of a text.
func blank(text string) string { return numbers.ReplaceAllString(text, "#") }
