package vclock_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/benbjohnson/clock"

	"weft/vclock"
)

func TestTimer(t *testing.T) {
	for _, tt := range []struct {
		name string
		use  func(*loop, *clock.Timer) (result bool)
		want bool
		at   time.Duration // what the channel has after an hour; -1 for nothing
		end  time.Duration // when the loop has nothing left to do
	}{
		{"left alone",
			func(*loop, *clock.Timer) bool { return false }, false, 10 * s, 10 * s},
		{"stopped",
			func(_ *loop, x *clock.Timer) bool { return x.Stop() }, true, -1, 0},
		{"stopped twice",
			func(_ *loop, x *clock.Timer) bool { x.Stop(); return x.Stop() }, false, -1, 0},
		{"stopped after firing",
			func(l *loop, x *clock.Timer) bool { l.runFor(20 * s); return x.Stop() }, false, 10 * s, 20 * s},
		{"reset to later",
			func(_ *loop, x *clock.Timer) bool { return x.Reset(15 * s) }, true, 15 * s, 15 * s},
		{"reset to earlier",
			func(_ *loop, x *clock.Timer) bool { return x.Reset(5 * s) }, true, 5 * s, 5 * s},
		{"reset to the same, later",
			func(l *loop, x *clock.Timer) bool { l.runFor(4 * s); return x.Reset(10 * s) }, true, 14 * s, 14 * s},
		{"reset to the same, again and again",
			func(l *loop, x *clock.Timer) (r bool) {
				for range 5 {
					l.runFor(4 * s)
					r = x.Reset(10 * s)
				}
				return r
			}, true, 30 * s, 30 * s},
		{"reset to the same instant in other words",
			func(l *loop, x *clock.Timer) bool { l.runFor(4 * s); return x.Reset(6 * s) }, true, 10 * s, 10 * s},
		{"reset, and the loop is held",
			func(l *loop, x *clock.Timer) bool { r := x.Reset(5 * s); l.hold(2 * s); return r }, true, 5 * s, 5 * s},
		{"reset twice between looks",
			func(_ *loop, x *clock.Timer) bool { x.Reset(2 * s); return x.Reset(3 * s) }, true, 3 * s, 3 * s},
		{"reset after firing",
			func(l *loop, x *clock.Timer) bool {
				l.runFor(12 * s)
				<-x.C
				return x.Reset(10 * s)
			}, false, 22 * s, 22 * s},
		{"reset after firing, twice",
			func(l *loop, x *clock.Timer) bool {
				for range 2 {
					l.runFor(12 * s)
					<-x.C
					x.Reset(10 * s)
				}
				return x.Reset(11 * s)
			}, true, 35 * s, 35 * s},
		{"stopped, then reset",
			func(_ *loop, x *clock.Timer) bool { x.Stop(); return x.Reset(7 * s) }, false, 7 * s, 7 * s},
		{"stopped, seen, then reset to the same",
			func(l *loop, x *clock.Timer) bool { x.Stop(); l.runFor(s); return x.Reset(10 * s) }, false, 11 * s, 11 * s},
		{"reset, then stopped",
			func(_ *loop, x *clock.Timer) bool { x.Reset(7 * s); return x.Stop() }, true, -1, 0},
		{"stopped, seen, reset, stopped, seen, reset to the same",
			func(l *loop, x *clock.Timer) bool {
				x.Stop()
				l.runFor(s)
				x.Reset(7 * s)
				x.Stop()
				l.runFor(s)
				return x.Reset(7 * s)
			}, false, 9 * s, 9 * s},
		{"reset to nothing",
			func(l *loop, x *clock.Timer) bool { l.runFor(s); return x.Reset(0) }, true, s, s},
		{"reset to less than nothing",
			func(l *loop, x *clock.Timer) bool { l.runFor(s); return x.Reset(-time.Hour) }, true, s, s},
		{"reset to forever",
			func(l *loop, x *clock.Timer) bool { l.runFor(s); return x.Reset(vclock.Forever) }, true, -1, s},
		{"reset to forever and back",
			func(l *loop, x *clock.Timer) bool {
				x.Reset(vclock.Forever)
				l.runFor(s)
				return x.Reset(2 * s)
			}, true, 3 * s, 3 * s},
		{"not received, and reset",
			func(l *loop, x *clock.Timer) bool { l.runFor(11 * s); return x.Reset(9 * s) }, false, 10 * s, 20 * s},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, b := newBridge()
			x := b.Timer(10 * s)
			if got := tt.use(l, x); got != tt.want {
				t.Errorf("the result is %v, want %v", got, tt.want)
			}
			l.run()
			wantNow(t, l, tt.end)
			wantReceived(t, l, x.C, tt.at)
			wantReceived(t, l, x.C, -1)
		})
		t.Run(tt.name+", AfterFunc", func(t *testing.T) {
			if tt.name == "not received, and reset" {
				t.Skip("nothing to receive")
			}
			l, b := newBridge()
			calls := make(chan time.Time, 10)
			x := b.AfterFunc(10*s, func() { calls <- b.Now() })
			if x.C != nil {
				t.Error("C is not nil")
			}
			x.C = calls // for use
			if got := tt.use(l, x); got != tt.want {
				t.Errorf("the result is %v, want %v", got, tt.want)
			}
			l.run()
			wantNow(t, l, tt.end)
			wantReceived(t, l, calls, tt.at)
			wantReceived(t, l, calls, -1)
		})
	}
}

func TestTimerStoppedOrResetInTheInstantOfItsDeadline(t *testing.T) {
	for _, reset := range []bool{false, true} {
		t.Run(fmt.Sprint("reset=", reset), func(t *testing.T) {
			l, b := newBridge()
			var x *clock.Timer
			l.Schedule(s, "first", func() {
				if got := x.Stop(); !got {
					t.Error("Stop = false, but it has not fired")
				}
				if reset {
					x.Reset(s)
				}
				// A host may have taken x's event out of its queue already,
				// and then fires it though time to stop it is over.
				for e := l.queue.Pop(); e != nil; e = l.queue.Pop() {
					e.Value.(*event).fire()
				}
			})
			x = b.Timer(s)
			l.run()
			want := time.Duration(-1)
			if reset {
				want = 2 * s
			}
			wantReceived(t, l, x.C, want)
		})
	}
}

func TestTimersThatAreDueAtOnce(t *testing.T) {
	l, b := newBridge()
	l.runFor(s)
	var got []string
	note := func(what string) func() { return func() { got = append(got, what) } }
	l.Schedule(s, "", note("a"))
	b.AfterFunc(-time.Hour, note("b"))
	b.AfterFunc(0, note("c"))
	timer, after := b.Timer(-1), b.After(0)
	wantReceived(t, l, timer.C, -1) // not before the loop's turn
	wantReceived(t, l, after, -1)
	l.run()
	wantReceived(t, l, timer.C, s)
	wantReceived(t, l, after, s)
	if want := []string{"a", "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTimersThatNeverFire(t *testing.T) {
	l, b := newBridge()
	l.runFor(s)
	b.After(vclock.Forever)
	b.Timer(vclock.Forever)
	b.AfterFunc(vclock.Forever-1, func() { t.Error("it fired") })
	b.Ticker(vclock.Forever)
	b.Tick(vclock.Forever)
	ctx, cancel := b.WithTimeout(t.Context(), vclock.Forever)
	defer cancel()
	l.run()
	wantNow(t, l, s)
	if ctx.Err() != nil {
		t.Error("the context ended:", ctx.Err())
	}
}

func TestEqualDeadlinesComeInOrderOfCreation(t *testing.T) {
	l, b := newBridge()
	var got []string
	note := func(what string) func() { return func() { got = append(got, what) } }
	a := b.AfterFunc(9*s, note("a"))
	l.Schedule(5*s, "", note("b"))
	b.AfterFunc(5*s, note("c"))
	d := b.AfterFunc(5*s, note("d"))
	l.Schedule(5*s, "", note("e"))
	d.Reset(5 * s) // now it is younger than e
	l.runFor(s)
	a.Reset(4 * s) // and a is the youngest
	b.AfterFunc(s, func() {
		got = append(got, "now")
		a.Reset(3 * s) // the look after a function makes a older than f
		l.Schedule(2*s, "", func() { l.Schedule(5*s, "", note("f")) })
	})
	l.run()
	if want := []string{"now", "b", "c", "e", "d", "a", "f"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAfterFuncResetsByFunctionsAreInTheirOrder(t *testing.T) {
	// Both functions come before the loop next looks of its own accord.
	l, b := newBridge()
	var got []string
	x := b.AfterFunc(vclock.Forever, func() { got = append(got, "x") })
	y := b.AfterFunc(vclock.Forever, func() { got = append(got, "y") })
	b.AfterFunc(s, func() { y.Reset(s) })
	b.AfterFunc(s, func() { x.Reset(s) })
	l.look()
	l.clock.MoveTo(s)
	for range 2 {
		l.queue.Pop().Value.(*event).fire()
	}
	l.run()
	if want := []string{"y", "x"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAfterFuncMaySleepInNoTask(t *testing.T) {
	l, b := newBridge()
	b.AfterFunc(s, func() { b.Sleep(s) })
	defer func() {
		if got := recover(); got != "test: Sleep outside a task: call it from one" {
			t.Errorf("panic %v, want the host's", got)
		}
	}()
	l.run()
	t.Error("no panic")
}

func TestAfterFuncThatResetsItself(t *testing.T) {
	l, b := newBridge()
	var got []time.Duration
	var x *clock.Timer
	x = b.AfterFunc(s, func() {
		if got = append(got, l.Now()); len(got) < 3 {
			x.Reset(s)
		}
	})
	l.run()
	if want := []time.Duration{s, 2 * s, 3 * s}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAfter(t *testing.T) {
	l, b := newBridge()
	l.runFor(s)
	c := b.After(2 * s)
	l.run()
	wantNow(t, l, 3*s)
	wantReceived(t, l, c, 3*s)
}

func TestTimerSendsTheDateOfItsDeadline(t *testing.T) {
	l, b := newBridge()
	timer, after, ticker, tick := b.Timer(s), b.After(s), b.Ticker(s), b.Tick(s)
	l.hold(3500 * time.Millisecond)
	for _, c := range []<-chan time.Time{timer.C, after, ticker.C, tick} {
		l.step(vclock.Forever)
		wantReceived(t, l, c, s)
	}
	// The ticks at 2 s and 3 s are left out, and then the rhythm is as before.
	for _, c := range []<-chan time.Time{ticker.C, tick} {
		l.runFor(0)
		wantReceived(t, l, c, -1)
	}
	l.runFor(s)
	wantReceived(t, l, ticker.C, 4*s)
	wantReceived(t, l, tick, 4*s)
}

func TestTimerIgnoresEventsThatAreOutOfDate(t *testing.T) {
	l, b := newBridge()
	x := b.Timer(s)
	old := l.queue.Pop().Value.(*event) // The host cannot stop it any more.
	x.Reset(2 * s)
	l.look()
	old.fire()
	wantReceived(t, l, x.C, -1)
	l.run()
	wantReceived(t, l, x.C, 2*s)
}

func TestAfterFuncLivesAsLongAsItsTimer(t *testing.T) {
	l, b := newBridge()
	calls := 0
	count := func(n int) func() { return func() { calls += n } }
	b.AfterFunc(s, count(1)) // Nobody has this timer.
	x := b.AfterFunc(s, count(10))
	runtime.GC()
	l.run()
	runtime.GC()
	x.Reset(s)
	runtime.GC()
	l.run()
	if calls != 21 {
		t.Errorf("the sum of the calls is %d, want 21", calls)
	}
}
