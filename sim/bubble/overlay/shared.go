package overlay

import "slices"

// shared returns the edits that every table has. The runtime keeps its own ways for
// everything outside a bubble, and for bubbles that nobody has asked to control: there,
// synctestBubble.weft is nil. There are two exceptions: the key of map hashes, which is
// made once in a process, and that methods of sync/atomic and sync.Map are not put into
// their callers.
func shared() []Edit {
	return slices.Concat(sharedEdits, atomics(), syncMaps(), orderedMaps(), sameMachine(), accesses(), atomicFunctions(), withoutIntrinsics())
}

var sharedEdits = []Edit{
	// What carries the state.
	{
		File: "runtime/runtime2.go", Why: "a goroutine carries its name and what it is about to do",
		Find: "	waitsince    int64      // approx time when the g become blocked\n",
		Put:  "	waitsince    int64      // approx time when the g become blocked\n	weft         weftG\n",
	},
	{
		File: "runtime/time.go", Why: "a timer carries the name of its maker",
		Find: "	rand    uint32 // randomizes order of timers at same instant; only set when isFake\n",
		Put:  "	rand    uint32 // randomizes order of timers at same instant; only set when isFake\n	weftBy  weftName\n	weftSet weftName\n",
	},
	{
		File: "runtime/synctest.go", Why: "a bubble knows who controls it",
		Find: "	done    bool   // true if main has exited\n",
		Put:  "	done    bool   // true if main has exited\n	weft    *weftControl\n",
	},

	// The life of a bubble.
	{
		File: "runtime/synctest.go", Why: "a bubble comes under control when it begins",
		Find: "	gp.bubble = bubble\n	defer func() {\n		gp.bubble = nil\n	}()\n",
		Put:  "	bubble.weftBegin(gp)\n	gp.bubble = bubble\n	defer func() {\n		gp.bubble = nil\n	}()\n",
	},
	{
		File: "runtime/synctest.go", Why: "the program's first goroutine waits for its turn",
		Find: "		pp := getg().m.p.ptr()\n		runqput(pp, bubble.main, true)\n		wakep()\n",
		Put:  "		if bubble.weftSpawned(gp, bubble.main, pc) {\n			return\n		}\n		pp := getg().m.p.ptr()\n		runqput(pp, bubble.main, true)\n		wakep()\n",
	},
	{
		File: "runtime/synctest.go", Why: "which of the timers that are due comes first is a decision",
		Find: "		unlock(&bubble.mu)\n		systemstack(func() {\n			// Clear gp.m.curg while running timers,\n",
		Put:  "		unlock(&bubble.mu)\n		if bubble.weft != nil {\n			bubble.weftTimers()\n		} else {\n		systemstack(func() {\n			// Clear gp.m.curg while running timers,\n",
	},
	{
		File: "runtime/synctest.go", Why: "the end of the branch above",
		Find: "			gp.m.curg = curg\n		})\n		gopark(synctestidle_c,",
		Put:  "			gp.m.curg = curg\n		})\n		}\n		gopark(synctestidle_c,",
	},
	{
		File: "runtime/synctest.go", Why: "goroutines that the program leaves behind may go on for a while",
		Find: "		if bubble.done {\n			// Time stops once",
		Put:  "		if bubble.done && !bubble.weftDrains(next) {\n			// Time stops once",
	},
	{
		File: "runtime/synctest.go", Why: "the move of time is an event",
		Find: "		bubble.now = next\n",
		Put:  "		if next = bubble.weftNext(next); next > bubble.now {\n			bubble.now = next\n			bubble.weftMoved()\n		}\n",
	},
	{
		File: "runtime/synctest.go", Why: "a bubble that has ended is let go",
		Find: "	total := bubble.total\n	unlock(&bubble.mu)\n",
		Put:  "	total := bubble.total\n	unlock(&bubble.mu)\n	bubble.weftEnd()\n",
	},
	{
		File: "runtime/synctest.go", Why: "waiting for a lock of the program counts as blocked, and so does what the profile of leaks has found (before)",
		Find: "	case _Gwaiting:\n		if gp.waitreason.isIdleInSynctest() {\n			wasRunning = false\n",
		Put:  "	case _Gwaiting, _Gleaked:\n		if bubble.idle(gp) {\n			wasRunning = false\n",
	},
	{
		File: "runtime/synctest.go", Why: "waiting for a lock of the program counts as blocked, and so does what the profile of leaks has found (after)",
		Find: "	case _Gwaiting:\n		if gp.waitreason.isIdleInSynctest() {\n			isRunning = false\n",
		Put:  "	case _Gwaiting, _Gleaked:\n		if bubble.idle(gp) {\n			isRunning = false\n",
	},

	// Who runs.
	{
		File: "runtime/proc.go", Why: "what is ready waits for its turn",
		Find: "	runqput(mp.p.ptr(), gp, next)\n	wakep()\n	releasem(mp)\n}\n\n// freezeStopWait is",
		Put:  "	if gp.bubble == nil || !gp.bubble.weftReady(gp) {\n		runqput(mp.p.ptr(), gp, next)\n		wakep()\n	}\n	releasem(mp)\n}\n\n// freezeStopWait is",
	},
	{
		File: "runtime/proc.go", Why: "a new goroutine waits for its turn",
		Find: "		newg := newproc1(fn, gp, pc, false, waitReasonZero)\n\n		pp := getg().m.p.ptr()\n",
		Put:  "		newg := newproc1(fn, gp, pc, false, waitReasonZero)\n		if newg.bubble != nil && newg.bubble.weftSpawned(gp, newg, pc) {\n			return\n		}\n\n		pp := getg().m.p.ptr()\n",
	},
	{
		File: "runtime/proc.go", Why: "who blocks gives up the turn: the beginning",
		Find: "	if bubble != nil {\n		bubble.incActive()\n	}\n\n	if trace.ok() {\n		// Trace the event before the transition. It may take a\n		// stack trace, but we won't own the stack after the\n		// transition anymore.\n		trace.GoPark(mp.waitTraceBlockReason, mp.waitTraceSkip)\n",
		Put:  "	weftLeft := false\n	if bubble != nil {\n		bubble.incActive()\n		weftLeft = bubble.weftParks(gp)\n	}\n\n	if trace.ok() {\n		// Trace the event before the transition. It may take a\n		// stack trace, but we won't own the stack after the\n		// transition anymore.\n		trace.GoPark(mp.waitTraceBlockReason, mp.waitTraceSkip)\n",
	},
	{
		File: "runtime/proc.go", Why: "who need not block after all keeps the turn",
		Find: "			casgstatus(gp, _Gwaiting, _Grunnable)\n			if bubble != nil {\n				bubble.decActive()\n			}\n",
		Put:  "			casgstatus(gp, _Gwaiting, _Grunnable)\n			if weftLeft {\n				bubble.weftBack(gp)\n			}\n			if bubble != nil {\n				bubble.decActive()\n			}\n",
	},
	{
		File: "runtime/proc.go", Why: "who blocks gives up the turn: the end",
		Find: "	if bubble != nil {\n		bubble.decActive()\n	}\n\n	schedule()\n}\n\nfunc goschedImpl(",
		Put:  "	if bubble != nil {\n		bubble.decActive()\n	}\n	if weftLeft {\n		bubble.weftLeft()\n	}\n\n	schedule()\n}\n\nfunc goschedImpl(",
	},
	{
		File: "runtime/proc.go", Why: "runtime.Gosched is a step, if the program calls it and not the runtime",
		Find: "	checkTimeouts()\n	mcall(gosched_m)\n}\n",
		Put:  "	checkTimeouts()\n	if weftYields() {\n		mcall(weftGosched)\n		return\n	}\n	mcall(gosched_m)\n}\n",
	},
	{
		File: "runtime/proc.go", Why: "a loop without a point is seen at the end of its time slice",
		Find: "func gopreempt_m(gp *g) {\n",
		Put:  "func gopreempt_m(gp *g) {\n	if gp.bubble != nil && weftPreempted(gp) {\n		schedule()\n	}\n",
	},
	{
		File: "runtime/proc.go", Why: "the handover of a starving lock gives up the turn",
		Find: "	dropg()\n	runqput(pp, gp, false)\n	schedule()\n}\n\n// Finishes execution of the current goroutine.\n",
		Put:  "	dropg()\n	if gp.bubble != nil && gp.bubble.weft != nil {\n		gp.bubble.weft.requeue(gp, false)\n	} else {\n		runqput(pp, gp, false)\n	}\n	schedule()\n}\n\n// Finishes execution of the current goroutine.\n",
	},
	{
		File: "runtime/proc.go", Why: "who ends gives up the turn",
		Find: "	gdestroy(gp)\n	schedule()\n}\n",
		Put:  "	bubble := gp.bubble\n	weftLeft := bubble != nil && bubble.weft != nil && bubble.weftExits(gp)\n	if weftLeft && gp.lockedm != 0 {\n		// gdestroy ends the thread, and does not return.\n		weftLeft = false\n		bubble.weftLeft()\n	}\n	gdestroy(gp)\n	if weftLeft {\n		bubble.weftLeft()\n	}\n	schedule()\n}\n",
	},
	{
		File: "runtime/proc.go", Why: "to start a goroutine is more than a look at what a goroutine comes to first",
		Find: "func newproc(fn *funcval) {\n", Put: "func newproc(fn *funcval) {\n	weftPeeked()\n",
	},
	{
		File: "runtime/proc.go", Why: "to end is more than a look at what a goroutine comes to first",
		Find: "func goexit1() {\n", Put: "func goexit1() {\n	weftPeeked()\n",
	},
	{
		File: "runtime/coro.go", Why: "to pass the turn to a coroutine is more than a look at what a goroutine comes to first",
		Find: "func coroswitch(c *coro) {\n", Put: "func coroswitch(c *coro) {\n	weftPeeked()\n",
	},
	{
		File: "runtime/proc.go", Why: "the next goroutine that is made of this one has no name yet",
		Find: "	gp.timer = nil\n	gp.bubble = nil\n",
		Put:  "	gp.timer = nil\n	gp.bubble = nil\n	gp.weft = weftG{}\n",
	},
	{
		File: "runtime/coro.go", Why: "the turn passes over with a coroutine",
		Find: "	// Start running next, without heavy scheduling machinery.\n",
		Put:  "	if bubble != nil && bubble.weft != nil {\n		bubble.weftSwitch(weftSelf, weftWas, exit, gnext)\n	}\n\n	// Start running next, without heavy scheduling machinery.\n",
	},
	{
		File: "runtime/coro.go", Why: "who the turn passes from, who may be gone by then",
		Find: "	canCAS := true\n	bubble := gp.bubble\n",
		Put:  "	canCAS := true\n	bubble := gp.bubble\n	var weftSelf guintptr\n	weftSelf.set(gp)\n	weftWas := gp.weft\n",
	},
	{
		File: "runtime/netpoll.go", Why: "what real input wakes waits for its turn",
		Find: "		gopark(netpollblockcommit, unsafe.Pointer(gpp), waitReasonIOWait, traceBlockNet, 5)\n",
		Put:  "		gopark(netpollblockcommit, unsafe.Pointer(gpp), waitReasonIOWait, traceBlockNet, 5)\n		weftRejoin()\n",
	},
	{
		File: "runtime/sema.go", Why: "who waits for the end of another's input or output waits for input or output",
		Find: "	semacquire1(addr, false, semaBlockProfile, 0, waitReasonSemacquire)\n}\n\n// sync_runtime_Semrelease",
		Put:  "	semacquire1(addr, false, semaBlockProfile, 0, waitReasonIOWait)\n}\n\n// sync_runtime_Semrelease",
	},
	{
		File: "runtime/panic.go", Why: "an unlock of an unlocked RWMutex ends the run, and not the process",
		Find: "func sync_fatal(s string) {\n",
		Put:  "func sync_fatal(s string) {\n	weftMeetsGroup(s)\n	weftFatal(s)\n",
	},
	{
		File: "runtime/panic.go", Why: "an unlock of an unlocked Mutex ends the run, and not the process",
		Find: "func internal_sync_fatal(s string) {\n",
		Put:  "func internal_sync_fatal(s string) {\n	weftFatal(s)\n",
	},
	{
		File: "runtime/panic.go", Why: "a panic ends the run, and not the process",
		Find: "	// ran out of deferred calls - old-school panic now\n",
		Put:  "	weftPanicked(e)\n\n	// ran out of deferred calls - old-school panic now\n",
	},

	{
		File: "runtime/sema.go", Why: "who waits for a condition in another run ends this one, and not the process (all)",
		Find: "			println(\"semaphore wake of synctest goroutine\", s.g.goid, \"from outside bubble\")\n			fatal(\"semaphore wake of synctest goroutine from outside bubble\")\n		}\n		readyWithTime(s, 4)\n		s = next\n",
		Put:  "			weftMeets(weftKeptCond, 0)\n			println(\"semaphore wake of synctest goroutine\", s.g.goid, \"from outside bubble\")\n			fatal(\"semaphore wake of synctest goroutine from outside bubble\")\n		}\n		readyWithTime(s, 4)\n		s = next\n",
	},
	{
		File: "runtime/sema.go", Why: "who waits for a condition in another run ends this one, and not the process (one)",
		Find: "				println(\"semaphore wake of synctest goroutine\", s.g.goid, \"from outside bubble\")\n				fatal(\"semaphore wake of synctest goroutine from outside bubble\")\n			}\n			readyWithTime(s, 4)\n			return\n",
		Put:  "				weftMeets(weftKeptCond, 0)\n				println(\"semaphore wake of synctest goroutine\", s.g.goid, \"from outside bubble\")\n				fatal(\"semaphore wake of synctest goroutine from outside bubble\")\n			}\n			readyWithTime(s, 4)\n			return\n",
	},

	// Points.
	{
		File: "runtime/chan.go", Why: "a channel has a name",
		Find: "	if b := getg().bubble; b != nil {\n		c.bubble = b\n	}\n",
		Put:  "	if b := getg().bubble; b != nil {\n		c.bubble = b\n		c.weftBubble = b.id\n		if b.weft != nil {\n			weftMakesChan(c)\n		}\n	}\n",
	},
	{
		File: "runtime/chan.go", Why: "a channel knows where it was made and in which bubble, should an earlier run have made it; its pointer to the bubble keeps nothing alive if its elements hold no pointers, so the address may be another one's by now",
		Find: "	bubble   *synctestBubble\n\n	// lock protects all fields in hchan",
		Put:  "	bubble   *synctestBubble\n	weftMade   uintptr\n	weftBubble uint64 // the id of bubble\n\n	// lock protects all fields in hchan",
	},
	{
		File: "runtime/chan.go", Why: "a send is a point",
		Find: "	if c.bubble != nil && getg().bubble != c.bubble {\n		fatal(\"send on synctest channel from outside bubble\")\n	}\n",
		Put:  "	if weftStrays(c) {\n		weftMeets(weftKeptChan, c.weftMade)\n		fatal(\"send on synctest channel from outside bubble\")\n	}\n	if block {\n		weftChan(weftOpSend, c)\n	} else {\n		weftChan(weftOpTrySend, c)\n	}\n",
	},
	{
		File: "runtime/chan.go", Why: "a receive is a point",
		Find: "	if c.bubble != nil && getg().bubble != c.bubble {\n		fatal(\"receive on synctest channel from outside bubble\")\n	}\n",
		Put:  "	if weftStrays(c) {\n		weftMeets(weftKeptChan, c.weftMade)\n		fatal(\"receive on synctest channel from outside bubble\")\n	}\n	if block {\n		weftChan(weftOpRecv, c)\n	} else {\n		weftChan(weftOpTryRecv, c)\n	}\n",
	},
	{
		File: "runtime/chan.go", Why: "a close is a point",
		Find: "	if c.bubble != nil && getg().bubble != c.bubble {\n		fatal(\"close of synctest channel from outside bubble\")\n	}\n",
		Put:  "	if weftStrays(c) {\n		weftMeets(weftKeptChan, c.weftMade)\n		fatal(\"close of synctest channel from outside bubble\")\n	}\n	weftChan(weftOpClose, c)\n",
	},
	{
		File: "runtime/chan.go", Why: "to ask for the length of a channel is a point",
		Find: "func chanlen(c *hchan) int {\n",
		Put:  "func chanlen(c *hchan) int {\n	if c != nil {\n		weftChan(weftOpLen, c)\n	}\n",
	},
	{
		File: "runtime/select.go", Why: "a select is a point",
		Find: "	ncases := nsends + nrecvs\n	scases := cas1[:ncases:ncases]\n",
		Put:  "	weftChan(weftOpSelect, nil)\n	ncases := nsends + nrecvs\n	scases := cas1[:ncases:ncases]\n",
	},
	{
		File: "runtime/select.go", Why: "the cases of a select stand in their order in the source",
		Find: "		j := cheaprandn(uint32(norder + 1))\n",
		Put:  "		j := uint32(norder)\n		if !weftSelects {\n			j = cheaprandn(uint32(norder + 1))\n		}\n",
	},
	{
		File: "runtime/select.go", Why: "whether the select is decided is asked once",
		Find: "	norder := 0\n	allSynctest := true\n",
		Put:  "	norder := 0\n	weftSelects := weftInSelect()\n	allSynctest := true\n",
	},
	{
		File: "runtime/select.go", Why: "a channel of another run ends this one, and not the process",
		Find: "			if getg().bubble != cas.c.bubble {\n				fatal(\"select on synctest channel from outside bubble\")\n",
		Put:  "			if weftStrays(cas.c) {\n				weftMeets(weftKeptChan, cas.c.weftMade)\n				fatal(\"select on synctest channel from outside bubble\")\n",
	},
	{
		File: "runtime/select.go", Why: "which of the ready cases is taken is a decision",
		Find: "	sellock(scases, lockorder)\n\n	var (\n",
		Put:  "	sellock(scases, lockorder)\n	if weftSelects {\n		weftTouchesCases(scases, pollorder)\n		weftCases(scases, pollorder, lockorder, nsends)\n	}\n\n	var (\n",
	},
	{
		File: "runtime/select.go", Why: "which case was taken is an event",
		Find: "retc:\n	if caseReleaseTime > 0 {\n",
		Put:  "retc:\n	if weftSelects && cas != nil && casi >= 0 {\n		weftTook(cas.c, casi < nsends)\n	}\n	if caseReleaseTime > 0 {\n",
	},
	{
		File: "runtime/time.go", Why: "a sleep is a step of its goroutine",
		Find: "	gp := getg()\n	t := gp.timer\n	if t == nil {\n",
		Put:  "	weftSleeps()\n	gp := getg()\n	t := gp.timer\n	if t == nil {\n",
	},
	{
		File: "runtime/time.go", Why: "to stop a timer is a point",
		Find: "func stopTimer(t *timeTimer) bool {\n",
		Put:  "func stopTimer(t *timeTimer) bool {\n	weftMeetsTimer(&t.timer)\n	weftTouchesTimer(weftOpStop, &t.timer)\n",
	},
	{
		File: "runtime/time.go", Why: "to reset a timer is a point",
		Find: "func resetTimer(t *timeTimer, when, period int64) bool {\n",
		Put:  "func resetTimer(t *timeTimer, when, period int64) bool {\n	weftMeetsTimer(&t.timer)\n	weftTouchesTimer(weftOpReset, &t.timer)\n",
	},
	{
		File: "runtime/time.go", Why: "timers of one instant have an order",
		Find: "			t.rand = cheaprand()\n",
		Put:  "			t.rand = getg().bubble.weftArm()\n",
	},
	{
		File: "runtime/time.go", Why: "a timer that is due when it is set fires at once",
		Find: "				t.unlockAndRun(bubble.now, bubble)\n			})\n			return pending\n",
		Put:  "				bubble.weftFiresAtOnce(t)\n				t.unlockAndRun(bubble.now, bubble)\n				bubble.weftFiredAtOnce()\n			})\n			return pending\n",
	},
	{
		File: "runtime/time.go", Why: "a timer gets the name of its maker",
		Find: "	t.timer.init(nil, nil)\n	t.trace(\"new\")\n",
		Put:  "	t.timer.init(nil, nil)\n	weftMade(&t.timer, c)\n	t.trace(\"new\")\n",
	},

	{
		File: "runtime/debug.go", Why: "how many goroutines the process has beside those of the run is other in each run",
		Find: "func NumGoroutine() int {\n", Put: "func NumGoroutine() int {\n	if n := weftGoroutines(); n > 0 {\n		return n\n	}\n",
	},
	{
		File: "runtime/mprof.go", Why: "what all goroutines do is not tracked",
		Find: "	return goroutineProfileWithLabelsConcurrent(p, labels)\n", Put: "	weftAsks(1)\n	return goroutineProfileWithLabelsConcurrent(p, labels)\n",
	},
	{
		File: "runtime/mprof.go", Why: "the stacks of all goroutines are not tracked",
		Find: "func Stack(buf []byte, all bool) int {\n", Put: "func Stack(buf []byte, all bool) int {\n	if all {\n		weftAsks(2)\n	}\n",
	},

	{
		File: "internal/poll/fd_mutex.go", Why: "to use a file is more than a look at what a goroutine comes to first (declared)",
		Find: "func runtime_Semacquire(sema *uint32)\n", Put: "func runtime_Semacquire(sema *uint32)\n\nfunc weftPeeked()\n",
	},
	{
		File: "internal/poll/fd_mutex.go", Why: "to use a file is more than a look at what a goroutine comes to first",
		Find: "func (mu *fdMutex) incref() bool {\n", Put: "func (mu *fdMutex) incref() bool {\n	weftPeeked()\n",
	},
	{
		File: "internal/poll/fd_mutex.go", Why: "to read a file is more than a look at what a goroutine comes to first",
		Find: "func (fd *FD) readLock() error {\n", Put: "func (fd *FD) readLock() error {\n	weftPeeked()\n",
	},
	{
		File: "internal/poll/fd_mutex.go", Why: "to write to a file is more than a look at what a goroutine comes to first",
		Find: "func (fd *FD) writeLock() error {\n", Put: "func (fd *FD) writeLock() error {\n	weftPeeked()\n",
	},
	{
		File: "os/exec.go", Why: "who waits for a child process gives up the turn (the call)",
		Find: "	\"syscall\"\n	\"time\"\n)\n\nvar (\n	// ErrProcessDone",
		Put:  "	\"syscall\"\n	\"time\"\n	_ \"unsafe\" // for go:linkname\n)\n\n//go:linkname weftOutside\nfunc weftOutside(begins bool)\n\nvar (\n	// ErrProcessDone",
	},
	{
		File: "os/exec.go", Why: "who waits for a child process gives up the turn",
		Find: "func (p *Process) Wait() (*ProcessState, error) {\n",
		Put:  "func (p *Process) Wait() (*ProcessState, error) {\n	weftOutside(true)\n	defer weftOutside(false)\n",
	},

	{
		File: "syscall/syscall_linux.go", Why: "system calls about time are virtual (the calls)",
		Find: "//go:uintptrkeepalive\n//go:nosplit\n//go:linkname Syscall\n",
		Put: "func weftSleeps(p, flags uintptr) bool\n\nfunc weftClock(clock, p, unit uintptr) bool\n\n" +
			"// weftTime makes a system call in virtual time, if it is one about time.\n//\n" +
			"//go:uintptrkeepalive\n//go:nosplit\n" +
			"func weftTime(trap, a1, a2, a3 uintptr) bool {\n	switch trap {\n" +
			"	case SYS_NANOSLEEP:\n		return weftSleeps(a1, 0)\n" +
			"	case SYS_CLOCK_NANOSLEEP:\n		return weftSleeps(a3, a2)\n" +
			"	case SYS_CLOCK_GETTIME:\n		return weftClock(a1, a2, 1)\n" +
			"	case SYS_GETTIMEOFDAY:\n		return weftClock(0, a1, 1000)\n	}\n	return false\n}\n\n" +
			"//go:uintptrkeepalive\n//go:nosplit\n//go:linkname Syscall\n",
	},
	{
		File: "syscall/syscall_linux.go", Why: "system calls about time are virtual",
		Find: "	runtime_entersyscall()\n	// N.B. Calling RawSyscall here is unsafe with atomic coverage\n",
		Put:  "	if weftTime(trap, a1, a2, a3) {\n		return\n	}\n	runtime_entersyscall()\n	// N.B. Calling RawSyscall here is unsafe with atomic coverage\n",
	},
	{
		File: "syscall/syscall_linux.go", Why: "system calls about time are virtual (with more arguments)",
		Find: "func Syscall6(trap, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2 uintptr, err Errno) {\n	runtime_entersyscall()\n",
		Put:  "func Syscall6(trap, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2 uintptr, err Errno) {\n	weftPeeked()\n	if weftTime(trap, a1, a2, a3) {\n		return\n	}\n	runtime_entersyscall()\n",
	},

	// What locks are called.
	{
		File: "runtime/malloc.go", Why: "new memory has a name",
		Find: "func newobject(typ *_type) unsafe.Pointer {\n	return mallocgc(typ.Size_, typ, true)\n}\n",
		Put:  "func newobject(typ *_type) unsafe.Pointer {\n	p := mallocgc(typ.Size_, typ, true)\n	weftNew(p, typ, sys.GetCallerPC(), weftOne)\n	return p\n}\n",
	},
	{
		File: "runtime/malloc.go", Why: "variables that the compiler puts into one piece of memory have a name",
		Find: "func mallocgc(size uintptr, typ *_type, needzero bool) unsafe.Pointer {\n",
		Put:  "func mallocgc(size uintptr, typ *_type, needzero bool) unsafe.Pointer {\n	p := weftMallocgc(size, typ, needzero)\n	if typ == nil && size <= 64 {\n		weftRaw(p, sys.GetCallerPC())\n	}\n	return p\n}\n\nfunc weftMallocgc(size uintptr, typ *_type, needzero bool) unsafe.Pointer {\n",
	},
	{
		File: "runtime/slice.go", Why: "a new slice has a name",
		Find: "	return mallocgc(mem, et, true)\n}\n\nfunc makeslice64(",
		Put:  "	p := mallocgc(mem, et, true)\n	weftNew(p, et, sys.GetCallerPC(), weftSlice)\n	return p\n}\n\nfunc makeslice64(",
	},

	{
		File: "runtime/slice.go", Why: "a slice that has grown has a name",
		Find: "	memmove(p, oldPtr, lenmem)\n\n	return slice{p, newLen, newcap}\n}\n\n",
		Put:  "	memmove(p, oldPtr, lenmem)\n	weftNew(p, et, sys.GetCallerPC(), weftSlice)\n\n	return slice{p, newLen, newcap}\n}\n\n",
	},
	{
		File: "runtime/malloc.go", Why: "what package reflect makes has a name",
		Find: "func reflect_unsafe_New(typ *_type) unsafe.Pointer {\n	return mallocgc(typ.Size_, typ, true)\n}\n",
		Put:  "func reflect_unsafe_New(typ *_type) unsafe.Pointer {\n	p := mallocgc(typ.Size_, typ, true)\n	weftNew(p, typ, sys.GetCallerPC(), weftOne)\n	return p\n}\n",
	},
	{
		File: "runtime/malloc.go", Why: "an array that package reflect makes has a name",
		Find: "	return mallocgc(mem, typ, true)\n}\n\n// reflect_unsafe_NewArray",
		Put:  "	p := mallocgc(mem, typ, true)\n	weftNew(p, typ, sys.GetCallerPC(), weftSlice)\n	return p\n}\n\n// reflect_unsafe_NewArray",
	},

	{
		File: "syscall/syscall_linux.go", Why: "what lay in memory that is given back is forgotten (declared)",
		Find: "//go:linkname runtime_exitsyscall runtime.exitsyscall\nfunc runtime_exitsyscall()\n",
		Put:  "//go:linkname runtime_exitsyscall runtime.exitsyscall\nfunc runtime_exitsyscall()\n\n//go:linkname weftUnmaps\nfunc weftUnmaps(from, length uintptr)\n\n//go:linkname weftPeeked\nfunc weftPeeked()\n",
	},
	{
		File: "syscall/syscall_linux.go", Why: "what lay in memory that is given back is forgotten",
		Find: "func Syscall(trap, a1, a2, a3 uintptr) (r1, r2 uintptr, err Errno) {\n",
		Put:  "func Syscall(trap, a1, a2, a3 uintptr) (r1, r2 uintptr, err Errno) {\n	weftPeeked()\n	if trap == SYS_MUNMAP {\n		weftUnmaps(a1, a2)\n	}\n",
	},

	// Signals: the runtime speaks of them with a goroutine of its own, which belongs to no
	// bubble.
	{
		File: "runtime/sigqueue.go", Why: "what a program asks for about signals is no part of its run, but that it does is told (signal_enable)",
		Find: "func signal_enable(s uint32) {\n",
		Put:  "func signal_enable(s uint32) {\n	weftChance(weftChanceSignals, weftLibrary)\n	defer weftHome(weftAway())\n",
	},
	{
		File: "runtime/sigqueue.go", Why: "what a program asks for about signals is no part of its run (signal_disable)",
		Find: "func signal_disable(s uint32) {\n",
		Put:  "func signal_disable(s uint32) {\n	defer weftHome(weftAway())\n",
	},
	{
		File: "runtime/sigqueue.go", Why: "what a program asks for about signals is no part of its run (signal_ignore)",
		Find: "func signal_ignore(s uint32) {\n",
		Put:  "func signal_ignore(s uint32) {\n	defer weftHome(weftAway())\n",
	},
	{
		File: "runtime/sigqueue.go", Why: "what a program asks for about signals is no part of its run (signalWaitUntilIdle)",
		Find: "func signalWaitUntilIdle() {\n",
		Put:  "func signalWaitUntilIdle() {\n	defer weftHome(weftAway())\n",
	},

	// Whole programs.
	{
		File: "os/file_posix.go", Why: "what a whole program writes to the standard output is its run's (the call)",
		Find: "	\"syscall\"\n	\"time\"\n)\n",
		Put:  "	\"syscall\"\n	\"time\"\n	_ \"unsafe\" // for go:linkname\n)\n\n//go:linkname weftWrite\nfunc weftWrite(fd int, b []byte) bool\n",
	},
	{
		File: "os/file_posix.go", Why: "what a whole program writes to the standard output is its run's",
		Find: "func (f *File) write(b []byte) (n int, err error) {\n",
		Put:  "func (f *File) write(b []byte) (n int, err error) {\n	if weftWrite(f.pfd.Sysfd, b) {\n		return len(b), nil\n	}\n",
	},
	{
		File: "runtime/print.go", Why: "what a whole program prints is its run's: the beginning",
		Find: "func printlock() {\n", Put: "func printlock() {\n	weftPrints()\n",
	},
	{
		File: "runtime/print.go", Why: "what a whole program prints is its run's: the end",
		Find: "	if mp.printlock == 0 {\n		unlock(&debuglock)\n	}\n",
		Put:  "	if mp.printlock == 0 {\n		unlock(&debuglock)\n		weftPrinted()\n	}\n",
	},
	{
		File: "runtime/proc.go", Why: "os.Exit ends the run of a whole program, and not the process",
		Find: "func os_beforeExit(exitCode int) {\n", Put: "func os_beforeExit(exitCode int) {\n	weftExits(exitCode)\n",
	},

	// What is random.
	{
		File: "runtime/rand.go", Why: "random numbers that the program can see depend on the seed",
		Find: "	// 3.7ns/call this way versus 4.3ns/call with acquirem (+16%).\n",
		Put:  "	// 3.7ns/call this way versus 4.3ns/call with acquirem (+16%).\n	if x, ok := weftRand(); ok {\n		return x\n	}\n",
	},
	{
		File: "math/rand/rand.go", Why: "that a program draws random numbers is told",
		Find: "//go:linkname runtime_rand runtime.rand\n", Put: "//go:linkname runtime_rand runtime.weftDraw\n",
	},
	{
		File: "math/rand/v2/rand.go", Why: "that a program draws random numbers is told (v2)",
		Find: "//go:linkname runtime_rand runtime.rand\n", Put: "//go:linkname runtime_rand runtime.weftDraw\n",
	},
	{
		File: "crypto/internal/sysrand/rand.go", Why: "random numbers for cryptography depend on the seed (declared)",
		Find: "var firstUse atomic.Bool\n", Put: "var firstUse atomic.Bool\n\n//go:linkname weftFill\nfunc weftFill(b []byte) bool\n",
	},
	{
		File: "crypto/internal/sysrand/rand.go", Why: "random numbers for cryptography depend on the seed",
		Find: "func Read(b []byte) {\n", Put: "func Read(b []byte) {\n	if weftFill(b) {\n		return\n	}\n",
	},

	// What could have been other without another order.
	{
		File: "runtime/time.go", Why: "that a program asks for the time is told",
		Find: "		sec = bubble.now / (1000 * 1000 * 1000)\n", Put: "		weftAsksTime()\n		sec = bubble.now / (1000 * 1000 * 1000)\n",
	},
	{
		File: "runtime/proc.go", Why: "that a program has to do with the operating system is told",
		Find: "func reentersyscall(pc, sp, bp uintptr) {\n	gp := getg()\n", Put: "func reentersyscall(pc, sp, bp uintptr) {\n	gp := getg()\n	weftLeavesGo(gp)\n",
	},
	{
		File: "runtime/mfinal.go", Why: "that a program sees when memory is collected is told: by a finalizer",
		Find: "func SetFinalizer(obj any, finalizer any) {\n", Put: "func SetFinalizer(obj any, finalizer any) {\n	weftChance(weftChanceCollector, weftInside)\n",
	},
	{
		File: "runtime/mcleanup.go", Why: "that a program sees when memory is collected is told: by a cleanup",
		Find: "func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {\n", Put: "func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {\n	weftChance(weftChanceCollector, weftInside)\n",
	},
	{
		File: "runtime/mfinal.go", Why: "a finalizer that a run sets is called in the run",
		Find: "	// make sure we have a finalizer goroutine\n",
		Put:  "	if own := weftFinalizer((*funcval)(f.data), nret, fint, ot); own != nil {\n		f.data, nret, fint = unsafe.Pointer(own), 0, etyp\n	}\n\n	// make sure we have a finalizer goroutine\n",
	},
	{
		File: "runtime/mheap.go", Why: "a cleanup that a run adds is called in the run",
		Find: "func addCleanup(p unsafe.Pointer, c cleanupFn) uint64 {\n", Put: "func addCleanup(p unsafe.Pointer, c cleanupFn) uint64 {\n	c = weftCleanup(c)\n",
	},
	{
		File: "runtime/mgc.go", Why: "finalizers and cleanups of a run are called when it has collected memory",
		Find: "func GC() {\n", Put: "func GC() {\n	defer weftCollected(weftAway())\n",
	},
	{
		File: "runtime/mheap.go", Why: "that a program sees when memory is collected is told: by a weak pointer",
		Find: "func internal_weak_runtime_registerWeakPointer(p unsafe.Pointer) unsafe.Pointer {\n", Put: "func internal_weak_runtime_registerWeakPointer(p unsafe.Pointer) unsafe.Pointer {\n	weftCollects()\n",
	},
	{
		File: "runtime/proc.go", Why: "whether a lock spins depends on the load of the machine",
		Find: "	if i >= active_spin || numCPUStartup <= 1 ||",
		Put:  "	if b := getg().bubble; b != nil && b.weft != nil {\n		return false\n	}\n	if i >= active_spin || numCPUStartup <= 1 ||",
	},
	{
		File: "runtime/sema.go", Why: "when a lock starves depends on the real time",
		Find: "func internal_sync_nanotime() int64 {\n",
		Put:  "func internal_sync_nanotime() int64 {\n	if b := getg().bubble; b != nil && b.weft != nil {\n		return b.now\n	}\n",
	},

	// Locks.
	{
		File: "sync/runtime.go", Why: "the point before an operation on a lock",
		Find: "func runtime_Semacquire(s *uint32)\n",
		Put:  "func runtime_Semacquire(s *uint32)\n\n//go:linkname weftPoint\nfunc weftPoint(op uint8, obj unsafe.Pointer)\n\n//go:linkname weftControlled\nfunc weftControlled() bool\n\n//go:linkname weftOnceDone\nfunc weftOnceDone(obj unsafe.Pointer)\n\n//go:linkname weftOnceBegin\nfunc weftOnceBegin(obj unsafe.Pointer)\n\n//go:linkname weftFailed\nfunc weftFailed(obj unsafe.Pointer)\n\n//go:linkname weftStarts\nfunc weftStarts(f func())\n\n//go:linkname weftPools\nfunc weftPools()\n\n//go:linkname weftMaps\nfunc weftMaps()\n\n// The operations, as package runtime numbers them.\nconst (\n	weftLock = 11 + iota\n	weftUnlock\n	weftTryLock\n	weftRLock\n	weftRUnlock\n	weftAdd\n	weftWaitGroup\n	weftCondWait\n	weftSignal\n	weftBroadcast\n	weftOnce\n)\n\nconst (\n	weftMapLoad = 37 + iota\n	weftMapStore\n)\n",
	},
	{
		File: "sync/mutex.go", Why: "Lock is a point",
		Find: "func (m *Mutex) Lock() {\n", Put: "func (m *Mutex) Lock() {\n	weftPoint(weftLock, unsafe.Pointer(m))\n",
	},
	{
		File: "sync/mutex.go", Why: "TryLock is a point",
		Find: "func (m *Mutex) TryLock() bool {\n",
		// One that fails only reads.
		Put: "func (m *Mutex) TryLock() bool {\n	weftPoint(weftTryLock, unsafe.Pointer(m))\n	if !m.weftTryLock() {\n		weftFailed(unsafe.Pointer(m))\n		return false\n	}\n	return true\n}\n\nfunc (m *Mutex) weftTryLock() bool {\n",
	},
	{
		File: "sync/mutex.go", Why: "Unlock is a point",
		Find: "func (m *Mutex) Unlock() {\n", Put: "func (m *Mutex) Unlock() {\n	weftPoint(weftUnlock, unsafe.Pointer(m))\n",
	},
	{
		File: "sync/mutex.go", Why: "for unsafe.Pointer",
		Find: "import (\n	isync \"internal/sync\"\n)\n", Put: "import (\n	isync \"internal/sync\"\n	\"unsafe\"\n)\n",
	},
	{
		File: "sync/rwmutex.go", Why: "RLock is a point",
		Find: "func (rw *RWMutex) RLock() {\n", Put: "func (rw *RWMutex) RLock() {\n	weftPoint(weftRLock, unsafe.Pointer(rw))\n",
	},
	{
		File: "sync/rwmutex.go", Why: "RUnlock is a point",
		Find: "func (rw *RWMutex) RUnlock() {\n", Put: "func (rw *RWMutex) RUnlock() {\n	weftPoint(weftRUnlock, unsafe.Pointer(rw))\n",
	},
	{
		File: "sync/rwmutex.go", Why: "Lock is a point",
		Find: "func (rw *RWMutex) Lock() {\n", Put: "func (rw *RWMutex) Lock() {\n	weftPoint(weftLock, unsafe.Pointer(rw))\n",
	},
	{
		File: "sync/rwmutex.go", Why: "TryLock is a point",
		Find: "func (rw *RWMutex) TryLock() bool {\n",
		// One that fails only reads.
		Put: "func (rw *RWMutex) TryLock() bool {\n	weftPoint(weftTryLock, unsafe.Pointer(rw))\n	if !rw.weftTryLock() {\n		weftFailed(unsafe.Pointer(rw))\n		return false\n	}\n	return true\n}\n\nfunc (rw *RWMutex) weftTryLock() bool {\n",
	},
	{
		File: "sync/rwmutex.go", Why: "TryRLock is a point",
		Find: "func (rw *RWMutex) TryRLock() bool {\n",
		// One that fails only reads.
		Put: "func (rw *RWMutex) TryRLock() bool {\n	weftPoint(weftTryLock, unsafe.Pointer(rw))\n	if !rw.weftTryRLock() {\n		weftFailed(unsafe.Pointer(rw))\n		return false\n	}\n	return true\n}\n\nfunc (rw *RWMutex) weftTryRLock() bool {\n",
	},
	{
		File: "context/context.go", Why: "the point before a context is looked at or cancelled",
		Find: "	\"sync/atomic\"\n	\"time\"\n)\n",
		Put:  "	\"sync/atomic\"\n	\"time\"\n	\"unsafe\"\n)\n\n//go:linkname weftPoint\nfunc weftPoint(op uint8, obj unsafe.Pointer)\n\n//go:linkname weftControlled\nfunc weftControlled() bool\n\n//go:linkname weftDone\nfunc weftDone() chan struct{}\n\n// The operations, as package runtime numbers them.\nconst (\n	weftErr = 39 + iota\n	weftCancel\n	weftCancelled\n)\n",
	},
	{
		File: "context/context.go", Why: "Err is a point",
		Find: "func (c *cancelCtx) Err() error {\n",
		Put:  "func (c *cancelCtx) Err() error {\n	weftPoint(weftErr, unsafe.Pointer(c))\n",
	},
	{
		File: "context/context.go", Why: "a context has its own channel from the beginning: which one it has does not depend on whether it is asked for or cancelled first, and so the two touch the same",
		Find: "	c.Context = parent\n\n	done := parent.Done()\n",
		Put:  "	c.Context = parent\n	if _, calls := child.(*afterFuncCtx); !calls && weftControlled() {\n		c.done.Store(weftDone())\n	}\n\n	done := parent.Done()\n",
	},
	{
		File: "context/context.go", Why: "so has the context of an AfterFunc, if it is asked for it",
		Find: "	goroutines.Add(1)\n	go func() {\n		select {\n",
		Put:  "	goroutines.Add(1)\n	if weftControlled() {\n		child.Done()\n	}\n	go func() {\n		select {\n",
	},
	{
		File: "context/context.go", Why: "to cancel a context is a point; those below are cancelled in the same step",
		Find: "func (c *cancelCtx) cancel(removeFromParent bool, err, cause error) {\n",
		Put:  "func (c *cancelCtx) cancel(removeFromParent bool, err, cause error) {\n	if removeFromParent {\n		weftPoint(weftCancel, unsafe.Pointer(c))\n	} else {\n		weftPoint(weftCancelled, unsafe.Pointer(c))\n	}\n",
	},
	{
		File: "context/context.go", Why: "to cancel a context with a deadline is a point",
		Find: "func (c *timerCtx) cancel(removeFromParent bool, err, cause error) {\n",
		Put:  "func (c *timerCtx) cancel(removeFromParent bool, err, cause error) {\n	if removeFromParent {\n		weftPoint(weftCancel, unsafe.Pointer(&c.cancelCtx))\n	}\n",
	},
	{
		File: "context/context.go", Why: "the stop function of AfterFunc is a point",
		Find: "	return func() bool {\n		stopped := false\n",
		Put:  "	return func() bool {\n		weftPoint(weftCancel, unsafe.Pointer(&a.cancelCtx))\n		stopped := false\n",
	},
	{
		File: "runtime/pprof/runtime.go", Why: "a goroutine can be called after its labels (declared)",
		Find: "	\"context\"\n	\"runtime\"\n	\"unsafe\"\n)\n",
		Put:  "	\"context\"\n	\"internal/runtime/pprof/label\"\n	\"runtime\"\n	\"unsafe\"\n)\n\n//go:linkname weftLabelled\nfunc weftLabelled(labels []label.Label)\n",
	},
	{
		File: "runtime/pprof/runtime.go", Why: "a goroutine can be called after its labels",
		Find: "	ctxLabels, _ := ctx.Value(labelContextKey{}).(*labelMap)\n	runtime_setProfLabel(unsafe.Pointer(ctxLabels))\n",
		Put:  "	ctxLabels, _ := ctx.Value(labelContextKey{}).(*labelMap)\n	if ctxLabels != nil {\n		weftLabelled(ctxLabels.List)\n	}\n	runtime_setProfLabel(unsafe.Pointer(ctxLabels))\n",
	},
	{
		File: "sync/map.go", Why: "for unsafe.Pointer",
		Find: "import (\n	isync \"internal/sync\"\n)\n", Put: "import (\n	isync \"internal/sync\"\n	\"unsafe\"\n)\n",
	},
	{
		File: "sync/rwmutex.go", Why: "the lock inside is none of the program's: to take it",
		Find: "	rw.w.Lock()\n	// Announce to readers there is a pending writer.\n", Put: "	rw.w.mu.Lock()\n	// Announce to readers there is a pending writer.\n",
	},
	{
		File: "sync/rwmutex.go", Why: "the lock inside is none of the program's: to try it",
		Find: "	if !rw.w.TryLock() {\n", Put: "	if !rw.w.mu.TryLock() {\n",
	},
	{
		File: "sync/rwmutex.go", Why: "the lock inside is none of the program's: to give it back",
		Find: "	if !rw.readerCount.CompareAndSwap(0, -rwmutexMaxReaders) {\n		rw.w.Unlock()\n", Put: "	if !rw.readerCount.CompareAndSwap(0, -rwmutexMaxReaders) {\n		rw.w.mu.Unlock()\n",
	},
	{
		File: "sync/rwmutex.go", Why: "the lock inside is none of the program's: to release it",
		Find: "	// Allow other writers to proceed.\n	rw.w.Unlock()\n", Put: "	// Allow other writers to proceed.\n	rw.w.mu.Unlock()\n",
	},
	{
		File: "sync/rwmutex.go", Why: "Unlock is a point",
		Find: "func (rw *RWMutex) Unlock() {\n", Put: "func (rw *RWMutex) Unlock() {\n	weftPoint(weftUnlock, unsafe.Pointer(rw))\n",
	},
	{
		File: "sync/waitgroup.go", Why: "Add is a point",
		Find: "func (wg *WaitGroup) Add(delta int) {\n", Put: "func (wg *WaitGroup) Add(delta int) {\n	weftPoint(weftAdd, unsafe.Pointer(wg))\n",
	},
	{
		File: "sync/waitgroup.go", Why: "Wait is a point",
		Find: "func (wg *WaitGroup) Wait() {\n", Put: "func (wg *WaitGroup) Wait() {\n	weftPoint(weftWaitGroup, unsafe.Pointer(wg))\n",
	},
	{
		File: "sync/waitgroup.go", Why: "a goroutine is called after what it runs",
		Find: "	wg.Add(1)\n	go func() {\n",
		Put:  "	wg.Add(1)\n	weftStarts(f)\n	go func() {\n",
	},
	{
		File: "sync/cond.go", Why: "Signal is a point",
		Find: "func (c *Cond) Signal() {\n", Put: "func (c *Cond) Signal() {\n	weftPoint(weftSignal, unsafe.Pointer(c))\n",
	},
	{
		File: "sync/cond.go", Why: "Broadcast is a point",
		Find: "func (c *Cond) Broadcast() {\n", Put: "func (c *Cond) Broadcast() {\n	weftPoint(weftBroadcast, unsafe.Pointer(c))\n",
	},
	{
		File: "sync/cond.go", Why: "Wait is a point",
		Find: "	t := runtime_notifyListAdd(&c.notify)\n", Put: "	weftPoint(weftCondWait, unsafe.Pointer(c))\n	t := runtime_notifyListAdd(&c.notify)\n",
	},
	{
		File: "sync/once.go", Why: "Do is a point",
		Find: "	if !o.done.Load() {\n		// Outlined slow-path to allow inlining of the fast-path.\n", Put: "	weftPoint(weftOnce, unsafe.Pointer(o))\n	if !o.done.Load() {\n		// Outlined slow-path to allow inlining of the fast-path.\n",
	},
	{
		File: "sync/once.go", Why: "the lock inside is none of the program's",
		Find: "	o.m.Lock()\n	defer o.m.Unlock()\n", Put: "	weftOnceBegin(unsafe.Pointer(&o.m))\n	o.m.mu.Lock()\n	defer weftOnceDone(unsafe.Pointer(&o.m))\n	defer o.m.mu.Unlock()\n",
	},
	{
		File: "sync/pool.go", Why: "what a pool still has depends on the processor, and on the collector: it has nothing (Put)",
		Find: "func (p *Pool) Put(x any) {\n	if x == nil {\n", Put: "func (p *Pool) Put(x any) {\n	if x == nil || weftControlled() {\n",
	},
	{
		File: "sync/pool.go", Why: "what a pool still has depends on the processor, and on the collector: it has nothing (Get)",
		Find: "func (p *Pool) Get() any {\n", Put: "func (p *Pool) Get() any {\n	if weftControlled() {\n		weftPools()\n		if p.New == nil {\n			return nil\n		}\n		return p.New()\n	}\n",
	},
	{
		File: "sync/once.go", Why: "for unsafe.Pointer",
		Find: "import (\n	\"sync/atomic\"\n)\n", Put: "import (\n	\"sync/atomic\"\n	\"unsafe\"\n)\n",
	},
}

// hashKeys gives the hashes of maps the same keys in every process. file is where the
// version makes them.
func hashKeys(file string) []Edit {
	return []Edit{
		{
			File: file, Why: "the order of a large map is the same in every process, given the seed of the map",
			Find: "		key[i] = bootstrapRand()\n",
			Put:  "		key[i] = weftMix(uint64(i) + 1)\n",
		},
		{
			File: file, Why: "the same, on a processor without instructions for AES",
			Find: "		hashkey[i] = uintptr(bootstrapRand())\n",
			Put:  "		hashkey[i] = uintptr(weftMix(uint64(i) + 1))\n",
		},
	}
}

// mapSeeds has seeds of package hash/maphash told. file is where the version draws them.
func mapSeeds(file string) []Edit {
	return []Edit{{
		File: file, Why: "that a program draws the seed of a hash is told",
		Find: "//go:linkname runtime_rand runtime.rand\n", Put: "//go:linkname runtime_rand runtime.weftDraw\n",
	}}
}
