package bubble

import "fmt"

// goroutine is one of a run's goroutines.
type goroutine struct {
	number  string // names it while nothing else is known of it
	label   string // names it in every order alike
	pc      uintptr
	runs    *function         // nil if that is not known
	named   bool              // by itself
	parent  uint32            // who started it, or 0: a timer, or the run
	kids    map[*function]kin // the functions that it has started
	objects map[string]int    // by what they are called, how many it has made or was first to use

	steps   []string // their names, made when first asked for, also by an earlier run
	stepsOf string   // under this label

	about     event   // what it is about to do, or has begun
	awaited   string  // the wait group that it was blocked at last
	pending   bool    // that has not been told yet
	joins     uint32  // the step that belongs to the one before: its first one, or 0
	failed    bool    // it only looked, in the end
	blocked   event   // the operation that it blocked in
	at        uintptr // where it blocked
	cond      event   // its last wait for a condition
	waiting   bool    // it has blocked, or paused while another one ran
	barred    bool    // it waits for a lock that it has not tried to take
	untold    bool    // and that is not in the trace
	on        string  // what it waits for
	since     int64
	operated  uint32 // the step of which the operation has been seen
	opened    uint32 // the step that was begun last
	cause     int    // the step that made it ready, counted from 1, or 0
	cases     []string
	library   string // the lock of the standard library that it took last, or waits for
	inLibrary bool   // it waits for that
	spawned   int32  // the event, as a cause
	woken     int32
	begun     bool
	ended     bool

	looked int    // operations in a row that perhaps only look
	object event  // its last operation on an object
	spun   uint64 // steps for which it has only looked at the end of the run
	ticks  bool   // at the end of the run, timers wake it and nothing else happens
	id     uint32
	tick   uintptr // where the timer was made that has woken it last, or 0
}

// kin are the goroutines of one function that a goroutine has started.
type kin struct {
	count  int
	called string
}

// goroutine returns the goroutine of a number.
func (n *run) goroutine(g uint32) *goroutine {
	for int(g) >= len(n.goroutines) {
		n.meet()
	}
	return n.goroutines[g]
}

// meet takes in one more goroutine: one that an earlier run has left, if there is one.
func (n *run) meet() {
	k := len(n.goroutines)
	if k == cap(n.goroutines) {
		n.goroutines = append(n.goroutines, nil)
	}
	n.goroutines = n.goroutines[:k+1]
	g := n.goroutines[k]
	if g == nil {
		n.goroutines[k] = &goroutine{number: fmt.Sprintf("goroutine#%d", k)}
		n.goroutines[k].label = n.goroutines[k].number
		return
	}
	clearAny(g.kids)
	clearAny(g.objects)
	*g = goroutine{
		number: g.number, label: g.number, kids: g.kids, objects: g.objects, steps: g.steps, stepsOf: g.stepsOf, cases: g.cases[:0],
	}
}

// step names a step of a goroutine.
func (n *run) step(g, step uint32) string {
	const kept = 1 << 8
	o := n.goroutine(g)
	if step >= kept {
		return nameOfStep(o.label, step)
	}
	if o.stepsOf != o.label {
		clear(o.steps)
		o.stepsOf = o.label
	}
	for int(step) >= len(o.steps) {
		o.steps = append(o.steps, "")
	}
	if o.steps[step] == "" {
		o.steps[step] = nameOfStep(o.label, step)
	}
	return o.steps[step]
}
