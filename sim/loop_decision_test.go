package sim_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
)

func TestChoicesByDefault(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		sim.Print(ctx, sim.Choose(ctx, "first", "a", "b", "c"))
		sim.Print(ctx, sim.Flip(ctx, "coin", 0.99))
		// The median of 16 quantiles is the 9th: (8 + 1/2) / 16 of the way.
		sim.Print(ctx, sim.Latency(ctx, "uniform", sim.Uniform{Min: time.Second, Max: 17 * time.Second}))
		sim.Print(ctx, sim.Latency(ctx, "exponential", sim.Exponential{Mean: time.Second}) == sim.Exponential{Mean: time.Second}.Quantile(8.5/16))
		return nil
	})
	mustPrint(t, o, "a", "false", "9.5s", "true")
	var got []string
	for _, d := range o.Decisions {
		got = append(got, fmt.Sprintf("%s:%s %d of %d", d.Kind, d.Key, d.Taken, len(d.Alternatives)))
	}
	want := []string{"choose:main/first.1 0 of 3", "choose:main/coin.1 0 of 2", "choose:main/uniform.1 0 of 16", "choose:main/exponential.1 0 of 16"}
	if !slices.Equal(got, want) {
		t.Errorf("decided %q, want %q", got, want)
	}
}

// TestChoicesThatAreNone checks that what leaves no choice decides nothing.
func TestChoicesThatAreNone(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		sim.Print(ctx, sim.Choose(ctx, "one", 7), sim.Flip(ctx, "no", 0), sim.Flip(ctx, "yes", 1))
		sim.Print(ctx, sim.Latency(ctx, "fixed", sim.Uniform{Min: time.Second, Max: time.Second}))
		return nil
	}, sim.WithSeed(1))
	mustPrint(t, o, "7 false true", "1s")
	if len(o.Decisions) != 0 {
		t.Errorf("decided %v", o.Decisions)
	}
}

func TestChoiceMisuse(t *testing.T) {
	mustEnd(t, observe(func(ctx context.Context) error {
		mustMisuse(t, func() { sim.Choose[int](ctx, "c") }, "Choose", `"c"`, "no options")
		for _, p := range []float64{-0.1, 1.1} {
			mustMisuse(t, func() { sim.Flip(ctx, "f", p) }, "Flip", `"f"`, fmt.Sprint(p))
		}
		mustMisuse(t, func() { sim.Latency(ctx, "l", nil) }, "Latency", `"l"`)
		mustMisuse(t, func() { sim.Choose(context.Background(), "c", 1) }, "Choose", "no loop")
		return nil
	}), order.Finished)
}

func TestQuantiles(t *testing.T) {
	for _, test := range []struct {
		d    sim.Distribution
		p    float64
		want time.Duration
	}{
		{sim.Uniform{Min: 10, Max: 20}, 0.5, 15},
		{sim.Uniform{Min: 10, Max: 20}, 0.1, 11},
		{sim.Exponential{Mean: time.Second}, 0.5, 693147180},
		{sim.Exponential{Mean: time.Second}, 0.9, 2302585092},
	} {
		if got := test.d.Quantile(test.p); got < test.want-1 || got > test.want+1 {
			t.Errorf("%#v.Quantile(%v) = %v, want %v", test.d, test.p, got, test.want)
		}
	}
}

// TestChoicesWalked checks that a walk of the tree meets every alternative once,
// and that draws of one value are one alternative.
func TestChoicesWalked(t *testing.T) {
	outputs, runs := walkAll(t, func(ctx context.Context) error {
		sim.Print(ctx, sim.Choose(ctx, "a", 1, 2, 3), sim.Flip(ctx, "b", 0.1), sim.Latency(ctx, "c", sim.Uniform{Min: 0, Max: 3}))
		return nil
	})
	if runs != 3*2*3 || len(outputs) != runs {
		t.Errorf("%d runs, %d outputs; want 18", runs, len(outputs))
	}
}

func TestEqualOptions(t *testing.T) {
	for _, test := range []struct {
		options []string
		want    []string // the alternatives' names
	}{
		{[]string{"a", "b"}, []string{"a", "b"}},
		{[]string{"a", "a", "a"}, []string{"a", "a#2", "a#3"}},
		{[]string{"", "b"}, []string{"", "b"}},
		{[]string{"a", "a", "a#2"}, nil},
	} {
		t.Run(strings.Join(test.options, " "), func(t *testing.T) {
			for i := range test.options {
				o := observe(func(ctx context.Context) error {
					sim.Choose(ctx, "x", test.options...)
					return nil
				}, sim.WithStrategy(always(i)))
				var got []string
				for _, a := range o.Decisions[0].Alternatives {
					if slices.Contains(got, a.Name) {
						t.Errorf("two alternatives are called %q", a.Name)
					}
					got = append(got, a.Name)
				}
				if test.want != nil && !slices.Equal(got, test.want) {
					t.Errorf("the alternatives are %q, want %q", got, test.want)
				}
			}
		})
	}
}

// always is a strategy that takes one index, as far as there is one.
type always int

func (a always) Choose(d *order.Decision) int { return min(int(a), len(d.Alternatives)-1) }
func (a always) Name() string                 { return "always" }

// TestAlternativesAreTold checks that the alternatives of every decision have
// names of their own, whatever the program calls its things.
func TestAlternativesAreTold(t *testing.T) {
	sleep := func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) }
	for _, test := range []struct {
		name   string
		policy order.Policy
		main   func(ctx context.Context) error
	}{
		{"much of everything", order.AnyReady, bazaar},
		{"tasks of one name", order.SameInstant, func(ctx context.Context) error {
			sim.Go(ctx, "a", sleep)
			sim.Go(ctx, "a", sleep)
			return sleep(ctx)
		}},
		{"a task that is called like a numbered one", order.SameInstant, func(ctx context.Context) error {
			sim.Go(ctx, "a", sleep)
			sim.Go(ctx, "a", sleep)
			sim.Go(ctx, "a#2", sleep)
			return sleep(ctx)
		}},
		{"a task that is called like another's child", order.SameInstant, func(ctx context.Context) error {
			sim.Go(ctx, "a", func(ctx context.Context) error { sim.Go(ctx, "b", sleep); return nil })
			sim.Go(ctx, "a/b", sleep)
			return sleep(ctx)
		}},
		{"a timer callback that is called like a task", order.SameInstant, func(ctx context.Context) error {
			sim.Go(ctx, "a", func(ctx context.Context) error {
				sim.Go(ctx, "tick", sleep)
				sim.LoopOf(ctx).CallLater(time.Second, "tick", func(context.Context) {})
				return nil
			})
			return sleep(ctx)
		}},
		{"a callback that is called like a task", order.AnyReady, func(ctx context.Context) error {
			sim.Go(ctx, "a", func(ctx context.Context) error {
				sim.Go(ctx, "tick", sleep)
				sim.LoopOf(ctx).CallSoon("tick", func(context.Context) {})
				return nil
			})
			return sleep(ctx)
		}},
		{"a task that is called timeout", order.SameInstant, func(ctx context.Context) error {
			sim.Go(ctx, "a", func(ctx context.Context) error {
				sim.Go(ctx, "timeout", sleep)
				return sim.WithTimeout(ctx, time.Second, func(ctx context.Context) error { return sim.Sleep(ctx, time.Hour) })
			})
			return sim.Sleep(ctx, 2*time.Second)
		}},
		{"two pools of one name", order.SameInstant, func(ctx context.Context) error {
			for range 2 {
				sim.RunInExecutor(ctx, sim.NewThreadPool(ctx, "pool", 1), "job", func(ctx context.Context) (int, error) {
					sim.Block(ctx, time.Second)
					return 0, nil
				})
			}
			return sleep(ctx)
		}},
		{"two tasks that shut a pool down", order.SameInstant, func(ctx context.Context) error {
			pool := sim.NewThreadPool(ctx, "pool", 1)
			sim.RunInExecutor(ctx, pool, "job", func(ctx context.Context) (int, error) { sim.Block(ctx, time.Second); return 0, nil })
			sim.Go(ctx, "s", pool.Shutdown)
			return pool.Shutdown(ctx)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			decisions := observe(test.main, sim.WithPolicy(test.policy)).Decisions
			if len(decisions) == 0 {
				t.Fatal("the program decides nothing")
			}
			for _, d := range decisions {
				names := make(map[string]bool)
				for _, a := range d.Alternatives {
					if names[a.Name] {
						t.Errorf("at %s:%s, two alternatives are called %q", d.Kind, d.Key, a.Name)
					}
					names[a.Name] = true
				}
			}
		})
	}
}

// TestKeysAreStable checks that a decision keeps its key when an unrelated task
// is added before or after it.
func TestKeysAreStable(t *testing.T) {
	program := func(before, after bool) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			unrelated := func(ctx context.Context) error {
				sim.Choose(ctx, "x", 1, 2)
				return sim.Sleep(ctx, 10*time.Second)
			}
			if before {
				sim.Go(ctx, "unrelated", unrelated)
			}
			pair := func(ctx context.Context) error {
				sim.Choose(ctx, "x", 1, 2)
				return sim.Sleep(ctx, time.Second)
			}
			a, b := sim.Do(ctx, "a", pair), sim.Do(ctx, "b", pair)
			g := sim.Gather(ctx, a, b)
			if after {
				sim.Go(ctx, "unrelated", unrelated)
			}
			_, err := g.Await(ctx)
			return err
		}
	}
	plain := keysOf(observe(program(false, false)).Decisions)
	if want := []string{"choose:a/x.1", "choose:b/x.1", "timer:a.1"}; !slices.Equal(plain, want) {
		t.Errorf("the keys are %q, want %q", plain, want)
	}
	for _, more := range [][2]bool{{true, false}, {false, true}} {
		keys := keysOf(observe(program(more[0], more[1])).Decisions)
		for _, key := range plain {
			if !slices.Contains(keys, key) {
				t.Errorf("with an unrelated task, %q is missing in %q", key, keys)
			}
		}
	}
}

func TestStrategyOutOfRange(t *testing.T) {
	for _, index := range []int{-1, 2} {
		l := sim.NewLoop(quiet(sim.WithStrategy(fixed(index)))...)
		for range 2 {
			sim.Go(l.Context(), "a", func(ctx context.Context) error { return sim.Sleep(ctx, 1) })
		}
		mustMisuse(t, func() { l.RunUntilIdle() }, fmt.Sprint("alternative ", index), "of 2")
		l.Close()
	}
}

// fixed is a strategy that may take what is not there.
type fixed int

func (f fixed) Choose(*order.Decision) int { return int(f) }
func (f fixed) Name() string               { return "fixed" }

// TestWeights counts the draws of a fixed seed: the counts are exact, because a
// seed gives the same run everywhere.
func TestWeights(t *testing.T) {
	heads, picks, slow := 0, [3]int{}, 0
	mustEnd(t, observe(func(ctx context.Context) error {
		for range 1000 {
			if sim.Flip(ctx, "coin", 0.9) {
				heads++
			}
			picks[sim.Choose(ctx, "pick", 0, 1, 2)]++
			// 15 of the 16 quantiles round to 0: they are one alternative of 15 shares.
			if sim.Latency(ctx, "rare", mostlyZero{}) > 0 {
				slow++
			}
		}
		return nil
	}, sim.WithSeed(7)), order.Finished)
	if got := fmt.Sprint(heads, picks, slow); got != weightsOfSeed7 {
		t.Errorf("drew %s, want %s", got, weightsOfSeed7)
	}
}

const weightsOfSeed7 = "903 [336 336 328] 57"

// mostlyZero is a distribution of which one quantile in 16 is not 0.
type mostlyZero struct{}

func (mostlyZero) Quantile(p float64) time.Duration {
	if p > 15.0/16 {
		return time.Second
	}
	return 0
}
