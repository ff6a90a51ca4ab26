package explain_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"weft/sim"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// simpler is the order of simplicity, written down once more: how many switches,
// where, and what they take.
func simpler(a, b *sim.Outcome) int {
	where := func(o *sim.Outcome) (at, taken []int) {
		for i, d := range o.Decisions {
			if d.Taken != 0 {
				at, taken = append(at, i), append(taken, d.Taken)
			}
		}
		return at, taken
	}
	atA, takenA := where(a)
	atB, takenB := where(b)
	return cmp.Or(len(atA)-len(atB), slices.Compare(atA, atB), slices.Compare(takenA, takenB))
}

// alike reports whether two runs fail in the same way, for programs whose errors
// differ in numbers only.
func alike(a, b *sim.Outcome) bool {
	digits := regexp.MustCompile(`[0-9]+`)
	return a.End == b.End && digits.ReplaceAllString(a.Summary(), "") == digits.ReplaceAllString(b.Summary(), "")
}

// Whatever failing order one begins with, shrinking comes to the simplest of those
// that fail in the same way, which is known from walking all.
func TestShrinkFindsTheSimplestOrder(t *testing.T) {
	for _, program := range []struct {
		name string
		main func(context.Context) error
	}{
		{"transfers", transfers}, {"slowTransfers", slowTransfers}, {"locks", locks}, {"wakeUp", wakeUp},
		{"shop", shop}, {"late", late}, {"answers", answers}, {"holder", holder},
		{"random 1", randomProgram(1)}, {"random 2", randomProgram(2)}, {"random 3", randomProgram(3)},
		{"random 4", randomProgram(4)},
	} {
		t.Run(program.name, func(t *testing.T) {
			t.Parallel()
			shrinkToSimplest(t, program.main)
		})
	}
}

func shrinkToSimplest(t *testing.T, main func(context.Context) error) {
	all := everyOrder(main)
	failing := slices.DeleteFunc(slices.Clone(all), func(o *sim.Outcome) bool { return o.End == order.Finished })
	if len(failing) == 0 {
		t.Skip("no order fails")
	}
	for i := 0; i < len(failing); i += 1 + len(failing)/10 {
		o := failing[i]
		want := o
		for _, other := range failing {
			if alike(other, o) && simpler(other, want) < 0 {
				want = other
			}
		}
		got, err := explain.Shrink(t.Context(), exploretest.Main(main), o.Schedule, explore.WithRuns(2*len(all)+1000))
		if err != nil {
			t.Fatal(err)
		}
		if got.Schedule.String() != want.Schedule.String() || !got.Minimal || got.Stopped != search.Through {
			t.Errorf("%s was shrunk to %+v, want %s", o.Schedule, got, want.Schedule)
		}
		if got.Switches != len(want.Schedule) || got.Before != len(o.Schedule) {
			t.Errorf("%s: %d switches, before %d; want %d and %d", o.Schedule, got.Switches, got.Before, len(want.Schedule), len(o.Schedule))
		}
	}
}

// randomProgram makes a program of three tasks that read and write two variables;
// some of its orders fail, in several ways.
func randomProgram(seed uint64) func(context.Context) error {
	return func(ctx context.Context) error {
		source := rand.New(rand.NewPCG(seed, 0))
		vars := []*sim.Var[int]{sim.NewVar(ctx, "x", 1), sim.NewVar(ctx, "y", 2)}
		var all []sim.Awaitable[sim.None]
		for i := range 3 {
			type step struct{ from, to, factor int }
			steps := make([]step, 2)
			for k := range steps {
				steps[k] = step{source.IntN(2), source.IntN(2), 2 + source.IntN(5)}
			}
			all = append(all, sim.Do(ctx, fmt.Sprint("task", i), func(ctx context.Context) error {
				for _, s := range steps {
					vars[s.to].Set(vars[s.from].Get()*s.factor + i)
					if err := sim.Yield(ctx); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		if _, err := sim.Gather(ctx, all...).Await(ctx); err != nil {
			return err
		}
		switch x, y := vars[0].Get(), vars[1].Get(); {
		case x%3 == 0:
			return fmt.Errorf("x is %d", x)
		case y%5 == 0:
			return fmt.Errorf("y is %d", y)
		}
		return nil
	}
}

// crowd is too large to walk: it fails if the last of eight tasks takes its second
// step before the first one takes its first.
func crowd(ctx context.Context) error {
	first := sim.NewVar(ctx, "first", false)
	var all []sim.Awaitable[sim.None]
	for i := range 8 {
		all = append(all, sim.Do(ctx, fmt.Sprint("task", i), func(ctx context.Context) error {
			for k := range 3 {
				switch {
				case i == 0:
					first.Set(true)
				case i == 7 && k == 1 && !first.Get():
					return errors.New("the first is not there")
				}
				if err := sim.Yield(ctx); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	_, err := sim.Gather(ctx, all...).Await(ctx)
	return err
}

// failingSeed returns the schedule of the first random run that fails.
func failingSeed(t *testing.T, main func(context.Context) error) order.Schedule {
	for seed := range uint64(1000) {
		o := sim.Simulate(sim.Main(main), sim.WithPolicy(order.AnyReady), sim.WithOutput(nil), sim.WithStrategy(order.Random(seed)))
		if o.End != order.Finished {
			return o.Schedule
		}
	}
	t.Fatal("no seed fails")
	return nil
}

// In a program with more orders than can be run, what comes out is still small,
// and no claim is made.
func TestShrinkOfMany(t *testing.T) {
	schedule := failingSeed(t, crowd)
	got, err := explain.Shrink(t.Context(), exploretest.Main(crowd), schedule)
	if err != nil {
		t.Fatal(err)
	}
	// Two switches do: the last task first, and once more.
	if got.Switches != 2 || got.Before != len(schedule) || len(schedule) < 10 {
		t.Errorf("%d turns were shrunk to %s", len(schedule), got.Schedule)
	}
	again, err := explain.Shrink(t.Context(), exploretest.Main(crowd), schedule, explore.WithWorkers(3))
	if err != nil || fmt.Sprint(again) != fmt.Sprint(got) {
		t.Errorf("a second time gave %+v, %v, want %+v", again, err, got)
	}
}

// With few runs, the result is never worse than what was given, and fails in the
// same way.
func TestShrinkWithinBudget(t *testing.T) {
	schedule := failingSeed(t, crowd)
	given := sim.Simulate(sim.Main(crowd), sim.WithPolicy(order.AnyReady), sim.WithOutput(nil), sim.WithStrategy(order.Replay(schedule)))
	switches := len(schedule)
	for _, runs := range []int{1, 2, 5, 20, 100} {
		got, err := explain.Shrink(t.Context(), exploretest.Main(crowd), schedule, explore.WithRuns(runs))
		if err != nil {
			t.Fatal(err)
		}
		if got.Runs > runs || got.Minimal || got.Stopped != search.RunsSpent {
			t.Errorf("with %d runs: %+v", runs, got)
		}
		if got.Switches > switches {
			t.Errorf("with %d runs, %d switches are left, and with fewer runs %d", runs, got.Switches, switches)
		}
		switches = got.Switches
		o := sim.Simulate(sim.Main(crowd), sim.WithPolicy(order.AnyReady), sim.WithOutput(nil), sim.WithStrategy(order.Replay(got.Schedule)))
		if !alike(o, given) || simpler(o, given) > 0 {
			t.Errorf("with %d runs, %s ends as %s: %s", runs, got.Schedule, o.End, o.Summary())
		}
	}
}

func TestShrinkStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got, err := explain.Shrink(ctx, exploretest.Main(crowd), failingSeed(t, crowd))
	if err != nil || got.Stopped != search.Interrupted || got.Minimal || got.Switches != got.Before {
		t.Errorf("after the end of its context: %+v, %v", got, err)
	}
}

// A failure is not traded for a simpler one of another kind.
func TestShrinkKeepsTheFailure(t *testing.T) {
	two := func(ctx context.Context) error {
		place := sim.NewVar(ctx, "place", 0)
		var all []sim.Awaitable[sim.None]
		for i := range 3 {
			all = append(all, sim.Do(ctx, fmt.Sprint("task", i), func(ctx context.Context) error {
				place.Set(place.Get()*10 + i + 1)
				return nil
			}))
		}
		if _, err := sim.Gather(ctx, all...).Await(ctx); err != nil {
			return err
		}
		switch place.Get() {
		case 321:
			return errors.New("backwards")
		case 213:
			return errors.New("the second was first")
		}
		return nil
	}
	var backwards order.Schedule
	for _, o := range everyOrder(two) {
		if o.End == order.Failed && o.Err.Error() == "backwards" {
			backwards = o.Schedule
		}
	}
	got, err := explain.Shrink(t.Context(), exploretest.Main(two), backwards)
	if err != nil || got.Schedule.String() != backwards.String() || !got.Minimal {
		t.Errorf("%s was shrunk to %+v, %v", backwards, got, err)
	}
}

func TestShrinkRefuses(t *testing.T) {
	for _, test := range []struct {
		name     string
		schedule order.Schedule
		want     error
	}{
		{"a schedule that passes", nil, explain.ErrPasses},
		{"a schedule of another program", order.Schedule{{Kind: order.PickReady, Key: "x.1", Taken: "y.1"}}, order.ErrScheduleMismatch},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := explain.Shrink(t.Context(), exploretest.Main(wakeUp), test.schedule)
			if !errors.Is(err, test.want) {
				t.Errorf("Shrink: %v, want %v", err, test.want)
			}
			_, err = explain.Why(t.Context(), exploretest.Main(wakeUp), test.schedule)
			if !errors.Is(err, test.want) {
				t.Errorf("Explain: %v, want %v", err, test.want)
			}
		})
	}
	other := order.Schedule{{Kind: order.PickReady, Key: "x.1", Taken: "y.1"}}
	if _, err := explain.Swaps(t.Context(), exploretest.Main(wakeUp), other); !errors.Is(err, order.ErrScheduleMismatch) {
		t.Errorf("Swaps: %v", err)
	}
	if _, err := explain.Prospects(t.Context(), exploretest.Main(wakeUp), other); !errors.Is(err, order.ErrScheduleMismatch) {
		t.Errorf("Prospects: %v", err)
	}
}

// A program that keeps something from run to run is found out.
func TestShrinkOfAProgramThatRemembers(t *testing.T) {
	runs := 0
	remembers := func(ctx context.Context) error {
		runs++
		var all []sim.Awaitable[sim.None]
		for i := range 2 + runs%2 {
			all = append(all, sim.Do(ctx, fmt.Sprint("task", i), func(context.Context) error { return nil }))
		}
		sim.Gather(ctx, all...).Await(ctx)
		return errors.New("always")
	}
	_, err := explain.Prospects(t.Context(), exploretest.Main(remembers), nil)
	var unequal *search.NondeterminismError
	if !errors.As(err, &unequal) {
		t.Errorf("the error is %v", err)
	}
}
