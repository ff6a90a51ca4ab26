package explain_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// The shares are those that one gets by walking all orders and counting those with
// the same beginning.
func TestProspectsAreExact(t *testing.T) {
	for _, program := range []struct {
		name string
		main func(context.Context) error
	}{
		{"transfers", transfers}, {"slowTransfers", slowTransfers}, {"locks", locks}, {"wakeUp", wakeUp},
		{"holder", holder}, {"hello", hello}, {"random", randomProgram(5)},
	} {
		t.Run(program.name, func(t *testing.T) {
			t.Parallel()
			all := everyOrder(program.main)
			for i := 0; i < len(all); i += 1 + len(all)/5 {
				points, err := explain.Prospects(t.Context(), exploretest.Main(program.main), all[i].Schedule)
				if err != nil {
					t.Fatal(err)
				}
				checkProspects(t, all, all[i], points)
			}
		})
	}
}

func checkProspects(t *testing.T, all []*sim.Outcome, o *sim.Outcome, points []explain.Prospect) {
	if len(points) != len(o.Decisions)+1 {
		t.Fatalf("%s: %d points for %d decisions", o.Schedule, len(points), len(o.Decisions))
	}
	for i, p := range points {
		orders, failures := 0, 0
		for _, other := range all {
			same := len(other.Decisions) >= i && slices.EqualFunc(o.Decisions[:i], other.Decisions[:i], func(a, b order.Decision) bool { return a.Taken == b.Taken })
			if !same {
				continue
			}
			orders++
			if other.End != order.Finished {
				failures++
			}
		}
		if !p.Exact || p.Orders != orders || p.Failures != failures || p.Failing != float64(failures)/float64(orders) || p.Decision != i-1 {
			t.Errorf("%s, point %d: %+v, want %d of %d", o.Schedule, i, p, failures, orders)
		}
		if i > 0 {
			d := o.Decisions[i-1]
			if p.Key != d.Key || p.Kind != d.Kind || p.At != d.At || p.Taken != d.Alternatives[d.Taken].Name || len(p.Instead) != len(d.Alternatives)-1 {
				t.Errorf("%s, point %d: %+v is not %+v", o.Schedule, i, p, d)
			}
		}
	}
}

// Where there are too many orders to count them, the shares are estimates, and say
// so. They are about orders: of two transfers, 4 of 6 orders fail, although a run
// that draws at every decision fails half the time.
func TestProspectsEstimated(t *testing.T) {
	coins := func(then func(context.Context) error) func(context.Context) error {
		return func(ctx context.Context) error {
			for range 9 {
				sim.Flip(ctx, "coin", 0.5)
			}
			return then(ctx)
		}
	}
	for _, test := range []struct {
		name        string
		main        func(context.Context) error
		least, most float64 // of the share at the beginning
	}{
		{"all fail", slowTransfers, 1, 1},
		{"two thirds fail", transfers, 0.58, 0.75},
		{"none fails", hello, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			points, err := explain.Prospects(t.Context(), exploretest.Main(coins(test.main)), nil, explore.WithRuns(200))
			if err != nil {
				t.Fatal(err)
			}
			first, last := points[0], points[len(points)-1]
			if first.Exact || first.Runs != 200 || first.Orders != 0 || !last.Exact {
				t.Errorf("the beginning and the end: %+v, %+v", first, last)
			}
			if first.Failing < test.least || first.Failing > test.most {
				t.Errorf("%v of the orders fail, want %v to %v", first.Failing, test.least, test.most)
			}
			var b strings.Builder
			if err := explain.WriteProspects(&b, points); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(b.String(), "\n")
			if !strings.Contains(lines[0], "≈") || !strings.Contains(lines[0], "200 random runs") || strings.Contains(lines[2], "<-") {
				t.Errorf("an estimate does not say that it is one:\n%s", b.String())
			}
		})
	}
}

func TestProspectsInWords(t *testing.T) {
	points, err := explain.Prospects(t.Context(), exploretest.Main(transfers), nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := explain.WriteProspects(&b, points); err != nil {
		t.Fatal(err)
	}
	story(t, "prospects", b.String())
}

func TestProspectsStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := explain.Prospects(ctx, exploretest.Main(transfers), nil); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("after the end of its context: %v", err)
	}
}
