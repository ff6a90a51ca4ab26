package sample

import (
	"fmt"
	"math"

	"weft/sim/explore/search"
	"weft/sim/order"
)

// PCT draws a priority for every task and always runs the ready one with the
// highest, except that at depth-1 points of the run, which are drawn as well, the
// task that would run next falls behind all others (probabilistic concurrency
// testing: Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS'10).
//
// A failure that needs depth steps to come in a certain order, in a program with
// n tasks and k decisions about order, is found by each run with a probability of
// at least 1/(n k^(depth-1)). The first run is made to learn k, and later ones
// raise it. Tasks started late get a random place, and callbacks and timers count
// as tasks.
//
// So that a task which spins cannot run forever, one that did nothing but yield
// 16 times in a row falls behind all others too, and a run of more than some
// times k decisions goes on at random; for programs that yield more than that
// without spinning, the bound above does not hold.
//
// It panics unless depth is positive.
func PCT(depth int) search.Strategy {
	if depth < 1 {
		panic(fmt.Sprintf("sample: PCT was given the depth %d; it must be positive", depth))
	}
	return pct{depth}
}

// DefaultDepth is the depth for those who do not name one: most failures need no more
// than that (Burckhardt et al.).
const DefaultDepth = 3

type pct struct{ depth int }

func (p pct) String() string { return fmt.Sprintf("pct:%d", p.depth) }

func (p pct) Planner(x *search.Exploration) search.Planner { return newSampler(x, p) }
func (pct) learns() learning                               { return learnsLength }

func (p pct) drawer(known *profile) drawing {
	return &pctDrawer{name: p.String(), depth: p.depth, known: known, tasks: map[string]int{}}
}

// pctDrawer draws runs for PCT.
type pctDrawer struct {
	name  string
	depth int
	known *profile

	prng   prng
	random *order.RandomStrategy // for what has no order, and for the end of long runs
	points []int                 // the i-th point at which a task falls, by decisions
	tasks  map[string]int
	state  []pctTask
	count  int // decisions about order so far
	bound  int // after so many, go on at random
	fallen int // tasks that fell because they spun
}

// pctTask is what PCT knows of a task.
type pctTask struct {
	// priority lies between 0 and 1 at first, and is negative when the task fell:
	// -1 to -(depth-1) at a point, lower still when it spun.
	priority float64
	yields   int // in a row
}

// yieldsOfSpin is how often a task must yield in a row to be taken for one that
// spins.
const yieldsOfSpin = 16

// Name returns the strategy's name.
func (p *pctDrawer) Name() string { return p.name }

func (p *pctDrawer) begin(_ int, seed uint64) {
	p.prng.seed(seed)
	p.random = order.Random(seed)
	p.count, p.fallen = 0, 0
	p.bound = 8*p.known.Picks + 256
	clear(p.tasks)
	p.state = p.state[:0]
	p.points = p.prng.distinct(p.points[:0], p.depth-1, p.known.Picks)
}

// Choose takes the alternative whose task has the highest priority.
func (p *pctDrawer) Choose(d *order.Decision) int {
	if !d.IsOrder() {
		return p.random.Choose(d)
	}
	p.count++
	if p.count > p.bound {
		return p.random.Choose(d)
	}
	best, task := p.highest(d)
	for i, at := range p.points {
		if at == p.count {
			task.priority = float64(i + 1 - p.depth)
			best, task = p.highest(d)
		}
	}
	for range d.Alternatives {
		if d.Alternatives[best].Object != yieldObject {
			task.yields = 0
			break
		}
		if task.yields++; task.yields <= yieldsOfSpin {
			break
		}
		p.fallen++
		task.yields, task.priority = 0, float64(-p.depth-p.fallen)
		best, task = p.highest(d)
	}
	return best
}

func (p *pctDrawer) highest(d *order.Decision) (best int, task *pctTask) {
	highest := math.Inf(-1)
	for i := range d.Alternatives {
		owner, _ := ownerOf(d.Alternatives[i].Name)
		k, known := p.tasks[owner]
		if !known {
			// Numbers drawn evenly rank a new task anywhere among the old ones with
			// equal probability.
			k = len(p.state)
			p.state = append(p.state, pctTask{priority: p.prng.share()})
			p.tasks[owner] = k
		}
		if t := &p.state[k]; t.priority > highest {
			best, highest = i, t.priority
		}
	}
	owner, _ := ownerOf(d.Alternatives[best].Name)
	return best, &p.state[p.tasks[owner]]
}
