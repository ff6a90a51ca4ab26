package explore

import (
	"math"
	"slices"

	"weft/sim/order"
)

// subtree is a part of the tree of decisions that is to be walked: what lies
// below the first floor turns of a path, from the path on, in depth-first order.
type subtree struct {
	taken  []int32
	widths []int32 // of the turns, as far as known
	floor  int
	most   int  // switches that are permitted
	cut    bool // something was left out because of most
}

func wholeTree(most int) *subtree { return &subtree{most: most} }

const noBound = math.MaxInt32

func (s *subtree) clone() *subtree {
	c := *s
	c.taken, c.widths = slices.Clone(s.taken), slices.Clone(s.widths)
	return &c
}

// advance moves to the next order, given the one that was just walked, and
// reports false if there is none.
func (s *subtree) advance() bool {
	cost := order.Switches(s.taken)
	for i := len(s.taken) - 1; i >= s.floor; i-- {
		if s.taken[i] != 0 {
			cost--
		}
		if s.taken[i]+1 == s.widths[i] {
			continue
		}
		if cost+1 > s.most {
			s.cut = true
			continue
		}
		s.taken[i]++
		s.taken, s.widths = s.taken[:i+1], s.widths[:i+1]
		return true
	}
	return false
}

// split parts what is not walked yet from the subtree of an order that stands at
// its beginning: the later siblings of its first turn that has some. It returns
// nil if there are none. The subtree's own path must be one that is still to be
// walked.
func (s *subtree) split() *subtree {
	cost := order.Switches(s.taken[:s.floor])
	for i := s.floor; i < len(s.taken); i++ {
		if s.taken[i]+1 < s.widths[i] {
			s.floor = i + 1
			if cost+1 > s.most {
				s.cut = true
				return nil
			}
			rest := &subtree{taken: slices.Clone(s.taken[:i+1]), widths: slices.Clone(s.widths[:i+1]), floor: i, most: s.most}
			rest.taken[i]++
			return rest
		}
		if s.taken[i] != 0 {
			cost++
		}
	}
	return nil
}

// walk is a job: a number of runs through a subtree.
type walk struct {
	tree   *subtree // what is left
	start  *subtree // as it was
	over   bool     // nothing is left
	quota  int
	counts func(switches int) bool // whether a run with so many switches is new
	tally  *Tally
	path   Path
}

func (j *walk) Found() *Tally { return j.tally }

func (j *walk) Do(w *Worker) {
	for range j.quota {
		if w.Stopped() {
			return
		}
		r := j.run(w)
		if j.path.Strayed {
			j.tally.Unequal = w.Strayed(r)
			return
		}
		if j.counts(order.Switches(j.tree.taken)) {
			w.Count(j.tally, r, 0)
		}
		if !j.tree.advance() {
			j.over = true
			return
		}
	}
}

// run runs along the subtree's path, and makes it the path that was taken.
func (j *walk) run(w *Worker) *order.Run {
	p, t := &j.path, j.tree
	p.Taken, p.Widths = t.taken, t.widths
	p.Rewind(len(t.taken))
	r := w.Run(p, w.Level)
	p.Ended()
	t.taken, t.widths = p.Taken, p.Widths
	return r
}
