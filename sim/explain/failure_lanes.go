package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

const (
	lanesMost     = 6  // tasks; more cannot be followed
	rowsWhole     = 40 // a longer excerpt is cut down to what matters
	rowsAround    = 2  // of what matters
	othersMention = 8  // so many events of other tasks are worth a line
)

// excerpt is the part of a run that is drawn: some tasks, a column each.
type excerpt struct {
	title string
	lanes []string // tasks; "" is the loop
	rows  []excerptRow
	left  int // events of these tasks that are not drawn, each in a row of its own
}

// excerptRow is an event in its column or, if lane is negative, a line across all
// columns.
type excerptRow struct {
	seq     int
	number  string // what readers call it
	lane    int
	text    string
	mark    string
	matters bool
	at      time.Duration
	pos     string // where in the source, or ""
	private bool   // nobody else has to do with it
	times   int    // how many events the row stands for, if it is more than one
}

// excerptOf draws what the tasks did. marks holds what stands before an event, by
// its Seq.
func excerptOf(title string, h *history, lanes []string, marks map[int]string) *excerpt {
	x := &excerpt{title: title, lanes: lanes}
	shared := h.shared()
	var at time.Duration
	others := 0
	for _, e := range h.events {
		lane := slices.Index(lanes, e.Task)
		text := ""
		if lane >= 0 {
			text = doing(e, marks[e.Seq] != "")
		}
		if turn := turnOf(e, h.inGo()); turn != "" {
			x.across(e.At, &at, &others)
			x.rows = append(x.rows, excerptRow{lane: -1, text: "── " + turn + " ──", matters: true, at: e.At})
			continue
		}
		if text == "" {
			if lane < 0 && e.Kind != trace.Decide && e.Kind != trace.Advance {
				others++
			}
			continue
		}
		if len(x.rows) == 0 {
			others = 0
		}
		x.across(e.At, &at, &others)
		mark := marks[e.Seq]
		x.rows = append(x.rows, excerptRow{
			seq: e.Seq, number: h.number(e.Seq), lane: lane, text: text, mark: mark, at: e.At, pos: programs(e.Pos),
			matters: mark != "" || e.Kind == trace.Finish && e.Object != "returned",
			private: e.Kind.Access() != trace.NoAccess && !shared[e.Object] && !closes(e),
		})
	}
	x.fold()
	x.shorten()
	return x
}

// closes reports whether a channel is closed: what comes of it may be long after, and where
// nobody else had to do with the channel.
func closes(e trace.Event) bool {
	return e.Kind == trace.Set && strings.HasPrefix(e.Object, "chan ")
}

// programs is a place, or "" if it is one in the package that starts goroutines for the
// program.
func programs(pos string) string {
	if strings.HasPrefix(pos, "sync/waitgroup.go:") || strings.HasPrefix(pos, "errgroup/errgroup.go:") {
		return ""
	}
	return pos
}

// across adds what stands across the columns before an event: what others did
// and what time went by.
func (x *excerpt) across(now time.Duration, at *time.Duration, others *int) {
	if *others >= othersMention {
		x.rows = append(x.rows, excerptRow{lane: -1, text: fmt.Sprintf("... %d events of others ...", *others), at: *at})
	}
	*others = 0
	if now > *at {
		x.rows = append(x.rows, excerptRow{lane: -1, text: fmt.Sprintf("~~ %v later, at %v ~~", now-*at, now), at: now})
		*at = now
	}
}

// shared returns the objects with which more than one task had to do.
func (h *history) shared() map[string]bool {
	first := map[string]string{}
	shared := map[string]bool{}
	for _, a := range h.accesses {
		if task, known := first[a.Object]; !known {
			first[a.Object] = a.Task
		} else if task != a.Task {
			shared[a.Object] = true
		}
	}
	return shared
}

// fold makes one row of what a task did again and again, and one of what it did that nobody
// else had to do with, as long as nothing else is drawn between.
func (x *excerpt) fold() {
	var kept []excerptRow
	for i := 0; i < len(x.rows); {
		r := x.rows[i]
		same, private := i+1, i+1
		for ; same < len(x.rows) && r.foldable() && x.rows[same].foldable() && x.rows[same].lane == r.lane && x.rows[same].text == r.text; same++ {
		}
		for ; private < len(x.rows) && r.private && r.foldable() && x.rows[private].foldable() && x.rows[private].lane == r.lane && x.rows[private].private; private++ {
		}
		switch {
		case private > same:
			r.times = private - i
			r.text = fmt.Sprintf("%d events that nobody else saw", r.times)
			r.pos = ""
			i = private
		case same > i+1:
			r.times = same - i
			r.text += fmt.Sprintf(", %d times", r.times)
			if slices.ContainsFunc(x.rows[i:same], func(other excerptRow) bool { return other.pos != r.pos }) {
				r.pos = ""
			}
			i = same
		default:
			i++
		}
		x.left += max(0, r.times-1)
		kept = append(kept, r)
	}
	x.rows = kept
}

func (r *excerptRow) foldable() bool { return r.lane >= 0 && r.mark == "" && !r.matters }

// shorten leaves out long stretches in which nothing matters.
func (x *excerpt) shorten() {
	if len(x.rows) <= rowsWhole {
		return
	}
	near := make([]bool, len(x.rows))
	for i, r := range x.rows {
		if r.matters || i == len(x.rows)-1 {
			for k := max(0, i-rowsAround); k <= min(len(x.rows)-1, i+rowsAround); k++ {
				near[k] = true
			}
		}
	}
	var kept []excerptRow
	for i := 0; i < len(x.rows); {
		if near[i] {
			kept = append(kept, x.rows[i])
			i++
			continue
		}
		from, events := i, 0
		for i < len(x.rows) && !near[i] {
			if x.rows[i].lane >= 0 {
				events += max(1, x.rows[i].times)
			}
			i++
		}
		if i-from == 1 {
			kept = append(kept, x.rows[from])
			continue
		}
		text := "... " + words.Count(events, "event")
		x.left += events
		before := time.Duration(0)
		if from > 0 {
			before = x.rows[from-1].at
		}
		if last := x.rows[i-1].at; last > before {
			text += fmt.Sprintf(", until %v", last)
		}
		kept = append(kept, excerptRow{lane: -1, text: text + " ..."})
	}
	x.rows = kept
}

// numbers lines up the numbers of the events.
func (x *excerpt) numbers() trace.NumberColumn {
	var c trace.NumberColumn
	for _, r := range x.rows {
		if r.lane >= 0 {
			c.Add(r.number)
		}
	}
	return c
}

// lanes returns the tasks that have a part in the failure, at most so many of them, in the
// order in which they first came up, and how many more there are.
//
// Those that fail come first, and those that hang or go on for ever; then those of the race
// and of the swap; then those who could have helped who hangs, since they had to do with
// what it waits for, the last of them first.
func (f *Failure) lanes(h *history, most int) (lanes []string, more int) {
	var part []string
	add := func(task string) {
		if !slices.Contains(part, task) {
			part = append(part, task)
		}
	}
	if h.blamed != "" {
		add(h.blamed)
	}
	if f.Panic != nil {
		add(f.Panic.Task)
	}
	stuck := h.stuck()
	hung := hangs(f.End) || f.End == order.Leaked
	if hung {
		// A wait group, or a task that is awaited, waits for those who hang elsewhere.
		slices.SortStableFunc(stuck, func(a, b trace.Event) int { return cmp.Compare(secondary(a), secondary(b)) })
		for _, wait := range stuck {
			if f.End != order.Leaked || f.waits(wait.Task) {
				add(wait.Task)
			}
		}
		if f.End == order.Spinning {
			for _, start := range h.running() {
				add(start.Task)
			}
		}
	}
	if f.Race != nil {
		for _, e := range f.Race.Events {
			add(e.Task)
		}
		if f.Race.absent != "" {
			add(f.Race.absent)
		}
	}
	if f.Swap != nil {
		for _, e := range h.events {
			if slices.Contains(f.Swap.Seqs[:], e.Seq) {
				add(e.Task)
			}
		}
	}
	if f.Passing != nil && f.Swap == nil && f.Race == nil {
		if a, b := f.parting(); a != nil {
			add(taskOf(a.Detail))
			add(taskOf(b.Detail))
		}
	}
	if hung {
		for _, wait := range stuck {
			if secondary(wait) > secondary(stuck[0]) {
				break // who could help there, waits himself
			}
			for _, a := range slices.Backward(h.accesses) {
				if a.Object == wait.Object && a.Task != "" && slices.Contains(part, wait.Task) {
					add(a.Task)
				}
			}
		}
	} else if f.Race == nil && f.Swap == nil { // all who touched something may have to do with it
		for _, a := range h.accesses {
			if a.Task != "" && a.Kind.Access() != trace.NoAccess {
				add(a.Task)
			}
		}
	}
	if len(part) == 0 { // nothing is known; show who did something
		for _, e := range h.events {
			if e.Task != "" && len(part) < lanesMost {
				add(e.Task)
			}
		}
	}
	most = min(most, lanesMost)
	if len(part) > most {
		part, more = part[:most], len(part)-most
	}
	seen := map[string]bool{}
	for _, e := range h.events {
		if !seen[e.Task] && slices.Contains(part, e.Task) {
			lanes = append(lanes, e.Task)
		}
		seen[e.Task] = true
	}
	_, passing := f.histories()
	for _, task := range part { // of which this run shows nothing
		absent := f.Race != nil && f.Race.absent == task || f.Panic != nil && f.Panic.Task == task
		if !slices.Contains(lanes, task) && (absent || passing != nil && passing.has(task)) {
			lanes = append(lanes, task)
		}
	}
	return lanes, more
}

// has reports whether a run shows something of a task.
func (h *history) has(task string) bool {
	return slices.ContainsFunc(h.events, func(e trace.Event) bool { return e.Task == task })
}

// taskOf is the task of a step, by the name that an alternative has.
func taskOf(step string) string {
	if dot := strings.LastIndexByte(step, '.'); dot > 0 {
		return step[:dot]
	}
	return step
}

// waits reports whether a task is one of those that the end of the run names.
func (f *Failure) waits(task string) bool {
	return len(f.Waiting) == 0 || slices.ContainsFunc(f.Waiting, func(w order.Waiting) bool { return w.Task == task })
}

// secondary is 1 for a wait that ends when others have ended.
func secondary(wait trace.Event) int {
	if strings.HasPrefix(wait.Object, "wait group ") || strings.HasPrefix(wait.Object, "task ") {
		return 1
	}
	return 0
}
