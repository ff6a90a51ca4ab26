package bubble

import (
	"slices"
	"sync/atomic"
	"time"

	"weft/sim/order"
	"weft/trace"
)

// run is what is known of one run. The driver fills it from the events that the
// runtime takes down.
type run struct {
	control  *control
	strategy order.Strategy
	recorder trace.Recorder
	dog      *watchdog

	goroutines []*goroutine
	objects    map[place]string
	memory     map[uint64]made      // by piece
	body       *function            // what the first goroutine runs
	holders    map[uintptr][]holder // of locks; several if they hold one for reading
	closed     map[uintptr]closing  // channels
	made       map[string]uintptr   // where channels were made
	tried      map[uintptr]bool     // locks that TryLock may have taken
	onces      map[uintptr]string   // by the lock in it, what was asked for once; nil if nothing was
	turn       uint32               // who has it
	firedAt    uintptr              // where the timer was made that has been fired last
	firing     int32                // the event of the timer that has been fired last
	decisions  []order.Decision
	picked     int // the decision by which the next step was taken, or -1
	steps      []order.Step
	touches    []order.Touch // of the steps; those of the step that is on come last
	pending    []order.Step  // that goroutines waited to take when time moved
	epoch      int
	untracked  []string
	fired      int                   // the step of the timer that has been fired last, counted from 1
	timed      map[string]string     // by timer, the channel that it sends to
	set        map[string]uintptr    // by timer, where it was made
	spelled    map[name]string       // texts, also of earlier runs
	memories   map[memoryName]string // the same, of what lies in memory
	stalled    uint64                // steps since time moved
	shape      trace.Hash            // of what the program did, without names
	variables  map[uintptr]string    // by the places where they are touched, if that is a point
	mainEnded  int64                 // when main did, by the bubble's clock
	drain      time.Duration         // for how long goroutines that are left may go on
	expected   []string              // functions of those that may be left
	policy     string
	ticks      map[uintptr]*tick // by where the timer was set

	alternatives []order.Alternative // of the decisions
	listed       int                 // how many there are

	busy     atomic.Bool // what follows is the goroutines' to write, one at a time
	returned bool        // the program came to its end
	output   []order.Line
	pieces   []piece  // of the output, in the order in which they were printed
	open     bool     // its last line has no end yet
	quitAt   string   // where a whole program has ended itself
	asked    []string // names, each for an event
}

func newRun(dog *watchdog) *run {
	return &run{dog: dog, objects: map[place]string{}, memory: map[uint64]made{}, holders: map[uintptr][]holder{}, tried: map[uintptr]bool{}, closed: map[uintptr]closing{}, made: map[string]uintptr{}, timed: map[string]string{}, set: map[string]uintptr{}, ticks: map[uintptr]*tick{}, spelled: map[name]string{}, memories: map[memoryName]string{}}
}

// reset begins a run. It keeps the memory of the last one, but not that of alternatives
// and steps, which others may hold.
func (n *run) reset(c *control, strategy order.Strategy, level trace.Level) {
	clearAny(n.objects)
	clearAny(n.memory)
	clearAny(n.holders)
	clearAny(n.tried)
	clearAny(n.closed)
	clearAny(n.made)
	clearAny(n.timed)
	clearAny(n.set)
	clearAny(n.ticks)
	ahead := min(max(16, 2*len(n.decisions)), planRoom)
	steps, touches := max(8, len(n.steps)), max(8, len(n.touches))
	clear(n.decisions)
	n.recorder.Reset()
	n.recorder.SetLevel(level)
	*n = run{
		control: c, strategy: strategy, recorder: n.recorder, dog: n.dog, picked: -1,
		goroutines: n.goroutines[:0], objects: n.objects, memory: n.memory, holders: n.holders, tried: n.tried, closed: n.closed, made: n.made, timed: n.timed, set: n.set, ticks: n.ticks, spelled: n.spelled, memories: n.memories,
		decisions: n.decisions[:0], alternatives: make([]order.Alternative, 0, max(8, n.listed)),
		output: n.output[:0], pieces: n.pieces[:0],
	}
	if level != trace.Off {
		n.steps, n.touches = make([]order.Step, 0, steps), make([]order.Touch, 0, touches)
	}
	if planned, ok := strategy.(order.Planned); ok {
		c.plan = c.plan[:planned.Plan(c.plan[:ahead])]
	} else {
		c.plan = nil
	}
}

// untrack says that the program uses something whose order is not controlled.
func (n *run) untrack(what string) {
	if !slices.Contains(n.untracked, what) {
		n.untracked = append(n.untracked, what)
	}
}

// clearAny clears a map. Most are empty, and clear takes its time to find that out.
func clearAny[K comparable, V any](m map[K]V) {
	if len(m) > 0 {
		clear(m)
	}
}
