package sim_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weft/sim"
	"weft/sim/order"
)

// TestSeeds checks that a seed gives one run, again and again, and that seeds
// differ.
func TestSeeds(t *testing.T) {
	hashes := make(map[string]bool)
	for seed := range uint64(20) {
		first := observe(bazaar, sim.WithSeed(seed), sim.WithPolicy(order.AnyReady))
		again := observe(bazaar, sim.WithStrategy(order.Random(seed)), sim.WithPolicy(order.AnyReady))
		if first.Trace.Hash != again.Trace.Hash {
			t.Errorf("seed %d gave two runs", seed)
		}
		if first.Trace.Seed == nil || *first.Trace.Seed != seed || first.Trace.Strategy != "random" {
			t.Errorf("the header is %+v", first.Trace.Header)
		}
		hashes[fmt.Sprint(first.Trace.Hash)] = true
	}
	if len(hashes) < 15 {
		t.Errorf("20 seeds gave %d different runs", len(hashes))
	}
	if s := order.Random(9); s.Seed() != 9 || s.Name() != "random" {
		t.Errorf("Random(9) is %q with seed %d", s.Name(), s.Seed())
	}
	if order.Default().Name() != "default" {
		t.Errorf("Default is called %q", order.Default().Name())
	}
}

// TestReplay checks that the schedule of any random run, through its text, gives
// that run again.
func TestReplay(t *testing.T) {
	for _, policy := range allPolicies {
		for seed := range uint64(10) {
			first := observe(bazaar, sim.WithSeed(seed), sim.WithPolicy(policy))
			mustEnd(t, first, order.Finished)
			schedule, err := order.ParseSchedule(first.Schedule.String())
			if err != nil {
				t.Fatal(err)
			}
			replay := order.Replay(schedule)
			again := observe(bazaar, sim.WithStrategy(replay), sim.WithPolicy(policy))
			if again.Trace.Hash != first.Trace.Hash || again.Err != nil || replay.Err() != nil {
				t.Errorf("policy %v, seed %d: the replay of %v went another way: %v", policy, seed, schedule, again.Err)
			}
		}
	}
	if order.Replay(nil).Name() != "replay" {
		t.Errorf("Replay is called %q", order.Replay(nil).Name())
	}
}

// TestReplayOfAnyNames replays runs of programs whose tasks are called anything.
func TestReplayOfAnyNames(t *testing.T) {
	name := rapid.OneOf(rapid.SampledFrom([]string{"", "a", "b", "é,=:%", "a b"}), rapid.StringMatching(`[^#/]{0,5}`))
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(name, 2, 5).Draw(t, "names")
		main := func(ctx context.Context) error {
			return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
				for i, name := range names {
					g.Go(ctx, name, func(ctx context.Context) error {
						sim.Sleep(ctx, time.Second)
						sim.Print(ctx, i, sim.Choose(ctx, name, names...))
						return nil
					})
				}
				return nil
			})
		}
		seed := rapid.Uint64().Draw(t, "seed")
		first := observe(main, sim.WithSeed(seed))
		schedule, err := order.ParseSchedule(first.Schedule.String())
		if err != nil {
			t.Fatal(err)
		}
		again := observe(main, sim.WithStrategy(order.Replay(schedule)))
		if again.Err != nil || again.Trace.Hash != first.Trace.Hash {
			t.Fatalf("the replay of %v went another way: %v", schedule, again.Err)
		}
	})
}

func TestReplayThatDoesNotFit(t *testing.T) {
	for _, test := range []struct {
		name, schedule string
		says           []string
	}{
		{"no such alternative", "w1,timer:t0.1=gone.1", []string{"turn 1 wants gone.1 at timer:t0.1, where there was only t0.1, t1.1"}},
		{"no such decision", "w1,timer:gone.1=t1.1", []string{"turn 1 wants t1.1 at timer:gone.1", "the run had no such decision after turn 0"}},
		{"the second turn", "w1,timer:t0.1=t1.1,choose:x=y", []string{"turn 2 wants y at choose:x", "after turn 1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			schedule, err := order.ParseSchedule(test.schedule)
			if err != nil {
				t.Fatal(err)
			}
			replay := order.Replay(schedule)
			o := observe(tied(2, 1), sim.WithStrategy(replay))
			mustEnd(t, o, order.Mismatched)
			if !errors.Is(o.Err, order.ErrScheduleMismatch) || replay.Err() == nil {
				t.Errorf("the error is %v", o.Err)
			}
			mustMention(t, replay.Err().Error(), append(test.says, "the schedule does not fit the program")...)
			if len(o.Output) != 2 {
				t.Errorf("the run stopped early: %q", printed(o))
			}
		})
	}
	// The error of the run itself is not lost.
	boom := errors.New("boom")
	o := observe(func(context.Context) error { return boom }, sim.WithStrategy(order.Replay(order.Schedule{{Kind: "timer", Key: "a", Taken: "b"}})))
	if !errors.Is(o.Err, boom) || !errors.Is(o.Err, order.ErrScheduleMismatch) {
		t.Errorf("the error is %v, want both", o.Err)
	}
}

func TestScheduleOf(t *testing.T) {
	o := observe(tied(3, 1), sim.WithStrategy(always(1)))
	if want := "w1,timer:t0.1=t1.1,timer:t0.1=t2.1"; o.Schedule.String() != want || order.ScheduleOf(o.Decisions).String() != want {
		t.Errorf("the schedule is %v and %v, want %v", o.Schedule, order.ScheduleOf(o.Decisions), want)
	}
	mustPrint(t, o, "1", "2", "0")
	if o.Trace.Schedule != o.Schedule.String() || o.Trace.Strategy != "always" || o.Trace.Policy != "same-instant" || o.Trace.Seed != nil {
		t.Errorf("the header is %+v", o.Trace.Header)
	}
}
