package explain_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// The swap behind the whole library: in the first program of the gallery, events 7
// and 9 may be swapped, and that is all.
func TestSwapsOfHello(t *testing.T) {
	swaps, err := explain.Swaps(t.Context(), sim.Engine(helloTwice, sim.WithPolicy(order.SameInstant)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(swaps) != 1 {
		t.Fatalf("there are %d swaps: %v", len(swaps), swaps)
	}
	s := swaps[0]
	if s.Transfers != [2]int{7, 9} {
		t.Errorf("%d and %d may be swapped", s.Transfers[0], s.Transfers[1])
	}
	if want := "7 and 9 may be swapped, and the output changes: both sleeps are due at 1s."; s.String() != want {
		t.Errorf("in words: %s", s)
	}
	if s.At != time.Second || s.Kind != order.PickTimer || s.IDs != [2]string{"say1.1", "say2.1"} {
		t.Errorf("the swap is %+v", s)
	}
	if !s.Permitted || s.Same || s.Failed || s.Fails || s.Outcome != "Hello 2!\nHello 1!\n" {
		t.Errorf("the swap is %+v", s)
	}
	if want := "w1,timer:say1.1=say2.1"; s.Schedule.String() != want {
		t.Errorf("its schedule is %s, want %s", s.Schedule, want)
	}
}

func TestSwapInWords(t *testing.T) {
	sameOutcome := func(ctx context.Context) error {
		nap := func(name string) *sim.Coroutine[sim.None] {
			return sim.Do(ctx, name, func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) })
		}
		return both(ctx, nap("a"), nap("b"))
	}
	otherFailure := func(ctx context.Context) error {
		last := ""
		end := func(name string) *sim.Coroutine[sim.None] {
			return sim.Do(ctx, name, func(ctx context.Context) error {
				err := sim.Sleep(ctx, time.Second)
				last = name
				return err
			})
		}
		both(ctx, end("a"), end("b"))
		return errors.New("last was " + last)
	}
	for _, test := range []struct {
		name     string
		main     func(context.Context) error
		policy   order.Policy
		schedule string
		want     []string
	}{
		{"the outcome stays", sameOutcome, order.SameInstant, "w1", []string{
			"10 and 12 may be swapped, and the outcome stays the same: both sleeps are due at 1s."}},
		{"the output changes", hello, order.SameInstant, "w1", []string{
			"10 and 12 may be swapped, and the output changes: both sleeps are due at 1s."}},
		{"it fails in another way", otherFailure, order.SameInstant, "w1", []string{
			"10 and 12 may be swapped, and the run fails in another way: both sleeps are due at 1s."}},
		{"then it fails", wakeUp, order.AnyReady, "w1", []string{
			"4 and 7 may be swapped, and then the run fails: both are ready at 0s."}},
		{"then it passes", wakeUp, order.AnyReady, "w1,ready:consumer.1=producer.1", []string{
			"4 and 6 may be swapped, and then the run does not fail: both are ready at 0s."}},
		{"one order only", hello, order.FIFO, "w1", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			schedule, err := order.ParseSchedule(test.schedule)
			if err != nil {
				t.Fatal(err)
			}
			swaps, err := explain.Swaps(t.Context(), exploretest.Main(test.main, sim.WithPolicy(test.policy)), schedule)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range swaps {
				got = append(got, s.String())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestSwapThatIsNotPermittedInWords(t *testing.T) {
	s := explain.Swap{Kind: order.PickReady, IDs: [2]string{"a.1", "b.1"}, Reason: "both are ready at 0s"}
	if got, want := s.String(), "step a.1 and step b.1 cannot be swapped alone, although both are ready at 0s."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Of n timers at one instant, only neighbours can be exchanged alone.
func TestSwapsOfNeighbours(t *testing.T) {
	naps := func(ctx context.Context) error {
		var all []sim.Awaitable[sim.None]
		for i := range 4 {
			all = append(all, sim.Do(ctx, fmt.Sprint("nap", i), func(ctx context.Context) error {
				err := sim.Sleep(ctx, time.Second)
				sim.Print(ctx, i)
				return err
			}))
		}
		_, err := sim.Gather(ctx, all...).Await(ctx)
		return err
	}
	swaps, err := explain.Swaps(t.Context(), exploretest.Main(naps, sim.WithPolicy(order.SameInstant)), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range swaps {
		got = append(got, strings.ReplaceAll(s.Outcome, "\n", ""))
		if !strings.HasSuffix(s.String(), ": both sleeps are due at 1s.") {
			t.Errorf("in words: %s", s)
		}
	}
	if want := []string{"1023", "0213", "0132"}; !slices.Equal(got, want) {
		t.Errorf("the exchanged orders print %q, want %q", got, want)
	}
}

// For every run of some programs: each swap is one that the loop itself agrees
// with, and differs from the run in the two that are exchanged.
func TestSwapsAreTrue(t *testing.T) {
	for name, main := range map[string]func(context.Context) error{
		"transfers": transfers, "locks": locks, "shop": shop, "holder": holder, "random": randomProgram(3),
	} {
		t.Run(name, func(t *testing.T) {
			all := everyOrder(main)
			for i := 0; i < len(all); i += 1 + len(all)/20 {
				checkSwaps(t, main, all[i])
			}
		})
	}
}

func checkSwaps(t *testing.T, main func(context.Context) error, o *sim.Outcome) {
	swaps, err := explain.Swaps(t.Context(), exploretest.Main(main), o.Schedule)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range swaps {
		if !s.Permitted {
			continue
		}
		other := sim.Simulate(sim.Main(main), sim.WithPolicy(order.AnyReady), sim.WithOutput(nil), sim.WithStrategy(order.Replay(s.Schedule)))
		if (other.End != order.Finished) != s.Fails || (o.End != order.Finished) != s.Failed {
			t.Errorf("%s: %+v, and the run ends as %s, the other as %s", o.Schedule, s, o.End, other.End)
		}
		a, b := o.Decisions[s.Decision], other.Decisions[s.Decision]
		if a.Alternatives[a.Taken].Name != s.IDs[0] || b.Alternatives[b.Taken].Name != s.IDs[1] {
			t.Errorf("%s: the decision took %s, in the other order %s; want %v", o.Schedule, a.Alternatives[a.Taken].Name, b.Alternatives[b.Taken].Name, s.IDs)
		}
	}
}

func TestSwapsWithinBudget(t *testing.T) {
	swaps, err := explain.Swaps(t.Context(), exploretest.Main(transfers), nil, explore.WithRuns(2))
	if len(swaps) != 1 || err == nil || !strings.Contains(err.Error(), "1 of ") {
		t.Errorf("%d swaps, %v", len(swaps), err)
	}
}
