package explore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"weft/sim/explore/search"
	"weft/trace"
)

// Parts are parts of one exploration. In which order they were added, and how often,
// makes no difference. The zero value has none.
type Parts struct {
	identity
	byShard map[int][]payload // several if they are not the same, in the order of their texts
}

// Merged returns the parts, of one exploration as made by one process. It panics if they
// are of different ones; [Parts.Add] says so in an error.
func Merged(parts ...*Part) *Parts {
	m := &Parts{}
	for _, p := range parts {
		if err := m.Add(p); err != nil {
			panic(err)
		}
	}
	return m
}

// Add adds a part. The error says how it is one of another exploration.
func (m *Parts) Add(p *Part) error {
	if len(m.byShard) == 0 {
		m.identity, m.byShard = p.identity, map[int][]payload{}
	} else if err := m.same(p.identity); err != nil {
		return err
	}
	m.byShard[p.Shard] = keepPayload(m.byShard[p.Shard], p.payload)
	return nil
}

// Merge adds the parts of another collection.
func (m *Parts) Merge(o *Parts) error {
	for _, shard := range slices.Sorted(maps.Keys(o.byShard)) {
		for _, p := range o.byShard[shard] {
			if err := m.Add(&Part{identity: o.identity, payload: p}); err != nil {
				return err
			}
		}
	}
	return nil
}

// same says how a part is one of another exploration.
func (m *Parts) same(o identity) error {
	for _, part := range []struct{ what, one, other string }{
		{"program", m.Program, o.Program},
		{"policy", m.Policy, o.Policy},
		{"strategy", m.Strategy, o.Strategy},
		{"seed", fmt.Sprint(m.Seed), fmt.Sprint(o.Seed)},
		{"limit of runs", fmt.Sprint(m.Runs), fmt.Sprint(o.Runs)},
		{"number of parts", fmt.Sprint(m.Of), fmt.Sprint(o.Of)},
	} {
		if part.one != part.other {
			return fmt.Errorf("explore: parts of different explorations cannot be merged: the %s is %q in one and %q in another; merge those that belong together", part.what, part.one, part.other)
		}
	}
	if m.Plan != o.Plan {
		return fmt.Errorf("explore: parts of different explorations cannot be merged: %q was cut in another way in one of them, so it is not the same version of the program, or it does not do the same twice; make all parts with one build", m.Program)
	}
	return nil
}

// keepPayload adds what was found in a part to what is known of it. Of parts that were
// stopped, the one that came further is kept, and none beside one that was done.
func keepPayload(known []payload, p payload) []payload {
	for i, k := range known {
		switch {
		case bytes.Equal(k.text(), p.text()):
			known[i].Elapsed = max(k.Elapsed, p.Elapsed)
			return known
		case k.Done && p.Done || k.Unequal != nil || p.Unequal != nil:
		case p.further(k):
			return keepPayload(slices.Delete(slices.Clone(known), i, i+1), p)
		default:
			return known
		}
	}
	known = append(slices.Clip(known), p)
	slices.SortFunc(known, func(a, b payload) int { return bytes.Compare(a.text(), b.text()) })
	return known
}

// further reports whether a part came further than another, of which one at most is done.
func (p payload) further(o payload) bool {
	if p.Done != o.Done {
		return p.Done
	}
	if p.Tally.Runs != o.Tally.Runs {
		return p.Tally.Runs > o.Tally.Runs
	}
	return bytes.Compare(p.text(), o.text()) < 0
}

// text is what must be the same if the part is made again.
func (p payload) text() []byte {
	p.Elapsed = 0
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // it holds nothing that JSON has no form for
	}
	return data
}

// Missing returns the numbers of the parts that are not there.
func (m *Parts) Missing() []int {
	var missing []int
	for shard := 1; shard <= m.Of; shard++ {
		if len(m.byShard[shard]) == 0 {
			missing = append(missing, shard)
		}
	}
	return missing
}

// Lacks says which parts are missing, or were stopped before they were done, or "".
func (m *Parts) Lacks() string {
	var lacks []string
	if missing := m.Missing(); len(missing) > 0 {
		lacks = append(lacks, fmt.Sprintf("%s of %d missing", numbered(missing), m.Of))
	}
	stopped := map[search.Stop][]int{}
	for _, shard := range slices.Sorted(maps.Keys(m.byShard)) {
		if p := m.byShard[shard][0]; m.Of > 1 && !p.Done {
			stopped[p.Stopped] = append(stopped[p.Stopped], shard)
		}
	}
	for _, why := range slices.Sorted(maps.Keys(stopped)) {
		lacks = append(lacks, fmt.Sprintf("%s of %d not done%s", numbered(stopped[why]), m.Of, stopText[why]))
	}
	return strings.Join(lacks, "; ")
}

// Report returns the report that one machine would have given. Where parts are missing,
// or were stopped, it says which, and not "all". A part that is there twice, and is not
// the same, is a nondeterminism. It panics if there are no parts.
func (m *Parts) Report() *Report {
	if len(m.byShard) == 0 {
		panic("explore: there are no parts to report")
	}
	if m.Of == 1 && len(m.byShard[1]) == 1 {
		return (&Part{identity: m.identity, payload: m.byShard[1][0]}).findings().report()
	}
	f := findings{
		program: m.Program, policy: m.Policy, strategy: m.Strategy, seed: m.Seed, tally: search.NewTally(true),
	}
	var unequal *search.NondeterminismError
	first, version, claims := 0, trace.Hash(0), claims{}
	for _, shard := range slices.Sorted(maps.Keys(m.byShard)) {
		known := m.byShard[shard]
		p := Part{identity: m.identity, payload: known[0]}
		one := p.findings()
		if len(known) > 1 && unequal == nil {
			unequal = &search.NondeterminismError{Text: fmt.Sprintf("Part %d of %d was made more than once, and not every time was the same found.", shard, m.Of)}
		}
		f.tally.Merge(one.tally)
		f.elapsed += one.elapsed
		f.addTraces(one)
		if first == 0 {
			first, version = shard, p.Version
			f.coverage, f.size, f.probed = one.coverage, one.size, one.probed
		} else {
			f.coverage = coverBoth(f.coverage, one.coverage)
		}
		claims.add(p.Saw, one.claim)
		if p.Version != version && unequal == nil {
			unequal = &search.NondeterminismError{Text: fmt.Sprintf("Parts %d and %d of %d are of two versions of the program, or it was not given and asked for the same: in the default order, or in one of %d that are drawn, it did not do the same.", first, shard, m.Of, runsOfVersion)}
		}
	}
	if f.tally.Unequal == nil {
		f.tally.Unequal = unequal
	}
	f.claim = claims.ofAll()
	f.sumTraces()
	switch lacks := m.Lacks(); {
	case lacks != "" && f.coverage.Kind == search.Partial && f.coverage.Why != "":
		f.coverage.Why += "; " + lacks
	case lacks != "":
		f.coverage = search.Coverage{Kind: search.Partial, Why: lacks}
	case f.coverage.Kind == search.Sampled:
		f.stopped = search.RunsSpent // as it is when one machine draws
	}
	return f.report()
}

// claims are what engines claim that have each made a part of the runs, by what they have
// seen; see sighted. What follows from all runs is claimed by an engine that has seen what
// all have. If there is none, or if one claims nothing, nothing does.
type claims struct {
	saw     uint32
	bySight map[uint32]string
	none    bool
}

func (c *claims) add(saw uint32, text string) {
	if c.bySight == nil {
		c.bySight = map[uint32]string{}
	}
	other, known := c.bySight[saw]
	c.none = c.none || text == "" || known && text != other
	c.saw |= saw
	c.bySight[saw] = text
}

func (c *claims) ofAll() string {
	if c.none {
		return ""
	}
	return c.bySight[c.saw]
}

var stopText = map[search.Stop]string{
	search.RunsSpent: " (the limit of runs)", search.TimeSpent: " (the time was over)", search.Interrupted: " (interrupted)",
	search.FailureFound: " (stopped at a failure)", search.NotRepeatable: " (not the same twice)",
}

// numbered writes the numbers of parts.
func numbered(shards []int) string {
	what := "part "
	if len(shards) > 1 {
		what = "parts "
	}
	text := make([]string, len(shards))
	for i, shard := range shards {
		text[i] = strconv.Itoa(shard)
	}
	return what + strings.Join(text, ", ")
}

// coverBoth says what is covered by two parts that are done.
func coverBoth(a, b search.Coverage) search.Coverage {
	if a.Kind != search.Partial && (a.Kind == search.AllOrders || b.Kind == search.Partial) {
		return b
	}
	return a
}

// WriteTo writes the parts as a file that [ReadParts] reads.
func (m *Parts) WriteTo(w io.Writer) (int64, error) {
	f := partsFile{Version: partVersion, identity: m.identity}
	for _, shard := range slices.Sorted(maps.Keys(m.byShard)) {
		f.Parts = append(f.Parts, m.byShard[shard]...)
	}
	data, err := f.sealed()
	if err != nil {
		return 0, err
	}
	n, err := w.Write(data)
	return int64(n), err
}
