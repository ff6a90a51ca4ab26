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
//   - of a deadlock, which tasks wait for what, in no order and without times: those of the
//     cycle, if there is one, since who else waits for them varies;
//   - of a panic, the value that it was raised with, and not the task;
//   - of goroutines that spin, the first line of the summary;
//   - of anything else, the summary of the error.
//
// Numbers in a value or a summary do not count: "balance is 110, want 130" and
// "balance is 120, want 130" are one failure, and so are errors that differ in a
// time, an address or the number of a task, as in worker#2, which the second of the
// goroutines has that are called so. It is empty if the run did not fail.
func failureKind(r *order.Run) string {
	if !r.Failed() {
		return ""
	}
	var deadlock *order.DeadlockError
	var panicked *order.PanicError
	what := ""
	switch {
	case r.End == order.Deadlocked && errors.As(r.Err, &deadlock):
		var waits []string
		for _, w := range deadlock.Waiting {
			if len(deadlock.Cycle) == 0 || slices.Contains(deadlock.Cycle, w.Task) {
				waits = append(waits, blank(fmt.Sprintf("%s waits for %s", w.Task, w.On)))
			}
		}
		slices.Sort(waits)
		what = strings.Join(slices.Compact(waits), "\n")
	case r.End == order.Panicked && errors.As(r.Err, &panicked):
		what = blank(fmt.Sprint(panicked.Value))
	case r.End == order.Spinning:
		first, _, _ := strings.Cut(r.Summary, "\n") // who waits beside it, varies
		what = blank(first)
	default:
		what = blank(r.Summary)
	}
	return string(r.End) + "\n" + what
}

// numbers matches addresses, durations and other numbers.
var numbers = regexp.MustCompile(`0[xX][0-9a-fA-F]+|(?:[0-9]+(?:\.[0-9]+)?(?:ns|µs|us|ms|s|m|h))+\b|[0-9]+(?:\.[0-9]+)?`)

// ordinal matches the number that tells things of one name apart. The first has none.
var ordinal = regexp.MustCompile(`#[0-9]+`)

// blank takes the numbers out of a text.
func blank(text string) string {
	return numbers.ReplaceAllString(ordinal.ReplaceAllString(text, ""), "#")
}
