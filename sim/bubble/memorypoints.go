package bubble

import (
	"os"

	"weft/sim/order"
	"weft/trace"
)

// pointsVariable says in the environment what else is a point.
const pointsVariable = "WEFT_POINTS"

func pointsAsked() bool { return os.Getenv(pointsVariable) == "memory" }

// memoryPoints are accesses that are points, by their return addresses.
type memoryPoints struct {
	sites     []uintptr
	variables map[uintptr]string // what each of them touches
}

// sitesMost is how many accesses can be points: half of the room that the runtime has.
const sitesMost = 1 << 7

// find finds out which accesses race: by the default order and some random ones, the same
// in every process, until no more are found. Where accesses are points already, others
// may race that did not before.
func (e *engine) find(r *runner) {
	const rounds, orders = 8, 8
	for range rounds {
		known := len(e.sites)
		for seed := range uint64(orders) {
			strategy := order.Default()
			if seed > 0 {
				strategy = order.Random(seed)
			}
			r.Run(strategy, trace.Off)
			e.memoryPoints = e.memoryPoints.with(r.found[:r.run.control.founds])
		}
		if len(e.sites) == known {
			return
		}
	}
}

// with returns the points with those of data races. They are a copy, since runs hold the
// old ones.
func (p memoryPoints) with(races []found) memoryPoints {
	q := memoryPoints{sites: append([]uintptr(nil), p.sites...), variables: map[uintptr]string{}}
	for pc, name := range p.variables {
		q.variables[pc] = name
	}
	for i := range races {
		f := &races[i]
		first, second := siteOf(f.at), siteOf(f.pc)
		if first.engine || second.engine || len(q.sites)+2 > sitesMost {
			continue
		}
		name := variableOf(first, f.wrote, second, f.writes)
		if name == "" {
			name = "at " + trace.Position(min(f.at, f.pc))
		}
		// The two touch the same variable, whatever it was called before.
		for _, pc := range [...]uintptr{f.at, f.pc} {
			old, known := q.variables[pc]
			if !known {
				q.sites = append(q.sites, pc)
			}
			if known && old != "variable "+name {
				for other, called := range q.variables {
					if called == old {
						q.variables[other] = "variable " + name
					}
				}
			}
			q.variables[pc] = "variable " + name
		}
	}
	return q
}
