package explore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// done does a unit, and sends it and what was found through their files.
func done(t testing.TB, engine order.Engine, u explore.Unit, limits search.UnitLimits, options ...explore.Option) *explore.UnitResult {
	t.Helper()
	data, err := json.Marshal(u)
	if err != nil {
		t.Fatal(err)
	}
	var sent explore.Unit
	if err := json.Unmarshal(data, &sent); err != nil {
		t.Fatal(err)
	}
	if sent.ID() != u.ID() {
		t.Fatalf("unit %s arrives as %s: %s", u.ID(), sent.ID(), data)
	}
	r, err := explore.SearchUnit(context.Background(), engine, sent, limits, options...)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	again, err := explore.ReadUnitResult(&b)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// inUnits does an exploration in units, in any order and with any limits. Some are done
// twice, with other limits, and what is known is put together in any order.
func inUnits(t testing.TB, random *rand.Rand, most int, engine order.Engine, options ...explore.Option) *explore.Units {
	t.Helper()
	limits := func() search.UnitLimits {
		return search.UnitLimits{Runs: 1 + random.IntN(most), Parts: random.IntN(5)}
	}
	first := map[string]*explore.UnitResult{}
	all := []*explore.UnitResult{}
	twice := 20 // at most, since what they leave is done twice as well
	for open := []explore.Unit{{}}; len(open) > 0; {
		i := random.IntN(len(open))
		u := open[i]
		open[i] = open[len(open)-1]
		open = open[:len(open)-1]
		r := done(t, engine, u, limits(), options...)
		if first[u.ID()] == nil {
			first[u.ID()] = r
			all = append(all, r)
		}
		// What only a later result left is done as well, by those who do not know better.
		open = append(open, r.Rest()...)
		if twice > 0 && random.IntN(8) == 0 {
			open = append(open, u)
			twice--
		}
	}
	random.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	m := &explore.Units{}
	for _, r := range all {
		if err := m.Add(r); err != nil {
			t.Fatal(err)
		}
		if random.IntN(4) == 0 {
			m.Add(r)
		}
	}
	return m
}

// TestUnitsAreTheWhole: wherever an exploration is cut, and whatever is done twice, the
// report is that of one machine.
func TestUnitsAreTheWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for name, engine := range small() {
		strategies := []string{"exhaustive", "bounded", "bounded:0", "bounded:1", "bounded:3", "random", "pct:2", "pos", "urw", "surw", "portfolio"}
		if testing.Short() {
			strategies = []string{"exhaustive", "bounded:1", "random"}
		}
		for _, strategy := range strategies {
			t.Run(name+"/"+strategy, func(t *testing.T) {
				runs, cuts := 2200, []int{300, 3000}
				if strategy == "exhaustive" || strings.HasPrefix(strategy, "bounded") {
					runs, cuts = 100_000, []int{30, 2000}
				}
				options := []explore.Option{explore.WithStrategy(mustParse(t, strategy)), explore.WithRuns(runs), explore.WithSeed(7)}
				want := timeless(t, exploretest.Search(t, engine, options...))
				for _, most := range cuts {
					m := inUnits(t, random, most, engine, options...)
					if !m.Done() || len(m.Open()) > 0 || m.Share() != 1 {
						t.Fatalf("not done: %v, share %v", m, m.Share())
					}
					if got := timeless(t, m.Report(search.Through)); got != want {
						t.Fatalf("in %d units of up to %d runs, the report is\n%s\nand that of one machine\n%s", m.Counted(), most, got, want)
					}
				}
			})
		}
	}
}

// TestUnitsShare: the shares of what is left and of what was done add up to the whole.
func TestUnitsShare(t *testing.T) {
	engine := exploretest.SameInstant(exploretest.Sleepers(4, 2))
	for _, strategy := range []string{"exhaustive", "random"} {
		options := []explore.Option{explore.WithStrategy(mustParse(t, strategy)), explore.WithRuns(10_000)}
		r := done(t, engine, explore.Unit{}, search.UnitLimits{Runs: 300, Parts: 4}, options...)
		m := &explore.Units{}
		if err := m.Add(r); err != nil {
			t.Fatal(err)
		}
		rest := m.Open()
		if len(rest) != 4 || m.Done() {
			t.Fatalf("%s: %d units are left, want 4; %v", strategy, len(rest), m)
		}
		left := 0.0
		for _, u := range rest {
			if u.Share() <= 0.02 {
				t.Errorf("%s: a quarter of the rest is %v of the whole", strategy, u.Share())
			}
			left += u.Share()
		}
		if sum := left + m.Share(); sum < 0.999999 || sum > 1.000001 {
			t.Errorf("%s: what was done is %v, what is left %v", strategy, m.Share(), left)
		}
		if v := m.Report(search.Interrupted).Verdict(); !strings.Contains(v, "interrupted after") || strings.Contains(v, "all orders explored:") && !strings.HasPrefix(v, "not") {
			t.Errorf("%s: verdict %q", strategy, v)
		}
		if p := m.Progress(); p.Runs != r.Runs() || p.Total < float64(p.Runs) {
			t.Errorf("%s: progress %+v", strategy, p)
		}
	}
}

// TestUnitTakesItsTime: a unit ends about when its time is over, also where a run takes
// long, and what is left goes on from there.
func TestUnitTakesItsTime(t *testing.T) {
	engine := exploretest.SameInstant(exploretest.Sleepers(6, 3))
	r := done(t, engine, explore.Unit{}, search.UnitLimits{Time: time.Millisecond, Parts: 3}, explore.WithStrategy(walk.Exhaustive()))
	if r.Runs() == 0 || len(r.Rest()) != 3 {
		t.Errorf("%d runs, %d units left", r.Runs(), len(r.Rest()))
	}
}

func TestUnitsRefused(t *testing.T) {
	engine := exploretest.SameInstant(exploretest.Sleepers(3, 2))
	for _, c := range []struct {
		name, unit, want string
		options          []explore.Option
	}{
		{"one run", `{"weft_unit":1,"share":1,"left":null}`, "cannot be done in units", []explore.Option{explore.WithStrategy(mustParse(t, "seed:1"))}},
		{"nothing of a reduction", `{"weft_unit":1,"share":1,"left":{"roots":[]}}`, "no parts", []explore.Option{explore.WithStrategy(mustParse(t, "reduced"))}},
		{"root of a reduction", `{"weft_unit":1,"share":1,"left":{"names":["a"],"roots":[{"taken":[3],"widths":[2],"places":[{"at":0,"step":0,"enabled":[0,0]}]}]}}`, "does not hold together", []explore.Option{explore.WithStrategy(mustParse(t, "optimal"))}},
		{"auto", `{"weft_unit":1,"share":1,"left":null}`, "cannot be done in units", nil},
		{"part", `{"weft_unit":1,"share":1,"left":null}`, "not both", []explore.Option{explore.WithStrategy(walk.Exhaustive()), explore.WithShard(1, 2)}},
		{"widths", `{"weft_unit":1,"share":1,"left":{"left":[{"taken":[1],"widths":[],"floor":1,"most":2147483647}]}}`, "1 turns with 0 widths", []explore.Option{explore.WithStrategy(walk.Exhaustive())}},
		{"bound", `{"weft_unit":1,"share":1,"left":{"left":[{"taken":[1],"widths":[2],"floor":1,"most":3}]}}`, "permits 3 switches", []explore.Option{explore.WithStrategy(walk.Bounded(2))}},
		{"range", `{"weft_unit":1,"share":1,"left":{"next":9,"to":7}}`, "no runs from 9 to 7", []explore.Option{explore.WithStrategy(mustParse(t, "random"))}},
		{"batch", `{"weft_unit":1,"share":1,"left":{"next":100,"to":10000}}`, "does not part the runs", []explore.Option{explore.WithStrategy(mustParse(t, "random"))}},
	} {
		var u explore.Unit
		if err := json.Unmarshal([]byte(c.unit), &u); err != nil {
			t.Fatal(err)
		}
		_, err := explore.SearchUnit(t.Context(), engine, u, search.UnitLimits{Runs: 10}, c.options...)
		if err == nil || !strings.HasPrefix(err.Error(), "explore: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
	for _, unit := range []string{`{}`, `{"weft_unit":2}`, `{"weft_unit":1,"share":7,"left":null}`, `{"weft_unit":1,"share":-1,"left":null}`, `[]`} {
		var u explore.Unit
		if err := json.Unmarshal([]byte(unit), &u); err == nil {
			t.Errorf("the unit %s is read as %s", unit, u.ID())
		}
	}
}

// TestUnitsOfOthersAreRefused: what was found in another exploration is not added.
func TestUnitsOfOthersAreRefused(t *testing.T) {
	engine := exploretest.SameInstant(exploretest.Sleepers(2, 2))
	m := &explore.Units{}
	if err := m.Add(done(t, engine, explore.Unit{}, search.UnitLimits{Runs: 1}, explore.WithStrategy(walk.Exhaustive()))); err != nil {
		t.Fatal(err)
	}
	err := m.Add(done(t, engine, explore.Unit{}, search.UnitLimits{}, explore.WithStrategy(walk.Bounded(1))))
	if err == nil || !strings.Contains(err.Error(), "strategy") {
		t.Errorf("error %v", err)
	}
}

// TestUnitCancelled: nothing is said of a unit that was not done.
func TestUnitCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := explore.SearchUnit(ctx, exploretest.SameInstant(exploretest.Sleepers(2, 2)), explore.Unit{}, search.UnitLimits{}, explore.WithStrategy(walk.Exhaustive()))
	if r != nil || err == nil || !strings.Contains(err.Error(), "was not done") {
		t.Errorf("result %v, error %v", r, err)
	}
}

// TestDamagedUnitResult: at whatever byte a result is cut or changed, it is not taken.
func TestDamagedUnitResult(t *testing.T) {
	r := done(t, exploretest.SameInstant(exploretest.Sleepers(2, 2)), explore.Unit{}, search.UnitLimits{Runs: 2, Parts: 2}, explore.WithStrategy(walk.Exhaustive()))
	var b bytes.Buffer
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	for i := range data {
		if _, err := explore.ReadUnitResult(bytes.NewReader(data[:i])); err == nil {
			t.Errorf("cut at byte %d of %d, it is read", i, len(data))
		}
		changed := bytes.Clone(data)
		changed[i] ^= 1
		if _, err := explore.ReadUnitResult(bytes.NewReader(changed)); err == nil {
			t.Errorf("changed at byte %d of %d, it is read", i, len(data))
		}
	}
}
