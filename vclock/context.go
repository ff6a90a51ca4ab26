package vclock

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A deadlineContext is a context with a virtual deadline.
//
// The context inside is one of context.WithCancel, and so all that package
// context derives from it ends with it, at once and without goroutines. To end
// it with an error of our choice there is one way: to be its parent. That is
// what the fuse is for.
type deadlineContext struct {
	context.Context
	fuse    *fuse
	release context.CancelFunc
	stop    func() bool // stops the host's event; nil if there is none
}

func newDeadlineContext(b *Bridge, parent context.Context, deadline time.Time) *deadlineContext {
	c := &deadlineContext{fuse: &fuse{parent: parent, deadline: deadline}}
	c.Context, c.release = context.WithCancel(c.fuse)
	due := b.host.Clock().Offset(deadline)
	switch {
	case parent.Err() != nil:
		c.end(parent.Err())
		return c
	case due <= b.host.Now():
		c.end(context.DeadlineExceeded)
		return c
	}
	name := b.name("WithDeadline")
	if due != Forever {
		c.stop = b.host.Schedule(due, name, func() {
			c.end(context.DeadlineExceeded)
			b.look() // The bridge's own contexts below it end in this event, too.
		})
	}
	if parent.Done() != nil {
		b.contexts = append(b.contexts, c)
	}
	return c
}

// look ends the context if its parent has ended.
func (c *deadlineContext) look() {
	if err := c.Err(); err != nil {
		c.end(err)
	}
}

// end ends the context with err, unless it has ended before, and stops its event.
func (c *deadlineContext) end(err error) {
	c.fuse.look() // The parent may have been first.
	c.fuse.blow(err)
	c.release() // It has ended by now; this is for form's sake.
	if c.stop != nil {
		c.stop()
		c.stop = nil
	}
}

// Done returns a channel that is closed when the context ends.
func (c *deadlineContext) Done() <-chan struct{} {
	c.fuse.look()
	return c.Context.Done()
}

// Err returns nil until the context ends, and then why.
func (c *deadlineContext) Err() error {
	c.fuse.look()
	return c.Context.Err()
}

// String names the context and its parent.
func (c *deadlineContext) String() string {
	return fmt.Sprintf("%v.WithDeadline(%v)", c.fuse.parent, c.fuse.deadline)
}

func (c *deadlineContext) hasEnded() bool { return c.fuse.Err() != nil }

// A fuse is a context that only package context sees, as the parent of the one
// inside a deadlineContext. When it blows, that one ends with the fuse's error.
type fuse struct {
	parent   context.Context
	deadline time.Time

	mu   sync.Mutex // Contexts may be read from everywhere.
	err  error
	tell func() // what package context wants to be called
}

// look blows the fuse if the parent has ended.
func (f *fuse) look() {
	if err := f.parent.Err(); err != nil {
		f.blow(err)
	}
}

// blow ends the context below with err, unless the fuse has blown before.
func (f *fuse) blow(err error) {
	f.mu.Lock()
	if f.err != nil {
		f.mu.Unlock()
		return
	}
	f.err = err
	tell := f.tell
	f.mu.Unlock()
	tell() // It calls Err.
}

// AfterFunc is the method by which package context asks a parent of an unknown
// type to be told of its end, so that it needs no goroutine to wait for that.
func (f *fuse) AfterFunc(tell func()) (stop func() bool) {
	f.tell = tell // There is one call, from newDeadlineContext.
	return func() bool { return false }
}

func (f *fuse) Deadline() (deadline time.Time, ok bool) { return f.deadline, true }

// never is a channel that is not closed. Package context would not ask a parent
// without a channel to be told.
var never = make(chan struct{})

func (f *fuse) Done() <-chan struct{} { return never }

func (f *fuse) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

func (f *fuse) Value(key any) any {
	if key == (deadlineKey{}) {
		return f.deadline
	}
	return f.parent.Value(key)
}

type deadlineKey struct{}

// VirtualDeadline returns the deadline that ctx has from a [Bridge], as an instant
// of virtual time, and whether it has one. It tells such a deadline from one of
// package context, which counts real time: ctx.Deadline returns either.
func VirtualDeadline(ctx context.Context) (deadline time.Time, ok bool) {
	deadline, ok = ctx.Value(deadlineKey{}).(time.Time)
	return deadline, ok
}
