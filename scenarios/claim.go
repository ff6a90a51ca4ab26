package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"weft/sim"
)

// claim is the type of a scenario's Check.
type claim = func(*sim.Outcome) error

// all claims that the run came to its end without an error, and everything that
// the claims say.
func all(claims ...claim) claim {
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

// takes claims how much virtual time the whole run takes.
func takes(d time.Duration) claim {
	return func(o *sim.Outcome) error {
		if o.Elapsed != d {
			return fmt.Errorf("scenarios: the run took %v, not %v", o.Elapsed, d)
		}
		return nil
	}
}

// prints claims what the run prints, line for line.
func prints(lines ...string) claim {
	return func(o *sim.Outcome) error { return compare(texts(o), lines) }
}

// printsInAnyOrder claims which lines the run prints, and nothing about their
// order.
func printsInAnyOrder(lines ...string) claim {
	want := slices.Sorted(slices.Values(lines))
	return func(o *sim.Outcome) error { return compare(slices.Sorted(slices.Values(texts(o))), want) }
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
