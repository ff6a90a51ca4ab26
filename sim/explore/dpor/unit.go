package dpor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"weft/sim/explore/search"
)

// unitState is a unit of a reduced walk: the roots of the parts that are left.
type unitState struct {
	ledger
	Names []string     `json:"names"`
	Roots []savedRoot  `json:"roots"`
	Knows []savedKnown `json:"knows,omitempty"`
}

// savedKnown is what is known of the steps of one name.
type savedKnown struct {
	Name   int32 `json:"name"`
	All    []int `json:"all"`
	Union  int   `json:"union"`
	Breaks bool  `json:"breaks,omitempty"`
	Chose  bool  `json:"chose,omitempty"`
}

type savedRoot struct {
	Taken  []int32          `json:"taken"`
	Widths []int32          `json:"widths"`
	Places []savedRootPlace `json:"places"`
	Share  float64          `json:"share"`
}

type savedRootPlace struct {
	At      int     `json:"at"`
	Step    int     `json:"step"`
	Enabled []int32 `json:"enabled,omitempty"`
	Asleep  []int   `json:"asleep,omitempty"`
}

// againFrom is from how many runs on a part that is not done is cut again, so that others
// can do some of it. A smaller one is done again.
const againFrom = 256

// partsOfPart is into how many parts it is cut then, at least.
const partsOfPart = 32

// Take has the planner do a unit.
func (p *parted) Take(u search.Unit) error {
	if u.Left == nil {
		return nil
	}
	s := &unitState{}
	if err := json.Unmarshal(u.Left, s); err != nil {
		return err
	}
	p.cut, p.names = true, newNames()
	for i, name := range s.Names {
		if p.names.id(name) != int32(i) {
			return fmt.Errorf("dpor: the name %q is there twice", name)
		}
	}
	s.open(len(s.Names))
	if len(s.Roots) == 0 {
		return errors.New("dpor: a unit has no parts")
	}
	for _, saved := range s.Roots {
		r := s.root(saved)
		if s.err != nil {
			return s.err
		}
		p.roots = append(p.roots, r)
	}
	if p.knows != nil {
		for _, saved := range s.Knows {
			if saved.Name < 0 || int(saved.Name) >= len(s.Names) {
				return errSaved
			}
			n := known{union: s.footprintAt(saved.Union), breaks: saved.Breaks, chose: saved.Chose}
			for _, number := range saved.All {
				f := s.footprintAt(number)
				if f == nil || n.union == nil {
					return errSaved
				}
				n.all = append(n.all, f)
			}
			p.knows.put(saved.Name, n)
		}
		p.knows.fixed = true
	}
	return s.err
}

// root makes a root of what was saved of it, and notes if it cannot be one.
func (s *unitState) root(saved savedRoot) *root {
	r := &root{taken: saved.Taken, widths: saved.Widths, share: saved.Share}
	named := func(name int32) bool { return name >= 0 && int(name) < len(s.Names) }
	if len(saved.Taken) == 0 && len(saved.Widths) == 0 && len(saved.Places) == 0 {
		return r // the whole tree
	}
	good := len(r.taken) > 0 && len(r.taken) == len(r.widths) && len(saved.Places) > 0
	for i := range r.taken {
		good = good && r.taken[i] >= 0 && r.taken[i] < r.widths[i]
	}
	for i, p := range saved.Places {
		at := place{at: p.At, step: p.Step, enabled: p.Enabled}
		good = good && p.Step >= -1 && p.At >= 0 && p.At < len(r.taken) && (i == 0 || p.At > saved.Places[i-1].At && p.Step >= saved.Places[i-1].Step)
		good = good && (p.Enabled == nil || i == 0 && p.Step >= 0 && p.At < len(r.taken) && len(p.Enabled) == int(r.widths[p.At])) && !slices.ContainsFunc(p.Enabled, func(name int32) bool { return !named(name) })
		for _, n := range p.Asleep {
			it := s.sleeperAt(n)
			good = good && named(it.name) && named(it.owner) && it.foot != nil
			at.asleep = append(at.asleep, it)
		}
		r.places = append(r.places, at)
	}
	if good = good && r.places[len(r.places)-1].at == len(r.taken)-1; !good {
		s.err = errSaved
	}
	return r
}

// Divide deals what is left to units of about one size. What was found in a part that is
// not done is not counted: the part is done again, in parts of its own if it is large, or if
// it is all that was begun.
func (p *parted) Divide(n int) []search.Unit {
	p.prepare()
	left := p.roots
	for _, w := range p.walks {
		if p.why != "" {
			break
		}
		if w.made < againFrom && p.begun > 1 {
			left = append(left, w.root)
			continue
		}
		parts, why, shown := cut(p.x, start{p.names, w.root, p.knows}, partsOfPart)
		if why != "" || shown.Unequal != nil || len(parts) < 2 {
			p.end(w) // soon: it cannot be cut
			continue
		}
		for _, r := range parts {
			r.share *= w.root.share
		}
		left = append(left, parts...)
	}
	p.roots, p.walks = nil, nil
	if p.why != "" {
		return nil // nobody can go on
	}
	var units []search.Unit
	for _, roots := range dealt(left, max(1, n)) {
		if len(roots) == 0 {
			continue
		}
		var u search.Unit
		for _, r := range roots {
			u.Share += r.share
		}
		u.Share = min(1, u.Share)
		u.Left, _ = json.Marshal(p.unit(roots)) // of numbers and names
		units = append(units, u)
	}
	return units
}

// end walks a part to its end.
func (p *parted) end(w *partWalk) {
	settings := p.x.Settings
	settings.Runs, settings.Workers = w.x.Runs, 1
	alone := &parted{names: p.names, knows: p.knows, walk: p.walk, cut: true, walks: []*partWalk{w}, found: search.NewTally(true)}
	x := search.New(p.x.Engine, restOf{alone}, settings)
	defer x.Close()
	x.Explore(context.Background())
	p.found.Merge(alone.found)
	if p.found.Unequal == nil {
		p.found.Unequal = x.Tally.Unequal
	}
	p.singles += alone.singles
	p.why = alone.why
}

// restOf is the strategy of a walk that is on.
type restOf struct{ p *parted }

func (restOf) String() string { return "rest" }

func (r restOf) Planner(x *search.Exploration) search.Planner {
	r.p.x = x
	return r.p
}

// unit puts down roots, with the names that they need.
func (p *parted) unit(roots []*root) *unitState {
	s, ids := &unitState{}, map[int32]int32{}
	rename := func(name int32) int32 {
		id, known := ids[name]
		if !known {
			id = int32(len(s.Names))
			ids[name] = id
			s.Names = append(s.Names, p.names.text(name))
		}
		return id
	}
	for _, r := range roots {
		saved := savedRoot{Taken: r.taken, Widths: r.widths, Share: r.share}
		for _, at := range r.places {
			to := savedRootPlace{At: at.at, Step: at.step}
			for _, name := range at.enabled {
				to.Enabled = append(to.Enabled, rename(name))
			}
			for _, it := range at.asleep {
				to.Asleep = append(to.Asleep, s.sleeper(sleeper{name: rename(it.name), owner: rename(it.owner), foot: it.foot.renamed(rename)}))
			}
			saved.Places = append(saved.Places, to)
		}
		s.Roots = append(s.Roots, saved)
	}
	if p.knows != nil {
		for name, n := range p.knows.steps {
			if len(n.all) == 0 {
				continue
			}
			saved := savedKnown{Name: rename(int32(name)), Union: s.footprint(n.union.renamed(rename)), Breaks: n.breaks, Chose: n.chose}
			for _, f := range n.all {
				saved.All = append(saved.All, s.footprint(f.renamed(rename)))
			}
			s.Knows = append(s.Knows, saved)
		}
	}
	return s
}

// renamed returns the footprint with other numbers for its objects.
func (f *footprint) renamed(rename func(int32) int32) *footprint {
	other := &footprint{alone: f.alone}
	for _, t := range f.touches {
		other.touches = append(other.touches, touched{rename(t.object), t.access})
	}
	other.touches = united(other.touches)
	return other
}
