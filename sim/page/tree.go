package page

import (
	"fmt"
	"time"

	"weft/sim/order"
	"weft/trace"
)

// Tree holds the orders of a program: what all runs have in common up to their first
// decision, then a branch for each alternative, and so on. It is what a page without
// an engine runs programs by.
type Tree struct {
	Root *Node `json:"root"`
	// Complete says that every permitted order is a way from the root to a leaf. If it
	// is false, the tree has the runs that the page speaks of and those that differ
	// from them in one decision.
	Complete bool `json:"complete"`
}

// Node is a stretch of a run from one decision to the next one or to its end.
type Node struct {
	// Recorded says that Events holds what happens: from the decision that led here,
	// whose event is the first one, to the next one, exclusively. Of a tree with very
	// many events, only some nodes are recorded.
	Recorded bool    `json:"recorded,omitempty"`
	Events   []Event `json:"events,omitempty"`
	// Kind, Key and Alternatives are those of the decision at the end, if there is one.
	// Kids has a node for each alternative, nil for those that are not in the tree.
	Kind         string        `json:"kind,omitempty"`
	Key          string        `json:"key,omitempty"`
	Alternatives []Alternative `json:"alternatives,omitempty"`
	Kids         []*Node       `json:"kids,omitempty"`
	More         int           `json:"more,omitempty"` // alternatives that are left out
	// Leaf is the end of the run, if there is no decision.
	Leaf *Leaf `json:"leaf,omitempty"`
	// Orders and Failing count the leaves below, and those of them that fail.
	Orders  int `json:"orders"`
	Failing int `json:"failing,omitempty"`
}

// Leaf is the end of a run.
type Leaf struct {
	Hash    *trace.Hash   `json:"hash,omitempty"` // if the run is recorded
	End     order.End     `json:"end"`
	Failed  bool          `json:"failed,omitempty"`
	Elapsed time.Duration `json:"elapsed_ns"`
	// Outcome is the index of its outcome among those of the report, or -1.
	Outcome int `json:"outcome"`
	// Text is what the run showed if that is not word for word what the outcome has: one
	// bug may hit several tasks.
	Text string `json:"text,omitempty"`
	// Trace numbers the run's trace: two leaves have the same number if their runs
	// differ only in the order of steps that do not affect each other. 0 says that it
	// is not known.
	Trace int `json:"trace,omitempty"`
}

// Holds reports whether the run of a schedule is in the tree, recorded.
func (t *Tree) Holds(schedule order.Schedule) bool {
	_, err := t.path(schedule)
	return err == nil
}

// Run puts the run of a schedule together, as [RunOf] makes it.
func (t *Tree) Run(r *Report, schedule order.Schedule) (*Run, error) {
	nodes, err := t.path(schedule)
	if err != nil {
		return nil, err
	}
	leaf := nodes[len(nodes)-1].Leaf
	run := &Run{
		Version: Version, Schedule: schedule, Hash: *leaf.Hash, End: leaf.End, Failed: leaf.Failed, Elapsed: leaf.Elapsed,
		Decisions: []Decision{},
	}
	if leaf.Outcome >= 0 {
		run.Outcome, run.Key = r.Outcomes[leaf.Outcome].Text, r.Outcomes[leaf.Outcome].Key
	}
	if leaf.Text != "" {
		run.Outcome = leaf.Text
	}
	for i, n := range nodes {
		run.Events = append(run.Events, n.Events...)
		if n.Leaf == nil {
			run.Decisions = append(run.Decisions, Decision{n.Kind, n.Key, n.Alternatives, n.taken(nodes[i+1]), n.More})
		}
	}
	return run, nil
}

func (n *Node) taken(kid *Node) int {
	for i, k := range n.Kids {
		if k == kid {
			return i
		}
	}
	return -1
}

// path follows a schedule from the root to a leaf.
func (t *Tree) path(schedule order.Schedule) ([]*Node, error) {
	n, nodes := t.Root, []*Node{t.Root}
	for n.Leaf == nil {
		taken := 0
		if len(schedule) > 0 && schedule[0].Kind == n.Kind && schedule[0].Key == n.Key {
			for i, a := range n.Alternatives {
				if a.Name == schedule[0].Taken {
					taken = i
					schedule = schedule[1:]
					break
				}
			}
		}
		n = n.Kids[taken]
		if n == nil || !n.Recorded {
			return nil, fmt.Errorf("%w: it is not recorded in this file", ErrNoRun)
		}
		nodes = append(nodes, n)
	}
	if len(schedule) > 0 {
		return nil, fmt.Errorf("%w: there is no decision %s:%s at which %s can be taken", ErrNoRun, schedule[0].Kind, schedule[0].Key, schedule[0].Taken)
	}
	return nodes, nil
}

// visit shows each node to f, those above first.
func (n *Node) visit(f func(*Node)) {
	f(n)
	for _, kid := range n.Kids {
		if kid != nil {
			kid.visit(f)
		}
	}
}

// schedules returns the schedule of every leaf.
func (t *Tree) schedules() []order.Schedule {
	var all []order.Schedule
	var below func(n *Node, s order.Schedule)
	below = func(n *Node, s order.Schedule) {
		if n.Leaf != nil {
			all = append(all, s)
		}
		for i, kid := range n.Kids {
			switch {
			case kid == nil:
			case i == 0:
				below(kid, s)
			default:
				below(kid, append(s[:len(s):len(s)], order.Turn{Kind: n.Kind, Key: n.Key, Taken: n.Alternatives[i].Name}))
			}
		}
	}
	below(t.Root, nil)
	return all
}

// count fills in how many leaves there are below each node.
func (n *Node) count() {
	n.Orders, n.Failing = 0, 0
	if n.Leaf != nil {
		n.Orders = 1
		if n.Leaf.Failed {
			n.Failing = 1
		}
	}
	for _, kid := range n.Kids {
		if kid != nil {
			kid.count()
			n.Orders += kid.Orders
			n.Failing += kid.Failing
		}
	}
}
