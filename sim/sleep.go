package sim

import (
	"context"
	"time"
)

// Sleep waits for d of virtual time (asyncio.sleep). If d is 0 or negative, it
// gives control to the loop for one turn and sets no timer.
//
// A sleeping task is resumed one turn after its timer is delivered, so that
// callbacks due at the same instant run before it.
func Sleep(ctx context.Context, d time.Duration) error {
	t := running(ctx, "Sleep")
	l := t.loop
	pc := l.caller(1)
	if d <= 0 {
		return t.yield(ctx, pc)
	}
	t.waiter()
	l.arm(&t.sleeping, l.clock.Now(), d)
	err := t.wait(ctx, asleep, d, pc)
	l.disarm(&t.sleeping)
	return err
}

// Yield gives control to the loop for one turn (asyncio.sleep(0)).
func Yield(ctx context.Context) error {
	t := running(ctx, "Yield")
	return t.yield(ctx, t.loop.caller(1))
}
