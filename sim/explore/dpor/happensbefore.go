package dpor

import (
	"fmt"
	"math/bits"
	"slices"

	"weft/sim/order"
)

// event is a step of a run, as reductions see it.
type event struct {
	name  int32
	owner int32 // its task; a step of no task is a task of its own
	// at is the index of the decision that took it, or -1. enabled holds the names
	// of the steps that could have been taken there, by alternative; it is empty if
	// at is -1.
	at      int
	enabled []int32
	own     *footprint // what it touched
	foot    *footprint // what it is taken to touch: the same, or more
	begin   int        // the decisions made in it, and after it until the next pick,
	end     int        // are those from begin to end
	epoch   int
	causes  []int
	guarded bool // see order.Step
	choices []choice
	// past is a hash of what the step begins with: what came before the last step of
	// its task, and before those that made it ready. What it does is settled by that,
	// and by what it reads itself.
	past uint64
	// found is a hash of that, and of what it found in the objects that it touched.
	found uint64
}

// choice is an alternative that a step took for the program.
type choice struct {
	key int32
	alt int32
}

func (e *event) sleeper() sleeper { return sleeper{e.name, e.owner, e.past, e.own} }

// happensBefore is a run, as reductions see it, with the order in which its steps
// necessarily come: a step is before another one if it is of the same task, if it
// made the other one ready, if the two conflict, or if time moved between them,
// and what follows from that (happens-before: Lamport, CACM 1978; with conflicts:
// Mazurkiewicz, 1977).
type happensBefore struct {
	steps  []event
	taken  []int32 // the alternatives taken, by decision
	widths []int32
	pick   []bool // whether a decision is one about the next ready step
	why    string // what about the run makes reduction impossible, or ""
	pasts  pastHasher
	waits  []event // steps that could not be taken at some instant; see order.Run.Pending
	taking int     // up to where steps were taken, while races are looked for; behind them are those that wait
	// contended holds the objects that steps touch in conflict between which there is
	// no order but that of the run.
	contended []int32

	// The steps from first on are of the epoch being looked at; before[i] is the
	// set of those of them that come before step first+i.
	first  int
	words  int
	before []uint64
	marks  marks
}

// marks are sets of names, kept to be used again.
type marks struct {
	last map[int32]int // by name, the last step before which it was ready
	ran  map[int32]int // by name, the step that it was
}

// stepsOfEpoch is how many steps at one instant a reduction can cope with: it
// compares them with each other.
const stepsOfEpoch = 1 << 13

// read takes in a run. taken and widths are what its strategy was asked.
func (h *happensBefore) read(r *order.Run, taken, widths []int32, v *vocabulary) {
	h.steps, h.why = h.steps[:0], ""
	h.taken, h.widths = slices.Clone(taken), slices.Clone(widths)
	h.pick = h.pick[:0]
	for i := range r.Decisions {
		d := &r.Decisions[i]
		h.pick = append(h.pick, d.IsReady())
		if d.Of > len(d.Alternatives) {
			h.why = fmt.Sprintf("at one point %d steps were ready, and the run does not hold all of them; use Random()", d.Of)
			return
		}
	}
	switch {
	case len(r.Untracked) > 0:
		h.why = "the program uses what footprints do not show: " + listed(r.Untracked) + "; use walk.Exhaustive()"
		return
	case len(r.Footprints) == 0 && len(r.Decisions) > 0:
		h.why = "the engine does not say what steps touch; use walk.Exhaustive()"
		return
	}
	// Each of these has parts of one piece of memory, which may be kept for long.
	touches, causes, names := 0, 0, 0
	for i := range r.Footprints {
		s := &r.Footprints[i]
		touches += len(s.Touches)
		causes += len(s.Causes)
		if s.Pick >= 0 {
			names += len(r.Decisions[s.Pick].Alternatives)
		}
	}
	room := make([]touched, 0, touches)
	allCauses, allNames := make([]int, 0, causes), make([]int32, 0, names)
	feet := make([]footprint, len(r.Footprints))
	epoch, since := -1, 0
	for i := range r.Footprints {
		s := &r.Footprints[i]
		e := event{name: v.id(s.Name), at: s.Pick, begin: s.Begin, end: len(r.Decisions), epoch: s.Epoch, guarded: s.Guarded}
		if n := len(s.Causes); n > 0 {
			allCauses = append(allCauses, s.Causes...)
			e.causes = allCauses[len(allCauses)-n : len(allCauses) : len(allCauses)]
		}
		e.owner = e.name
		if s.Task != "" {
			e.owner = v.id("task " + s.Task)
		}
		if s.Epoch != epoch {
			epoch, since = s.Epoch, i
		}
		if i-since >= stepsOfEpoch {
			h.why = fmt.Sprintf("more than %d steps came at one instant, too many to compare with each other; use Random()", stepsOfEpoch)
			return
		}
		if s.Pick >= 0 {
			alternatives := r.Decisions[s.Pick].Alternatives
			n := len(allNames)
			for k := range alternatives {
				allNames = append(allNames, v.id(alternatives[k].Name))
			}
			e.enabled = allNames[n:len(allNames):len(allNames)]
			if e.enabled[r.Decisions[s.Pick].Taken] != e.name {
				h.why = fmt.Sprintf("the step %s was taken under another name, %s; use walk.Exhaustive()", s.Name, alternatives[r.Decisions[s.Pick].Taken].Name)
				return
			}
		}
		if i > 0 {
			last := &h.steps[i-1]
			last.end = s.Begin
			if s.Pick >= 0 {
				last.end = s.Pick
			}
		}
		from := len(room)
		for _, t := range s.Touches {
			room = append(room, touched{v.id("object " + t.Object), 1 << t.Access})
		}
		room = room[:from+len(united(room[from:]))]
		feet[i] = footprint{s.Alone, room[from:len(room):len(room)]}
		e.own, e.foot = &feet[i], &feet[i]
		h.steps = append(h.steps, e)
	}
	for i := range h.steps {
		e := &h.steps[i]
		for d := e.begin; d < e.end; d++ {
			if !h.pick[d] {
				e.choices = append(e.choices, choice{v.id("choice " + r.Decisions[d].Key), h.taken[d]})
			}
		}
	}
	h.settle(r, feet)
	h.waits = h.waits[:0]
	for i := range r.Pending {
		s := &r.Pending[i]
		e := event{name: v.id(s.Name), at: -1, begin: s.Begin, end: s.Begin, epoch: s.Epoch, causes: s.Causes, guarded: s.Guarded}
		e.owner = e.name
		if s.Task != "" {
			e.owner = v.id("task " + s.Task)
		}
		e.own = &footprint{}
		for _, t := range s.Touches {
			e.own.touches = append(e.own.touches, touched{v.id("object " + t.Object), 1 << t.Access})
		}
		e.own.touches = united(e.own.touches)
		e.foot = e.own
		h.waits = append(h.waits, e)
	}
	h.pasts.hash(h, r)
}

// pending returns the steps that were there behind step n-1, at the instant of which some
// are left out, and were not ready. Had they been, they would have come before others.
func (h *happensBefore) pending(n int) (pending []event) {
	var ready, known []int32
	epoch := h.steps[n-1].epoch
	if n < len(h.steps) {
		ready = append(append(ready, h.steps[n].enabled...), h.steps[n].name)
	}
	for i := n; i < len(h.steps) && h.steps[i].epoch == epoch; i++ {
		e := h.steps[i]
		if slices.Contains(known, e.owner) {
			continue
		}
		known = append(known, e.owner)
		if !slices.Contains(ready, e.name) && !slices.ContainsFunc(e.causes, func(c int) bool { return c >= n }) {
			e.at, e.enabled = -1, nil
			pending = append(pending, e)
		}
	}
	for _, e := range h.waits {
		if e.epoch == epoch && !slices.Contains(known, e.owner) {
			pending = append(pending, e)
		}
	}
	return pending
}

// settle makes those steps stand alone behind which a decision was taken that is about
// more than its own task, unless time moved there.
func (h *happensBefore) settle(r *order.Run, feet []footprint) {
	for i := range h.steps {
		e := &h.steps[i]
		for d := e.begin; d < e.end; d++ {
			if r.Decisions[d].Kind != order.PickChoice && i+1 < len(h.steps) && h.steps[i+1].epoch == e.epoch {
				feet[i].alone = true
			}
		}
	}
}

// lookAround notes of the names that were ready before one of the first n steps,
// and were not run from there on, before which step they were ready last.
func (h *happensBefore) lookAround(n int) {
	m := &h.marks
	if m.last == nil {
		m.last, m.ran = map[int32]int{}, map[int32]int{}
	}
	clear(m.last)
	clear(m.ran)
	for i := range h.steps[:n] {
		for _, name := range h.steps[i].enabled {
			m.last[name] = i
		}
		m.ran[h.steps[i].name] = i
	}
	for name, last := range m.last {
		if ran, ok := m.ran[name]; ok && ran >= last {
			delete(m.last, name)
		}
	}
}

// reversal is a place where something else should have been tried: before the step
// at, one of the alternatives first, or all of them if first is empty, so that the
// step late comes before it.
type reversal struct {
	at    int
	first []int32
	late  int
	// unsure says that the late one was not ready at that point, and that it is not
	// known whether what comes before it then makes it so.
	unsure bool
}

// races finds, among the first n steps, the pairs of neighbours in the order of
// necessity that could have come the other way round, of which the second is the
// step from or a later one, and calls found with the steps by which runs begin
// that show them in the other order (initials; Abdulla and others, POPL'14). The
// slice is good for the call only. Behind the races of an epoch, it calls over with
// the first step that is not of it any more.
func (h *happensBefore) races(from, n int, found func(reversal), over func(last int)) {
	all := h.steps
	defer func() { h.steps = all }()
	first := 0
	for first < n {
		last := first + 1
		for last < n && all[last].epoch == all[first].epoch {
			last++
		}
		if last > from {
			h.steps = all
			h.steps = append(all[:last:last], h.pending(last)...)
			h.taking = last
			h.first = first
			h.words = (len(h.steps) - first + 63) / 64
			h.before = append(h.before[:0], make([]uint64, (len(h.steps)-first)*h.words)...)
			h.racesOfEpoch(from, len(h.steps), found)
			over(last)
		}
		first = last
	}
}

// set returns what comes before step i.
func (h *happensBefore) set(i int) bitset {
	i -= h.first
	return h.before[i*h.words : (i+1)*h.words]
}

func (h *happensBefore) racesOfEpoch(from, last int, found func(reversal)) {
	covered := make(bitset, h.words) // by later neighbours of the step, and what they come after
	made := make(bitset, h.words)    // what had to be for the step to be there
	var firsts []int32
	v := make(bitset, h.words)
	for i := h.first; i < last; i++ {
		e := &h.steps[i]
		before := h.set(i)
		born := -1 // the last of the steps that had to be for this one to be there
		clear(covered)
		clear(made)
		for k := min(i, h.taking) - 1; k >= h.first; k-- {
			if h.steps[k].owner == e.owner {
				before.add(k-h.first, h.set(k))
				copy(covered, before) // the step was not there yet: no race can be
				born = k
				break
			}
		}
		for _, c := range e.causes {
			if c >= h.first {
				before.add(c-h.first, h.set(c))
				made.add(c-h.first, h.set(c))
				born = max(born, c)
			}
		}
		for k := min(i, h.taking) - 1; k >= h.first; k-- {
			j := k - h.first
			if before.has(j) && (i < from || covered.has(j)) || !e.foot.conflicts(h.steps[k].foot) {
				continue
			}
			before.add(j, h.set(k))
			if i < from || covered.has(j) {
				continue
			}
			ready := slices.Contains(h.steps[k].enabled, e.name)
			if made.has(j) && !ready {
				continue
			}
			h.reversed(k, i, v)
			// If the step was there and was not ready, perhaps it could not have come
			// before that one in any case, as with the release of a mutex that it waits
			// for. Then earlier ones count as well. That is sure if nothing else comes
			// before it that what it waits for depends on.
			possible := ready || born > k
			if !possible && !h.meets(v, i) {
				continue
			}
			firsts = h.initials(k, v, firsts[:0])
			unsure := !possible || !ready && e.guarded
			if possible || len(firsts) > 0 {
				found(reversal{k, firsts, i, unsure})
			}
			if !unsure {
				covered.add(j, h.set(k))
			}
		}
	}
}

// reversed sets v to what the run in which step i comes before step k does from k
// on: the steps between them which do not come after k, and i.
func (h *happensBefore) reversed(k, i int, v bitset) {
	clear(v)
	for m := k + 1; m < min(i, h.taking); m++ {
		if !h.set(m).has(k - h.first) {
			v.set(m - h.first)
		}
	}
	v.set(i - h.first)
}

// meets reports whether another step in v conflicts with step i.
func (h *happensBefore) meets(v bitset, i int) bool {
	for m := range v.all() {
		if m += h.first; m != i && h.steps[m].foot.conflicts(h.steps[i].foot) {
			return true
		}
	}
	return false
}

// initials appends the alternatives before step k with which v can begin: the
// steps that come after no other one in v.
func (h *happensBefore) initials(k int, v bitset, firsts []int32) []int32 {
	for m := range v.all() {
		if h.set(m + h.first).meets(v) {
			continue
		}
		if alt := slices.Index(h.steps[k].enabled, h.steps[m+h.first].name); alt >= 0 {
			firsts = append(firsts, int32(alt))
		}
	}
	return firsts
}

// bitset is a set of small numbers.
type bitset []uint64

func (b bitset) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }
func (b bitset) set(i int)      { b[i>>6] |= 1 << (i & 63) }

// add adds i and a set.
func (b bitset) add(i int, o bitset) {
	b.set(i)
	for k, w := range o {
		b[k] |= w
	}
}

func (b bitset) meets(o bitset) bool {
	for k, w := range o {
		if b[k]&w != 0 {
			return true
		}
	}
	return false
}

// all yields the elements in ascending order.
func (b bitset) all() func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for k, w := range b {
			for ; w != 0; w &= w - 1 {
				if !yield(k<<6 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}

// listed writes a list of which only the beginning is shown.
func listed(what []string) string {
	text := ""
	for i, w := range what {
		if i == 3 && len(what) > 4 {
			return text + fmt.Sprintf(" and %d more", len(what)-i)
		}
		if i > 0 {
			text += ", "
		}
		text += w
	}
	return text
}

// gone finds the steps that were ready before step k, and are not any more behind
// it, although they did not run until step n: they were cancelled, the run ended, or
// what they wait for is not so any more. Each could have been too late.
func (h *happensBefore) gone(n int, found func(k, alt int)) {
	h.lookAround(n)
	var here []int32
	if n < len(h.steps) {
		here = append(here, h.steps[n].enabled...)
		here = append(here, h.steps[n].name)
	}
	for k := range h.steps[:n] {
		for alt, name := range h.steps[k].enabled {
			if last, ok := h.marks.last[name]; ok && last == k && !slices.Contains(here, name) {
				found(k, alt)
			}
		}
	}
}

// without returns the alternatives before step k with which a run can begin that
// does without it until step last, if one of the steps on the way conflicts with
// a footprint. It is for steps of the epoch being looked at.
func (h *happensBefore) without(k, last int, foot *footprint) (firsts []int32) {
	v := make(bitset, h.words)
	meets := false
	for m := k + 1; m < last; m++ {
		if !h.set(m).has(k - h.first) {
			v.set(m - h.first)
			meets = meets || h.steps[m].foot.conflicts(foot)
		}
	}
	if !meets {
		return nil
	}
	return h.initials(k, v, nil)
}
