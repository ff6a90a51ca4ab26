package explore

import (
	"weft/sim"
	"weft/trace"
)

// classOf identifies the trace (Mazurkiewicz) that a run belongs to: two runs
// have the same one if they differ only in the order of steps that do not affect
// each other. It is a hash over the partial order of the steps, each taken with
// what it came after, in one pass.
func classOf(r *Run) uint64 {
	type object struct{ written, read, added trace.Hash }
	objects := map[string]*object{}
	tasks := map[string]trace.Hash{}
	hashes := make([]trace.Hash, len(r.Footprints))
	var all, alone trace.Hash
	choice := 0
	for i := range r.Footprints {
		s := &r.Footprints[i]
		end := len(r.Decisions)
		if i+1 < len(r.Footprints) {
			end = r.Footprints[i+1].Begin
		}
		h := trace.Hash(0).Text(s.Name).Word(uint64(alone)).Word(uint64(s.Epoch))
		if s.Task != "" {
			h = h.Word(uint64(tasks[s.Task]))
		}
		for _, c := range s.Causes {
			h = h.Word(uint64(hashes[c]))
		}
		for choice = max(choice, s.Begin); choice < end; choice++ {
			if d := &r.Decisions[choice]; !isPick(d) {
				h = h.Text(d.Key).Text(d.Alternatives[d.Taken].Name)
			}
		}
		if s.Alone {
			h = h.Word(uint64(all))
		}
		for _, t := range s.Touches {
			o := objects[t.Object]
			if o == nil {
				o = &object{}
				objects[t.Object] = o
			}
			h = h.Word(uint64(o.written))
			if t.Access != sim.Reads {
				h = h.Word(uint64(o.read))
			}
			if t.Access != sim.Adds {
				h = h.Word(uint64(o.added))
			}
		}
		for _, t := range s.Touches {
			switch o := objects[t.Object]; t.Access {
			case sim.Reads:
				o.read += h
			case sim.Adds:
				o.added += h
			default:
				*o = object{written: h}
			}
		}
		hashes[i] = h
		if s.Task != "" {
			tasks[s.Task] = h
		}
		all += h
		if s.Alone {
			alone = h
		}
	}
	if len(r.Footprints) == 0 {
		all = r.Hash
	}
	return uint64(all.Word(uint64(len(hashes))).Text(r.Summary))
}
