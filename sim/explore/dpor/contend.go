package dpor

// contend finds the objects that steps touch in conflict which no necessity puts in
// order: not that they are of one task, not that one made the other one ready, not that
// nothing else could be taken where one of them was. Those that are known need not be
// looked for.
func (h *happensBefore) contend(known map[int32]bool) {
	h.contended = h.contended[:0]
	type use struct {
		step   int
		access uint8
	}
	uses := map[int32][]use{}
	for first, last := 0, 0; first < len(h.steps); first = last {
		for last = first; last < len(h.steps) && h.steps[last].epoch == h.steps[first].epoch; last++ {
		}
		clear(uses)
		for i := first; i < last; i++ {
			for _, t := range h.steps[i].own.touches {
				if !known[t.object] {
					uses[t.object] = append(uses[t.object], use{i, t.access})
				}
			}
		}
		var before func(k, i int) bool
		for object, of := range uses {
			for n, b := range of {
				for _, a := range of[:n] {
					if h.steps[a.step].owner == h.steps[b.step].owner || h.steps[a.step].at < 0 || commutes(a.access|b.access) {
						continue
					}
					if before == nil {
						before = h.enabled(first, last)
					}
					if !before(a.step, b.step) {
						h.contended = append(h.contended, object)
						goto next
					}
				}
			}
		next:
		}
	}
}

// enabled returns whether a step of an epoch had to come for another one to be there.
func (h *happensBefore) enabled(first, last int) (before func(k, i int) bool) {
	words := (last - first + 63) / 64
	sets := make([]uint64, (last-first)*words)
	set := func(i int) bitset { return sets[(i-first)*words : (i-first+1)*words] }
	always := make(bitset, words) // had to come before whatever comes now
	latest := map[int32]int{}
	for i := first; i < last; i++ {
		e := &h.steps[i]
		own := set(i)
		copy(own, always)
		if k, ok := latest[e.owner]; ok {
			own.add(k-first, set(k))
		}
		for _, c := range e.causes {
			if c >= first {
				own.add(c-first, set(c))
			}
		}
		latest[e.owner] = i
		if e.at < 0 {
			always.add(i-first, own)
		}
	}
	return func(k, i int) bool { return set(i).has(k - first) }
}
