package page

import (
	"context"
	"fmt"
	"sync"
	"time"

	"weft/sim/explore"
	"weft/sim/order"
)

// Library makes runs for pages: it answers what a page asks of an engine. Its programs
// run one at a time.
type Library struct {
	subjects []Subject
	limits   Limits

	mu       sync.Mutex
	explored map[string]*Program
}

// NewLibrary returns a library of some programs, each of which is explored within limits
// when it is first asked for.
func NewLibrary(subjects []Subject, limits Limits) *Library {
	limits.Bytes = -1 // its pages ask for runs
	return &Library{subjects: subjects, limits: limits, explored: map[string]*Program{}}
}

// Summaries lists the programs.
func (l *Library) Summaries() []Summary {
	all := make([]Summary, len(l.subjects))
	for i, s := range l.subjects {
		all[i] = s.Summary
	}
	return all
}

// swapPatience is how long it may take, in real time, to find out what may be swapped in
// a run that somebody looks at.
const swapPatience = 2 * time.Second

// Answer answers a question: "program", with the name of one, is for a [Program]; "run",
// with the name and a schedule, for a [Run]; "swaps", with the same, for a list of [Swap].
// The result is to be written as JSON.
func (l *Library) Answer(ctx context.Context, what, name, schedule string) (any, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	subject, err := l.find(name)
	if err != nil {
		return nil, err
	}
	if what == "program" {
		if p := l.explored[name]; p != nil {
			return p, nil
		}
		p, err := Explore(ctx, subject, l.limits)
		if err == nil && ctx.Err() == nil {
			l.explored[name] = p
		}
		return p, err
	}
	turns, err := order.ParseSchedule(schedule)
	if err != nil {
		return nil, err
	}
	switch what {
	case "run":
		return RunOf(subject.Engine, turns)
	case "swaps":
		swaps, err := SwapsOf(ctx, subject.Engine, turns, explore.WithTime(swapPatience))
		if len(swaps) > 0 {
			err = nil // those that were tried in time
		}
		return swaps, err
	}
	return nil, fmt.Errorf("page: there is no answer to %q; ask for program, run or swaps", what)
}

func (l *Library) find(name string) (Subject, error) {
	for _, s := range l.subjects {
		if s.Name == name {
			if s.Engine == nil {
				return s, fmt.Errorf("page: %s cannot be run here", name)
			}
			return s, nil
		}
	}
	return Subject{}, fmt.Errorf("page: there is no program %q here", name)
}
