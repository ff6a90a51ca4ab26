package bubble

import (
	"strings"

	"weft/sim/order"
	"weft/trace"
)

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

// asking holds what steps are not known to touch, by number. How many goroutines there are,
// and what all of them do, changes with whatever starts, ends or blocks. A coroutine passes
// the turn on in the middle of a step.
var asking = [...]string{"runtime.NumGoroutine", "runtime.GoroutineProfile", "runtime.Stack of all goroutines", "iter.Pull", "runtime.GC, after which finalizers and cleanups are called"}

func (n *run) takeOne(e *event) {
	g := n.goroutine(e.g)
	if e.op != opBlock && e.op != opTurn && e.op != opFire && e.op != opTime && e.op != opCase && e.op != opSpins && e.op != opTicks && e.op != opFailed && e.op != opJoins && e.op != opBarred && e.op != opBarredR && e.op != opMemory && e.g != 0 {
		n.tell(e.g, e.now)
	}
	switch e.op {
	case opSpawn:
		child := n.goroutine(uint32(e.arg))
		child.label, child.pc = n.named(e), e.pc
		child.id = uint32(e.arg)
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
		child.spawned = n.record(e, trace.Entry{Kind: trace.Spawn, Object: child.label, Detail: child.runs.inSource(), Cause: cause, PC: child.pc})
	case opTurn:
		n.turned(e, g)
	case opBlock:
		why := hooks.reason(uint8(e.arg))
		foreign := n.foreign(e, why)
		if foreign {
			n.tell(e.g, e.now) // what it was about to do is done
		}
		g.inLibrary = foreign && strings.HasPrefix(why, "sync.")
		n.opens(e.g, e.now)
		g.blocked, g.at = g.about, e.pc
		if foreign {
			g.blocked = event{} // it waits elsewhere
		}
		if why == "sync.Cond.Wait" {
			n.tell(e.g, e.now) // it has released the lock
			g.blocked, g.at = g.cond, g.cond.pc
		}
		g.waiting, g.since = true, e.now
		g.on = n.waitsFor(g, e, why)
		if g.blocked.op == opWaitGroup {
			g.awaited = g.on
		}
		if why == "IO wait" {
			g.on = "input or output of the operating system"
			n.untrack("input or output of the operating system, at " + trace.Position(e.pc))
		}
		n.record(e, trace.Entry{Kind: trace.Wait, Object: g.on, PC: g.at})
	case opBarred, opBarredR:
		n.bars(e, g)
	case opWake:
		woken := n.goroutine(uint32(e.arg))
		woken.woken = int32(n.recorder.Len())
		woken.cause = len(n.steps)
		if e.g == 0 {
			woken.woken, woken.cause, woken.tick = n.firing, n.fired, n.firedAt
		}
	case opExit:
		n.shape = n.shape.Word(uint64(e.op)<<32 | uint64(e.g))
		g.ended = true
		if e.g == 1 {
			n.mainEnded = e.now
		}
		n.record(e, trace.Entry{Kind: trace.Finish, Object: "returned"})
	case opMake:
		n.channel(e) // the collector may have given the memory of another one back
	case opMemory:
		n.makes(e)
	case opName:
		n.rename(g, int(e.arg))
	case opLabel:
		n.label(g, int(e.arg))
	case opPrint:
		n.touch("output", order.Writes)
		n.record(e, trace.Entry{Kind: trace.Print, Detail: n.line(int(e.arg), g.label)})
	case opQuits:
		n.ends(e, g)
	case opSpins:
		g.spun = e.arg
	case opTicks:
		g.ticks = true
	case opJoins:
		g.joins = e.step
	case opFailed:
		g.failed = true
	case opAsks:
		n.untrack(asking[e.arg] + ", at " + trace.Position(e.pc))
	case opOutside:
		n.untrack("a channel that was made outside the run, at " + trace.Position(e.pc))
	case opTimer:
		n.set[n.timer(e.g, e.step)] = e.pc
		if e.obj != 0 {
			n.timed[n.timer(e.g, e.step)] = n.object(e.obj, "chan", e.g, 0, e.pc)
		}
	case opTook:
		kind := trace.Get
		if e.arg == 1 {
			kind = trace.Put
		}
		n.record(e, trace.Entry{Kind: kind, Object: n.object(e.obj, "chan", e.g, 0, e.pc)})
	case opLibrary:
		g.library = n.object(e.obj, "library mutex", e.g, e.arg, e.pc)
		n.touch(g.library, order.Writes)
		n.touch(n.onces[e.obj], order.Writes) // whoever comes next finds it done, or being done
		n.usesLibrary(e)
	case opCancelled:
		n.touch(n.object(e.obj, "context", e.g, e.arg, e.pc), order.Writes)
	case opUnmap:
		n.unmapped(e.obj, uintptr(e.arg))
	case opCase:
		g.cases = append(g.cases, n.object(e.obj, "chan", e.g, 0, e.pc))
	case opTime:
		n.stalled = 0
		n.unable()
		n.epoch++
		n.recorder.Record(trace.Entry{Kind: trace.Advance, At: n.since(e.now)})
	case opFire:
		n.fired = 0 // time moved, and that is no step
		entry := trace.Entry{Kind: trace.Fire, At: n.since(e.now), N: int32(e.step)}
		if op(e.arg) == opSleep {
			entry.Task, entry.Object = g.label, "sleep"
			entry.PC = g.about.pc
			n.firedAt = 0
		} else {
			entry.Object = g.label + "/timer"
			n.fires(e)
		}
		n.firing = n.recorder.Record(entry)
	default:
		n.shape = n.shape.Word(uint64(e.op)<<32 | uint64(e.g)).Word(uint64(e.pc))
		n.looks(e, g)
		g.about, g.pending, g.failed = *e, true, false
		if e.op == opCondWait {
			g.cond = *e
		}
		if operations[e.op].sort != "" {
			g.object = *e
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
		if g.barred && g.untold {
			g.on = "its turn"
		}
		n.record(e, trace.Entry{Kind: trace.Resume, Object: g.on, N: int32(e.step), Cause: g.woken})
	}
	g.waiting, g.barred, g.untold, g.inLibrary = false, false, false, false
}

// bars notes that a goroutine waits for a lock that is held. It is not ready until the lock
// is free, and so this is no step. It is told of the one that would go on: that others, which
// have not been picked, could not, is told at the end only.
func (n *run) bars(e *event, g *goroutine) {
	if g.barred {
		return // the lock was free in between, and somebody else took it
	}
	shown := g.begun && !g.waiting && e.g == n.turn
	g.blocked = *e
	if g.blocked.op = opLock; e.op == opBarredR {
		g.blocked.op = opRLock
	}
	g.waiting, g.barred, g.since, g.at, g.untold = true, true, e.now, e.pc, !shown
	g.on = n.waitsFor(g, e, "")
	if shown {
		n.record(e, trace.Entry{Kind: trace.Wait, Object: g.on, PC: g.at})
	}
}

// tellBarred tells, at the end of a run, of those who have never come to take the lock that
// they wait for.
func (n *run) tellBarred() {
	for i, g := range n.goroutines {
		if i == 0 || !g.barred || !g.untold || g.ended {
			continue
		}
		e := g.blocked
		e.now = n.control.now
		if !g.begun {
			g.begun = true
			n.record(&e, trace.Entry{Kind: trace.Start, N: int32(e.step), Cause: g.spawned})
		}
		n.record(&e, trace.Entry{Kind: trace.Wait, Object: g.on, PC: g.at})
	}
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
		if pauses(e.op) && e.step != g.joins {
			n.begin(by, n.step(by, e.step), now)
		}
	}
	if e.step > g.operated {
		g.operated = e.step
		n.operates(&e, by)
	}
}

// decided takes down a decision.
func (n *run) decided(d *order.Decision) {
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
	switch e.op {
	case opLock, opRLock:
		n.takes(&e, by)
	case opTryLock:
		n.tried[e.obj] = true
		if !g.failed {
			n.takes(&e, by)
		}
	case opClose:
		if _, again := n.closed[e.obj]; !again {
			n.closed[e.obj] = closing{by, e.pc}
		}
	case opUnlock, opRUnlock:
		n.released(e.obj, by)
	}
	o := operations[e.op]
	if o.kind == 0 {
		return
	}
	kind := o.kind
	if g.failed && kind == trace.Write {
		kind = trace.Read
	}
	n.recorder.Record(trace.Entry{
		Kind: kind, Object: n.touched(&e, by), Detail: o.detail, Task: g.label, PC: e.pc, At: n.since(now),
	})
}
