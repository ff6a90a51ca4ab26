package dpor

import (
	"cmp"
	"encoding/binary"
	"errors"
	"maps"
	"slices"

	"weft/sim/explore/search"
)

// ledger is what the saved form of a walk refers to by number, so that footprints and
// sleepers, of which there are few different ones, are written down once.
type ledger struct {
	Footprints []savedFootprint `json:"footprints"`
	Sleepers   []savedSleeper   `json:"sleepers,omitempty"`

	numbers  map[string]int // of the footprints, while they are written down
	dormant  map[savedSleeper]int
	restored []*footprint
	err      error // what was wrong with what was read
}

type savedFootprint struct {
	Alone   bool    `json:"alone,omitempty"`
	Objects []int32 `json:"objects,omitempty"`
	Access  []int32 `json:"access,omitempty"` // of each object
}

type savedSleeper struct {
	Name  int32  `json:"n"`
	Owner int32  `json:"o"`
	Past  uint64 `json:"p"`
	Foot  int    `json:"f"`
}

var errSaved = errors.New("dpor: what was saved does not hold together")

// footprint returns the number of a footprint; -1 is that of none.
func (l *ledger) footprint(f *footprint) int {
	if f == nil {
		return -1
	}
	key := make([]byte, 1, 1+5*len(f.touches))
	if f.alone {
		key[0] = 1
	}
	for _, t := range f.touches {
		key = append(binary.LittleEndian.AppendUint32(key, uint32(t.object)), t.access)
	}
	if l.numbers == nil {
		l.numbers = map[string]int{}
	}
	n, known := l.numbers[string(key)]
	if !known {
		n = len(l.Footprints)
		l.numbers[string(key)] = n
		s := savedFootprint{Alone: f.alone}
		for _, t := range f.touches {
			s.Objects, s.Access = append(s.Objects, t.object), append(s.Access, int32(t.access))
		}
		l.Footprints = append(l.Footprints, s)
	}
	return n
}

func (l *ledger) footprints(all []*footprint) []int { return numbered(all, l.footprint) }

func (l *ledger) sleeper(s sleeper) int {
	saved := savedSleeper{s.name, s.owner, s.past, l.footprint(s.foot)}
	if l.dormant == nil {
		l.dormant = map[savedSleeper]int{}
	}
	n, known := l.dormant[saved]
	if !known {
		n = len(l.Sleepers)
		l.dormant[saved] = n
		l.Sleepers = append(l.Sleepers, saved)
	}
	return n
}

func (l *ledger) sleepers(all []sleeper) []int { return numbered(all, l.sleeper) }

func numbered[T any](all []T, number func(T) int) []int {
	numbers := make([]int, len(all))
	for i, v := range all {
		numbers[i] = number(v)
	}
	return numbers
}

func named[T any](numbers []int, value func(int) T) []T {
	if len(numbers) == 0 {
		return nil
	}
	all := make([]T, len(numbers))
	for i, n := range numbers {
		all[i] = value(n)
	}
	return all
}

// open makes the footprints that were saved, once for all that hold them.
func (l *ledger) open(names int) {
	for _, s := range l.Footprints {
		f := &footprint{alone: s.Alone}
		if len(s.Objects) != len(s.Access) {
			l.err = errSaved
			return
		}
		for i, object := range s.Objects {
			if object < 0 || int(object) >= names {
				l.err = errSaved
			}
			f.touches = append(f.touches, touched{object, uint8(s.Access[i])})
		}
		l.restored = append(l.restored, f)
	}
}

func (l *ledger) footprintAt(n int) *footprint {
	if n < 0 {
		return nil
	}
	return at(l, l.restored, n)
}

func (l *ledger) sleeperAt(n int) sleeper {
	s := at(l, l.Sleepers, n)
	return sleeper{s.Name, s.Owner, s.Past, l.footprintAt(s.Foot)}
}

// at returns what has a number, and notes if there is no such thing.
func at[T any](l *ledger, all []T, n int) (v T) {
	if n < 0 || n >= len(all) {
		l.err = errSaved
		return v
	}
	return all[n]
}

// savedFixpoint is what is saved of a fixpoint.
type savedFixpoint struct {
	Names   []string           `json:"names"`
	Notes   []savedNote        `json:"notes"`
	Pasts   []savedPast        `json:"pasts,omitempty"`
	Varied  []int              `json:"varied,omitempty"` // which of the pasts
	Shared  []int32            `json:"shared,omitempty"`
	Several int                `json:"several,omitempty"`
	Earlier *search.TallyState `json:"earlier,omitempty"`
	Runs    int                `json:"runs"`
	Stale   int                `json:"stale,omitempty"`
	Alone   int                `json:"alone"`
	Planned int                `json:"planned"`
	Why     string             `json:"why,omitempty"`
}

type savedNote struct {
	savedSeen
	Latest  int  `json:"latest"`
	Watched bool `json:"watched,omitempty"`
}

type savedSeen struct {
	All    []int `json:"all,omitempty"`
	Breaks bool  `json:"breaks,omitempty"`
	Union  int   `json:"union"`
}

type savedPast struct {
	Name int32  `json:"name"`
	Past uint64 `json:"past"`
	savedSeen
}

func (l *ledger) seen(s *seen) savedSeen {
	return savedSeen{l.footprints(s.all), s.breaks, l.footprint(s.union)}
}

func (l *ledger) seenAgain(s savedSeen) seen {
	return seen{named(s.All, l.footprintAt), s.Breaks, l.footprintAt(s.Union)}
}

func (p *fixpoint) save(l *ledger) savedFixpoint {
	s := savedFixpoint{
		Names: p.names.all, Several: p.several,
		Runs: p.runs, Stale: p.stale, Alone: p.alone, Planned: p.planned, Why: p.why,
	}
	for i := range p.footprintTable.names {
		n := &p.footprintTable.names[i]
		s.Notes = append(s.Notes, savedNote{l.seen(&n.seen), l.footprint(n.latest), n.watched})
	}
	places := map[*seen]int{}
	for _, at := range slices.SortedFunc(maps.Keys(p.pasts), func(a, b stepInPast) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.past, b.past))
	}) {
		places[p.pasts[at]] = len(s.Pasts)
		s.Pasts = append(s.Pasts, savedPast{at.name, at.past, l.seen(p.pasts[at])})
	}
	for _, v := range p.varied {
		s.Varied = append(s.Varied, places[v])
	}
	s.Shared = slices.Sorted(maps.Keys(p.shared))
	if p.past != nil {
		earlier := p.past.State()
		s.Earlier = &earlier
	}
	return s
}

func (p *fixpoint) restore(s savedFixpoint, l *ledger) error {
	p.names.all, p.names.ids = s.Names, map[string]int32{}
	for i, name := range s.Names {
		p.names.ids[name] = int32(i)
	}
	l.open(len(s.Names))
	choices := p.choices
	p.footprintTable = newFootprintTable()
	p.choices, p.several = choices, s.Several
	for _, n := range s.Notes {
		p.footprintTable.names = append(p.footprintTable.names, nameNote{l.seenAgain(n.savedSeen), l.footprintAt(n.Latest), n.Watched})
	}
	all := make([]*seen, len(s.Pasts))
	for i, past := range s.Pasts {
		again := l.seenAgain(past.savedSeen)
		all[i] = &again
		p.pasts[stepInPast{past.Name, past.Past}] = &again
	}
	for _, i := range s.Varied {
		p.varied = append(p.varied, at(l, all, i))
	}
	for _, object := range s.Shared {
		p.shared[object] = true
	}
	p.past = nil
	if s.Earlier != nil {
		p.past = s.Earlier.Tally()
	}
	p.runs, p.stale, p.alone, p.planned, p.why = s.Runs, s.Stale, s.Alone, s.Planned, s.Why
	return l.err
}

// save writes down what a foresight has found: eight bytes for each key, and one for
// what it stands for.
func (f *foresight) save(l *ledger) savedForesight {
	s := savedForesight{Kinds: map[int32][]int{}}
	for name, kinds := range f.kinds {
		s.Kinds[name] = l.footprints(kinds)
	}
	for _, key := range slices.Sorted(maps.Keys(f.found)) {
		s.Found = append(binary.LittleEndian.AppendUint64(s.Found, key), f.found[key])
	}
	return s
}

type savedForesight struct {
	Kinds map[int32][]int `json:"kinds,omitempty"`
	Found []byte          `json:"found,omitempty"`
}

func (f *foresight) restore(s savedForesight, l *ledger) {
	*f = newForesight()
	for name, kinds := range s.Kinds {
		f.kinds[name] = named(kinds, l.footprintAt)
	}
	for found := s.Found; len(found) >= 9; found = found[9:] {
		f.found[binary.LittleEndian.Uint64(found)] = found[8]
	}
}
