// Package bubble explores ordinary Go code: goroutines, channels, select, mutexes,
// condition variables, wait groups, timers and contexts, in the program and in all
// that it imports, run one at a time on virtual time, in an order that decisions
// choose. A test that fails once in ten thousand runs fails at once, is reduced to
// its fewest switches, and is repeated by one line.
//
//	func TestTransfer(t *testing.T) {
//		bubble.Check(t, func(t *bubble.T) {
//			// ordinary Go
//		})
//	}
//
// It is the second engine of package [weft/sim/explore]: strategies, reports,
// shrinking and replay are the same, and so are the fail files, flags and variables of
// package [weft/sim/simtest], to which [Check] is a door. Code that is ported keeps its
// subtests: T.Run runs one inside of the run.
//
// # The overlay
//
// The order of goroutines is the runtime's business. So the tests are built with an
// overlay (go help build, flag -overlay), which replaces some files of the packages
// runtime and sync by edited ones. It is made from the Go distribution in use and
// kept in the user's cache folder. No source of the program is touched.
//
//	go run ./cmd/weft init DIR   (once, from a copy of Weft, for a module of your own)
//	go tool weft test ./...
//	eval "$(go tool weft overlay --env)"; go test ./...
//
// That environment is for the main module of the folder, or for those of its workspace. In
// another one, runs do not see memory (below), claim nothing about it, and say so.
//
// Outside of bubbles two things change: the key of map hashes is the same in every
// process, and methods of sync/atomic and sync.Map are calls, and take as long. While a run
// is watched for data races (see below), the standard library tells its locks to Weft, and a
// sync.Pool of the process gives back less, as with the race detector. "weft
// doctor" says whether the Go version in use is supported. Without the overlay, [Check]
// runs its function once, as a smoke test.
//
// # What is decided
//
// Each run is a bubble as of testing/synctest: its clock starts at midnight UTC 2000-01-01
// and moves when every goroutine is blocked. In addition, one goroutine has the turn. It
// gives it up where it blocks, ends, or calls runtime.Gosched, and at its points: before
// each operation on a channel, select statement, operation of a sync.Mutex, RWMutex,
// WaitGroup, Cond, Once or Map, or method of a type of sync/atomic, that the program itself
// calls (in Range, also between two entries), before the length of a channel is asked for,
// before a context is asked for its error or cancelled, and before a timer is stopped or
// reset. So are functions of sync/atomic, such as atomic.AddInt64, where memory is watched
// (see below), in the main module and in what it depends on; in the standard library the
// compiler puts instructions in their place. At a point, another goroutine that is ready,
// or a timer that is due, may come first. Which of several ready cases a select takes is a
// decision too. A goroutine that starts goes on past its first point, unless it has done
// something before that others can see, such as to print, or to start another one. A
// context has its channel from the beginning, and closing it is a point: a cancel may be
// seen on the parent and not yet on the child.
//
// No points are: what else the standard library does by locks and atomics of its own; and
// reading or writing of variables, unless it is asked for (see below). For a program
// without data races, orders that differ in reads and writes alone show nothing else.
//
// A lock is free or it is not: who waits for one that is held is not ready, which is no
// step, and is ready again when it is free, in any order with others that want it. A
// RWMutex that readers hold is taken for writing in two steps, since from the first one on
// nobody else may read. (Where memory is not watched, see below, waiting is a step.)
// Waiting for a lock counts as blocked. So time moves on while somebody waits for a lock
// whose holder sleeps, and a deadlock is found at once. When the program's function has
// returned, goroutines that are left may go on for [DrainTime]; those that have not ended
// by then are reported as leaked. A goroutine that panics ends the run, not the process.
//
// One run goes on at a time in a process, also with several workers and beside
// t.Parallel: runs would meet at the locks of packages, and who waits for another run
// does what it would not do alone.
//
// A run must find what the first one found. If it meets a channel, a timer or a lock that an
// earlier one has left in a variable of a package, it ends with an order.KeptError, and
// [Check] makes each further run in a process of its own; so it does if runs with the same
// decisions differ, or if a failure is found and the process's first run, which is not
// counted, did otherwise than later ones. A report says so.
//
// # Time that passes while somebody is ready
//
// Time stands still while a goroutine is ready, as in any bubble. On a real machine it does
// not: a collector, a page fault or a busy processor holds a goroutine up, and a lease runs
// out between its check and its use. Under [order.HoldUps] such orders are permitted: at a
// point, the earliest timer may fire before those that are ready go on, so often in a run,
// if it is no further off than that. [Check] walks what order.AnyReady permits, and, if
// nothing fails, goes on with [order.DefaultHoldUps] if a timer was as near as that while
// somebody was ready. Its verdict says what of both was covered. A policy that was set, by
// an option, a flag or a variable, is the only one. Reductions do not go together with
// hold-ups; they are walked, or drawn.
//
// Not held up past is a timer whose channel nobody waits for, but only looks at now and
// then: it does not move time.
//
// # Loops that spin, and timers that tick
//
// A goroutine that only looks at something again and again (a load or a swap that fails,
// TryLock, a select with default, runtime.Gosched), and sees nothing change for 16 steps,
// gets no further turn while others are ready, until something changes: so a lock that
// spins works in every order, and their number is finite. Orders in which it looks more
// often than that are not tried. One that goes on for some 1,000 points while others are ready,
// and changes something each time, lets them go first by default; and after 10,000 steps
// at one instant, a timer that is due within a microsecond for each of them comes first, so
// that a loop that waits for a sleeper ends. If all that are ready spin for 1,000 steps, and
// come back to a state that they had, time moves on to the next timer; if there is none,
// the run ends after [SpinLimit] of them with a [SpinError], which says who spins, where,
// and on what. A loop without any point, such as one on a plain variable, is seen at the
// end of its time slices, in real time: if its registers and its stack come back to the
// same few states, the run ends with that error as well.
//
// A run in which goroutines wait while only timers go on (a ticker, a loop that sleeps, a
// function of time.AfterFunc that sets it again) ends with a [StallError] after
// [TickLimit] ticks in which nothing else has happened. It says who waits, and what it
// is that ticks. A goroutine that counts its ticks in its own variables is not taken for
// one that only ticks; one that counts elsewhere is, and [WithTickLimit] lets it go on.
// When the program has returned, a tenth of these ticks ends the time for those that are
// left. What a library leaves on purpose can be named by [WithExpected].
//
// # What lies outside
//
// What lies outside has no place in a run: channels made before it, as by a variable of a
// package where it is declared, real connections, child processes. It works, is named, and
// its order is its own. Virtual time stands still while somebody waits for it, so that no
// deadline ends such a wait; use net.Pipe or another stand-in in memory where time matters.
// System calls of Linux that sleep or ask for the time, made by syscall.Syscall and its
// like, are virtual. A run in which nothing happens for long, in real time, ends as stuck;
// see [WithWatchdog]. No more than 1,024 goroutines and timers may be ready at once, except
// under order.FIFO.
//
// Random numbers that are not drawn from a source of the program's own (math/rand,
// math/rand/v2, crypto/rand, the order of maps) are drawn from a stream of each goroutine. So is
// the order of a large map whose keys hold pointers, whose hashes are others in each run;
// with more than 32,768 entries, and in a sync.Map, they come as the addresses have it. A
// sync.Pool has nothing to give back, since what it still has depends on the collector.
// Where a program sees one of these, the verdict on it says that others are left out.
//
// Finalizers and cleanups that the program sets in a run are called in the run, where they may
// use what is the run's: when it has called runtime.GC, which is then followed by what cannot
// be reached any more, finalizers by one goroutine, in the order in which they were set, and
// each cleanup by one of its own. What is found without such a call waits for the next one,
// and what is left at the end of the run is not called, as at the end of a process. What was
// done before the call of runtime.GC happens before them. What can be reached is known to no
// step: a program that has memory collected so is not reduced. Those of the standard library,
// as of a file, are called outside, as ever.
//
// There are two processors, as runtime.GOMAXPROCS(0) and NumCPU have it; a run that sets
// another number sets it for itself. runtime.NumGoroutine is a point, and counts the
// goroutines of the run, and the one that has begun it unless that is a whole program (see
// [Main]). Since whatever starts or ends changes that, a program
// that asks for it, for the profile of goroutines or for the stacks of all is not reduced,
// and a report of it names the place.
//
// # Memory
//
// "weft test" has the compiler report what packages of the main module read and write, as it
// does for the race detector, but to Weft: without cgo, and without a C compiler. Maps,
// append, copy and conversions of strings are reported by the runtime. With -weft.memory=all,
// or WEFT_MEMORY=all in the environment, all packages are compiled so, and with off none.
// [WatchesMemory] says how it is.
//
// Each run is then watched: two accesses to one variable, one of them at least a write, by
// two goroutines, are a data race if neither happens before the other one by the Go memory
// model, and the run fails with a [DataRaceError], whichever of the two came first. What
// orders is what orders for the race detector, which says of a run the same: go statements,
// channels by their capacity, locks, wait groups, sync.Once, atomics (a load after the store
// that it sees; to touch a variable so here, and otherwise there, is a race), timers,
// synctest.Wait, coroutines of iter.Pull; and beyond it, a signal to a sync.Cond before the
// wait that it ends. Unlike for the detector, a send beside a close is no data race, nor is
// a wrong use of a WaitGroup: other orders show what these do. What is printed by
// [Println], and what a goroutine does outside of runs, orders nothing.
// [WithAcceptedRace] accepts a race.
//
// If no order has a data race, and all were walked, the program does what it does in these
// orders and nothing else: the verdict says so, and says what is left out: packages that
// are not compiled for it, assembly and C, and time that passes while a goroutine is ready;
// and, where the program has to do with them, dates, random numbers, orders of maps, the
// operating system's input and output, signals, the garbage collector, and what comes between
// two calls of the standard library that several goroutines share something by, such as the
// environment or a log. The same arguments and environment are understood.
// Not seen, and not told, are assembly of the standard library, and package unsafe across
// variables. With WEFT_POINTS=memory, or [WithMemoryPoints], the accesses that race are
// points, so that runs show what a race can do, such as a lost update, and the race is no
// failure of its own. When [Check] has found a race, it explores such runs by itself, and
// its report goes on with what they show.
//
// The race detector works as ever; with -race, nothing is watched, and functions of
// sync/atomic are no points.
//
// # Names
//
// The first goroutine is called main. Others go by the shortest name of the function that
// they run: "worker" for a function or a method, "NewPool" or "Pool.Start" for a literal in
// one. Where the one that starts it has started another function of that name before, it is
// the longer one, "Pool.worker" or "NewPool.func2"; several of one function have a number,
// "worker#2"; what another goroutine than main has started has that one's name before it,
// "serve#3/worker", and what a timer starts the number of the timer behind it. [Name] sets
// another name, and so do the labels that a goroutine sets first, as with pprof.Do: "shard-3"
// for the label shard, or the value alone of one that is called name. The events by which
// goroutines start in a trace have the full names. Steps
// are counted for each goroutine. So names do not depend on what other goroutines do, and a
// schedule such as "w1,ready:withdraw.3=withdraw#2.0" survives edits elsewhere.
//
// Channels, locks, wait groups, conditions, atomics and the like are called as the source
// calls them: a field after its type, "Pool.stopLock" or "Pool#2.shards[3].mu"; a variable
// by its name, with that of the function around it if its maker runs another one,
// "NewPool.quit", and with the place if the function has several of the name. The source is
// looked at for that, where the test runs: where there is none, and for what has no name, it
// is "made at pool.go:20". Several of one name have a number, and what another goroutine
// than main has made has that one's name before it, "serve#3/done". A question mark says
// that it is not known who made something.
//
// The first line of what a run says that hangs or panics names what is wrong in a sentence,
// such as "recv holds stream.recvLock and waits for stream.stateLock; stop the other way
// round"; then come all that wait, with who holds what they wait for.
//
// # The profile of leaks
//
// What a run reports as leaked, the profile goroutineleak of runtime/pprof (Go 1.27) finds
// as well, after the run or in it, if it waits for a condition, a nil channel or nothing at
// all; it passes over all that waits for a channel, select or wait group of a bubble, or
// for a lock, which a goroutine that has to wait has not begun to take. It knows what is
// unreachable, a run what has not ended. So it has nothing of a goroutine that a ticker
// keeps going. Goroutines of all runs that have not ended are in it, those of the first,
// uncounted one among them; a test that passes leaves none.
//
// # Debuggers
//
// A debugger that builds by the go command, such as delve, takes the overlay from the
// environment, and steps through the order of a schedule:
//
//	eval "$(go tool weft overlay --env)"
//	WEFT_SCHEDULE=w1,ready:withdraw.3=withdraw#2.0 dlv test ./bank -- -test.run TestWithdraw
//
// The program is run twice then: once in the default order, so that the standard library
// makes what it makes when it is first used, and once in that of the schedule. Nobody else
// runs while the goroutine that has the turn is stopped, and virtual time stands still. The
// watchdog takes no run for stuck while a debugger has hold of the process; this is noticed
// on Linux, and elsewhere WithWatchdog(0) turns it off.
//
// # Bubbles of testing/synctest
//
// With the overlay and the variable WEFT_SEED set to a number, tests that use
// testing/synctest run unchanged in an order that is drawn from that seed.
package bubble
