package sample

import (
	"weft/sim/explore/search"
	"weft/sim/order"
)

// URW draws the next step with a probability in proportion to how many steps its
// task is expected to have left, those of tasks that it will start included
// (uniform random walk: the paper on selectively uniform concurrency testing,
// ASPLOS'25). If tasks do the same in every order and never wait for each other,
// all orders are equally probable; with [Random], orders in which a short task
// comes late are rare. How many steps tasks have is learned from earlier runs.
func URW() search.Strategy { return urw{} }

type urw struct{}

func (urw) String() string                                 { return "urw" }
func (u urw) Planner(x *search.Exploration) search.Planner { return newSampler(x, u) }
func (urw) learns() learning                               { return learnsSteps }
func (urw) drawer(known *profile) drawing                  { return &urwDrawing{known: known} }

// urwDrawing draws runs for URW.
type urwDrawing struct {
	known   *profile
	prng    prng
	random  *order.RandomStrategy // for timers, which come once each, and for what has no order
	weights []float64
}

// Name returns "urw".
func (u *urwDrawing) Name() string { return "urw" }

func (u *urwDrawing) begin(_ int, seed uint64) {
	u.prng.seed(seed)
	u.random = order.Random(seed)
}

// Choose draws by what tasks have left.
func (u *urwDrawing) Choose(d *order.Decision) int {
	if !d.IsReady() {
		return u.random.Choose(d)
	}
	u.weights = u.weights[:0]
	for i := range d.Alternatives {
		left := 1.0 // the step itself is there, at least
		if k := u.known.find(d.Alternatives[i].Name); k >= 0 {
			left = u.known.left[k]
		}
		u.weights = append(u.weights, left)
	}
	return u.prng.weighted(u.weights)
}

// SURW draws for each run one object that several tasks access, and orders the
// steps that access it as [URW] orders all: every order of these steps has the
// same probability, if tasks do the same in every order and never wait for each
// other. All other steps are drawn evenly (selectively uniform random walk,
// ASPLOS'25). Objects and steps are learned from the footprints of earlier runs;
// where nothing is shared, or nothing known, it is URW.
func SURW() search.Strategy { return surw{} }

type surw struct{}

func (surw) String() string                                 { return "surw" }
func (s surw) Planner(x *search.Exploration) search.Planner { return newSampler(x, s) }
func (surw) learns() learning                               { return learnsSteps }

func (surw) drawer(known *profile) drawing {
	return &surwDrawing{urwDrawing: urwDrawing{known: known}, seen: map[string]bool{}, held: map[string]bool{}}
}

// surwDrawing draws runs for SURW.
type surwDrawing struct {
	urwDrawing
	plain  bool      // there is no object
	object int32     // of the run
	left   []float64 // by step, how many accesses of it are expected from there

	// intended is the task that shall access the object next, and share how many
	// accesses it was expected to have left. Another one that comes to an access
	// is held until the intended one had its turn.
	intended string
	share    float64
	held     map[string]bool
	seen     map[string]bool // tasks that were ready before

	here []surwStep
	free []int
}

// surwStep is an alternative.
type surwStep struct {
	task   string
	step   int32   // -1 if not known
	left   float64 // accesses expected of it
	access bool    // the step itself is one
}

// Name returns "surw".
func (s *surwDrawing) Name() string { return "surw" }

func (s *surwDrawing) begin(n int, seed uint64) {
	s.urwDrawing.begin(n, seed)
	s.intended = ""
	clear(s.held)
	clear(s.seen)
	s.plain = len(s.known.shared) == 0
	if !s.plain {
		s.object = s.known.shared[s.prng.below(len(s.known.shared))]
		s.left = s.known.leftOf(s.object)
	}
}

// Choose draws evenly, but lets only the intended task access the object.
func (s *surwDrawing) Choose(d *order.Decision) int {
	if s.plain || !d.IsReady() {
		return s.urwDrawing.Choose(d)
	}
	s.look(d)
	s.inherit()
	for _, a := range s.here {
		s.seen[a.task] = true
	}
	if s.intended == "" {
		s.intend()
	}
	for {
		s.free = s.free[:0]
		for i := range s.here {
			if !s.held[s.here[i].task] {
				s.free = append(s.free, i)
			}
		}
		if len(s.free) == 0 {
			// The intended task is not ready, and everything else waits for it.
			s.intend()
			continue
		}
		i := s.free[s.prng.below(len(s.free))]
		switch a := &s.here[i]; {
		case !a.access:
			return i
		case a.task == s.intended:
			s.intended = ""
			clear(s.held)
			return i
		default:
			s.held[a.task] = true
		}
	}
}

// look looks up the alternatives.
func (s *surwDrawing) look(d *order.Decision) {
	s.here = s.here[:0]
	for i := range d.Alternatives {
		a := surwStep{step: s.known.find(d.Alternatives[i].Name)}
		a.task, _ = ownerOf(d.Alternatives[i].Name)
		if a.step >= 0 {
			a.left, a.access = s.left[a.step], s.known.touch(a.step, s.object)
		}
		s.here = append(s.here, a)
	}
}

// intend draws the task that shall be next, among those that are ready.
func (s *surwDrawing) intend() {
	clear(s.held)
	s.weights = s.weights[:0]
	for _, a := range s.here {
		s.weights = append(s.weights, a.left)
	}
	s.intended = ""
	if i := s.prng.weighted(s.weights); i >= 0 {
		s.intended, s.share = s.here[i].task, s.here[i].left
	}
}

// inherit passes the intention on to a task that the intended one has started
// since, with the probability that it was this one's access that was meant.
func (s *surwDrawing) inherit() {
	if s.intended == "" {
		return
	}
	s.weights = s.weights[:0]
	for _, a := range s.here {
		weight := 0.0
		switch {
		case a.task == s.intended:
			if a.left >= s.share {
				return
			}
			weight = a.left
		case a.step >= 0 && !s.seen[a.task]:
			if above := s.known.Steps[a.step].Above; above >= 0 {
				if owner, _ := ownerOf(s.known.Steps[above].Name); owner == s.intended {
					weight = a.left
				}
			}
		}
		s.weights = append(s.weights, weight)
	}
	if i := s.prng.weighted(s.weights); i >= 0 {
		s.intended, s.share = s.here[i].task, s.here[i].left
	}
}
