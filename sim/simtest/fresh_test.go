package simtest_test

import (
	"fmt"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/simtest"
)

// What cannot be selected in another process is run in this one, and the log says so.
func TestWithFreshWhereItCannotBe(t *testing.T) {
	r := watch(t, "", func(tb testing.TB) {
		simtest.Check(tb, func(*simtest.T) {}, simtest.WithFresh(), simtest.WithoutFailFiles())
	})
	if want := "Runs cannot be made in processes of their own: what has no name"; r.failed || !strings.Contains(r.said(), want) {
		t.Errorf("failed is %v, and there is no %q in\n%s", r.failed, want, r.said())
	}
}

// wrapped is a test in a wrapper that is made anew for each check.
type wrapped struct {
	testing.TB
	logged string
}

func (w *wrapped) Log(args ...any) { w.logged += fmt.Sprint(args...) }

// Checks of one test are told apart in the processes that make their runs.
func TestFreshChecksAreToldApart(t *testing.T) {
	runs := 0
	for _, test := range []struct {
		program func(*simtest.T)
		orders  string
	}{
		{func(*simtest.T) { runs++ }, "1 order explored"},
		{func(t *simtest.T) { runs++; sim.Flip(t.Context(), "heads", 0.5) }, "all 2 orders explored"},
	} {
		w := &wrapped{TB: t}
		simtest.Check(w, test.program, simtest.WithFresh(), simtest.WithoutFailFiles(), explore.WithStrategy(walk.Exhaustive()))
		if !strings.Contains(w.logged, test.orders) {
			t.Errorf("%q, want %q", w.logged, test.orders)
		}
	}
	if runs > 0 {
		t.Errorf("%d runs were made in this process", runs)
	}
}
