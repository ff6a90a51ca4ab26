package coroutine_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/scenarios"
	"weft/scenarios/coroutine"
	"weft/scenarios/internal/scenariotest"
	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

func TestChapter(t *testing.T) {
	var programs []scenariotest.Program
	for _, s := range coroutine.All() {
		programs = append(programs, scenariotest.Program{Name: s.Name, Title: s.Title, Story: s.Story})
	}
	scenariotest.Chapter(t, programs)
}

// TestDefaultOrder: the claims hold, and what the programs show is in their golden
// files.
func TestDefaultOrder(t *testing.T) {
	for _, s := range coroutine.All() {
		t.Run(s.Name, func(t *testing.T) { scenariotest.DefaultOrder(t, s) })
	}
}

// TestClaimsInAnyOrder checks the claims that say so in other orders too.
func TestClaimsInAnyOrder(t *testing.T) {
	for _, s := range coroutine.All() {
		scenariotest.AnyOrder(t, s)
	}
}

// TestNotLostUnderAnyPolicy: the promise does not depend on the policy at all.
func TestNotLostUnderAnyPolicy(t *testing.T) {
	s, _ := scenarios.Find("not-lost")
	for _, policy := range []order.Policy{order.FIFO, order.SameInstant, order.AnyReady, order.Jitter(0), order.Jitter(time.Second)} {
		for seed := range uint64(10) {
			scenariotest.InOrder(t, s, policy, seed)
		}
	}
}

// TestOrdersDiffer: the other orders are really tried.
func TestOrdersDiffer(t *testing.T) {
	s, _ := scenarios.Find("hello")
	first := map[string]bool{}
	for seed := range uint64(20) {
		first[scenariotest.Quiet(s, sim.WithSeed(seed)).Output[0].Text] = true
	}
	if len(first) != 2 {
		t.Errorf("of 20 seeds, the first greeting was always one of %v", first)
	}
}

// TestHelloHasTenTransfers: a drawing of who has control has ten numbered
// arrows, the seventh and ninth of which may be swapped.
func TestHelloHasTenTransfers(t *testing.T) {
	s, _ := scenarios.Find("hello")
	o := scenariotest.Quiet(s, sim.WithRecording(trace.Full))
	var got [][2]string
	for _, x := range trace.Transfers(o.Trace) {
		got = append(got, [2]string{x.From, x.To})
	}
	want := [][2]string{
		{trace.Loop, "say1"}, {"say1", "say1"}, {"say1", trace.Loop},
		{trace.Loop, "say2"}, {"say2", "say2"}, {"say2", trace.Loop},
		{trace.Loop, "say1"}, {"say1", trace.Loop},
		{trace.Loop, "say2"}, {"say2", trace.Loop},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("transfers (-want +got):\n%s", diff)
	}
	swaps := trace.Swaps(o.Trace)
	if len(swaps) != 1 || !slices.Equal(swaps[0].Transfers, []int{7, 9}) {
		t.Errorf("swaps %v, want one of 7 and 9", swaps)
	}
}
