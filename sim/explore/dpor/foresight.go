package dpor

import "slices"

// foresight tells what a step touches in a place where it was not run yet. A step is
// settled by its past and by what it reads. So if one with this past was seen that
// touched certain objects, and in the new place these are as that one found them, then
// it touches the same again, unless it makes choices.
type foresight struct {
	kinds map[int32][]*footprint // by name, what was seen
	found map[uint64]uint8       // by event.found, which of them it was
	state pastHasher
}

// These bound the memory of a foresight.
const (
	foreseenAtMost = 1 << 20
	kindsAtMost    = 16
)

func newForesight() foresight {
	return foresight{kinds: map[int32][]*footprint{}, found: map[uint64]uint8{}}
}

// learn takes in a run.
func (f *foresight) learn(h *happensBefore) {
	for i := range h.steps {
		e := &h.steps[i]
		if len(f.found) >= foreseenAtMost {
			return
		}
		if _, known := f.found[e.found]; known || len(e.choices) > 0 {
			continue
		}
		kinds := f.kinds[e.name]
		kind := slices.IndexFunc(kinds, e.own.equals)
		if kind < 0 {
			if kind = len(kinds); kind == kindsAtMost {
				continue
			}
			// A copy, that does not keep all of the run.
			f.kinds[e.name] = append(kinds, &footprint{e.own.alone, slices.Clone(e.own.touches)})
		}
		f.found[e.found] = uint8(kind)
	}
}

// foresee returns what the last step of a spelled run touches there, or nil if that is
// not known. The run goes on where the one in h takes step k.
func (f *foresight) foresee(h *happensBefore, k int, v []spelled) *footprint {
	last := &v[len(v)-1]
	kinds := f.kinds[last.name]
	if len(kinds) == 0 {
		return nil
	}
	c := &f.state
	if c.objects == nil {
		c.objects = map[int32]*accessHash{}
	}
	c.reset()
	for m := range h.steps[:k] {
		c.touch(h.steps[m].own, h.pasts.hashes[m])
	}
	for _, s := range v[:len(v)-1] {
		c.touch(h.steps[s.step].own, h.pasts.hashes[s.step])
	}
	for i, own := range kinds {
		if kind, known := f.found[c.found(last.past, own)]; known && int(kind) == i {
			return own
		}
	}
	return nil
}
