package bubble

import (
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"weft/sim"
	"weft/trace"
)

// run is what is known of one run. The driver fills it from the events that the
// runtime takes down.
type run struct {
	control  *control
	strategy sim.Strategy
	recorder trace.Recorder
	dog      *watchdog

	goroutines []*goroutine
	objects    map[place]string
	holders    map[uintptr][]uint32 // of locks; several if they hold one for reading
	turn       uint32               // who has it
	firing     int32                // the event of the timer that has been fired last
	decisions  []sim.Decision
	picked     int // the decision by which the next step was taken, or -1
	steps      []sim.Step
	touches    []sim.Touch // of the steps; those of the step that is on come last
	epoch      int
	untracked  []string
	fired      int                // the step of the timer that has been fired last, counted from 1
	timed      map[string]string  // by timer, the channel that it sends to
	set        map[string]uintptr // by timer, where it was made
	spelled    map[name]string    // texts, also of earlier runs
	stalled    uint64             // steps since time moved
	drain      time.Duration      // for how long goroutines that are left may go on

	alternatives []sim.Alternative // of the decisions
	listed       int               // how many there are

	busy     atomic.Bool // what follows is the goroutines' to write, one at a time
	returned bool        // the program came to its end
	output   []sim.Line
	asked    []string // names, each for an event
}

func newRun(dog *watchdog) *run {
	return &run{dog: dog, objects: map[place]string{}, holders: map[uintptr][]uint32{}, timed: map[string]string{}, set: map[string]uintptr{}, spelled: map[name]string{}}
}

// reset begins a run. It keeps the memory of the last one, but not that of alternatives
// and steps, which others may hold.
func (n *run) reset(c *control, strategy sim.Strategy, level trace.Level) {
	clear(n.objects)
	clear(n.holders)
	clear(n.timed)
	clear(n.set)
	ahead := min(max(16, 2*len(n.decisions)), planRoom)
	steps, touches := max(8, len(n.steps)), max(8, len(n.touches))
	clear(n.decisions)
	n.recorder.Reset()
	n.recorder.SetLevel(level)
	*n = run{
		control: c, strategy: strategy, recorder: n.recorder, dog: n.dog, picked: -1,
		goroutines: n.goroutines[:0], objects: n.objects, holders: n.holders, timed: n.timed, set: n.set, spelled: n.spelled,
		decisions: n.decisions[:0], alternatives: make([]sim.Alternative, 0, max(8, n.listed)),
		output: n.output[:0],
	}
	if level != trace.Off {
		n.steps, n.touches = make([]sim.Step, 0, steps), make([]sim.Touch, 0, touches)
	}
	if planned, ok := strategy.(sim.Planned); ok {
		c.plan = c.plan[:planned.Plan(c.plan[:ahead])]
	} else {
		c.plan = nil
	}
}

// take takes in events, with the choices of those that are decisions.
func (n *run) take(events []event, choices []choice) {
	for i := range events {
		e := &events[i]
		if e.op == opDecide {
			n.planned(e, choices[:e.obj])
			choices = choices[e.obj:]
			continue
		}
		n.takeOne(e)
	}
}

func (n *run) takeOne(e *event) {
	g := n.goroutine(e.g)
	if e.op != opBlock && e.op != opTurn && e.op != opFire && e.op != opTime && e.op != opCase && e.g != 0 {
		n.tell(e.g, e.now)
	}
	switch e.op {
	case opSpawn:
		child := n.goroutine(uint32(e.arg))
		child.label, child.pc = n.named(e), e.pc
		if timer, ok := e.timer(); ok {
			child.pc = n.set[n.timer(e.g, timer)]
		}
		cause := g.woken
		if e.g == 0 {
			cause = n.firing
		}
		child.cause = len(n.steps)
		if e.g == 0 {
			child.cause = n.fired
		}
		child.spawned = n.record(e, trace.Entry{Kind: trace.Spawn, Object: child.label, Cause: cause})
	case opTurn:
		n.turned(e, g)
	case opBlock:
		why := hooks.reason(uint8(e.arg))
		if n.foreign(e, why) {
			n.tell(e.g, e.now) // what it was about to do is done
		}
		n.opens(e.g, e.now)
		g.blocked, g.at = g.about, e.pc
		if why == "sync.Cond.Wait" {
			g.blocked = g.cond // since then it has released the lock
		}
		g.waiting, g.since = true, e.now
		g.on = n.waitsFor(g, e, why)
		if why == "IO wait" {
			g.on = "input or output of the operating system"
			n.untrack("input or output of the operating system, at " + trace.Position(e.pc))
		}
		n.record(e, trace.Entry{Kind: trace.Wait, Object: g.on, PC: g.at})
	case opWake:
		woken := n.goroutine(uint32(e.arg))
		woken.woken = int32(n.recorder.Len())
		woken.cause = len(n.steps)
		if e.g == 0 {
			woken.woken, woken.cause = n.firing, n.fired
		}
	case opExit:
		g.ended = true
		how := "returned"
		n.record(e, trace.Entry{Kind: trace.Finish, Object: how})
	case opMake:
		delete(n.objects, place{e.obj, 0}) // the collector may have given its memory back
		n.object(e.obj, "chan", e.g, 0)
	case opName:
		n.rename(g, int(e.arg))
	case opPrint:
		n.touch("output", sim.Writes)
		n.record(e, trace.Entry{Kind: trace.Print, Detail: n.line(int(e.arg), g.label)})
	case opOutside:
		n.untrack("a channel that was made outside the run, at " + trace.Position(e.pc))
	case opTimer:
		n.set[n.timer(e.g, e.step)] = e.pc
		if e.obj != 0 {
			n.timed[n.timer(e.g, e.step)] = n.object(e.obj, "chan", e.g, 0)
		}
	case opTook:
		kind := trace.Get
		if e.arg == 1 {
			kind = trace.Put
		}
		n.record(e, trace.Entry{Kind: kind, Object: n.object(e.obj, "chan", e.g, 0)})
	case opCancelled:
		n.touch(n.object(e.obj, "context", e.g, e.arg), sim.Writes)
	case opCase:
		g.cases = append(g.cases, n.object(e.obj, "chan", e.g, 0))
	case opTime:
		n.stalled = 0
		n.epoch++
		n.recorder.Record(trace.Entry{Kind: trace.Advance, At: n.since(e.now)})
	case opFire:
		n.fired = 0 // time moved, and that is no step
		entry := trace.Entry{Kind: trace.Fire, At: n.since(e.now), N: int32(e.step)}
		if op(e.arg) == opSleep {
			entry.Task, entry.Object = g.label, "sleep"
			entry.PC = g.about.pc
		} else {
			entry.Object = g.label + "/timer"
			n.fires(e)
		}
		n.firing = n.recorder.Record(entry)
	default:
		g.about, g.pending = *e, true
		if e.op == opCondWait {
			g.cond = *e
		}
		g.cases = g.cases[:0]
		n.stalled++
	}
}

// turned notes that a goroutine gets the turn.
func (n *run) turned(e *event, g *goroutine) {
	before := n.turn
	if before != e.g && before != 0 {
		if p := n.goroutine(before); !p.waiting && !p.ended {
			p.waiting, p.on, p.since, p.blocked, p.at = true, "its turn", e.now, event{}, 0
			n.recorder.Record(trace.Entry{Kind: trace.Wait, At: n.since(e.now), Task: p.label, Object: p.on, PC: p.about.pc})
			p.woken = 0
		}
	}
	n.turn = e.g
	n.resumes(e, g)
	switch {
	case !g.begun:
		g.begun = true
		n.record(e, trace.Entry{Kind: trace.Start, N: int32(e.step), Cause: g.spawned})
	case g.waiting:
		n.record(e, trace.Entry{Kind: trace.Resume, Object: g.on, N: int32(e.step), Cause: g.woken})
	}
	g.waiting = false
}

func (n *run) record(e *event, entry trace.Entry) int32 {
	if n.recorder.Level() == trace.Off {
		return 0
	}
	entry.At = n.since(e.now)
	if entry.PC == 0 {
		entry.PC = e.pc
	}
	if e.g != 0 && entry.Task == "" {
		entry.Task = n.goroutine(e.g).label
	}
	return n.recorder.Record(entry)
}

// opens begins the step of what a goroutine was about to do, if it went on at once.
func (n *run) opens(by uint32, now int64) {
	g := n.goroutine(by)
	if !g.pending {
		return
	}
	e := g.about
	if e.step > g.opened {
		g.opened = e.step
		n.begin(by, n.step(by, e.step), now)
	}
	if e.step > g.operated {
		g.operated = e.step
		n.operates(&e, by)
	}
}

// decided takes down a decision.
func (n *run) decided(d *sim.Decision) {
	if n.recorder.Level() == trace.Off {
		return
	}
	names := make([]string, len(d.Alternatives))
	for i := range names {
		names[i] = d.Alternatives[i].Name
	}
	n.recorder.Record(trace.Entry{Kind: trace.Decide, At: d.At, Object: d.Kind + ":" + d.Key, Detail: names[d.Taken], Alternatives: names})
}

// tell records what a goroutine was about to do and has done by now.
func (n *run) tell(by uint32, now int64) {
	g := n.goroutine(by)
	if !g.pending {
		return
	}
	n.opens(by, now)
	g.pending = false
	e := g.about
	entry := trace.Entry{}
	switch e.op {
	case opSend:
		entry.Kind, entry.Object = trace.Put, n.object(e.obj, "chan", by, e.arg)
	case opRecv:
		entry.Kind, entry.Object = trace.Get, n.object(e.obj, "chan", by, e.arg)
	case opTrySend, opTryRecv:
		entry.Kind, entry.Object = trace.Check, n.object(e.obj, "chan", by, e.arg)
	case opClose:
		entry.Kind, entry.Object, entry.Detail = trace.Set, n.object(e.obj, "chan", by, e.arg), "closed"
	case opLock:
		n.holders[e.obj] = append(n.holders[e.obj], by)
		entry.Kind, entry.Object = trace.Acquire, n.object(e.obj, "mutex", by, e.arg)
	case opRLock:
		n.holders[e.obj] = append(n.holders[e.obj], by)
		entry.Kind, entry.Object, entry.Detail = trace.Acquire, n.object(e.obj, "mutex", by, e.arg), "for reading"
	case opUnlock:
		n.released(e.obj, by)
		entry.Kind, entry.Object = trace.Release, n.object(e.obj, "mutex", by, e.arg)
	case opRUnlock:
		n.released(e.obj, by)
		entry.Kind, entry.Object, entry.Detail = trace.Release, n.object(e.obj, "mutex", by, e.arg), "for reading"
	case opTryLock:
		entry.Kind, entry.Object = trace.Check, n.object(e.obj, "mutex", by, e.arg)
	case opAdd:
		entry.Kind, entry.Object = trace.Set, n.object(e.obj, "wait group", by, e.arg)
	case opWaitGroup:
		entry.Kind, entry.Object = trace.Check, n.object(e.obj, "wait group", by, e.arg)
	case opSignal:
		entry.Kind, entry.Object, entry.Detail = trace.Notify, n.object(e.obj, "cond", by, e.arg), "1"
	case opBroadcast:
		entry.Kind, entry.Object, entry.Detail = trace.Notify, n.object(e.obj, "cond", by, e.arg), "all"
	case opOnce:
		entry.Kind, entry.Object = trace.Check, n.object(e.obj, "once", by, e.arg)
	case opLoad:
		entry.Kind, entry.Object = trace.Read, n.object(e.obj, "atomic", by, e.arg)
	case opStore:
		entry.Kind, entry.Object = trace.Write, n.object(e.obj, "atomic", by, e.arg)
	case opErr:
		entry.Kind, entry.Object = trace.Check, n.object(e.obj, "context", by, e.arg)
	case opCancel:
		entry.Kind, entry.Object = trace.Cancel, n.object(e.obj, "context", by, e.arg)
	case opMapLoad:
		entry.Kind, entry.Object = trace.Read, n.object(e.obj, "map", by, e.arg)
	case opMapStore:
		entry.Kind, entry.Object = trace.Write, n.object(e.obj, "map", by, e.arg)
	default:
		return
	}
	entry.Task, entry.PC, entry.At = g.label, e.pc, n.since(now)
	n.recorder.Record(entry)
}

// released notes that a lock was given back, whoever took it.
func (n *run) released(lock uintptr, by uint32) {
	holders := n.holders[lock]
	i := slices.Index(holders, by)
	switch {
	case len(holders) <= 1:
		delete(n.holders, lock)
	default:
		n.holders[lock] = slices.Delete(holders, max(0, i), max(0, i)+1)
	}
}

// printed takes in a line of the program's output, and returns which one it is.
func (n *run) printed(text string, now time.Duration) int {
	n.hold()
	defer n.busy.Store(false)
	n.output = append(n.output, sim.Line{At: now, Text: text})
	return len(n.output) - 1
}

// returns notes that the program has come to its end.
func (n *run) returns() {
	n.hold()
	n.returned = true
	n.busy.Store(false)
}

// hold waits for the output to be free. It is no lock of package sync, which the
// runtime would look at.
func (n *run) hold() {
	for !n.busy.CompareAndSwap(false, true) {
	}
}

// printedSoFar returns the output.
func (n *run) printedSoFar() []sim.Line {
	n.hold()
	defer n.busy.Store(false)
	return n.output
}

// line returns a line of the output, and notes who printed it.
func (n *run) line(which int, by string) string {
	n.hold()
	defer n.busy.Store(false)
	line := &n.output[which]
	line.Task = by
	return line.Text
}

// foreign reports whether a goroutine blocks in something else than the operation that
// it came to last.
func (n *run) foreign(e *event, why string) bool {
	return why == "IO wait" || why == selectsNothing || strings.HasSuffix(why, nilChannel) || strings.HasPrefix(why, "sync.") && e.obj == 0
}

// What the runtime says.
const (
	selectsNothing = "select (no cases)"
	nilChannel     = "(nil chan)"
)

// waitsFor says in words what a goroutine waits for. why is what the runtime says.
func (n *run) waitsFor(g *goroutine, e *event, why string) string {
	if n.foreign(e, why) {
		switch {
		case why == selectsNothing:
			return "a select without cases"
		case why == "chan send "+nilChannel:
			return "room in a nil channel"
		case strings.HasSuffix(why, nilChannel):
			return "a nil channel"
		}
		return "a " + why + " of the standard library"
	}
	e = &g.blocked
	by := e.g
	switch e.op {
	case opSend:
		return "room in " + n.object(e.obj, "chan", by, e.arg)
	case opRecv:
		return n.object(e.obj, "chan", by, e.arg)
	case opSelect:
		return "select"
	case opSleep:
		return "sleep"
	case opLock, opRLock:
		return n.object(e.obj, "mutex", by, e.arg)
	case opWaitGroup:
		return n.object(e.obj, "wait group", by, e.arg)
	case opCondWait:
		return n.object(e.obj, "cond", by, e.arg)
	case opOnce:
		return n.object(e.obj, "once", by, e.arg)
	}
	return why
}

// untrack says that the program uses something whose order is not controlled.
func (n *run) untrack(what string) {
	if !slices.Contains(n.untracked, what) {
		n.untracked = append(n.untracked, what)
	}
}
