// What package bubble and the runtime share.
//
// The files weft*.go are added to package runtime by Weft's overlay. They run the
// goroutines of a synctest bubble one at a time, in an order that decisions choose.
//
// A goroutine of such a bubble has the turn or stands in the queue of those that
// are ready. The turn is given up where the program itself blocks, yields or ends,
// and may be given up at each point: before an operation by which goroutines
// synchronise. It is not given up where the runtime parks or preempts a goroutine
// for reasons of its own (collection, growth of a stack, the end of a time slice).

package runtime

import "unsafe"

// weftLayout is the version of what is shared with package bubble: the layouts of
// weftTable, weftControl, weftEvent, weftChoice, weftAlloc and weftTurn. Beside it
// stands the size of the shared part of weftControl, should somebody forget to raise it.
const weftLayout = 16<<16 | unsafe.Offsetof(weftControl{}.mu)

// weftTable is how package bubble gets at this file. It declares a variable of its
// own under this name, which stays nil without the overlay.
type weftTable struct {
	layout   uintptr
	create   func() *weftControl
	run      func(w *weftControl, f func())
	wait     func(w *weftControl) uint8
	answer   func(w *weftControl, taken int)
	finish   func(w *weftControl)
	standard func(pc uintptr) bool
	here     func() *weftControl
	note     func(op uint8, arg uint64)
	races    func() int
	baton    func() *weftBaton
	await    func(b *weftBaton)
	pass     func(b *weftBaton)
	stall    func(w *weftControl) (goid uint64)
	bubbled  func() bool
	reason   func(why uint8) string
	stack    func(w *weftControl, id uint32, pcs []uintptr) int
	quiet    func(n int32)
	opaque   func() []string
	reports  func(prefixes []string) bool
	inlined  func(pc uintptr) string
	labelled func(name string) // set by package bubble: its goroutine has set labels
	main     func()            // of the program, with what has not been initialised yet
	mainAt   func() uintptr
	returns  func() // of main
	initial  func() // what has not been initialised yet
	keep     func(pieces [][2]uintptr)
	output   func()                 // the point before something is printed
	outside  func(text []byte) bool // set by package bubble: takes in what is written outside of runs
}

//go:linkname weftHooks weft/sim/bubble.hooks
var weftHooks = &weftTable{
	weftLayout, weftCreate, weftRun, weftWait, weftAnswer, weftFinish, weftStandard, weftHere, weftNote, weftRaces,
	weftNewBaton, weftAwait, weftPass, weftStall, weftBubbled, weftReason,
	weftStack,
	weftQuiet,
	weftOpaque,
	weftReports,
	weftInlinedAt,
	nil,
	weftProgramMain,
	weftMainAt,
	weftReturns,
	weftProgramInit,
	weftKeep,
	weftOutput,
	nil,
}

// weftControl is one run.
type weftControl struct {
	// Set by package bubble before the run:
	policy  uint8
	points  bool // whether operations are points
	seed    uint64
	limit   uint64       // of points
	drain   int64        // how long, in virtual time, goroutines may go on when the program has returned
	events  []weftEvent  // room
	choices []weftChoice // room
	allocs  []weftAlloc  // room, empty; the length is a power of two
	plan    []weftTurn   // what the first decisions take
	log     []weftChoice // room for the alternatives of these
	found   []weftFound  // room for data races
	sites   []uintptr    // return addresses of accesses that are points
	sight   bool         // whether what the program reads and writes is watched
	owner   unsafe.Pointer
	spins   uint64         // after how many steps in which all only look the run ends, or 0
	ticks   uint64         // after how many moves of time in which only timers go on, or 0
	slices  bool           // whether loops without a point are looked for
	expects bool           // the driver is asked who of those that are left may stay
	holdUps int            // how often time may move while somebody is ready
	heldFor int64          // by how much at most
	wrote   func(b []byte) // takes in what is written to the standard output, if the run is that of a whole program, or nil

	// What the driver reads while it has been asked, or after the run:
	used     int  // of events
	lost     int  // events for which there was no room
	crowded  int  // alternatives for which there was none
	count    int  // of choices
	known    int  // of allocs
	logged   int  // choices
	founds   int  // data races
	blind    bool // there was too much to be watched
	kind     uint8
	now      int64
	steps    uint64
	ended    uint8
	panicked any
	where    [32]uintptr // of the panic, of what was met, or of the loop
	depth    int
	kept     uint8    // what was met of another run
	keptMade uintptr  // where that was made, or 0
	still    uint64   // steps in a row in which all only looked
	ticked   uint64   // moves of time in which only timers went on, if that ended the run
	mark     weftMark // where they began
	ahead    int64    // how far off a timer was, at the least, while somebody was ready, or 0
	late     int      // how often time has moved while somebody was ready
	hurried  bool     // it has done so since it was overdue
	mixed    bool     // there is a data race of an atomic operation with an access that is none
	chance   uint8    // what the program has seen that could have been other without another order
	status   int      // with which a whole program has ended
	idle     bool     // nobody could have gone on any more then
	holding  int      // how many locks of the standard library are held for ever

	// The runtime's own:
	mu          mutex
	writes      bool   // what the program writes is being taken in
	inside      uint32 // a goroutine that has taken a lock of the standard library, or used an atomic of it
	started     *synctestBubble
	cur         guintptr // who has the turn
	head        guintptr // the ready, linked by schedlink
	tail        guintptr
	ready       int
	locksBar    bool     // who waits for a lock that is held is not ready
	barred      guintptr // those that wait so, linked by schedlink
	barredLast  guintptr
	locked      int      // how many locks of the program are taken, or more
	peekedAfter guintptr // behind whom the goroutine stood that runs as far as its first point
	parking     int      // those that are about to give up the turn, or to end
	asked       bool
	picking     bool // what was asked is who is next
	stopped     bool // nobody gets the turn any more
	draining    bool
	until       int64 // the end of the drain
	driver      guintptr
	asker       guintptr
	taken       int
	last        uint32       // who has got the turn last
	row         uint32       // points at which it has gone on since
	movedAt     uint64       // the step at which time moved last
	goers       uint32       // goroutines so far
	locks       [32]weftHeld // of the standard library
	held        int          // how many of these there are; more, and it is not known
	firing      uintptr
	direct      guintptr     // gets the turn when its timer has been fired
	fired       weftFiring   // which timer is being fired
	next        *weftControl // waiting for a bubble
	forG        guintptr
	made        int    // decisions, as far as there is a plan
	counting    bool   // a driver answers
	draws       uint64 // if none does
	wakeRoot    bool   // the root has been picked, to fire a timer, and must be woken
	changes     uint64 // of what goroutines may look at
	moves       uint64 // of time
	again       uint64 // which of them is to be looked at next
	over        uint8  // why the run is to end
	exits       uint32 // of goroutines
	left        uint32 // goroutines begun and ended when it was asked last who may stay
	sliced      uint64 // the step in which time slices are counted
	slice       int    // of these
	states      int
	state       [weftStates]uint64 // at their ends
	procs       int                // GOMAXPROCS, if the program has asked for it
	acted       uint32             // who has done something since it has the turn that others may see, or 0
	gone        weftClock          // what goroutines that have ended have done
	finals      *weftFinals        // what is to be called when something cannot be reached any more, or nil
	printed     []byte             // room for what print and println write
	printing    guintptr           // who does so
}

const (
	weftFIFO = iota
	weftSameInstant
	weftAnyReady
)

// What a driver is woken for.
const (
	weftPick   = 1 // which of the ready, and of the timers that are due
	weftTimer  = 2 // which of the timers that are due
	weftSelect = 3 // which of the ready cases
	weftOver   = 4 // the run has ended
	weftFull   = 5 // the room for events is nearly used up
	weftLeft   = 6 // whether all that are left may stay
)

// Why a run has ended.
const (
	weftReturned = 1
	weftLimit    = 2
	weftPanic    = 3
	weftStuck    = 4
	weftKept     = 5
	weftSpun     = 6 // all that are ready only look
	weftSpunBare = 7 // a loop has no point
	weftTicked   = 8 // only timers go on
	weftQuit     = 9 // a whole program has come to its end
)

// weftEvent is something that a goroutine did.
type weftEvent struct {
	op   uint8
	g    uint32
	step uint32
	obj  uintptr
	arg  uint64
	pc   uintptr
	now  int64
}

const (
	weftOpNone = iota
	weftOpSpawn
	weftOpExit
	weftOpBlock // arg is the wait reason
	weftOpWake  // arg is who is woken
	weftOpMake
	weftOpSend
	weftOpRecv
	weftOpClose
	weftOpSelect
	weftOpYield
	weftOpLock
	weftOpUnlock
	weftOpTryLock
	weftOpRLock
	weftOpRUnlock
	weftOpAdd
	weftOpWaitGroup
	weftOpCondWait
	weftOpSignal
	weftOpBroadcast
	weftOpOnce
	weftOpSleep
	weftOpFire
	weftOpTurn // a goroutine gets the turn
	weftOpTime // time moves
	weftOpCase // a channel that a select looks at
	weftOpTrySend
	weftOpTryRecv
	weftOpStop
	weftOpReset
	weftOpPrint
	weftOpName
	weftOpTimer // a timer is made, for a channel or for nobody
	weftOpDecide
	weftOpLoad    // of package sync/atomic
	weftOpStore   // anything of package sync/atomic but a load
	weftOpMapLoad // of a sync.Map, or Range
	weftOpMapStore
	weftOpErr       // of a context
	weftOpCancel    // of a context
	weftOpCancelled // a context, together with one that is above it: no point
	weftOpOutside   // a channel is used that was made outside the bubble
	weftOpLibrary   // a lock of the standard library is taken or given back
	weftOpTook      // a case of a select: arg is 1 if it sends
	weftOpUnmap     // memory from obj on is given back to the operating system: arg bytes
	weftOpSpins     // a goroutine only looks, for arg steps
	weftOpTicks     // a goroutine goes on by timers, and comes back to the same
	weftOpLen       // of a channel
	weftOpRead      // of a variable
	weftOpWrite
	weftOpFailed  // a compare-and-swap or an attempt to lock: it has only looked
	weftOpJoins   // what comes next belongs to the step in which the goroutine starts
	weftOpAsks    // something that steps are not known to touch is used: arg says what
	weftOpBarred  // a goroutine has paused before it takes a lock that is held
	weftOpBarredR // the same, for reading
	weftOpMemory  // memory is touched for the first time: by whom and where it was made, of which type, in arg
	weftOpLabel   // labels of runtime/pprof are set
	weftOpOutput  // something is written to the standard output
	weftOpQuit    // the process is about to end
	weftOpQuits   // it does, with status arg
)

// weftAlloc is a piece of memory that holds something of package sync, named by the
// goroutine that made it.
type weftAlloc struct {
	base uintptr
	g, n uint32
	typ  uint32 // its type, or that of its elements, as an offset in the module, or 0
	pc   uint32 // where it was made, as an offset in the code
	nth  uint32 // of those that the goroutine has made of this type, or there
	form uint8  // what it is
	told bool   // all of this, to the driver
}

const (
	weftOne   = 0 // a value of its type
	weftSlice = 1 // several
)

// weftHeld is a lock of the standard library that a goroutine holds, or waits for.
type weftHeld struct {
	obj uintptr
	gp  guintptr
}

// weftChoice is an alternative.
type weftChoice struct {
	g     uint32 // a goroutine, or the one that made the timer
	step  uint32 // which step of it; of a timer, which one of those it made
	timer bool
	op    uint8
	ptr   uintptr
	obj   uintptr
	pc    uintptr
}

// weftTurn is a planned decision: which part of the alternatives it takes, in units of
// 2^-64, and of how many, or 0.
type weftTurn struct {
	fraction uint64
	of       int
}

// weftName names a goroutine's step, or a timer: it is the goroutine's own doing, so
// that it is the same in every order.
type weftName struct {
	g    uint32
	step uint32
}

// weftFiring is one firing of a timer.
type weftFiring struct {
	weftName
	set uintptr // who has reset it last, and in which step, or 0
}

// weftOfTimer marks the step of who starts a goroutine: it is the number of a timer.
const weftOfTimer = 1 << 31

// weftFound is a data race: two accesses of which neither happens before the other one.
type weftFound struct {
	addr     uintptr
	g, other uint32 // who comes second in this run, and who came first
	pc, at   uintptr
	writes   bool // the second one
	wrote    bool // the first one
}

// weftG is what a goroutine carries.
type weftG struct {
	sight   uint32 // the number of the run that it is watched in
	quiet   int32  // what it does orders nothing, for so many reasons
	seer    weftSeer
	touch   weftTouch
	id      uint32
	steps   uint32
	timers  uint32
	kids    uint32
	allocs  uint32
	lib     uintptr // the lock of the standard library that it takes or has taken last
	waits   bool    // for that lock
	inside  bool    // somebody of the bubble holds it
	onces   int32   // it is inside so many sync.Once
	starts  uintptr // what package sync starts for it, as WaitGroup.Go does
	where   uint64  // where the lock lies before which it has paused
	before  bool    // it has paused before the operation
	barring bool    // it was taken out of the queue, and does not count as blocked yet
	fresh   bool    // it has not run at all, and is to run as far as its first point
	peeks   bool    // it does so
	about   uint64  // what it is about to touch, if that has a name of its own
	stream  uint64  // of random numbers
	op      uint8
	obj     uintptr
	pc      uintptr

	looked    uint32 // steps in a row in which it only looked
	sawAt     uint64 // after which change
	seen      weftSeen
	spun      weftCycle // of its states
	rests     weftCycle // of these, whatever its pointers point to
	born      uint64    // moves of time by then
	blockedAt uint64
	ticked    weftRecent // of its states when it blocked
}

// weftTouch is an access to memory.
type weftTouch struct {
	addr, size, pc uintptr
	writes         bool
}
