package explore_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
)

// FuzzUnit does units that somebody has made up. They are refused, or something is done, and
// what is left of them is a unit again.
func FuzzUnit(f *testing.F) {
	engine := sim.Engine(exploretest.Withdrawals())
	strategies := []string{"exhaustive", "bounded:2", "random", "pct:2", "surw"}
	for i, name := range strategies {
		options := []explore.Option{explore.WithStrategy(mustParse(f, name)), explore.WithRuns(3000)}
		r, err := explore.SearchUnit(f.Context(), engine, explore.Unit{}, search.UnitLimits{Runs: 2, Parts: 2}, options...)
		if err != nil {
			f.Fatal(err)
		}
		for _, u := range append(r.Rest(), explore.Unit{}) {
			data, err := json.Marshal(u)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data, uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, strategy uint8) {
		var u explore.Unit
		if json.Unmarshal(data, &u) != nil {
			return
		}
		options := []explore.Option{explore.WithStrategy(mustParse(t, strategies[int(strategy)%len(strategies)])), explore.WithRuns(3000)}
		r, err := explore.SearchUnit(t.Context(), engine, u, search.UnitLimits{Runs: 3, Parts: 3}, options...)
		if err != nil {
			return
		}
		if r.Unit() != u.ID() {
			t.Errorf("unit %s was done, and %s was asked for", r.Unit(), u.ID())
		}
		for _, rest := range r.Rest() {
			if _, err := explore.SearchUnit(t.Context(), engine, rest, search.UnitLimits{Runs: 1}, options...); err != nil {
				t.Errorf("what is left cannot be done: %v", err)
			}
		}
	})
}

// FuzzUnitResult reads results that were damaged. What is read is written again as it was.
func FuzzUnitResult(f *testing.F) {
	for _, runs := range []int{1, 5} {
		r, err := explore.SearchUnit(f.Context(), sim.Engine(exploretest.Withdrawals()), explore.Unit{}, search.UnitLimits{Runs: runs, Parts: 2}, explore.WithStrategy(mustParse(f, "exhaustive")))
		if err != nil {
			f.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := r.WriteTo(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := explore.ReadUnitResult(bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if _, err := r.WriteTo(&b); err != nil || !bytes.Equal(b.Bytes(), data) {
			t.Errorf("it is read, and written as\n%s\n%v", b.Bytes(), err)
		}
		var m explore.Units
		if err := m.Add(r); err != nil {
			t.Error(err)
		}
	})
}
