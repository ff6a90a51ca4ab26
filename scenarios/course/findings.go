package course

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"weft/scenarios"
	"weft/scenarios/goroutine"
	"weft/sim"
	"weft/sim/bubble"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// ErrUncontrolled says that a program in ordinary Go cannot be looked at here, since
// that takes a program that was built with the overlay and sees memory, as
// "weft test" builds it. See [bubble.WatchesMemory].
var ErrUncontrolled = errors.New("course: programs in ordinary Go are run by weft test, and not with -race")

// most is how many orders a program of the course has at most: a class looks at all.
const most = 5000

// Findings are what was found when a program was run in all its orders.
type Findings struct {
	// Program is its name.
	Program string
	// Verdict says how much was run, and what follows from it.
	Verdict string
	// Orders is how many orders are permitted; all of them were run.
	Orders int
	// Outcomes are the different outcomes, those that pass first.
	Outcomes []Outcome
	// Times are the different virtual times that the runs took, in ascending order.
	Times []time.Duration
	// Default is the run in the default order.
	Default Run
	// Swaps say which events of the default order may change places.
	Swaps []string
}

// Outcome is one thing that a program can show.
type Outcome struct {
	Text     string    // the lines that were printed, and the error
	End      order.End // the class of the end
	Failed   bool      // whether that is a failure
	Orders   int       // how many orders show it
	Switches int       // how many decisions of the simplest did not go the default way
	Schedule string    // of the simplest of these orders
}

// Run is one run.
type Run struct {
	End     order.End
	Text    string   // as in Outcome
	Lines   []Line   // what was printed
	Reports []string // what the library said at the end, without places in the source
}

// Line is a line of output, and the task that printed it.
type Line struct{ Task, Text string }

// Look runs a program of the gallery in all its orders. The error says that this cannot
// be done; it matches [ErrUncontrolled] if the program is one in ordinary Go and this
// program cannot run that.
func Look(ctx context.Context, program string) (*Findings, error) {
	engine, err := engineOf(program)
	if err != nil {
		return nil, err
	}
	all := []explore.Option{explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(most)}
	report, err := explore.Search(ctx, engine, all...)
	if err != nil {
		return nil, err
	}
	if report.Coverage.Kind != search.AllOrders {
		return nil, fmt.Errorf("course: %s: %s; a program of the course has so few orders that all are run", program, report.Verdict())
	}
	f := &Findings{Program: program, Verdict: report.Verdict(), Orders: report.Runs}
	for _, o := range report.Outcomes {
		f.Outcomes = append(f.Outcomes, Outcome{
			Text: o.Text, End: o.End, Failed: o.Failed, Orders: o.Runs, Switches: o.Switches, Schedule: o.Witness.String(),
		})
	}
	for run := range explore.All(engine, all...) {
		f.Times = append(f.Times, run.Elapsed)
	}
	slices.Sort(f.Times)
	f.Times = slices.Compact(f.Times)

	f.Default = runOf(order.RunOnce(engine, order.Default()))
	if s, ok := scenarios.Find(program); ok {
		for _, r := range s.Run(sim.WithOutput(io.Discard), sim.WithLog(io.Discard)).Reports {
			f.Default.Reports = append(f.Default.Reports, fmt.Sprintf("%s: %s", r.Kind, r.Object))
		}
	}
	swaps, err := explain.Swaps(ctx, engine, nil)
	if err != nil {
		return nil, err
	}
	for _, s := range swaps {
		f.Swaps = append(f.Swaps, s.String())
	}
	return f, nil
}

// engineOf returns what runs a program of the gallery.
func engineOf(program string) (order.Engine, error) {
	if s, ok := scenarios.Find(program); ok {
		return s.Engine(), nil
	}
	s, ok := goroutine.Find(program)
	if !ok {
		return nil, fmt.Errorf("course: there is no program %q in the gallery", program)
	}
	if !bubble.WatchesMemory() {
		return nil, fmt.Errorf("%w: %s", ErrUncontrolled, program)
	}
	return s.Engine(), nil
}

func runOf(r *order.Run) Run {
	run := Run{End: r.End, Text: search.OutcomeText(r)}
	for _, line := range r.Output {
		run.Lines = append(run.Lines, Line{line.Task, line.Text})
	}
	return run
}

// Failing returns in how many orders the program fails.
func (f *Findings) Failing() int {
	n := 0
	for _, o := range f.Outcomes {
		if o.Failed {
			n += o.Orders
		}
	}
	return n
}

// Shortest returns the outcome that reaches a goal with the fewest switches, and false
// if no order does.
func (f *Findings) Shortest(g Goal) (Outcome, bool) {
	var best Outcome
	found := false
	for _, o := range f.Outcomes {
		if g.Reached(o.End, o.Text) && (!found || o.Switches < best.Switches) {
			best, found = o, true
		}
	}
	return best, found
}

// AllPass says in words that no order fails, and false if one does.
func (f *Findings) AllPass() (string, bool) {
	if f.Failing() > 0 {
		return "", false
	}
	verdict, _, _ := strings.Cut(f.Verdict, ":")
	return verdict, true
}

// Replay runs a program of the gallery in the order of a schedule.
func Replay(program, schedule string) (Run, error) {
	engine, err := engineOf(program)
	if err != nil {
		return Run{}, err
	}
	s, err := order.ParseSchedule(schedule)
	if err != nil {
		return Run{}, err
	}
	r := order.RunOnce(engine, order.Replay(s))
	if errors.Is(r.Err, order.ErrScheduleMismatch) {
		return Run{}, r.Err
	}
	return runOf(r), nil
}
