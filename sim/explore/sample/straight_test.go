package sample_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"weft/sim/explore"
	"weft/sim/order"
	"weft/trace"
)

// straight is an engine for threads that do the same in every order and never
// wait: what samplers promise, they promise for these. All that a run shows is
// the order of its steps, or what is left of it after show.
type straight struct {
	threads []thread
	show    func(order []string) string
	fails   func(order []string) bool
	blind   bool // do not tell footprints
}

// thread is steps, each the object that it writes; or "" for none, or ">t" for a
// step that starts the thread t.
type thread struct {
	name  string
	later bool // not there from the beginning
	steps []string
}

// steps returns n steps of one sort.
func steps(n int, object string) []string { return slices.Repeat([]string{object}, n) }

func (e *straight) Program() string      { return "" }
func (e *straight) Policy() string       { return "any-ready" }
func (e *straight) Runner() order.Runner { return &straightRunner{engine: e} }

type straightRunner struct {
	engine *straight
	run    order.Run
}

func (r *straightRunner) Close() {}

func (r *straightRunner) Run(strategy order.Strategy, level trace.Level) *order.Run {
	at := make([]int, len(r.engine.threads))     // steps made
	last := make([]int, len(r.engine.threads))   // the last one's index
	there := make([]bool, len(r.engine.threads)) // it has been started
	for i, t := range r.engine.threads {
		there[i], last[i] = !t.later, -1
	}
	r.run = order.Run{End: order.Finished}
	var steps []string
	for {
		var ready []int
		var alternatives []order.Alternative
		for i, t := range r.engine.threads {
			if there[i] && at[i] < len(t.steps) {
				ready = append(ready, i)
				a := order.Alternative{Name: t.name + "." + strconv.Itoa(at[i]+1), Task: t.name, Op: "resume", Object: t.steps[at[i]]}
				alternatives = append(alternatives, a)
			}
		}
		if len(ready) == 0 {
			break
		}
		taken := 0
		if len(ready) > 1 {
			d := order.Decision{Kind: order.PickReady, Key: alternatives[0].Name, Alternatives: alternatives, Of: len(alternatives)}
			d.Taken = strategy.Choose(&d)
			taken = d.Taken // out of range: the next line panics
			r.run.Decisions = append(r.run.Decisions, d)
		}
		i, a := ready[taken], alternatives[taken]
		step := order.Step{Name: a.Name, Task: a.Task, Begin: len(r.run.Decisions)}
		if last[i] >= 0 {
			step.Causes = []int{last[i]}
		}
		object := r.engine.threads[i].steps[at[i]]
		if child, starts := strings.CutPrefix(object, ">"); starts {
			k := slices.IndexFunc(r.engine.threads, func(t thread) bool { return t.name == child })
			there[k], last[k] = true, len(steps)
		} else if object != "" {
			step.Touches = []order.Touch{{Object: object, Access: order.Writes}}
		}
		last[i] = len(steps)
		at[i]++
		steps = append(steps, a.Name)
		if !r.engine.blind {
			r.run.Footprints = append(r.run.Footprints, step)
		}
	}
	text := strings.Join(steps, " ")
	if r.engine.show != nil {
		text = r.engine.show(steps)
	}
	r.run.Output = []order.Line{{Text: text}}
	if r.engine.fails != nil && r.engine.fails(steps) {
		r.run.End, r.run.Summary = order.Failed, "found"
	}
	r.run.Hash = trace.Hash(1).Text(strings.Join(steps, " "))
	return &r.run
}

// only returns what shows nothing but the steps that write an object.
func (e *straight) only(object string) func(order []string) string {
	var names []string
	for _, t := range e.threads {
		for i, o := range t.steps {
			if o == object {
				names = append(names, fmt.Sprintf("%s.%d", t.name, i+1))
			}
		}
	}
	return func(order []string) string {
		return strings.Join(slices.DeleteFunc(slices.Clone(order), func(s string) bool { return !slices.Contains(names, s) }), " ")
	}
}

// before reports whether the steps stand in this order, others between them or not.
func before(order []string, names ...string) bool {
	at := -1
	for _, name := range names {
		k := slices.Index(order, name)
		if k <= at {
			return false
		}
		at = k
	}
	return true
}

// uneven measures how far the outcomes of a report are from being equally
// frequent, n of them expected: chi-square, less its mean, in standard
// deviations. Evenly drawn runs are rarely beyond 3.
func uneven(r *explore.Report, n int) float64 {
	each := float64(r.Runs) / float64(n)
	chi := each * float64(n-len(r.Outcomes)) // those that never came
	for _, o := range r.Outcomes {
		chi += (float64(o.Runs) - each) * (float64(o.Runs) - each) / each
	}
	df := float64(n - 1)
	return (chi - df) / math.Sqrt(2*df)
}

// failing returns the share of runs that failed.
func failing(r *explore.Report) float64 {
	n := 0
	for _, o := range r.Outcomes {
		if o.Failed {
			n += o.Runs
		}
	}
	return float64(n) / float64(r.Runs)
}
