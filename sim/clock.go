package sim

import (
	"context"
	"time"

	"weft/vclock"
)

// Bridge returns a clock.Clock of github.com/benbjohnson/clock on the loop's
// virtual time, for code that is written against that interface. Its timers are
// events of the loop like all others: which of several that are due at one
// instant comes first is a decision. It costs no real time.
//
// A task must not receive bare from a timer's channel, which would block the
// whole loop; it receives with [Recv]. Sleep parks the running task; a
// cancellation that comes meanwhile ends it, and the task's next wait reports it.
// Functions given to AfterFunc run on the loop and cannot wait. See
// vclock.Bridge.
func (l *Loop) Bridge() *vclock.Bridge {
	l.untrack("a clock bridge")
	if l.bridge == nil {
		l.mustBeOpen("a clock cannot be made")
		l.bridge = vclock.NewBridge((*bridgeHost)(l))
	}
	return l.bridge
}

// bridgeHost is what a bridge needs of the loop.
type bridgeHost Loop

func (h *bridgeHost) Now() time.Duration   { return h.clock.Now() }
func (h *bridgeHost) Clock() *vclock.Clock { return &h.clock }
func (h *bridgeHost) OnMove(f func())      { h.onMove = append(h.onMove, f) }

func (h *bridgeHost) Schedule(when time.Duration, name string, fire func()) (stop func() bool) {
	handle := (*Loop)(h).callAt(when, name, func(context.Context) { fire() }, 0)
	return func() bool {
		armed := handle.timer.Armed()
		handle.Cancel()
		return armed
	}
}

func (h *bridgeHost) Sleep(d time.Duration) {
	t := h.current
	if t == nil {
		misuse("Sleep of the clock was called outside a task")
	}
	if err := Sleep(t.root, d); err != nil {
		// Sleep has no result, so the cancellation is left for the next wait.
		t.mustCancel = true
	}
}
