package page

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/order"
)

// Version is the version of the JSON that this package writes.
const Version = 1

// Subject is a program to be shown.
type Subject struct {
	Summary
	// Engine makes its runs. It is nil where none can be made.
	Engine order.Engine
	// Source returns the text of a source file by the name that events have in
	// their Pos, such as "coroutine/hello.go". It may be nil.
	Source func(file string) (text string, ok bool)
	// Again returns the line of a shell that repeats the run of a schedule. It may
	// be nil.
	Again func(schedule order.Schedule) string
}

// Summary says what a program is, for a list of them.
type Summary struct {
	Name  string `json:"name"`
	Title string `json:"title,omitempty"`
	Topic string `json:"topic,omitempty"`
	Story string `json:"story,omitempty"`
	Claim string `json:"claim,omitempty"`
	// Fixes names the program that this one repairs.
	Fixes string `json:"fixes,omitempty"`
}

// Program is all that a page shows of a program: what an exploration has found, the
// orders themselves as far as they fit, and why the simplest failing one fails.
type Program struct {
	Version int `json:"weft_page"`
	Summary
	Policy string `json:"policy"`
	// Host is what hands control to the program's tasks: the loop, or the scheduler of
	// ordinary Go.
	Host   string  `json:"host"`
	Report *Report `json:"report"`
	Tree   *Tree   `json:"tree"`
	// Failure explains the simplest failing order; nil if none was found.
	Failure *Failure `json:"failure,omitempty"`
	// Swaps holds, by schedule, what may be swapped in that run.
	Swaps map[string][]Swap `json:"swaps"`
	// Sources holds the program's files by the names that events have in their Pos.
	Sources map[string]string `json:"sources,omitempty"`
}

// Limits say how much of a program goes into a page.
type Limits struct {
	Runs   int           // of the exploration; 0 means explore.DefaultRuns
	Time   time.Duration // real, of the exploration; 0 means as long as it takes
	Leaves int           // orders of the tree, at most; 0 means 10,000
	// Bytes is how much of runs is recorded, about; 0 means 4,000,000. With less than 0,
	// nothing is, for a page with an engine that makes them.
	Bytes    int
	Patience time.Duration // real, for each part of the explanation; 0 means 10 s
}

func (l Limits) settled() Limits {
	set := func(n *int, otherwise int) {
		if *n == 0 {
			*n = otherwise
		}
	}
	set(&l.Runs, explore.DefaultRuns)
	set(&l.Leaves, 10_000)
	set(&l.Bytes, 4_000_000)
	if l.Patience <= 0 {
		l.Patience = 10 * time.Second
	}
	return l
}

// Explore explores a program and gathers what a page shows of it. The same program
// gives the same result, unless a limit of real time or ctx ends a part of it.
func Explore(ctx context.Context, s Subject, limits Limits) (*Program, error) {
	limits = limits.settled()
	if s.Engine == nil {
		return nil, fmt.Errorf("page: %s cannot be run here", s.Name)
	}
	found, err := explore.Search(ctx, s.Engine, explore.WithRuns(limits.Runs), explore.WithTime(limits.Time))
	if err != nil {
		return nil, err
	}
	return Found(ctx, s, found, limits)
}

// Found is Explore for a program that has been explored: it gathers what a page shows of
// what was found. Of the limits, those of an exploration have no meaning.
func Found(ctx context.Context, s Subject, found *explore.Report, limits Limits) (*Program, error) {
	limits = limits.settled()
	if s.Engine == nil {
		return nil, fmt.Errorf("page: %s cannot be run here", s.Name)
	}
	var err error
	p := &Program{Version: Version, Summary: s.Summary, Policy: s.Engine.Policy(), Report: reportOf(found, s.Again), Swaps: map[string][]Swap{}}
	main := []order.Schedule{nil}
	patience := explore.WithTime(limits.Patience)
	if failing := found.Failure(); failing != nil && failing.End != order.Mismatched && found.Nondeterminism == nil {
		if p.Failure, err = failureOf(ctx, s.Engine, failing.Witness, patience); err != nil {
			return nil, err
		}
		main = append(main, p.Failure.schedule)
		if p.Failure.passing != nil {
			main = append(main, *p.Failure.passing)
		}
	}
	for i, o := range found.Outcomes {
		if i == witnessesMost {
			break
		}
		main = append(main, o.Witness)
	}
	g := &grower{engine: s.Engine, limits: limits, report: p.Report}
	if p.Tree, err = g.grow(found, main); err != nil {
		return nil, err
	}
	p.Host = order.RunOnce(s.Engine, order.Default()).Trace().Host()
	if err := p.addSwaps(ctx, s.Engine, main, patience); err != nil {
		return nil, err
	}
	p.addSources(s.Source, g.files)
	return p, nil
}

// witnessesMost is how many outcomes have their simplest run in the page for
// certain.
const witnessesMost = 50

// swapRuns is of how many orders it is found out what may be swapped in each.
const swapRuns = 400

// decisionsMost is how many decisions a run may have for it to be found out what may be
// swapped in it, and what becomes of it where one of them goes another way.
const decisionsMost = 200

// addSwaps finds out what may be swapped: in the runs that the page is about, and in
// all where there are few.
func (p *Program) addSwaps(ctx context.Context, engine order.Engine, main []order.Schedule, options ...explore.Option) error {
	if p.Tree.Complete && p.Tree.Root.Orders <= swapRuns {
		main = append(main, p.Tree.schedules()...)
	}
	for _, schedule := range main {
		key := schedule.String()
		path, err := p.Tree.path(schedule)
		if _, ok := p.Swaps[key]; ok || err != nil || len(path) > decisionsMost {
			continue
		}
		swaps, err := SwapsOf(ctx, engine, schedule, options...)
		if err != nil && ctx.Err() == nil && len(swaps) == 0 {
			return err
		}
		p.Swaps[key] = swaps
	}
	return nil
}

// addSources adds the files that events of the runs come from.
func (p *Program) addSources(source func(string) (string, bool), files map[string]bool) {
	if source == nil {
		return
	}
	p.Sources = map[string]string{}
	for file := range files {
		if text, ok := source(file); ok {
			p.Sources[file] = text
		}
	}
}

// ErrNoRun says that a schedule leads to no run that can be shown.
var ErrNoRun = errors.New("page: the schedule leads to no run of this program")

// RunOf makes the run of a schedule. Its error matches [ErrNoRun] if the schedule does
// not fit.
func RunOf(engine order.Engine, schedule order.Schedule) (*Run, error) {
	strategy := order.Replay(schedule)
	made := order.RunOnce(engine, strategy)
	if err := strategy.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoRun, err)
	}
	return runOf(made), nil
}

// SwapsOf says what may be swapped in the run of a schedule.
func SwapsOf(ctx context.Context, engine order.Engine, schedule order.Schedule, options ...explore.Option) ([]Swap, error) {
	found, err := explain.Swaps(ctx, engine, schedule, options...)
	swaps := make([]Swap, len(found))
	for i, s := range found {
		swaps[i] = swapOf(&s)
	}
	return swaps, err
}
