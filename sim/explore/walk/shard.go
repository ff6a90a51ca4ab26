package walk

import (
	"fmt"
	"slices"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// unitsOfShard is into how many subtrees a tree is cut for each shard, at least. Subtrees
// differ in size, and many small ones add up to about the same for all.
const unitsOfShard = 64

// unit is a subtree of a plan: the orders that begin with a prefix.
type unit struct {
	prefix []int32
	path   []int32 // the default order of it, which begins with the prefix
	widths []int32
	leaf   bool // there is one order only
}

// cutTree cuts the tree of decisions into so many subtrees, or into its orders if there
// are fewer. It goes breadth first, and by nothing but the program, so that every machine
// cuts the same.
func cutTree(engine order.Engine, most int) []unit {
	runner := engine.Runner()
	defer runner.Close()
	grown := func(prefix []int32) unit {
		p := search.Path{Taken: slices.Clone(prefix), Given: len(prefix)}
		runner.Run(&p, trace.Off)
		p.Ended()
		return unit{prefix, p.Taken, p.Widths, false}
	}
	units, open := []unit{grown(nil)}, 1
	for open > 0 && len(units) < most {
		var next []unit
		open = 0
		for i, u := range units {
			if u.leaf || len(next)+len(units)-i >= most {
				next = append(next, u)
				continue
			}
			at := len(u.prefix)
			for at < len(u.path) && u.widths[at] == 1 {
				at++
			}
			if at == len(u.path) {
				u.leaf = true
				next = append(next, u)
				continue
			}
			open++
			for alt := range u.widths[at] {
				prefix := append(slices.Clone(u.path[:at]), alt)
				if alt == 0 {
					next = append(next, unit{prefix, u.path, u.widths, false}) // the same run
				} else {
					next = append(next, grown(prefix))
				}
			}
		}
		units = next
	}
	return units
}

// prepare makes the plan of a shard, and keeps what is its own.
func (p *walker) prepare() {
	if p.x.Shard.Whole() || p.planned {
		return
	}
	p.planned = true
	hash := trace.Hash(0)
	for i, u := range cutTree(p.x.Engine, unitsOfShard*p.x.Shard.Of) {
		hash = hash.Text(fmt.Sprint(u.prefix))
		if p.x.Shard.Has(i) {
			p.own = append(p.own, u.prefix)
		}
	}
	p.plan = uint64(hash)
	p.left = p.roots()
}

// roots returns the subtrees that a walk begins with, the first one last.
func (p *walker) roots() []*Subtree {
	if p.x.Shard.Whole() {
		return []*Subtree{wholeTree(p.bound)}
	}
	var roots []*Subtree
	for _, prefix := range slices.Backward(p.own) {
		if order.Switches(prefix) > p.bound {
			p.cut = true
			continue
		}
		tree := Below(prefix)
		tree.most = p.bound
		roots = append(roots, tree)
	}
	return roots
}

// Plan identifies the plan of which this is a part.
func (p *walker) Plan() uint64 {
	p.prepare()
	return p.plan
}

// Done reports whether the walk came to its end.
func (p *walker) Done() bool {
	p.prepare()
	return len(p.left) == 0 && (!p.rising || !p.cut || p.bound >= p.last)
}
