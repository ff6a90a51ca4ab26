package sim

import (
	"fmt"
	"sort"

	"weft/sim/order"
	"weft/trace"
)

func (t *task) waits() order.Waiting {
	w := order.Waiting{Task: t.label(), Since: t.since, Pos: trace.Position(t.pc), On: "its turn"}
	if t.what != nil {
		w.On = t.what.describe()
		for _, h := range t.what.holders() {
			w.Holders = append(w.Holders, h.label())
		}
		if object, ok := t.what.(interface{ remark() string }); ok && object.remark() != "" {
			w.On += " (" + object.remark() + ")"
		}
	}
	return w
}

func (l *Loop) deadlock() error {
	e := &order.DeadlockError{At: l.clock.Now()}
	for _, t := range l.tasksInOrder() {
		e.Waiting = append(e.Waiting, t.waits())
	}
	for _, t := range l.waitCycle() {
		e.Cycle = append(e.Cycle, t.label())
	}
	return e
}

// waitCycle finds a cycle in who waits for whom, the one that the oldest task of
// a cycle is in.
func (l *Loop) waitCycle() []*task {
	const (
		open = 1
		shut = 2
	)
	mark := make(map[*task]int)
	var path []*task
	var visit func(t *task) []*task
	visit = func(t *task) []*task {
		mark[t] = open
		path = append(path, t)
		if t.what != nil {
			for _, next := range t.what.holders() {
				switch mark[next] {
				case open:
					for i, p := range path {
						if p == next {
							return append([]*task(nil), path[i:]...)
						}
					}
				case 0:
					if cycle := visit(next); cycle != nil {
						return cycle
					}
				}
			}
		}
		path = path[:len(path)-1]
		mark[t] = shut
		return nil
	}
	for _, t := range l.tasksInOrder() {
		if mark[t] == 0 {
			if cycle := visit(t); cycle != nil {
				return cycle
			}
		}
	}
	return nil
}

func (l *Loop) stepLimitError() error {
	e := &order.StepLimitError{Limit: l.stepLimit, At: l.clock.Now(), Stalled: l.instantSteps}
	for _, t := range l.tasksInOrder() {
		e.Busiest = append(e.Busiest, order.Busy{Task: t.label(), Steps: int64(t.steps), Yields: int64(t.yields), Pos: trace.Position(t.pc)})
	}
	sort.SliceStable(e.Busiest, func(i, k int) bool { return e.Busiest[i].Steps > e.Busiest[k].Steps })
	if len(e.Busiest) > 5 {
		e.Busiest = e.Busiest[:5]
	}
	return e
}

// LeakError says which tasks were unfinished when their loop was closed. Their
// deferred functions were run.
type LeakError struct{ Tasks []order.Waiting }

// Error names the tasks and what each waited for.
func (e *LeakError) Error() string { return e.Text(true) }

// End returns Leaked.
func (e *LeakError) End() order.End { return order.Leaked }

// Text returns the report, with or without places in the source.
func (e *LeakError) Text(places bool) string {
	text := fmt.Sprintf("sim: %d unfinished when the loop was closed; await or cancel them before", len(e.Tasks))
	for i, t := range e.Tasks {
		if i == 20 && len(e.Tasks) > 25 {
			return text + fmt.Sprintf("\n  ... and %d more", len(e.Tasks)-i)
		}
		text += "\n  " + t.Text(places)
	}
	return text
}

// Classify returns the class of the end that err, as returned by a Run function,
// stands for: that of [ranking.Classify], and Cancelled where the awaited task was.
func Classify(err error) order.End {
	end := order.Classify(err)
	if end == order.Failed && cancelledBy(err) != nil {
		return order.Cancelled
	}
	return end
}
