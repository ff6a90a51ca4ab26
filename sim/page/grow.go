package page

import (
	"slices"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/trace"
)

// grower makes the runs of a tree.
type grower struct {
	engine   order.Engine
	limits   Limits
	report   *Report
	tree     Tree
	outcomes map[trace.Hash]int // by their keys
	traces   map[uint64]int
	bytes    int // of what is recorded so far, about
	files    map[string]bool
}

// grow makes the tree. The runs of the main schedules are in it, recorded, as far as
// the limits allow; then comes the rest.
func (g *grower) grow(found *explore.Report, main []order.Schedule) (*Tree, error) {
	g.outcomes, g.traces, g.files = map[trace.Hash]int{}, map[uint64]int{}, map[string]bool{}
	for i, o := range g.report.Outcomes {
		g.outcomes[o.Key] = i
	}
	runner := g.engine.Runner()
	defer runner.Close()
	var runs []*order.Run
	for i, schedule := range main {
		strategy := order.Replay(schedule)
		r := runner.Run(strategy, trace.Full)
		if strategy.Err() != nil {
			return nil, strategy.Err()
		}
		if g.add(r) || i == 0 {
			runs = append(runs, r.Clone())
		}
		for _, e := range r.Trace().Events {
			if file, _, ok := place(e.Pos); ok {
				g.files[file] = true
			}
		}
	}
	if found.Coverage.Kind == search.AllOrders && found.Nondeterminism == nil && found.Runs <= g.limits.Leaves {
		g.tree.Complete = g.all()
	} else {
		g.neighbours(runner, runs)
	}
	g.tree.Root.count()
	return &g.tree, nil
}

// all adds every run, and reports whether it could: a program may show only now that it
// depends on more than its decisions.
func (g *grower) all() (done bool) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *search.NondeterminismError:
			g.report.Nondeterminism, g.report.Complete, done = p.Error(), false, false
		default:
			panic(p)
		}
	}()
	for r := range explore.All(g.engine, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(g.limits.Leaves+1), explore.WithRecorded(trace.Full)) {
		g.add(r)
	}
	return true
}

// neighbours adds what becomes of runs where one decision goes another way, and then
// all goes on in the default order.
func (g *grower) neighbours(runner order.Runner, runs []*order.Run) {
	for _, r := range runs {
		if len(r.Decisions) > decisionsMost {
			continue
		}
		for i := range r.Decisions {
			d := &r.Decisions[i]
			for k, a := range d.Alternatives {
				if k == d.Taken || g.bytes >= g.limits.Bytes {
					continue
				}
				schedule := order.ScheduleOf(r.Decisions[:i])
				if k > 0 {
					schedule = append(schedule, order.Turn{Kind: d.Kind, Key: d.Key, Taken: a.Name})
				}
				if strategy := order.Replay(schedule); !g.tree.Holds(schedule) {
					if r := runner.Run(strategy, trace.Full); strategy.Err() == nil {
						g.add(r)
					}
				}
			}
		}
	}
}

// add adds a run. It reports whether it could be recorded.
func (g *grower) add(r *order.Run) bool {
	var events []Event
	if g.bytes < g.limits.Bytes {
		events = eventsOf(r.Trace())
	}
	if g.tree.Root == nil {
		g.tree.Root = &Node{}
	}
	n := g.tree.Root
	for i := 0; ; i++ {
		if events != nil && !n.Recorded {
			n.Recorded = true
			n.Events = stretch(events, i)
			for _, e := range n.Events {
				g.bytes += e.size()
			}
		}
		if i == len(r.Decisions) {
			break
		}
		d := &r.Decisions[i]
		if n.Kids == nil {
			made := decisionOf(d)
			n.Kind, n.Key, n.Alternatives, n.Kids, n.More = d.Kind, d.Key, made.Alternatives, make([]*Node, len(made.Alternatives)), made.More
			for _, a := range n.Alternatives {
				g.bytes += a.size()
			}
		}
		n = n.kid(d)
	}
	if n.Leaf == nil {
		n.Leaf = &Leaf{End: r.End, Failed: r.Failed(), Elapsed: r.Elapsed, Outcome: -1, Trace: g.trace(r)}
		text := search.OutcomeText(r)
		if i, ok := g.outcomes[trace.Hash(search.OutcomeKey(r))]; ok {
			n.Leaf.Outcome = i
			if g.report.Outcomes[i].Text == text {
				text = ""
			}
		}
		n.Leaf.Text = text
	}
	if events != nil && n.Leaf.Hash == nil {
		hash := r.Hash
		n.Leaf.Hash = &hash
	}
	return events != nil
}

// trace numbers the trace of a run.
func (g *grower) trace(r *order.Run) int {
	id := search.TraceOf(r)
	if id == 0 {
		return 0
	}
	if g.traces[id] == 0 {
		g.traces[id] = len(g.traces) + 1
	}
	return g.traces[id]
}

// kid returns the node behind what a decision took. Of a decision with very many
// alternatives, only some are kept, so it goes by names.
func (n *Node) kid(d *order.Decision) *Node {
	name := d.Alternatives[d.Taken].Name
	at := slices.IndexFunc(n.Alternatives, func(a Alternative) bool { return a.Name == name })
	if at < 0 {
		at = len(n.Kids)
		made := decisionOf(d)
		n.Alternatives = append(n.Alternatives, made.Alternatives[made.Taken])
		n.Kids = append(n.Kids, nil)
		n.More--
	}
	if n.Kids[at] == nil {
		n.Kids[at] = &Node{}
	}
	return n.Kids[at]
}

// stretch returns the events from the i-th decision of a run, counted from 1, to the
// next one; with 0, those before the first.
func stretch(events []Event, i int) []Event {
	from, decisions := 0, 0
	for at, e := range events {
		if e.Kind != trace.Decide {
			continue
		}
		if decisions == i {
			return events[from:at:at]
		}
		decisions++
		if decisions == i {
			from = at
		}
	}
	if decisions < i {
		return []Event{}
	}
	return events[from:]
}
