package bubble

import (
	"sync/atomic"
	"unsafe"

	"weft/sim/order"
)

// hooks is set by the runtime if the program was built with the overlay, and nil
// else; see overlay/_runtime/weft.go, which declares the same layouts.
var hooks *hookTable

// layout is the version of the layouts here, beside the size of one of them.
const layout = 16<<16 | unsafe.Sizeof(control{})

type hookTable struct {
	layout   uintptr
	create   func() *control
	run      func(c *control, f func())
	wait     func(c *control) want
	answer   func(c *control, taken int)
	finish   func(c *control)
	standard func(pc uintptr) bool
	here     func() *control
	note     func(o op, arg int)
	races    func() int
	baton    func() *baton
	await    func(*baton)
	pass     func(*baton)
	stall    func(c *control) (goid uint64)
	bubbled  func() bool
	reason   func(why uint8) string
	stack    func(c *control, g uint32, pcs []uintptr) int
	quiet    func(n int32)
	opaque   func() []string
	reports  func(prefixes []string) bool
	inlined  func(pc uintptr) string
	labelled func(name string) // set by this package
	main     func()
	mainAt   func() uintptr
	returns  func()
	initial  func()
	keep     func(pieces [][2]uintptr)
	output   func()
	outside  func(text []byte) bool // set by this package
}

// baton is the runtime's own.
type baton struct{ _ uintptr }

// controlled reports whether the runtime lets orders be decided.
func controlled() bool { return hooks != nil && hooks.layout == layout }

// control is the part of a run's state that the runtime shares.
type control struct {
	// Set before the run:
	policy  policy
	points  bool
	seed    uint64
	limit   uint64
	drain   int64
	events  []event
	choices []choice
	allocs  []alloc
	plan    []order.PlannedTurn
	log     []choice // of planned decisions
	found   []found  // data races
	sites   []uintptr
	sight   bool // whether what the program reads and writes is watched
	owner   atomic.Pointer[run]
	spins   uint64         // steps
	ticks   uint64         // moves of time
	slices  bool           // whether loops without a point are looked for
	expects bool           // some goroutines may be left
	holdUps int            // moves of time while somebody is ready, at most
	heldFor int64          // by how much at most
	wrote   func(b []byte) // takes in what a whole program writes, or nil

	// Good while the runtime waits for an answer, and after the run:
	used     int
	lost     int
	crowded  int
	count    int
	known    int
	logged   int
	founds   int
	blind    bool
	kind     want
	now      int64
	steps    uint64
	ended    ending
	panicked any
	where    [32]uintptr
	depth    int
	kept     kept
	keptMade uintptr
	still    uint64 // steps in a row in which all only looked
	ticked   uint64 // moves of time in which only timers went on, if that ended the run
	mark     struct {
		moves, armed uint64
		now          int64 // when they began
	}
	ahead   int64 // how far off a timer was, at the least, while somebody was ready
	late    int   // moves of time while somebody was ready
	hurried bool  // there were some since they were overdue
	mixed   bool  // there is a data race of an atomic operation with an access that is none
	chance  chance
	status  int  // with which a whole program has ended
	idle    bool // nobody could have gone on any more then
	holding int  // how many locks of the standard library are held for ever
}

// beat changes with each step of the run, and when its time moves. Both are written by
// the runtime alone, of which the race detector sees nothing.
func (c *control) beat() uint64 { return c.steps + uint64(c.now) }

// chance is what a program has seen that could have been other without another order.
type chance uint8

const (
	chanceNumbers   chance = 1 << iota // random ones
	chanceMaps                         // the order of a map
	chancePools                        // what a sync.Pool gives
	chanceTime                         // what time it is
	chanceSystem                       // what the operating system does
	chanceSignals                      // which signals come
	chanceCollector                    // when memory is collected
	chanceLibrary                      // what the standard library keeps
)

// policy is how much is decided.
type policy uint8

const (
	fifo policy = iota
	sameInstant
	anyReady
)

// want is what the runtime wants of whoever drives a run.
type want uint8

const (
	wantPick   want = iota + 1 // which of the ready goroutines, and of the timers that are due, is next
	wantTimer                  // which of the timers that are due
	wantCase                   // which of the cases of a select that are ready
	wantNobody                 // the run has ended
	wantRoom                   // for events
	wantLeft                   // whether all that are left may stay
)

// ending is why a run has ended.
type ending uint8

const (
	endReturned ending = iota + 1
	endLimit
	endPanic
	endStuck
	endKept
	endSpun
	endSpunBare
	endTicked
	endQuit
)

// event is something that a goroutine did.
type event struct {
	op   op
	g    uint32 // which goroutine, counted from 1; 0 is the bubble itself
	step uint32 // of it
	obj  uintptr
	arg  uint64
	pc   uintptr
	now  int64
}

// timer returns the number of the timer that starts a goroutine, if one does.
func (e *event) timer() (number uint32, ok bool) {
	return e.step &^ ofTimer, e.step&ofTimer != 0
}

const ofTimer = 1 << 31

// libraryGives is the step of an event by which a lock of the standard library is given back.
const libraryGives = 1

// alloc is memory that the runtime has given a name.
type alloc struct {
	base uintptr
	_    [5]uint32
	_    uint8
	_    bool
}

// found is a data race.
type found struct {
	addr     uintptr
	g, other uint32 // who comes second, and who came first
	pc, at   uintptr
	writes   bool // the second one
	wrote    bool // the first one
}

// choice is an alternative of a decision.
type choice struct {
	g     uint32
	step  uint32
	timer bool
	op    op
	ptr   uintptr
	obj   uintptr
	pc    uintptr
}

// op is what an event is, or a goroutine is about to do.
type op uint8

const (
	opNone op = iota
	opSpawn
	opExit
	opBlock
	opWake
	opMake
	opSend
	opRecv
	opClose
	opSelect
	opYield
	opLock
	opUnlock
	opTryLock
	opRLock
	opRUnlock
	opAdd
	opWaitGroup
	opCondWait
	opSignal
	opBroadcast
	opOnce
	opSleep
	opFire
	opTurn
	opTime
	opCase
	opTrySend
	opTryRecv
	opStop
	opReset
	opPrint
	opName
	opTimer
	opDecide // was planned: step is what was wanted, obj of how many, arg what was taken
	opLoad
	opStore
	opMapLoad
	opMapStore
	opErr
	opCancel
	opCancelled
	opOutside
	opLibrary
	opTook
	opUnmap // obj and arg: memory was given back to the operating system
	opSpins // for arg steps
	opTicks
	opLen
	opRead
	opWrite
	opFailed  // a compare-and-swap, or an attempt to lock: it has only looked
	opJoins   // what comes next belongs to the step in which the goroutine starts
	opAsks    // something that steps are not known to touch is used: which one, by its number in asking
	opBarred  // a goroutine has paused before it takes a lock that is held
	opBarredR // the same, for reading
	opMemory  // memory is touched for the first time: g is who made it, step which one of these it was, obj its type, arg its piece, pc where
	opLabel   // it has set labels of runtime/pprof: arg is the name that was made of them
	opOutput  // something is written to the standard output
	opQuit    // the process is about to end
	opQuits   // it does, with status arg
	operationsEnd
)
