package sim

import (
	"slices"

	"weft/sim/order"
)

type state uint8

const (
	pending state = iota
	finished
	cancelled
)

// work is something that stands in the loop's ready queue.
type work interface {
	// run does it. e is its entry; e.from is the future whose end put it there, if
	// one did.
	run(l *Loop, e entry)
}

// core is what tasks and futures of every result type share.
type core struct {
	loop      *Loop
	owner     interface{ anyValue() any } // the *base that holds the value
	kind      string                      // task, future, gather, ...: for reports
	name      string
	state     state
	retrieved bool  // somebody has seen err
	place     int32 // see traceHasher
	err       error
	msg       string    // what a cancellation said
	override  canceller // how to cancel, if not simply
	// cancelsNow is true while a cancel passes through, so that tasks which wait for
	// each other in a circle do not pass it on for ever.
	cancelsNow bool
	relayed    bool  // the loop ends it, some time after what it stands for has ended
	self       *task // set in tasks
	holding    func() []*task
	first      registered // callbacks, in order of registration; most futures have one
	more       []registered
	steps      *coreSteps // what ranks and footprints need to know
}

// coreSteps is what ranks and footprints of steps need to know of a future.
type coreSteps struct {
	created     creationID
	made        *rank // of a task: where it was made, under AnyReady
	propagation propagation
	past        []work // the relays of a future that is relayed itself and has ended
}

// registered is something that is waiting for the end of a future.
type registered struct {
	work work
	rank *rank // of the registration, under AnyReady
}

type canceller interface{ cancelWith(msg string) bool }

func (c *core) done() bool { return c.state != pending }

// isDone is done, for a step that goes by it.
func (c *core) isDone() bool {
	c.loop.look(c)
	return c.state != pending
}

// describe names the future as a thing to wait for.
func (c *core) describe() string {
	if c.self != nil {
		return c.kind + " " + c.self.label()
	}
	if c.name == "" {
		return c.kind
	}
	return c.kind + " " + plainName(c.name)
}

// String returns what describe does, so that futures inside queues print well.
func (c *core) String() string {
	if c == nil {
		return "nothing"
	}
	return c.describe()
}

// holders returns the tasks without which the future will not be done.
func (c *core) holders() []*task {
	if c.self != nil {
		return []*task{c.self}
	}
	if c.holding != nil {
		return c.holding()
	}
	return nil
}

func (c *core) add(w work) {
	switch {
	case c.state != pending:
		c.loop.push(w, c)
	case c.first.work == nil && len(c.more) == 0:
		c.first = registered{w, c.loop.nextRank()}
	default:
		c.more = append(c.more, registered{w, c.loop.nextRank()})
	}
}

// callbacks returns how many callbacks there are.
func (c *core) callbacks() int {
	if c.first.work == nil {
		return len(c.more)
	}
	return 1 + len(c.more)
}

func (c *core) callback(i int) work {
	if c.first.work != nil {
		if i == 0 {
			return c.first.work
		}
		i--
	}
	return c.more[i].work
}

func (c *core) works() []work {
	works := make([]work, c.callbacks())
	for i := range works {
		works[i] = c.callback(i)
	}
	return works
}

func (c *core) remove(w work) int {
	n := 0
	if c.first.work == w {
		c.first = registered{}
		n++
	}
	kept := c.more[:0]
	for _, m := range c.more {
		if m.work == w {
			n++
		} else {
			kept = append(kept, m)
		}
	}
	if c.steps != nil {
		c.steps.past = slices.DeleteFunc(c.steps.past, func(m work) bool { return m == w })
	}
	clear(c.more[len(kept):])
	c.more = kept
	return n
}

// finish completes the future and makes its callbacks ready.
func (c *core) finish(s state, err error) {
	l := c.loop
	l.touchEnd(c, err != nil, s == cancelled)
	c.state, c.err = s, err
	if c.relayed && c.steps != nil {
		c.steps.past = c.works()
	}
	first, more := c.first, c.more
	c.first, c.more = registered{}, nil
	if l.policy.PicksReady() && len(more) > 0 {
		// Not the order in which they happened to come, if nothing else depends on
		// that. In the default order it is the same.
		if first.work != nil {
			more = append([]registered{first}, more...)
			first.work = nil
		}
		slices.SortStableFunc(more, func(a, b registered) int { return a.rank.compare(b.rank) })
	}
	if first.work != nil {
		l.push(first.work, c)
	}
	for _, r := range more {
		l.push(r.work, c)
	}
}

func (c *core) cancel(msg string) bool {
	if c.override == nil {
		return c.cancelSimply(msg)
	}
	return c.override.cancelWith(msg)
}

// passCancel runs a cancellation that c passes on. If one passes through c
// already, the futures wait for each other in a circle; then it does nothing but
// say so.
func (c *core) passCancel(on func() bool) bool {
	if c.cancelsNow {
		c.loop.cancelCycle = true
		return false
	}
	c.cancelsNow = true
	done := on()
	c.cancelsNow = false
	return done
}

func (c *core) cancelSimply(msg string) bool {
	if c.relayed {
		c.loop.catchUp(c)
	}
	if c.state != pending {
		c.loop.touch(c, order.Reads)
		return false
	}
	c.msg = msg
	c.finish(cancelled, &CancelledError{Msg: msg})
	return true
}

// outcome returns the error that an awaiter gets, and notes that it was seen.
func (c *core) outcome() error {
	c.retrieved = true
	return c.err
}

func (s state) String() string { return [...]string{"pending", "finished", "cancelled"}[s] }
