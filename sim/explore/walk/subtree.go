package walk

import (
	"math"
	"slices"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// Subtree is a part of the tree of decisions that is to be walked: what lies
// below the first floor turns of a path, from the path on, in depth-first order.
type Subtree struct {
	Taken  []int32
	Widths []int32 // of the turns, as far as known
	floor  int
	most   int  // switches that are permitted
	cut    bool // something was left out because of most
}

// Below returns the orders that begin with so many turns.
func Below(prefix []int32) *Subtree {
	return &Subtree{Taken: slices.Clone(prefix), floor: len(prefix), most: noBound}
}

func wholeTree(most int) *Subtree { return &Subtree{most: most} }

const noBound = math.MaxInt32

func (s *Subtree) clone() *Subtree {
	c := *s
	c.Taken, c.Widths = slices.Clone(s.Taken), slices.Clone(s.Widths)
	return &c
}

// Advance moves to the next order, given the one that was just walked, and
// reports false if there is none.
func (s *Subtree) Advance() bool {
	cost := order.Switches(s.Taken)
	for i := len(s.Taken) - 1; i >= s.floor; i-- {
		if s.Taken[i] != 0 {
			cost--
		}
		if s.Taken[i]+1 == s.Widths[i] {
			continue
		}
		if cost+1 > s.most {
			s.cut = true
			continue
		}
		s.Taken[i]++
		s.Taken, s.Widths = s.Taken[:i+1], s.Widths[:i+1]
		return true
	}
	return false
}

// split parts what is not walked yet from the subtree of an order that stands at
// its beginning: the later siblings of its first turn that has some. It returns
// nil if there are none. The Subtree's own path must be one that is still to be
// walked.
func (s *Subtree) split() *Subtree {
	cost := order.Switches(s.Taken[:s.floor])
	for i := s.floor; i < len(s.Taken); i++ {
		if s.Taken[i]+1 < s.Widths[i] {
			s.floor = i + 1
			if cost+1 > s.most {
				s.cut = true
				return nil
			}
			rest := &Subtree{Taken: slices.Clone(s.Taken[:i+1]), Widths: slices.Clone(s.Widths[:i+1]), floor: i, most: s.most}
			rest.Taken[i]++
			return rest
		}
		if s.Taken[i] != 0 {
			cost++
		}
	}
	return nil
}

// depthFirst is a job: a number of runs through a Subtree.
type depthFirst struct {
	tree   *Subtree // what is left
	start  *Subtree // as it was
	over   bool     // nothing is left
	quota  int
	counts func(switches int) bool // whether a run with so many switches is new
	tally  *search.Tally
	path   search.Path
	failed bool // the last run did, and failures come in numbers
}

func (j *depthFirst) Found() *search.Tally { return j.tally }

func (j *depthFirst) Do(w *search.Worker) {
	for range j.quota {
		if w.Stopped() {
			return
		}
		r := j.run(w)
		if j.path.Strayed {
			j.tally.Unequal = w.Strayed(r)
			return
		}
		if j.counts(order.Switches(j.tree.Taken)) {
			w.Count(j.tally, r, 0)
		}
		if !j.tree.Advance() {
			j.over = true
			return
		}
		if w.StopAtFailure && r.Steps > search.LongRun && j.tally.FoundOut(w.Known) {
			return // those behind it, which show what other failures there are, take long
		}
	}
}

// run runs along the Subtree's path, and makes it the path that was taken.
func (j *depthFirst) run(w *search.Worker) *order.Run {
	p, t := &j.path, j.tree
	p.Taken, p.Widths = t.Taken, t.Widths
	p.Rewind(len(t.Taken))
	var r *order.Run
	if w.Level == trace.Off && (j.failed || w.Checks(j.tally)) {
		r = w.RunFor(p, order.WantsHash) // it will be made again
	} else {
		r = w.Run(p, w.Level)
	}
	j.failed = r.Failed()
	p.Ended()
	t.Taken, t.Widths = p.Taken, p.Widths
	return r
}
