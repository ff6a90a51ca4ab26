package vclock

import (
	"runtime"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
)

// stillHost is a host in which nothing ever happens.
type stillHost struct{ clock *Clock }

func (h stillHost) Now() time.Duration  { return 0 }
func (h stillHost) Clock() *Clock       { return h.clock }
func (h stillHost) Sleep(time.Duration) {}
func (h stillHost) OnMove(func())       {}
func (h stillHost) Schedule(time.Duration, string, func()) (stop func() bool) {
	return func() bool { return true }
}

func TestTableForgetsGarbage(t *testing.T) {
	b := NewBridge(stillHost{New(time.Time{})})
	kept := b.Timer(time.Second)
	kept.Stop()
	armed := b.Timer(time.Second).C
	for range 20 {
		for range 100 {
			b.Timer(time.Second).Stop()
			b.Ticker(time.Second).Stop()
			var x *clock.Timer
			x = b.AfterFunc(time.Second, func() { x.Stop() })
			x.Stop()
		}
		runtime.GC()
		b.look()
	}
	if n := len(b.watches); n > 1000 {
		t.Errorf("the table has %d timers, 6000 were made, and 2 are left", n)
	}
	armedWatch := 0
	for _, w := range b.watches {
		if w.subject != nil {
			armedWatch++
		}
	}
	if armedWatch != 1 || b.idle != len(b.watches)-1 {
		t.Errorf("%d armed, %d idle of %d; want 1 and the rest", armedWatch, b.idle, len(b.watches))
	}
	kept.Reset(time.Second)
	idle := b.idle
	b.look()
	if b.idle != idle-1 {
		t.Errorf("%d idle after one was reset, want %d", b.idle, idle-1)
	}
	found := false
	for _, w := range b.watches {
		found = found || w.subject != nil && w.subject.(mockTimer).Timer == kept
	}
	if !found {
		t.Error("a timer was forgotten that was not garbage")
	}
	runtime.KeepAlive(armed)
}

func TestTableForgetsContextsThatEnded(t *testing.T) {
	b := NewBridge(stillHost{New(time.Time{})})
	for range 10 {
		_, cancel := b.WithTimeout(t.Context(), time.Second)
		defer cancel()
	}
	_, cancel := b.WithTimeout(t.Context(), time.Second)
	cancel()
	b.look()
	if n := len(b.contexts); n != 10 {
		t.Errorf("%d contexts, want 10", n)
	}
}
