package sim

import (
	"context"
	"sync"
	"time"

	"weft/sim/order"
	"weft/vclock"
)

// scope is the context that a task, or the body of a timeout or task group,
// gets. It finds its task without a search, and its cancellation needs no
// goroutine, so that nothing about it depends on the Go scheduler.
type scope struct {
	loop   *Loop
	task   *task           // nil in the loop's own context and in threads
	thread *thread         // nil outside executors
	values context.Context // where Value looks
	outer  *scope
	inner  []*scope // open scopes inside this one

	// derived is the context that the scope was opened under, if that can be done
	// by itself; see task.foreign.
	derived context.Context

	mu          sync.Mutex    // a context may be asked by real goroutines
	deadline    time.Duration // virtual
	hasDeadline bool
	err         error
	stdParent   *stdParent      // made when somebody asks for Done
	std         context.Context // what the context package knows of the scope
	// release ends std for good, after its parent has.
	release context.CancelFunc
}

// stdParent is the hidden parent of a context of the standard library. Its end is
// the end of that context, and of whatever was derived from it, there and then
// and with the error that it is given; a cancel function could only say Canceled.
type stdParent struct {
	context.Context
	err        error
	afterFuncs []func()
}

func (p *stdParent) Done() <-chan struct{} { return never }
func (p *stdParent) Err() error            { return p.err }

// AfterFunc is what the context package looks for in a parent, so that it needs
// no goroutine to hear of its end.
func (p *stdParent) AfterFunc(after func()) (stop func() bool) {
	p.afterFuncs = append(p.afterFuncs, after)
	return func() bool { return false }
}

var never = make(chan struct{})

type scopeKey struct{}

// Deadline returns the end of the innermost timeout as an instant of virtual
// time; see [Loop.Clock].
func (s *scope) Deadline() (time.Time, bool) {
	s.loop.looked(s.task)
	best, found := time.Duration(0), false
	for at := s; at != nil; at = at.outer {
		at.mu.Lock()
		if at.hasDeadline && (!found || at.deadline < best) {
			best, found = at.deadline, true
		}
		at.mu.Unlock()
	}
	if !found {
		return time.Time{}, false
	}
	return s.loop.clock.At(best), true
}

func (s *scope) Done() <-chan struct{} {
	s.loop.looked(s.task)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.std == nil {
		s.stdParent = &stdParent{Context: context.Background()}
		if s.derived != nil {
			s.std, s.release = context.WithCancel(s.derived)
		} else {
			s.std, s.release = context.WithCancel(s.stdParent)
		}
		if s.err != nil {
			s.stdParent.end(s.err)
			s.release()
		}
	}
	return s.std.Done()
}

func (p *stdParent) end(err error) {
	p.err = err
	for _, after := range p.afterFuncs {
		after()
	}
	p.afterFuncs = nil
}

func (s *scope) Err() error {
	s.loop.looked(s.task)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil && s.derived != nil {
		return s.derived.Err()
	}
	return s.err
}

// ended reports whether the scope itself is done, whatever it was derived from.
func (s *scope) ended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err != nil
}

func (s *scope) Value(key any) any {
	if key == (scopeKey{}) {
		return s
	}
	if _, ok := key.(*int); ok {
		// The context package asks by a key of its own, of this type, for what it
		// can cancel. It must find this scope's, and not that of the context which
		// the values come from.
		s.loop.untrack(derivedContext)
		s.Done()
		if v := s.std.Value(key); v != nil {
			return v
		}
	}
	if s.values == nil {
		return nil
	}
	return s.values.Value(key)
}

// cancel makes the scope and those inside it done.
func (s *scope) cancel(err error) {
	s.mu.Lock()
	if s.err != nil {
		s.mu.Unlock()
		return
	}
	s.err = err
	parent := s.stdParent
	s.mu.Unlock()
	if parent != nil {
		parent.end(err)
		s.release()
	}
	for _, in := range s.inner {
		in.cancel(err)
	}
	s.inner = nil
}

// open starts a scope inside the one that ctx belongs to.
func (s *scope) open(ctx context.Context) *scope {
	in := &scope{loop: s.loop, task: s.task, values: ctx, outer: s, derived: s.task.foreign(ctx)}
	s.inner = append(s.inner, in)
	if s.ended() {
		in.cancel(s.err)
	}
	return in
}

// shut ends a scope whose body has returned. As with the contexts of the
// standard library, what was derived from it is cancelled.
func (s *scope) shut() {
	if s.loop.inStep {
		s.loop.touch(contextOf{s.task}, order.Writes)
	}
	if s.outer != nil {
		for i, in := range s.outer.inner {
			if in == s {
				s.outer.inner = append(s.outer.inner[:i], s.outer.inner[i+1:]...)
				break
			}
		}
	}
	s.cancel(context.Canceled)
}

// scopeOf finds the scope that ctx was made from, and panics with a sentence if
// there is none. op names the call for that sentence.
func scopeOf(ctx context.Context, op string) *scope {
	if s, ok := ctx.(*scope); ok {
		return s
	}
	if ctx == nil {
		misuse("%s was given a nil context; pass the one that the coroutine got", op)
	}
	s, ok := ctx.Value(scopeKey{}).(*scope)
	if !ok {
		misuse("%s was given a context that belongs to no loop; pass the one that the coroutine got, or Loop.Context", op)
	}
	return s
}

// derivedContext is what footprints do not see of contexts.
const derivedContext = "a context derived with a cancel function"

// running finds the task that ctx belongs to, and panics with a sentence unless
// that task is the one that runs now.
func running(ctx context.Context, op string) *task {
	s := scopeOf(ctx, op)
	t := s.task
	if t == nil {
		if s.thread != nil {
			misuse("%s was called in thread %s, which has no loop to wait on; in a thread use Block or Compute", op, s.thread.label())
		}
		misuse("%s was called outside a task; callbacks and the code around the loop cannot wait", op)
	}
	if t.loop.current != t {
		t.notCurrent(op)
	}
	return t
}

func (t *task) notCurrent(op string) {
	switch {
	case t.killed:
		// A deferred function of a task that is being unwound at close.
	case t.state != pending:
		misuse("%s was given the context of task %s, which has ended", op, t.label())
	case t.loop.current != nil:
		misuse("%s was given the context of task %s, but task %s is running; pass the context that this coroutine got", op, t.label(), t.loop.current.label())
	default:
		misuse("%s was given the context of task %s, which is not running: it belongs to another loop, or a goroutine uses it; only Loop.CallSoonThreadsafe may be called from a goroutine", op, t.label())
	}
}

// foreign returns ctx if it can be done while its task is not: a context that
// the program derived with a cancel function or deadline of its own.
//
// Where its own scope is done, there is nothing to tell: the task has heard of
// its cancellation, which is an edge, and may wait again.
func (t *task) foreign(ctx context.Context) context.Context {
	s, ok := ctx.(*scope)
	if ok {
		if s.derived != nil {
			s.loop.untrack(derivedContext)
		}
		return s.derived
	}
	s = ctx.Value(scopeKey{}).(*scope)
	if ctx.Done() == s.Done() {
		return s.derived
	}
	if deadline, ok := ctx.Deadline(); ok {
		virtual, fromBridge := vclock.VirtualDeadline(ctx)
		own, fromScope := s.Deadline()
		if !(fromBridge && virtual.Equal(deadline)) && !(fromScope && own.Equal(deadline)) {
			misuse("task %s waits on a context with a deadline of package context, which counts real time; use sim.WithTimeout, or WithTimeout of Loop.Bridge", t.label())
		}
	}
	if s.ended() {
		return nil
	}
	s.loop.untrack(derivedContext)
	return ctx
}
