package sim

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"weft/sim/order"
)

// stepLog is what the loop takes down of its steps. Names are made when somebody
// asks for them.
type stepLog struct {
	steps   []stepNote
	touches []touchNote
	made    int32 // creation IDs given out outside steps
	names   map[touchable]string
	pending []pendingNote
	joins   [][2]int32 // see joined
}

// pendingNote is a step that could not be taken, since what it waits for was not so
// until the end of the run.
type pendingNote struct {
	task    *task
	n       int32
	by      int32
	epoch   int32
	at      time.Duration
	touches []touchNote // by its guard
}

// keptSteps is how many steps of a run are taken down. No exploration of all the
// orders of more would come to an end.
const keptSteps = 1 << 18

type stepNote struct {
	work    work
	from    *core
	at      time.Duration
	n       int32 // the ordinal in its name
	seq     int32
	pick    int32
	begin   int32
	epoch   int32
	by      int32 // counted from 1
	made    int32 // creation IDs given out in it
	before  int32 // the step before it in its task, counted from 1
	touches int   // where its own begin
	alone   bool
	guarded bool
}

// noteOf describes the step that begins with an entry.
func (l *Loop) noteOf(e *entry) stepNote {
	note := stepNote{
		work: e.work, from: e.from, at: l.clock.Now(), seq: int32(l.recorder.Len()) + 1, by: e.by,
		pick: int32(l.picked), begin: int32(len(l.decisions)), epoch: l.moves, touches: len(l.journal.touches),
	}
	if !l.recording() {
		note.seq = 0
	}
	switch w := e.work.(type) {
	case *task:
		note.n, note.guarded, note.before = w.steps+1, w.guard != nil, w.logged
	case *timer:
		note.n = w.n
	case *Loop:
		note.n, note.alone = int32(e.gen), true
	case *stopEntry:
		note.n, note.alone = w.n, true
	}
	return note
}

// openStep takes down that a step begins.
func (l *Loop) openStep(e *entry) {
	l.journal.steps = append(l.journal.steps, l.noteOf(e))
	l.by = int32(len(l.journal.steps))
	l.inStep = true
	switch w := e.work.(type) {
	case *task:
		w.logged = l.by
		l.touch(w.core, order.Reads)
	case *Handle:
		l.touch(w, order.Writes)
	}
}

// closeStep ends the running step.
func (l *Loop) closeStep() {
	l.takeLooks()
	l.inStep = false
	if l.fault != nil {
		l.journal.steps[len(l.journal.steps)-1].alone = true
	}
}

// alone says that the running step stands in order with every other one.
func (l *Loop) alone() {
	if l.inStep {
		l.journal.steps[len(l.journal.steps)-1].alone = true
	}
}

// StepLog returns the steps of the run so far, in order. They are taken down if
// recording is trace.Order or trace.Full, or with [WithFootprints].
func (l *Loop) StepLog() []order.Step {
	if len(l.journal.steps) == 0 {
		return nil
	}
	l.takeLooks()
	g := &l.journal
	steps := make([]order.Step, len(g.steps))
	if g.names == nil {
		g.names = make(map[touchable]string)
	}
	causes := make([]int, 0, len(steps))
	touches := make([]order.Touch, 0, len(g.touches))
	for i := range steps {
		note := &g.steps[i]
		s := &steps[i]
		*s = order.Step{Name: note.name(), At: note.at, Seq: int(note.seq), Pick: int(note.pick),
			Begin: int(note.begin), Epoch: int(note.epoch), Alone: note.alone, Guarded: note.guarded}
		if t, ok := note.work.(*task); ok {
			s.Task = t.label()
		}
		if since := len(causes); note.by != 0 {
			causes = g.appendCauses(causes, note.by)
			s.Causes = causes[since:len(causes):len(causes)]
		}
		end := len(g.touches)
		if i+1 < len(steps) {
			end = g.steps[i+1].touches
		}
		from := len(touches)
		touches = l.resolve(touches, g.touches[note.touches:end])
		s.Touches = touches[from:len(touches):len(touches)]
	}
	clear(g.names)
	return steps
}

// pendingSteps returns the steps that tasks waited to take when time moved or when the run
// was over.
func (l *Loop) pendingSteps() []order.Step {
	g := &l.journal
	if len(g.pending) == 0 {
		return nil
	}
	if g.names == nil {
		g.names = make(map[touchable]string)
	}
	steps := make([]order.Step, len(g.pending))
	for i := range g.pending {
		p := &g.pending[i]
		steps[i] = order.Step{
			Name: p.task.label() + "." + strconv.Itoa(int(p.n)), Task: p.task.label(), At: p.at, Pick: -1,
			Begin: len(l.decisions), Epoch: int(p.epoch), Touches: l.resolve(nil, p.touches), Guarded: true,
		}
		steps[i].Causes = g.appendCauses(nil, p.by)
	}
	clear(g.names)
	return steps
}

// joined returns what stands for several steps that only together make something
// ready, where there is a place for one: their number in a list, counted from -1 down.
func (l *Loop) joined(a, b int32) int32 {
	switch {
	case a == b || b == 0 || !l.tracking:
		return a
	case a == 0:
		return b
	}
	l.journal.joins = append(l.journal.joins, [2]int32{a, b})
	return -int32(len(l.journal.joins))
}

// appendCauses appends the indices of the steps that one number stands for, sorted.
func (g *stepLog) appendCauses(causes []int, by int32) []int {
	from := len(causes)
	for ; by < 0; by = g.joins[-by-1][0] { // the long way is on the left
		causes = g.appendCauses(causes, g.joins[-by-1][1])
	}
	if by > 0 {
		causes = append(causes, int(by)-1)
	}
	if own := causes[from:]; len(own) > 1 {
		slices.Sort(own)
		causes = causes[:from+len(slices.Compact(own))]
	}
	return causes
}

// after has what becomes ready in ready be made so by several steps together.
func (l *Loop) after(by int32, ready func()) {
	outer := l.by
	l.by = by
	ready()
	l.by = outer
}

// resolve appends what was touched by name, sorted, with one touch for those of
// one object.
func (l *Loop) resolve(touches []order.Touch, notes []touchNote) []order.Touch {
	from := len(touches)
	for _, note := range notes {
		name, ok := l.journal.names[note.what]
		if !ok {
			name = note.what.touchName(l)
			l.journal.names[note.what] = name
		}
		touches = append(touches, order.Touch{Object: name, Access: note.access})
	}
	own := touches[from:]
	if len(own) < 2 {
		return touches
	}
	slices.SortStableFunc(own, func(a, b order.Touch) int { return cmp.Compare(a.Object, b.Object) })
	kept := own[:0]
	for _, t := range own {
		if n := len(kept); n > 0 && kept[n-1].Object == t.Object {
			kept[n-1].Access = kept[n-1].Access.Join(t.Access)
		} else {
			kept = append(kept, t)
		}
	}
	return touches[:from+len(kept)]
}

func (n *stepNote) name() string {
	switch w := n.work.(type) {
	case *task:
		return w.label() + "." + strconv.Itoa(int(n.n))
	case *Handle:
		return w.id()
	case *timer:
		return w.idOf(n.n)
	case *TaskGroup:
		return n.from.self.label() + "/abort"
	case *Loop:
		return "+end." + strconv.Itoa(int(n.n))
	case *stopEntry:
		return "+stop." + strconv.Itoa(int(n.n))
	}
	panic("sim: not an event")
}

func (g *stepLog) reset() {
	clear(g.steps)
	clear(g.touches)
	clear(g.pending)
	g.joins = g.joins[:0]
	g.steps, g.touches, g.pending, g.made = g.steps[:0], g.touches[:0], g.pending[:0], 0
}
