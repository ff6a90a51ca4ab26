package dpor

import (
	"math/rand/v2"

	"weft/sim/explore/search"
	"weft/sim/order"
)

// knowledge is what those who walk parts of one tree know of footprints, the same for all.
//
// A whole walk learns from all its runs which steps break the theory (see footprintTable),
// and what they touch after one past. Who walks a part sees only some of these runs. So
// all begin with what a cut has seen, and a step that breaks the theory, or may do so,
// goes by all that a step of its name was ever seen to touch. A part in which a step
// touches something else says so, and then nothing is claimed: another part may have left
// out an order because it did not know.
type knowledge struct {
	steps  []known // by name
	breaks bool    // one of them breaks the theory
	fixed  bool    // nothing is added any more
}

// known is what is known of the steps of one name.
type known struct {
	all    []*footprint
	union  *footprint
	breaks bool
	chose  bool // it was seen to take choices
}

// runsToKnow is how many runs a cut draws to see what steps touch, beside those that it
// makes.
const runsToKnow = 1_000

// add takes in what a run shows, and returns the name of a step that touches what was not
// known of it, if nothing is added any more.
func (k *knowledge) add(h *happensBefore) (unknown int32, ok bool) {
	for i := range h.steps {
		if e := &h.steps[i]; !k.addStep(e.name, e.own, len(e.choices) > 0) {
			return e.name, false
		}
	}
	return 0, true
}

func (k *knowledge) addStep(name int32, f *footprint, chose bool) bool {
	if k.fixed && int(name) >= len(k.steps) {
		return false
	}
	n := k.of(name)
	for _, g := range n.all {
		if f.equals(g) && (n.chose || !chose) {
			return true
		}
	}
	if k.fixed {
		return n.breaks && n.union.covers(f) || f.like(n.all)
	}
	n.chose = n.chose || chose
	for _, g := range n.all {
		n.breaks = n.breaks || breaks(f, g, nil)
	}
	if len(n.all) < seenAtMost {
		n.all = append(n.all, f)
	} else {
		n.breaks = true
	}
	n.union = n.union.with(f)
	k.breaks = k.breaks || n.breaks
	return true
}

// of returns what is known of the steps of a name.
func (k *knowledge) of(name int32) *known {
	for int(name) >= len(k.steps) {
		k.steps = append(k.steps, known{})
	}
	return &k.steps[name]
}

// put has so much known of the steps of a name.
func (k *knowledge) put(name int32, n known) {
	*k.of(name) = n
	k.breaks = k.breaks || n.breaks
}

// foot returns by which footprint a step goes. choices says that one that chooses goes by
// what it touches whatever it chooses.
func (k *knowledge) foot(name int32, own *footprint, choices bool) *footprint {
	if int(name) < len(k.steps) {
		if n := &k.steps[name]; n.breaks || choices && n.chose {
			return n.union.with(own)
		}
	}
	return own
}

// like reports whether a footprint differs from one of others only in how it touches the
// one object that both touch, which breaks nothing.
func (f *footprint) like(all []*footprint) bool {
	for _, g := range all {
		if !f.alone && !g.alone && len(f.touches) == 1 && len(g.touches) == 1 && f.touches[0].object == g.touches[0].object {
			return true
		}
	}
	return false
}

// drawing is the strategy of a run that is drawn. It takes down what it takes.
type drawing struct {
	search.Path
	random *rand.Rand
}

func (d *drawing) Plan([]order.PlannedTurn) int { return 0 }

func (d *drawing) Choose(at *order.Decision) int {
	i := d.At
	d.Path.Choose(at)
	alt := d.random.IntN(len(at.Alternatives))
	d.Taken[i] = int32(alt)
	return alt
}

// drawRun is a job: runsToKnow runs that are drawn, the same ones everywhere.
type drawRun struct {
	k     *knowledge
	names *names
	tally *search.Tally
	why   string
}

func (r *drawRun) Found() *search.Tally { return r.tally }

func (r *drawRun) Do(w *search.Worker) {
	tools := newTools(r.names)
	for i := range runsToKnow {
		d := &drawing{random: rand.New(rand.NewPCG(1, uint64(i)))}
		run := w.RunFor(d, order.WantsSteps)
		d.Ended()
		tools.h.read(run, d.Taken, d.Widths, &tools.vocabulary)
		if r.why = tools.h.why; r.why != "" {
			w.CountOnce(r.tally, run, 0)
			return
		}
		r.k.add(&tools.h)
	}
}
