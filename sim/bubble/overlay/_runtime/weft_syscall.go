// System calls of Linux that sleep or ask for the time: virtual, as those of package time.
// Code that was translated from C uses them.

package runtime

import "unsafe"

const (
	weftTimerAbstime = 1 // TIMER_ABSTIME

	// The clocks that tell the time, and not what somebody has computed: CLOCK_REALTIME,
	// MONOTONIC, MONOTONIC_RAW, REALTIME_COARSE, MONOTONIC_COARSE, BOOTTIME.
	weftClocks = 1<<0 | 1<<1 | 1<<4 | 1<<5 | 1<<6 | 1<<7
)

// syscall_weftSleeps makes a system call that sleeps for the time at p, an amount or, if
// flags say so, an instant. It reports whether it has.
//
// What p points to may be on the stack, and stays there only until that grows. So it is
// read in a function that has no need of more.
//
//go:linkname syscall_weftSleeps syscall.weftSleeps
//go:nosplit
func syscall_weftSleeps(p, flags uintptr) bool {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp == gp.m.g0 || p == 0 {
		return false
	}
	t := (*[2]int64)(unsafe.Pointer(p))
	sec, nsec := t[0], t[1]
	if sec < 0 || nsec < 0 || nsec >= 1e9 {
		return false // the kernel says what is wrong
	}
	ns := min(sec, maxWhen/1_000_000_000-1)*1e9 + nsec
	if flags&weftTimerAbstime != 0 {
		ns -= gp.bubble.now
	}
	timeSleep(ns)
	return true
}

// syscall_weftClock makes a system call that asks a clock for the time, in seconds and in
// units of so many nanoseconds. It reports whether it has.
//
//go:linkname syscall_weftClock syscall.weftClock
//go:nosplit
func syscall_weftClock(clock, p, unit uintptr) bool {
	gp := getg()
	if gp.bubble == nil || gp.bubble.weft == nil || gp == gp.m.g0 || p == 0 || weftClocks>>clock&1 == 0 {
		return false
	}
	t := (*[2]int64)(unsafe.Pointer(p))
	t[0], t[1] = gp.bubble.now/1e9, gp.bubble.now%1e9/int64(unit)
	return true
}
