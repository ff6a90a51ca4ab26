package vclock

import (
	"reflect"
	"runtime"
	"time"
	"weak"

	"github.com/benbjohnson/clock"
)

// A subject is a *clock.Timer or *clock.Ticker of a mock clock that stands
// still. The user calls its methods, and the bridge sees what they did.
type subject interface {
	sees() sight
	stop()
	reset(d time.Duration)

	// weak returns a function that returns the subject for as long as the user
	// has it, and nil when it is garbage. The function does not keep it alive.
	weak() func() subject
}

// A mockTimer is a subject: a timer of a mock clock.
type mockTimer struct {
	*clock.Timer
	layout *subjectLayout
}

// timerOf makes a timer that keeps what it is given alive for as long as it
// lives itself.
func timerOf(m *clock.Mock, l *layout, keep any) mockTimer {
	// Mock.Timer would sleep for a millisecond if the duration is not positive.
	// Mock.AfterFunc makes the same timer and only notes it.
	return mockTimer{m.AfterFunc(sentinel, func() { runtime.KeepAlive(keep) }), &l.timer}
}

func (t mockTimer) sees() sight           { return t.layout.sees(reflect.ValueOf(t.Timer).Elem()) }
func (t mockTimer) stop()                 { t.Timer.Stop() }
func (t mockTimer) reset(d time.Duration) { t.Timer.Reset(d) }

func (t mockTimer) weak() func() subject {
	p, l := weak.Make(t.Timer), t.layout
	return func() subject {
		if t := p.Value(); t != nil {
			return mockTimer{t, l}
		}
		return nil
	}
}

// A mockTicker is a subject: a ticker of a mock clock.
type mockTicker struct {
	*clock.Ticker
	layout *subjectLayout
}

func tickerOf(m *clock.Mock, l *layout) mockTicker {
	return mockTicker{m.Ticker(sentinel), &l.ticker}
}

func (t mockTicker) sees() sight           { return t.layout.sees(reflect.ValueOf(t.Ticker).Elem()) }
func (t mockTicker) stop()                 { t.Ticker.Stop() }
func (t mockTicker) reset(d time.Duration) { t.Ticker.Reset(d) }

func (t mockTicker) weak() func() subject {
	p, l := weak.Make(t.Ticker), t.layout
	return func() subject {
		if t := p.Value(); t != nil {
			return mockTicker{t, l}
		}
		return nil
	}
}
