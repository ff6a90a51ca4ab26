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
