package claim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"weft/sim"
)

// Check is the type of a scenario's Check.
type Check = func(*sim.Outcome) error

// All claims that the run came to its end without an error, and everything that
// the claims say.
func All(claims ...Check) Check {
	return func(o *sim.Outcome) error {
		if o.Err != nil {
			return fmt.Errorf("scenarios: the run ended as %q: %w", o.End, o.Err)
		}
		for _, c := range claims {
			if err := c(o); err != nil {
				return err
			}
		}
		return nil
	}
}

// Takes claims how much virtual time the whole run takes.
func Takes(d time.Duration) Check {
	return func(o *sim.Outcome) error {
		if o.Elapsed != d {
			return fmt.Errorf("scenarios: the run took %v, not %v", o.Elapsed, d)
		}
		return nil
	}
}

// Prints claims what the run prints, line for line.
func Prints(lines ...string) Check {
	return func(o *sim.Outcome) error { return compare(texts(o), lines) }
}

// PrintsInAnyOrder claims which lines the run prints, and nothing about their
// order.
func PrintsInAnyOrder(lines ...string) Check {
	want := slices.Sorted(slices.Values(lines))
	return func(o *sim.Outcome) error { return compare(slices.Sorted(slices.Values(texts(o))), want) }
}

// PrintsAt claims which lines the run prints and when, each line with its virtual
// time in front. What comes at one instant may come in any order.
func PrintsAt(lines ...string) Check {
	want := slices.Sorted(slices.Values(lines))
	return func(o *sim.Outcome) error {
		var got []string
		for _, line := range o.Output {
			got = append(got, line.At.String()+" "+line.Text)
		}
		slices.Sort(got)
		return compare(got, want)
	}
}

// LastLine claims what the run prints last.
func LastLine(text string) Check {
	return func(o *sim.Outcome) error {
		if n := len(o.Output); n == 0 || o.Output[n-1].Text != text {
			return fmt.Errorf("scenarios: the run printed %q, which should end with %q", texts(o), text)
		}
		return nil
	}
}

// texts returns the lines that the run printed.
func texts(o *sim.Outcome) []string {
	var out []string
	for _, line := range o.Output {
		out = append(out, line.Text)
	}
	return out
}

func compare(got, want []string) error {
	if slices.Equal(got, want) {
		return nil
	}
	return fmt.Errorf("scenarios: the run printed\n\t%s\nand not\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
}

// Spaced claims that the same time lies between any two lines that follow each
// other.
func Spaced(d time.Duration) Check {
	return func(o *sim.Outcome) error {
		for i, line := range o.Output {
			if i > 0 && line.At-o.Output[i-1].At != d {
				return fmt.Errorf("scenarios: %q came at %v, and the line before it at %v; they should be %v apart", line.Text, line.At, o.Output[i-1].At, d)
			}
		}
		return nil
	}
}

// InPairs claims that the lines come two at an instant, one from each of two tasks,
// with the same time between a pair and the next.
func InPairs(d time.Duration) Check {
	return func(o *sim.Outcome) error {
		for i, line := range o.Output {
			if want := time.Duration(i/2) * d; line.At != want {
				return fmt.Errorf("scenarios: %q came at %v, not at %v", line.Text, line.At, want)
			}
			if i%2 == 1 && line.Task == o.Output[i-1].Task {
				return fmt.Errorf("scenarios: at %v, both lines came from %s", line.At, line.Task)
			}
		}
		return nil
	}
}

// PrintedBy claims that one task prints everything.
func PrintedBy(task string) Check {
	return func(o *sim.Outcome) error {
		for _, line := range o.Output {
			if line.Task != task {
				return fmt.Errorf("scenarios: %q was printed by %q, not by %q", line.Text, line.Task, task)
			}
		}
		return nil
	}
}

// Reports claims that there is one report, of this kind and about this object.
func Reports(kind sim.ReportKind, object string) Check {
	return func(o *sim.Outcome) error {
		if len(o.Reports) != 1 || o.Reports[0].Kind != kind || o.Reports[0].Object != object {
			return fmt.Errorf("scenarios: want one report, %s: %s; got %v", kind, object, o.Reports)
		}
		return nil
	}
}
