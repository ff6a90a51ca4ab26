package dpor_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"

	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"weft/sim"
	"weft/sim/internal/exploretest"
	"weft/sim/internal/toy"

	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/order"
)

// partsOften is one of how many random programs is walked in parts as well: each part begins
// with a thousand runs of its own.
const partsOften = 40

// partsDiffer walks in three shards what was walked as a whole, cut into so many parts, and
// says how what is merged differs in what it claims, or "".
func partsDiffer(t *testing.T, engine order.Engine, s search.Strategy, parts int, whole *explore.Report, options []explore.Option) string {
	t.Helper()
	const shards = 3
	m := &explore.Parts{}
	for shard := 1; shard <= shards; shard++ {
		p, err := explore.SearchPart(context.Background(), engine, append(slices.Clip(options), explore.WithStrategy(dpor.InParts(s, parts)), explore.WithShard(shard, shards))...)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	got := m.Report()
	if got.Coverage.Kind != search.AllTraces || got.Traces != whole.Traces || !slices.Equal(outcomesOf(got), outcomesOf(whole)) {
		return fmt.Sprintf("in %d parts: %v, %d traces in %d runs, outcomes %q; as a whole %d traces in %d runs, outcomes %q",
			parts, got.Coverage, got.Traces, got.Runs, outcomesOf(got), whole.Traces, whole.Runs, outcomesOf(whole))
	}
	return ""
}

// unitsDiffer walks in units of a few runs what was walked as a whole, and says how what is
// added up differs in what it claims, or "".
func unitsDiffer(t *testing.T, engine order.Engine, s search.Strategy, parts int, whole *explore.Report, options []explore.Option) string {
	t.Helper()
	options = append(slices.Clip(options), explore.WithStrategy(dpor.InParts(s, parts)))
	m := &explore.Units{}
	for open := m.Open(); len(open) > 0; open = m.Open() {
		text, err := json.Marshal(open[0])
		if err != nil {
			t.Fatal(err)
		}
		var u explore.Unit
		if err := json.Unmarshal(text, &u); err != nil {
			t.Fatal(err)
		}
		var results [2]*explore.UnitResult // of two who do the same
		for i := range results {
			if results[i], err = explore.SearchUnit(t.Context(), engine, u, search.UnitLimits{Runs: 1 + parts, Parts: 1 + parts%3}, options...); err != nil {
				t.Fatal(err)
			}
		}
		if !results[0].Same(results[1]) {
			return fmt.Sprintf("a unit that is done twice is not the same: %s", text)
		}
		if err := m.Add(results[0]); err != nil {
			t.Fatal(err)
		}
	}
	got := m.Report(search.Through)
	if got.Coverage.Kind != search.AllTraces || got.Traces != whole.Traces || !slices.Equal(outcomesOf(got), outcomesOf(whole)) {
		return fmt.Sprintf("in %d units: %v, %d traces in %d runs, outcomes %q; as a whole %d traces in %d runs, outcomes %q",
			m.Counted(), got.Coverage, got.Traces, got.Runs, outcomesOf(got), whole.Traces, whole.Runs, outcomesOf(whole))
	}
	return ""
}

// TestUnitsOfReductions: wherever a reduced walk is cut, what it claims is the same.
func TestUnitsOfReductions(t *testing.T) {
	each := 6
	if testing.Short() {
		each = 2
	}
	for _, sort := range toySorts {
		t.Run(sort.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(uint64(len(sort.name)), 2))
			for n := range each {
				p := sort.draw(random)
				for _, s := range reductions {
					options := []explore.Option{explore.WithRuns(1_000_000), explore.WithoutReplayCheck()}
					whole := exploretest.Search(t, toy.NewEngine(p), append(slices.Clip(options), explore.WithStrategy(s), explore.WithRuns(2000))...)
					if whole.Coverage.Kind != search.AllTraces {
						continue
					}
					if diff := unitsDiffer(t, toy.NewEngine(p), s, 1+n%9, whole, options); diff != "" {
						t.Fatalf("%s, program %d:\n%s\n%s", s, n, p, diff)
					}
				}
			}
		})
	}
}

// TestFewShardsAreCutAlike: up to sixteen, how many there were makes no difference.
func TestFewShardsAreCutAlike(t *testing.T) {
	engine := sim.Engine(simPhilosophers(4))
	strategies := reductions
	if testing.Short() {
		strategies = reductions[:1]
	}
	for _, s := range strategies {
		want := ""
		for _, shards := range []int{2, 3, 16} {
			m := &explore.Parts{}
			for shard := 1; shard <= shards; shard++ {
				p, err := explore.SearchPart(t.Context(), engine, explore.WithStrategy(dpor.InParts(s, 64)), explore.WithRuns(100_000), explore.WithShard(shard, shards), explore.WithWorkers(1+shard%2))
				if err != nil {
					t.Fatal(err)
				}
				if err := m.Add(p); err != nil {
					t.Fatal(err)
				}
			}
			var b bytes.Buffer
			r := m.Report()
			r.Elapsed = 0
			if err := r.WriteJSON(&b); err != nil {
				t.Fatal(err)
			}
			if want == "" {
				want = b.String()
			}
			if b.String() != want {
				t.Errorf("%s in %d parts:\n%s\nin 2:\n%s", s, shards, &b, want)
			}
		}
	}
}

// TestStoppedPartsClaimNothing: a part that ran into its limit, and one that is missing.
func TestStoppedPartsClaimNothing(t *testing.T) {
	engine := sim.Engine(simPhilosophers(3))
	m := &explore.Parts{}
	for shard, runs := range []int{100_000, 7} {
		p, err := explore.SearchPart(t.Context(), engine, explore.WithStrategy(dpor.Reduced()), explore.WithRuns(runs), explore.WithShard(shard+1, 2))
		if err != nil {
			t.Fatal(err)
		}
		if shard == 1 && (p.Report().Runs+p.Report().Blocked != runs || p.Report().Coverage.Complete()) {
			t.Errorf("with a limit of %d runs: %d runs, %d blocked, %v", runs, p.Report().Runs, p.Report().Blocked, p.Report().Coverage)
		}
		if shard == 0 {
			if err := m.Add(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	if r := m.Report(); r.Coverage.Complete() || !strings.Contains(r.Coverage.Why, "part 2 of 2 missing") {
		t.Errorf("without part 2: %v", r.Coverage)
	}
}

// TestRunThatCannotBeReducedIsTold: what it shows is told once, as by a walk of the whole,
// though it is met when the tree is cut.
func TestRunThatCannotBeReducedIsTold(t *testing.T) {
	engine := sim.Engine(sim.Main(func(ctx context.Context) error {
		_, err := sim.ToThread(ctx, "x", func(context.Context) (int, error) { return 0, errors.New("found") })
		return err
	}))
	for _, s := range reductions {
		whole := exploretest.Search(t, engine, explore.WithStrategy(s))
		if whole.Coverage.Why == "" || whole.Failure() == nil {
			t.Fatalf("%s: %v: %s", s, whole.Coverage, whole.Summary())
		}
		m := &explore.Parts{}
		for shard := 1; shard <= 3; shard++ {
			p, err := explore.SearchPart(t.Context(), engine, explore.WithStrategy(s), explore.WithShard(shard, 3))
			if err != nil {
				t.Fatal(err)
			}
			if err := m.Add(p); err != nil {
				t.Fatal(err)
			}
		}
		if got := m.Report(); got.Runs != whole.Runs || !slices.Equal(outcomesOf(got), outcomesOf(whole)) || got.Coverage.Complete() {
			t.Errorf("%s in parts: %s, in %d runs; as a whole %s, in %d", s, got.Summary(), got.Runs, whole.Summary(), whole.Runs)
		}
	}
}
