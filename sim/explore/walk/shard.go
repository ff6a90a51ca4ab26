package walk

import (
	"cmp"
	"container/heap"
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
	weight float64 // about how many orders there are, as far as the default order shows
}

// weigh estimates how many orders there are in a unit: as if, whatever was switched, there
// were as much to switch later as on the default order. most is how many switches an order
// may have. The number is the same on every machine, since no product is rounded together
// with a sum.
func (u *unit) weigh(most int) {
	const enough = 1e300
	left := most - order.Switches(u.prefix)
	u.weight = 0
	if left < 0 {
		return // none: its orders have too many switches
	}
	if left > boundWeighed {
		u.weight = 1
		for _, width := range u.widths[len(u.prefix):] {
			u.weight = min(enough, u.weight*float64(width))
		}
		return
	}
	with := make([]float64, left+1) // by number of switches
	with[0] = 1
	for _, width := range u.widths[len(u.prefix):] {
		for k := left; k > 0; k-- {
			more := float64(with[k-1] * float64(width-1))
			with[k] = min(enough, with[k]+more)
		}
	}
	for _, orders := range with {
		u.weight += orders
	}
}

// boundWeighed is up to how many switches a bound makes a difference to what is estimated.
const boundWeighed = 32

// cutting is the units of a plan, the one with the most orders first: a heap.
type cutting []*unit

func (c cutting) Len() int { return len(c) }
func (c cutting) Less(i, k int) bool {
	if c[i].weight != c[k].weight {
		return c[i].weight > c[k].weight
	}
	return slices.Compare(c[i].prefix, c[k].prefix) < 0
}
func (c cutting) Swap(i, k int) { c[i], c[k] = c[k], c[i] }
func (c *cutting) Push(u any)   { *c = append(*c, u.(*unit)) }
func (c *cutting) Pop() any {
	last := len(*c) - 1
	u := (*c)[last]
	*c = (*c)[:last]
	return u
}

// cutTree cuts the tree of decisions into so many subtrees, or into its orders if there
// are fewer: again and again the one that seems to have the most orders, at its first
// decision. It goes by nothing but the program, so that every machine cuts the same. Those
// with the most orders come first.
func cutTree(engine order.Engine, most, pieces int) []*unit {
	runner := engine.Runner()
	defer runner.Close()
	grown := func(prefix []int32) *unit {
		p := search.Path{Taken: slices.Clone(prefix), Given: len(prefix)}
		runner.Run(&p, trace.Off)
		p.Ended()
		u := &unit{prefix: prefix, path: p.Taken, widths: p.Widths}
		if p.Strayed {
			u.weight = 1 // the program does not do the same twice, as the walk will say
		} else {
			u.weigh(most)
		}
		return u
	}
	units := cutting{grown(nil)}
	for len(units) < pieces && units[0].weight > 1 {
		u := heap.Pop(&units).(*unit)
		at := len(u.prefix)
		for u.widths[at] == 1 {
			at++
		}
		for alt := range u.widths[at] {
			prefix := append(slices.Clone(u.path[:at]), alt)
			if alt == 0 { // the same run
				child := &unit{prefix: prefix, path: u.path, widths: u.widths}
				child.weigh(most)
				heap.Push(&units, child)
			} else {
				heap.Push(&units, grown(prefix))
			}
		}
	}
	slices.SortFunc(units, func(a, b *unit) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), slices.Compare(a.prefix, b.prefix))
	})
	return units
}

// prepare makes the plan of a shard, and keeps what is its own.
func (p *walker) prepare() {
	if p.x.Shard.Whole() || p.planned {
		return
	}
	p.planned = true
	hash, most := trace.Hash(0), noBound
	if p.rising {
		most = p.last
	}
	units := cutTree(p.x.Engine, most, unitsOfShard*p.x.Shard.Of)
	weights := make([]float64, len(units))
	for i, u := range units {
		weights[i] = u.weight
	}
	owners := search.Deal(weights, p.x.Shard.Of)
	for i, u := range units {
		hash = hash.Text(fmt.Sprint(u.prefix))
		if owners[i] == p.x.Shard.Part-1 {
			p.own = append(p.own, u.prefix)
		}
	}
	slices.SortFunc(p.own, slices.Compare)
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
