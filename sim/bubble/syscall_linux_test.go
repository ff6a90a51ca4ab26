package bubble_test

import (
	"syscall"
	"testing"
	"time"
	"unsafe"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
)

// Code translated from C sleeps, and asks for the time, by system calls. They are virtual
// as well: others go on in the meantime, and the clock agrees with that of package time.
func TestSystemCallsAboutTime(t *testing.T) {
	controlled(t)
	const (
		realtime  = 0
		monotonic = 1
		absolute  = 1
	)
	timespec := func(d time.Duration) syscall.Timespec { return syscall.NsecToTimespec(int64(d)) }
	clock := func(which uintptr) time.Duration {
		var now syscall.Timespec
		if _, _, err := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, which, uintptr(unsafe.Pointer(&now)), 0); err != 0 {
			t.Error(err)
		}
		return time.Unix(now.Unix()).Sub(epoch)
	}
	for name, sleep := range map[string]func() error{
		"nanosleep": func() error {
			d := timespec(time.Hour)
			return syscall.Nanosleep(&d, nil)
		},
		"clock_nanosleep": func() error {
			d := timespec(time.Hour)
			_, _, err := syscall.Syscall6(syscall.SYS_CLOCK_NANOSLEEP, monotonic, 0, uintptr(unsafe.Pointer(&d)), 0, 0, 0)
			return of(err)
		},
		"until": func() error {
			at := syscall.NsecToTimespec(time.Now().Add(time.Hour).UnixNano())
			_, _, err := syscall.Syscall6(syscall.SYS_CLOCK_NANOSLEEP, realtime, absolute, uintptr(unsafe.Pointer(&at)), 0, 0, 0)
			return of(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			r := explored(t, func() {
				done := make(chan struct{})
				go func() {
					time.Sleep(time.Minute)
					bubble.Println("another one at", clock(realtime))
					close(done)
				}()
				if err := sleep(); err != nil {
					bubble.Println(err)
				}
				<-done
				var day syscall.Timeval
				if _, _, err := syscall.Syscall(syscall.SYS_GETTIMEOFDAY, uintptr(unsafe.Pointer(&day)), 0, 0); err != 0 {
					t.Error(err)
				}
				bubble.Println(time.Since(epoch), clock(realtime), clock(monotonic), time.Unix(day.Unix()).Sub(epoch))
			}, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(1000))
			if got, want := outcomes(r), "finished another one at 1m0s\n1h0m0s 1h0m0s 1h0m0s 1h0m0s\n"; len(got) != 1 || got[0] != want {
				t.Errorf("%s: %q, want %q", r.Verdict(), got, want)
			}
			if took := time.Since(began); took > 30*time.Minute {
				t.Errorf("it slept for %v", took)
			}
		})
	}
}

// What the kernel would refuse, it refuses; and how long a process has computed is not
// virtual.
func TestSystemCallsAboutTimeThatFail(t *testing.T) {
	controlled(t)
	r := explored(t, func() {
		wrong := syscall.Timespec{Nsec: -1}
		bubble.Println(syscall.Nanosleep(&wrong, nil))
		var now syscall.Timespec
		_, _, err := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, 1<<20, uintptr(unsafe.Pointer(&now)), 0)
		bubble.Println(err)
		_, _, err = syscall.Syscall(syscall.SYS_CLOCK_GETTIME, 2, uintptr(unsafe.Pointer(&now)), 0)
		bubble.Println(of(err), now.Sec < epoch.Unix())
	}, explore.WithStrategy(walk.Exhaustive()))
	if got, want := outcomes(r), "finished invalid argument\ninvalid argument\n<nil> true\n"; len(got) != 1 || got[0] != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func of(e syscall.Errno) error {
	if e == 0 {
		return nil
	}
	return e
}
