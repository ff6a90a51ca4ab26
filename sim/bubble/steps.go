package bubble

import (
	"cmp"
	"slices"

	"weft/sim/order"
	"weft/trace"
)

// A step is what a goroutine does from one point to the next: it begins with the
// operation that it paused before, or with what follows when it was woken. Steps are
// taken down with the objects that they touch, which is what reductions need. What the
// runtime cannot see is no part of it: memory that goroutines share without a lock or a
// channel between them, and the functions of package sync/atomic.

// begin opens a step of a goroutine.
func (n *run) begin(by uint32, name string, at int64) {
	picked := n.picked
	n.picked = -1
	if n.recorder.Level() == trace.Off {
		return
	}
	n.steps = append(n.steps, order.Step{
		Name: name, At: n.since(at), Pick: picked, Begin: len(n.decisions), Epoch: n.epoch, Seq: n.recorder.Len() + 1,
	})
	s := &n.steps[len(n.steps)-1]
	if by != 0 {
		g := n.goroutine(by)
		s.Task = g.label
		if g.cause > 0 {
			s.Causes = []int{g.cause - 1}
			g.cause = 0
		}
	}
}

// pauses reports whether a goroutine may pause before an operation. If not, the operation
// belongs to the step before: where others are ready and cannot come first, reductions
// would see a step that nothing can come before, and look no further back.
func pauses(o op) bool { return o != opSleep && o != opYield }

// resumes opens the step with which a goroutine goes on.
func (n *run) resumes(e *event, g *goroutine) {
	g.opened = e.step
	if n.recorder.Level() == trace.Off {
		n.picked = -1
		return
	}
	n.begin(e.g, n.step(e.g, e.step), e.now)
	if !g.waiting || g.barred {
		return
	}
	// What woke it may have been snatched away, so that it looks again.
	if g.inLibrary {
		n.touch(g.library, order.Writes)
		return
	}
	switch g.blocked.op {
	case opLock, opRLock, opWaitGroup, opCondWait:
		n.touch(n.touched(&g.blocked, e.g), order.Writes)
	case opSelect:
		n.touch("select "+g.label, order.Writes)
		n.touchCases(g)
	}
}

// touch says that the step that is on touches an object.
func (n *run) touch(object string, access order.Access) {
	if object == "" || len(n.steps) == 0 {
		return
	}
	if len(n.touches) == cap(n.touches) {
		// The touches of the steps before stay where they are.
		n.touches = append(make([]order.Touch, 0, 2*cap(n.touches)), n.steps[len(n.steps)-1].Touches...)
	}
	n.touches = append(n.touches, order.Touch{Object: object, Access: access})
	s := &n.steps[len(n.steps)-1]
	own := len(s.Touches) + 1
	s.Touches = n.touches[len(n.touches)-own : len(n.touches) : len(n.touches)]
}

// touched names what an operation touches.
func (n *run) touched(e *event, by uint32) string {
	if e.op == opStop || e.op == opReset {
		return n.timer(uint32(e.arg>>32), uint32(e.arg))
	}
	if e.op == opRead || e.op == opWrite {
		return n.variables[e.pc]
	}
	if e.op == opOutput || e.op == opQuit {
		return "output"
	}
	if sort := operations[e.op].sort; sort != "" {
		return n.object(e.obj, sort, by, e.arg, e.pc)
	}
	return ""
}

// operates says that the step that is on begins with an operation.
func (n *run) operates(e *event, by uint32) {
	if n.recorder.Level() == trace.Off {
		return
	}
	switch e.op {
	case opLock, opRLock:
		if k := len(n.steps); k > 0 && len(n.steps[k-1].Touches) == 0 {
			n.steps[k-1].Guarded = n.control.policy == anyReady && n.control.sight
		}
		n.touch(n.touched(e, by), taking(e.op))
	case opSelect:
		n.touchCases(n.goroutine(by))
		for _, c := range n.goroutine(by).cases {
			n.touchSelects(c)
		}
	case opRUnlock:
		// Two that give back what they took may change places. One that does not may take
		// away what another one gives back, which is an error then.
		access := order.Writes
		if slices.ContainsFunc(n.holders[e.obj], func(h holder) bool { return h.g == by }) {
			access = order.Adds
		}
		n.touch(n.touched(e, by), access)
	case opStop, opReset:
		// The channel of the timer is emptied, or filled at once.
		timer := n.touched(e, by)
		n.touch(timer, order.Writes)
		n.touch(n.timed[timer], order.Writes)
		n.touchSelects(n.timed[timer])
	case opLoad, opMapLoad, opErr, opLen, opRead:
		n.touch(n.touched(e, by), order.Reads)
	case opOnce:
		once := n.touched(e, by)
		n.touch(once, order.Writes)
		if n.onces == nil {
			n.onces = map[uintptr]string{}
		}
		n.onces[e.obj+onceLock] = once
	case opSend, opRecv, opTrySend, opTryRecv, opClose:
		c := n.touched(e, by)
		n.touch(c, order.Writes)
		n.touchSelects(c)
	default:
		access := order.Writes
		if n.goroutine(by).failed {
			access = order.Reads
		}
		n.touch(n.touched(e, by), access)
	}
}

// taking is how a lock is touched by who takes it: those who read may change places.
func taking(o op) order.Access {
	if o == opRLock {
		return order.Adds
	}
	return order.Writes
}

// touchSelects says that the step that is on touches the select statements that wait
// for a channel. What comes first at one of its channels, even if these are different
// ones, decides what a select does.
func (n *run) touchSelects(c string) {
	if c == "" {
		return // of a timer that calls a function: there may be very many goroutines
	}
	for _, g := range n.goroutines {
		if g.waiting && g.blocked.op == opSelect && slices.Contains(g.cases, c) {
			n.touch("select "+g.label, order.Writes)
		}
	}
}

func (n *run) touchCases(g *goroutine) {
	for _, c := range g.cases {
		n.touch(c, order.Writes)
	}
}

// fires opens the step of a timer that is none of a sleep.
func (n *run) fires(e *event) {
	name := n.timer(e.g, e.step)
	n.ticksAt(n.set[name], e.now)
	n.begin(0, n.fireStep(e.g, e.step, e.obj), e.now)
	n.touch(name, order.Writes)
	n.touch(n.timed[name], order.Writes)
	n.touchSelects(n.timed[name])
	n.fired = len(n.steps)
}

// unable takes down the steps that goroutines wait to take now, when time moves or the
// run is over: somebody holds the lock with which they begin.
func (n *run) unable() {
	if n.recorder.Level() == trace.Off {
		return
	}
	for _, g := range n.goroutines {
		if !g.barred {
			continue
		}
		s := order.Step{
			Name: n.step(g.id, g.blocked.step), Task: g.label, At: n.since(n.control.now), Pick: -1, Begin: len(n.decisions), Epoch: n.epoch, Guarded: true,
			Touches: []order.Touch{{Object: n.touched(&g.blocked, g.id), Access: taking(g.blocked.op)}},
		}
		if g.cause > 0 {
			s.Causes = []int{g.cause - 1}
		}
		n.pending = append(n.pending, s)
	}
}

// footprints returns the steps, each with its touches in order and without doubles.
func (n *run) footprints() []order.Step {
	if n.recorder.Level() == trace.Off {
		return nil
	}
	for i := range n.steps {
		touches := n.steps[i].Touches
		slices.SortStableFunc(touches, func(a, b order.Touch) int { return cmp.Compare(a.Object, b.Object) })
		kept := touches[:0]
		for _, t := range touches {
			if k := len(kept); k > 0 && kept[k-1].Object == t.Object {
				if kept[k-1].Access != t.Access {
					kept[k-1].Access = order.Writes
				}
			} else {
				kept = append(kept, t)
			}
		}
		n.steps[i].Touches = kept
	}
	return n.steps
}
