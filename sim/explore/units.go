package explore

import (
	"fmt"
	"slices"
	"time"

	"weft/sim/explore/search"
	"weft/trace/words"
)

// Units add up an exploration that is done in units, on however many machines. What counts
// is what hangs together: the result of the whole, the results of the units that it left,
// and so on. The first result of a unit is the one that counts, since which units it left
// belongs to what it found; a later one of the same unit is ignored, and so is what comes
// of the units that only the later one left. In which order results are added, beyond that,
// makes no difference. The zero value has none.
type Units struct {
	id      *identity
	known   map[string]*UnitResult // that nothing known has left so far
	counted map[string]bool
	open    map[string]Unit
	found   findings
	claims  claims
	covered bool // one result at least is counted
	share   float64
}

// Add adds what was found in a unit. Its error says how it is one of another exploration.
func (m *Units) Add(r *UnitResult) error {
	m.begin()
	if m.id == nil {
		id := r.part.identity
		m.id = &id
	} else if err := (&Parts{identity: *m.id}).same(r.part.identity); err != nil {
		return err
	}
	if m.counted[r.unit] || m.known[r.unit] != nil {
		return nil
	}
	m.known[r.unit] = r
	for ready := []string{r.unit}; len(ready) > 0; {
		id := ready[0]
		ready = ready[1:]
		next, was := m.open[id], m.known[id]
		if _, left := m.open[id]; !left || was == nil {
			continue
		}
		delete(m.open, id)
		delete(m.known, id)
		m.count(next, was)
		for _, u := range was.rest {
			if !m.counted[u.ID()] {
				m.open[u.ID()] = u
				ready = append(ready, u.ID())
			}
		}
	}
	return nil
}

func (m *Units) begin() {
	if m.open == nil {
		m.known, m.counted, m.open = map[string]*UnitResult{}, map[string]bool{}, map[string]Unit{Unit{}.ID(): {}}
		m.found.tally = search.NewTally(true)
	}
}

// count adds up a result.
func (m *Units) count(u Unit, r *UnitResult) {
	one := r.part.findings()
	m.counted[r.unit] = true
	m.share += u.Share()
	for _, rest := range r.rest {
		m.share -= rest.Share()
	}
	m.found.tally.Merge(one.tally)
	m.found.elapsed += one.elapsed
	m.found.addTraces(one)
	if !m.covered {
		m.found.program, m.found.policy, m.found.strategy, m.found.seed = one.program, one.policy, one.strategy, one.seed
		m.found.coverage = one.coverage
	} else {
		m.found.coverage = coverBoth(m.found.coverage, one.coverage)
	}
	if one.size != nil {
		m.found.size, m.found.probed = one.size, one.probed
	}
	m.claims.add(r.part.Saw, one.claim)
	m.found.claim = m.claims.ofAll()
	m.covered = true
}

// Open returns the units that are still to be done, by their IDs. As long as there is no
// result at all, that is the whole.
func (m *Units) Open() []Unit {
	m.begin()
	open := make([]Unit, 0, len(m.open))
	for _, u := range m.open {
		open = append(open, u)
	}
	slices.SortFunc(open, func(a, b Unit) int {
		if a.ID() < b.ID() {
			return -1
		}
		return 1
	})
	return open
}

// Done reports whether nothing is left to do: all was done, or the program does not do the
// same twice.
func (m *Units) Done() bool {
	m.begin()
	return len(m.open) == 0 || m.found.tally.Unequal != nil
}

// Counted returns how many units were done, and are counted.
func (m *Units) Counted() int { return len(m.counted) }

// Progress says how far the exploration is. Total is estimated by how large a part of it
// the units are that were done. Elapsed is what all machines took together.
func (m *Units) Progress() Progress {
	m.begin()
	t := m.found.tally
	p := Progress{Runs: t.Runs, Outcomes: len(t.Outcomes), Failed: t.Failed(), Elapsed: m.found.elapsed}
	if m.share > 0 {
		p.Total = max(float64(t.Runs), float64(t.Runs)/min(1, m.share))
	}
	if m.Done() {
		p.Total = float64(t.Runs)
	}
	return p
}

// Share is about which part of the exploration was done: 1 is the whole.
func (m *Units) Share() float64 {
	if m.Done() {
		return 1
	}
	return min(1, max(0, m.share))
}

// Report returns the report that one machine would have given, or, if units are open, what
// is known so far, and not "all". Elapsed is what all machines took together. stopped says
// why no more is done, if that is so. It panics if nothing was added.
func (m *Units) Report(stopped search.Stop) *Report {
	if !m.covered {
		panic("explore: nothing is known yet of what was found in units; add the result of the whole first")
	}
	f := m.found
	f.tally = f.tally.State().Tally() // the report is not to change with what is added later
	f.tally.Unequal = m.found.tally.Unequal
	f.sumTraces()
	switch {
	case len(m.open) > 0:
		f.stopped = stopped
		f.coverage = search.Coverage{Kind: search.Partial, Why: words.Count(len(m.open), "unit") + " of it left to do"}
		if f.tally.Unequal != nil {
			f.stopped = search.NotRepeatable
		}
	case f.coverage.Kind == search.Sampled:
		f.stopped = search.RunsSpent // as it is when one machine draws
	}
	return f.report()
}

// String says how far it is, for logs.
func (m *Units) String() string {
	p := m.Progress()
	return fmt.Sprintf("%s in %s, %s open, %s", words.Count(p.Runs, "run"), words.Count(len(m.counted), "unit"), words.Count(len(m.open), "unit"), p.Elapsed.Round(time.Millisecond))
}
