package vclock_test

import (
	"testing"
	"time"

	"weft/vclock"
)

// loop is the smallest event loop: the host of the tests and examples.
type loop struct {
	clock  *vclock.Clock
	queue  vclock.Queue
	onMove []func()
	task   bool     // whether what runs is a task, and may sleep
	names  []string // of the events that came, in order
}

var _ vclock.Host = (*loop)(nil)

func newLoop() *loop { return &loop{clock: vclock.New(time.Time{})} }

// newBridge returns a loop and a bridge to it.
func newBridge() (*loop, *vclock.Bridge) {
	l := newLoop()
	return l, vclock.NewBridge(l)
}

type event struct {
	vclock.Timer
	name string
	fire func()
}

func (l *loop) Now() time.Duration   { return l.clock.Now() }
func (l *loop) Clock() *vclock.Clock { return l.clock }
func (l *loop) OnMove(f func())      { l.onMove = append(l.onMove, f) }

func (l *loop) Schedule(when time.Duration, name string, fire func()) (stop func() bool) {
	if when < 0 || when == vclock.Forever {
		panic("test: an instant that the bridge promised not to ask for")
	}
	e := &event{name: name, fire: fire}
	e.Value = e
	l.queue.Schedule(&e.Timer, when)
	return func() bool { return l.queue.Stop(&e.Timer) }
}

func (l *loop) Sleep(d time.Duration) {
	if !l.task {
		panic("test: Sleep outside a task: call it from one")
	}
	l.runFor(d)
}

// run lets events come until there are none.
func (l *loop) run() {
	for l.step(vclock.Forever) {
	}
}

// runFor lets the events of the next d come, and ends at the end of d.
func (l *loop) runFor(d time.Duration) {
	end := vclock.Add(l.Now(), d)
	for l.step(end) {
	}
	l.clock.MoveTo(end)
}

// hold moves the clock by d while no event can come, like a task that computes.
func (l *loop) hold(d time.Duration) {
	l.look()
	l.clock.Advance(d)
}

func (l *loop) look() {
	for _, f := range l.onMove {
		f()
	}
}

// step lets the earliest event come that is due by end.
func (l *loop) step(end time.Duration) bool {
	l.look()
	x := l.queue.Peek()
	if x == nil || x.When() > end {
		return false
	}
	l.queue.Pop()
	l.clock.MoveTo(x.When())
	e := x.Value.(*event)
	l.names = append(l.names, e.name)
	e.fire()
	return true
}

// wantNow checks the virtual time of l.
func wantNow(t *testing.T, l *loop, want time.Duration) {
	t.Helper()
	if l.Now() != want {
		t.Errorf("it is %v, want %v", l.Now(), want)
	}
}

// received returns the virtual instant of the date that waits in c, or -1.
func received(l *loop, c <-chan time.Time) time.Duration {
	select {
	case date := <-c:
		return l.clock.Offset(date)
	default:
		return -1
	}
}

// wantReceived checks what waits in c: the date of an instant, or nothing if want is -1.
func wantReceived(t *testing.T, l *loop, c <-chan time.Time, want time.Duration) {
	t.Helper()
	if got := received(l, c); got != want {
		t.Errorf("at %v the channel has %v, want %v", l.Now(), got, want)
	}
}
