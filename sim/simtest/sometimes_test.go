package simtest_test

import (
	"errors"
	"fmt"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/walk"
	"weft/sim/simtest"
)

func TestSometimes(t *testing.T) {
	inShort(t, false)
	coins := func(t *simtest.T) {
		n := 0
		for i := range 3 {
			n += sim.Choose(t.Context(), fmt.Sprint("coin", i), 0, 1)
		}
		t.Sometimes("three tails", n == 3)
		t.Sometimes("four tails", n == 4)
		t.Sometimes("at most three", n <= 3)
		if n == 3 {
			t.Sometimes("another one", false)
		}
	}
	never := []string{"never did:\n    another one\n    four tails\n"}
	for _, c := range []struct {
		name    string
		options []explore.Option
		failed  bool
		says    []string
	}{
		{"all orders", []explore.Option{explore.WithStrategy(walk.Exhaustive())}, true, append(never, "all 8 orders explored")},
		{"runs spent", []explore.Option{explore.WithStrategy(sample.Random()), explore.WithRuns(500)}, true, append(never, "500 runs sampled")},
		{"all within a bound", []explore.Option{explore.WithStrategy(walk.Bounded(2))}, true, []string{"never did:\n    four tails\n    three tails\n"}},
		{"one order", []explore.Option{explore.WithStrategy(explore.Default())}, false, []string{"not judged: only one order was run"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := watch(t, "TestCoins", func(tb testing.TB) { simtest.Check(tb, coins, c.options...) })
			r.wants(t, c.failed, c.says...)
			r.lacks(t, "at most three")
		})
	}
	r := watch(t, "TestCoins", func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			coins(t)
			t.Error("wrong")
		})
	})
	r.wants(t, true, "wrong")
	r.lacks(t, "four tails") // a failure comes first
	r = watch(t, "TestCoins", func(tb testing.TB) {
		t.Setenv("WEFT_SCHEDULE", "w1")
		simtest.Check(tb, coins)
	})
	r.wants(t, false, "this order passes")
}

func TestInvariant(t *testing.T) {
	// Two tasks move money; in between it is nowhere.
	transfer := func(t *simtest.T, check func(sum int) error) {
		ctx := t.Context()
		left, right := 100, 0
		t.Invariant("all is well", func() error { return nil })
		t.Invariant("sum", func() error { return check(left + right) })
		noError(t, sim.Yield(ctx))
		left -= 10
		noError(t, sim.Yield(ctx))
		right += 10
		t.Error("it went on")
	}
	for _, c := range []struct {
		name  string
		check func(t *simtest.T, sum int) error
		says  string
	}{
		{"error", func(t *simtest.T, sum int) error {
			if sum != 100 {
				return fmt.Errorf("it is %d", sum)
			}
			return nil
		}, `invariant "sum" does not hold: it is 90 (after step main.2, at 0s)`},
		{"Errorf", func(t *simtest.T, sum int) error {
			if sum != 100 {
				t.Errorf("it is %d", sum)
			}
			return nil
		}, at(t, "sometimes_test.go", `	t.Errorf("it is %d", sum)`) + `: invariant "sum" does not hold: it is 90 (after step main.2, at 0s)`},
		{"helper that ends", func(t *simtest.T, sum int) error {
			equal(t, sum, 100)
			return errors.New("it went on")
		}, at(t, "sometimes_test.go", `equal(t, sum, 100)`) + `: invariant "sum" does not hold: got 90, want 100 (after step main.2, at 0s)`},
		{"panic", func(t *simtest.T, sum int) error {
			if sum != 100 {
				panic("it is off")
			}
			return nil
		}, `invariant "sum" does not hold: panic: it is off (after step main.2, at 0s)`},
		{"FailNow alone", func(t *simtest.T, sum int) error {
			if sum != 100 {
				t.FailNow()
			}
			return nil
		}, `invariant "sum" does not hold: it was failed without a message (after step main.2, at 0s)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := once(t, func(t *simtest.T) {
				transfer(t, func(sum int) error { return c.check(t, sum) })
			})
			r.wants(t, true, c.says, "1 of 1 run failed")
			r.lacks(t, "it went on")
		})
	}
	once(t, func(t *simtest.T) {
		n := 0
		t.Invariant("n", func() error {
			n++
			return nil
		})
		for range 5 {
			sim.Yield(t.Context())
		}
		equal(t, n, 4) // not after the step that gave it
	}).wants(t, false)
	// Also where no step begins any more.
	once(t, func(t *simtest.T) {
		t.Invariant("no", func() error { return errors.New("never") })
	}).wants(t, true, `invariant "no" does not hold: never`, "FAILS: invariant")
	once(t, func(t *simtest.T) { t.Invariant("x", nil) }).wants(t, true, `simtest: Invariant "x" was given a nil function`)
}

// Runs in which an invariant is broken at different steps are one outcome.
func TestBrokenInvariantIsOneOutcome(t *testing.T) {
	r := watch(t, "TestSum", func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			ok := true
			t.Invariant("ok", func() error {
				if !ok {
					return errors.New("it is not")
				}
				return nil
			})
			for range sim.Choose(t.Context(), "steps", 1, 2, 3) {
				sim.Yield(t.Context())
			}
			ok = false
			sim.Yield(t.Context())
		}, explore.WithStrategy(walk.Exhaustive()))
	})
	r.wants(t, true, "3 of 3 runs failed", "1 outcome, which is a failure", "(after step main.2, at 0s)")
}
