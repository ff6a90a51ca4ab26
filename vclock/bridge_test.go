package vclock_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/benbjohnson/clock"

	"weft/vclock"
)

const s = time.Second

func TestBridgeTellsVirtualTime(t *testing.T) {
	l, b := newBridge()
	l.runFor(90 * s)
	if want := vclock.DefaultStart.Add(90 * s); !b.Now().Equal(want) {
		t.Errorf("Now = %v, want %v", b.Now(), want)
	}
	if got := b.Since(vclock.DefaultStart); got != 90*s {
		t.Errorf("Since = %v, want 90s", got)
	}
	if got := b.Until(vclock.DefaultStart); got != -90*s {
		t.Errorf("Until = %v, want -90s", got)
	}
}

func TestBridgeSleeps(t *testing.T) {
	l, b := newBridge()
	l.task = true
	b.Sleep(3 * s)
	wantNow(t, l, 3*s)
}

func TestBridgeNeedsNoRealTime(t *testing.T) {
	// A bubble's clock moves when somebody sleeps, and at no other time.
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		l, b := newBridge()
		calls := 0
		for i := range 20 {
			x := b.Timer(time.Duration(i-5) * s)
			x.Reset(time.Duration(i-3) * s)
			b.AfterFunc(time.Duration(i-5)*s, func() { calls++ })
			b.After(time.Duration(i-5) * s)
			b.Ticker(s).Reset(2 * s)
			b.Tick(s)
			_, cancel := b.WithTimeout(t.Context(), time.Duration(i-5)*s)
			defer cancel()
		}
		l.runFor(time.Minute)
		if calls != 20 {
			t.Errorf("%d calls, want 20", calls)
		}
		if d := time.Since(start); d != 0 {
			t.Errorf("%v of real time, want 0", d)
		}
	})
}

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
	l.runFor(0)
	for _, c := range []<-chan time.Time{timer.C, after, ticker.C, tick} {
		wantReceived(t, l, c, s)
	}
	// The ticks at 2 s and 3 s are left out, and then the rhythm is as before.
	l.runFor(s)
	wantReceived(t, l, ticker.C, 4*s)
	wantReceived(t, l, tick, 4*s)
}

func TestTicker(t *testing.T) {
	l, b := newBridge()
	x := b.Ticker(2 * s)
	check := func(c <-chan time.Time, forSeconds int, want ...time.Duration) {
		t.Helper()
		var got []time.Duration
		for range forSeconds {
			l.runFor(s)
			if at := received(l, c); at >= 0 {
				got = append(got, at)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("ticks %v, want %v", got, want)
		}
	}
	check(x.C, 5, 2*s, 4*s)
	x.Reset(3 * s)
	check(x.C, 7, 8*s, 11*s)
	x.Reset(3 * s) // the same, at another time: counts from now
	check(x.C, 4, 15*s)
	l.runFor(9 * s)
	check(x.C, 1, 18*s) // 21 s and 24 s found the channel full
	x.Stop()
	check(x.C, 10)
	if l.queue.Len() != 0 {
		t.Error("a stopped ticker has an event")
	}
	x.Reset(5 * s)
	check(x.C, 10, 41*s, 46*s)
	x.Stop()
	x.Reset(s)
	check(x.C, 2, 47*s, 48*s)
	x.Stop()
	l.run()

	tick := b.Tick(2 * s)
	check(tick, 5, 50*s, 52*s)
}

func TestPeriodsThatAreNotPositive(t *testing.T) {
	for _, d := range []time.Duration{0, -1} {
		l, b := newBridge()
		wantPanic(t, "Ticker with a period that is not positive", func() { b.Ticker(d) })
		if b.Tick(d) != nil {
			t.Errorf("Tick(%v) is not nil", d)
		}
		x := b.Ticker(s)
		x.Reset(d)
		wantPanic(t, "Ticker.Reset of clock.Ticker 1 with a period that is not positive", l.run)
	}
}

func TestBridgeMisuse(t *testing.T) {
	l, b := newBridge()
	_ = l
	wantPanic(t, "NewBridge needs a Host", func() { vclock.NewBridge(nil) })
	wantPanic(t, "AfterFunc needs a function", func() { b.AfterFunc(s, nil) })
	wantPanic(t, "WithDeadline needs a parent", func() { b.WithTimeout(nil, s) }) //nolint:staticcheck // on purpose
}

func TestEventsHaveNames(t *testing.T) {
	l, b := newBridge()
	b.Timer(1)
	b.AfterFunc(2, func() {})
	b.After(3)
	ticker := b.Ticker(4)
	_, cancel := b.WithTimeout(context.Background(), 5)
	defer cancel()
	b.Timer(6)
	b.Tick(7)
	l.runFor(7)
	want := []string{"clock.Timer 1", "clock.AfterFunc 1", "clock.After 1", "clock.Ticker 1",
		"clock.WithDeadline 1", "clock.Timer 2", "clock.Tick 1"}
	if !slices.Equal(l.names, want) {
		t.Errorf("got %q, want %q", l.names, want)
	}
	ticker.Stop()
}

func TestBridgeForgetsGarbage(t *testing.T) {
	l, b := newBridge()
	var gone []func() bool
	forget := func(x *clock.Timer) {
		p := weak.Make(x)
		gone = append(gone, func() bool { return p.Value() == nil })
	}
	kept := b.Timer(s)
	func() {
		forget(b.Timer(s)) // fires
		stopped := b.Timer(time.Hour)
		stopped.Stop()
		forget(stopped)
		var self *clock.Timer
		self = b.AfterFunc(s, func() { self.Stop() })
		forget(self)
		ticker := b.Ticker(s)
		ticker.Stop()
		p := weak.Make(ticker)
		gone = append(gone, func() bool { return p.Value() == nil })
	}()
	c := func() <-chan time.Time { return b.Timer(2 * s).C }() // armed, so it stays
	l.runFor(s)
	runtime.GC()
	for i, gone := range gone {
		if !gone() {
			t.Errorf("%d: it is dead and still there", i)
		}
	}
	l.run()
	wantReceived(t, l, c, 2*s)
	kept.Reset(s)
	<-kept.C
	l.run()
	wantReceived(t, l, kept.C, 3*s)
}

func BenchmarkBridgeLook(b *testing.B) {
	const n = 1000
	for _, armed := range []bool{true, false} {
		b.Run(fmt.Sprintf("armed=%v", armed), func(b *testing.B) {
			l, br := newBridge()
			timers := make([]*clock.Timer, n)
			for i := range timers {
				timers[i] = br.Timer(s)
				if !armed {
					timers[i].Stop()
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				l.look()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/timer")
			runtime.KeepAlive(timers)
		})
	}
}

func BenchmarkBridgeTimer(b *testing.B) {
	l, br := newBridge()
	b.ReportAllocs()
	for b.Loop() {
		x := br.Timer(s)
		l.run()
		<-x.C
	}
}
