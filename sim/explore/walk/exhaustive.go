package walk

import (
	"encoding/json"
	"fmt"

	"weft/sim/explore/search"
)

// Exhaustive walks the whole tree of decisions, depth first, without leaving
// anything out: every order that the policy permits, once. If it is through, the
// count of orders is exact.
func Exhaustive() search.Strategy { return exhaustive{} }

type exhaustive struct{}

func (exhaustive) String() string { return "exhaustive" }

func (exhaustive) Planner(x *search.Exploration) search.Planner {
	return &walker{x: x, left: []*Subtree{wholeTree(noBound)}, bound: noBound}
}

// Bounded walks the orders with no switch away from the default, then those with
// one, then those with two, and so on up to most (iterative context bounding:
// Musuvathi and Qadeer, PLDI'07, with every decision off the default as a
// switch). The first failure that it finds has the fewest switches of all. If
// most is negative, it goes on until there is no order left.
func Bounded(most int) search.Strategy {
	if most < 0 {
		most = noBound
	}
	return bounded{most}
}

type bounded struct{ most int }

func (b bounded) String() string {
	if b.most == noBound {
		return "bounded"
	}
	return fmt.Sprintf("bounded:%d", b.most)
}

func (b bounded) Planner(x *search.Exploration) search.Planner {
	return &walker{x: x, left: []*Subtree{wholeTree(0)}, rising: true, last: b.most, done: -1}
}

// walker plans depth-first walks. What is left of the tree is a stack of
// subtrees, the next one last.
type walker struct {
	x      *search.Exploration
	left   []*Subtree
	rising bool // walk again with a higher bound when there is nothing left
	bound  int  // of the walk that is on
	last   int  // the highest bound
	done   int  // the highest bound that was walked to its end
	cut    bool // the walk that is on has left something out
	once   bool // there is one walk only, with the highest bound: a unit is done

	// What follows is of a walk that is one part of several.

	planned bool
	plan    uint64
	own     [][]int32 // the prefixes of the subtrees that belong to the part
}

func (p *walker) Round(runs int) []search.Job {
	p.prepare()
	for len(p.left) == 0 {
		if !p.rising {
			return nil
		}
		p.done = p.bound
		if !p.cut || p.bound >= p.last {
			return nil
		}
		p.bound++
		p.cut = false
		p.left = p.roots()
	}
	// Parted, so that there is something to do for several workers.
	for i := len(p.left) - 1; i >= 0 && len(p.left) < search.JobsOfRound; {
		rest := p.left[i].split()
		p.cut = p.cut || p.left[i].cut
		if rest == nil {
			i--
			continue
		}
		p.left = append(p.left, nil)
		copy(p.left[i+1:], p.left[i:])
		p.left[i] = rest
		i++
	}
	n := min(len(p.left), search.JobsOfRound, runs)
	jobs := make([]search.Job, n)
	for i := range jobs {
		tree := p.left[len(p.left)-1-i]
		jobs[i] = &depthFirst{
			tree: tree, start: tree.clone(), quota: min(search.RunsOfJob, (runs-i+n-1)/n), counts: p.counts,
			tally: search.NewTally(false),
		}
	}
	p.left = p.left[:len(p.left)-n]
	return jobs
}

// counts reports whether a run is new: those with fewer switches were counted
// when the bound was lower.
func (p *walker) counts(switches int) bool { return !p.rising || p.once || switches == p.bound }

func (p *walker) Merge(done []search.Job) {
	for i := len(done) - 1; i >= 0; i-- {
		j := done[i].(*depthFirst)
		p.cut = p.cut || j.tree.cut
		if !j.over {
			p.left = append(p.left, j.tree)
		}
	}
}

func (p *walker) Undo(interrupted []search.Job) {
	for i := len(interrupted) - 1; i >= 0; i-- {
		p.left = append(p.left, interrupted[i].(*depthFirst).start)
	}
}

func (p *walker) Conclude() search.Conclusion {
	done := p.done
	if p.prepare(); len(p.left) == 0 {
		done = p.bound
	}
	switch {
	case len(p.left) == 0 && !p.cut:
		return search.Conclusion{Coverage: search.Coverage{Kind: search.AllOrders}}
	case p.rising && done >= 0:
		return search.Conclusion{Coverage: search.Coverage{Kind: search.AllWithin, Bound: done}}
	}
	return search.Conclusion{Coverage: search.Coverage{Kind: search.Partial}}
}

func (p *walker) Total() float64 { return p.x.Orders() }

// walkerState is what is saved of a walker.
type walkerState struct {
	Left  []subtreeState `json:"left"`
	Bound int            `json:"bound"`
	Done  int            `json:"done"`
	Cut   bool           `json:"cut"`
}

type subtreeState struct {
	Taken  []int32 `json:"taken"`
	Widths []int32 `json:"widths"`
	Floor  int     `json:"floor"`
	Most   int     `json:"most"`
}

func (p *walker) Save() ([]byte, error) {
	s := walkerState{Bound: p.bound, Done: p.done, Cut: p.cut}
	for _, t := range p.left {
		s.Left = append(s.Left, t.state())
	}
	return json.Marshal(s)
}

func (p *walker) Restore(data []byte) error {
	var s walkerState
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	left, err := restored(s.Left)
	if err != nil {
		return err
	}
	p.left, p.bound, p.done, p.cut = left, s.Bound, s.Done, s.Cut
	return nil
}

func (s *Subtree) state() subtreeState { return subtreeState{s.Taken, s.Widths, s.floor, s.most} }

// restored returns the subtrees that were saved.
func restored(states []subtreeState) ([]*Subtree, error) {
	var left []*Subtree
	for _, t := range states {
		if len(t.Taken) != len(t.Widths) || t.Floor < 0 || t.Floor > len(t.Taken) {
			return nil, fmt.Errorf("walk: what was saved holds a path of %d turns with %d widths", len(t.Taken), len(t.Widths))
		}
		for i, taken := range t.Taken {
			if taken < 0 || taken >= t.Widths[i] {
				return nil, fmt.Errorf("walk: what was saved holds a path with turn %d of %d", taken, t.Widths[i])
			}
		}
		left = append(left, &Subtree{Taken: t.Taken, Widths: t.Widths, floor: t.Floor, most: t.Most})
	}
	return left, nil
}
