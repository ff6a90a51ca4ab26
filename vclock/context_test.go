package vclock_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"strings"
	"testing"
	"time"

	"weft/vclock"
)

// wantErr checks that ctx has ended with want, or has not ended if want is nil.
func wantErr(t *testing.T, ctx context.Context, want error) {
	t.Helper()
	if ctx.Err() != want {
		t.Errorf("Err = %v, want %v", ctx.Err(), want)
	}
	done := false
	select {
	case <-ctx.Done():
		done = true
	default:
	}
	if done != (want != nil) {
		t.Errorf("done is %v, want %v", done, want != nil)
	}
}

// derive returns contexts that package context derives from ctx in its ways,
// with the names of the ways.
func derive(t *testing.T, ctx context.Context) map[string]context.Context {
	all := map[string]context.Context{"itself": ctx, "WithValue": context.WithValue(ctx, key{}, "value")}
	add := func(name string, ctx context.Context, cancel context.CancelFunc) {
		all[name] = ctx
		t.Cleanup(cancel)
	}
	for name, parent := range maps.Clone(all) {
		c, cancel := context.WithCancel(parent)
		add(name+".WithCancel", c, cancel)
		c, cancel = context.WithTimeout(parent, time.Hour)
		add(name+".WithTimeout", c, cancel)
		c, cancel = context.WithCancel(c)
		add(name+".WithTimeout.WithCancel", c, cancel)
	}
	return all
}

type key struct{}

func TestContextEndsAtItsDeadline(t *testing.T) {
	for name, make := range map[string]func(b *vclock.Bridge, parent context.Context) (context.Context, context.CancelFunc){
		"WithTimeout": func(b *vclock.Bridge, parent context.Context) (context.Context, context.CancelFunc) {
			return b.WithTimeout(parent, 3*s)
		},
		"WithDeadline": func(b *vclock.Bridge, parent context.Context) (context.Context, context.CancelFunc) {
			return b.WithDeadline(parent, vclock.DefaultStart.Add(4*s))
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, b := newBridge()
			l.runFor(s)
			ctx, cancel := make(b, context.WithValue(context.Background(), key{}, "mine"))
			all := derive(t, ctx)
			if d, ok := ctx.Deadline(); !ok || !d.Equal(vclock.DefaultStart.Add(4*s)) {
				t.Errorf("Deadline = %v, %v, want the start and 4s", d, ok)
			}
			if got := ctx.Value(key{}); got != "mine" {
				t.Errorf("Value = %v, want mine", got)
			}
			l.runFor(2 * s)
			for _, c := range all {
				wantErr(t, c, nil)
			}
			l.step(vclock.Forever)
			wantNow(t, l, 4*s)
			for name, c := range all {
				t.Run(name, func(t *testing.T) { wantErr(t, c, context.DeadlineExceeded) })
			}
			if got := context.Cause(ctx); got != context.DeadlineExceeded {
				t.Errorf("Cause = %v", got)
			}
			cancel() // too late
			wantErr(t, ctx, context.DeadlineExceeded)
		})
	}
}

func TestContextIsCanceled(t *testing.T) {
	l, b := newBridge()
	ctx, cancel := b.WithTimeout(context.Background(), time.Hour)
	all := derive(t, ctx)
	cancel()
	for name, c := range all {
		t.Run(name, func(t *testing.T) { wantErr(t, c, context.Canceled) })
	}
	l.run()
	wantNow(t, l, 0) // The deadline is no event any more.
	cancel()
}

func TestContextEndsWithItsParent(t *testing.T) {
	errBored := errors.New("bored")
	for _, tt := range []struct {
		name       string
		make       func(l *loop, b *vclock.Bridge, root context.Context) (parent context.Context, cancel func())
		err, cause error // if canceled
	}{
		{"package context's", func(_ *loop, _ *vclock.Bridge, root context.Context) (context.Context, func()) {
			return context.WithCancel(root)
		}, context.Canceled, context.Canceled},
		{"with a cause", func(_ *loop, _ *vclock.Bridge, root context.Context) (context.Context, func()) {
			ctx, cancel := context.WithCancelCause(root)
			return ctx, func() { cancel(errBored) }
		}, context.Canceled, errBored},
		{"the bridge's", func(_ *loop, b *vclock.Bridge, root context.Context) (context.Context, func()) {
			return b.WithTimeout(root, time.Hour)
		}, context.Canceled, context.Canceled},
		{"the bridge's, by its deadline", func(l *loop, b *vclock.Bridge, root context.Context) (context.Context, func()) {
			ctx, cancel := b.WithTimeout(root, time.Minute)
			t.Cleanup(cancel)
			return ctx, func() { l.runFor(time.Minute) }
		}, context.DeadlineExceeded, context.DeadlineExceeded},
	} {
		// What lies between the parent that ends and the context.
		for between, derive1 := range map[string]func(b *vclock.Bridge, ctx context.Context) (context.Context, func()){
			"nothing": func(_ *vclock.Bridge, ctx context.Context) (context.Context, func()) {
				return ctx, func() {}
			},
			"a value": func(_ *vclock.Bridge, ctx context.Context) (context.Context, func()) {
				return context.WithValue(ctx, key{}, "value"), func() {}
			},
			"package context's": func(_ *vclock.Bridge, ctx context.Context) (context.Context, func()) {
				return context.WithCancel(ctx)
			},
			"the bridge's": func(b *vclock.Bridge, ctx context.Context) (context.Context, func()) {
				return b.WithTimeout(ctx, time.Hour)
			},
			"the bridge's, for good": func(b *vclock.Bridge, ctx context.Context) (context.Context, func()) {
				return b.WithTimeout(ctx, vclock.Forever)
			},
		} {
			t.Run(tt.name+", "+between, func(t *testing.T) {
				goroutines := runtime.NumGoroutine()
				l, b := newBridge()
				root, cancelRoot := tt.make(l, b, context.Background())
				parent, cancel := derive1(b, root)
				defer cancel()
				ctx, cancel := b.WithDeadline(parent, vclock.DefaultStart.Add(time.Minute))
				defer cancel()
				all := derive(t, ctx)
				for _, c := range all {
					wantErr(t, c, nil)
				}
				if n := runtime.NumGoroutine(); n > goroutines {
					t.Errorf("%d goroutines, want no more than the %d before", n, goroutines)
				}
				cancelRoot()
				if parent.Err() != nil { // and not to be told by a look
					wantErr(t, ctx, tt.err)
				}
				l.look()
				for name, c := range all {
					t.Run(name, func(t *testing.T) {
						wantErr(t, c, tt.err)
						if got := context.Cause(c); got != tt.cause {
							t.Errorf("Cause = %v, want %v", got, tt.cause)
						}
					})
				}
				now := l.Now()
				if l.run(); l.Now() != now {
					t.Errorf("an event remained until %v", l.Now())
				}
				// What derives from a parent that has ended has ended.
				for _, d := range []time.Duration{0, time.Hour} {
					late, cancel := b.WithDeadline(parent, vclock.DefaultStart.Add(d))
					defer cancel()
					wantErr(t, late, tt.err)
				}
				if l.queue.Len() != 0 {
					t.Error("a context that has ended has an event")
				}
			})
		}
	}
}

// A channel that was asked for before is closed at the look, before anybody asks again.
func TestContextClosesItsChannelAtTheLook(t *testing.T) {
	for _, outer := range []string{"package context's", "the bridge's"} {
		t.Run(outer, func(t *testing.T) {
			l, b := newBridge()
			parent, cancelParent := context.WithCancel(context.Background())
			if outer == "the bridge's" {
				parent, cancelParent = b.WithTimeout(context.Background(), s)
			}
			defer cancelParent()
			ctx, cancel := b.WithTimeout(parent, s)
			defer cancel()
			done := ctx.Done()
			if outer == "the bridge's" {
				l.step(vclock.Forever) // no look after it
			} else {
				cancelParent()
				l.look()
			}
			select {
			case <-done:
			default:
				t.Error("the channel is open")
			}
		})
	}
}

// A channel that is asked for now is closed if the parent has ended just now.
func TestContextLooksWhenAskedForItsChannel(t *testing.T) {
	_, b := newBridge()
	parent, cancelParent := context.WithCancel(context.Background())
	ctx, cancel := b.WithTimeout(parent, s)
	defer cancel()
	cancelParent()
	select {
	case <-ctx.Done():
	default:
		t.Error("the channel is open")
	}
}

func TestContextRemembersWhatCameFirst(t *testing.T) {
	for _, tt := range []struct {
		name string
		use  func(l *loop, cancelParent, cancel func())
		want error
	}{
		{"parent, cancel", func(_ *loop, cancelParent, cancel func()) { cancelParent(); cancel() }, context.Canceled},
		{"parent, deadline", func(l *loop, cancelParent, cancel func()) {
			l.look()
			l.clock.Advance(time.Minute)
			cancelParent()
			l.queue.Pop().Value.(*event).fire()
		}, context.Canceled},
		{"deadline, parent", func(l *loop, cancelParent, cancel func()) { l.runFor(time.Hour); cancelParent() }, context.DeadlineExceeded},
		{"deadline, cancel", func(l *loop, cancelParent, cancel func()) { l.runFor(time.Hour); cancel() }, context.DeadlineExceeded},
		{"cancel, deadline", func(l *loop, cancelParent, cancel func()) { cancel(); l.runFor(time.Hour) }, context.Canceled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, b := newBridge()
			parent, cancelParent := context.WithCancel(context.Background())
			ctx, cancel := b.WithTimeout(parent, time.Minute)
			tt.use(l, cancelParent, cancel)
			wantErr(t, ctx, tt.want)
			l.look()
			wantErr(t, ctx, tt.want)
		})
	}
}

func TestContextDeadlines(t *testing.T) {
	for _, tt := range []struct {
		name           string
		parent, own    time.Duration // instants; Forever for a parent without
		deadline, ends time.Duration
	}{
		{"no parent's", vclock.Forever, 5 * s, 5 * s, 5 * s},
		{"earlier than the parent's", 9 * s, 5 * s, 5 * s, 5 * s},
		{"as the parent's", 5 * s, 5 * s, 5 * s, 5 * s},
		{"later than the parent's", 5 * s, 9 * s, 5 * s, 5 * s},
		{"now", vclock.Forever, 2 * s, 2 * s, 2 * s},
		{"past", vclock.Forever, s, s, 2 * s},
		{"long past", vclock.Forever, -1000 * time.Hour, -1000 * time.Hour, 2 * s},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, b := newBridge()
			l.runFor(2 * s)
			parent := context.Background()
			if tt.parent != vclock.Forever {
				var cancel func()
				parent, cancel = b.WithDeadline(parent, l.clock.At(tt.parent))
				defer cancel()
			}
			ctx, cancel := b.WithDeadline(parent, l.clock.At(tt.own))
			defer cancel()
			if d, ok := ctx.Deadline(); !ok || !d.Equal(l.clock.At(tt.deadline)) {
				t.Errorf("Deadline = %v, %v, want %v", d, ok, l.clock.At(tt.deadline))
			}
			if tt.ends > l.Now() {
				wantErr(t, ctx, nil)
				l.runFor(tt.ends - l.Now())
			}
			wantErr(t, ctx, context.DeadlineExceeded)
			if l.queue.Len() > 0 && tt.parent == vclock.Forever {
				t.Error("an event remains")
			}
		})
	}
}

func TestContextOfAParentOfAnotherType(t *testing.T) {
	goroutines := runtime.NumGoroutine()
	l, b := newBridge()
	parent := &promise{Context: context.Background(), done: make(chan struct{})}
	ctx, cancel := b.WithTimeout(parent, time.Minute)
	defer cancel()
	below, cancel := context.WithCancel(ctx)
	defer cancel()
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines, want no more than the %d before", n, goroutines)
	}
	l.runFor(s)
	wantErr(t, ctx, nil)
	parent.err = errors.New("broken")
	close(parent.done)
	l.look()
	wantErr(t, below, parent.err)
	wantErr(t, ctx, parent.err)
	if l.queue.Len() != 0 {
		t.Error("an event remains")
	}
}

// promise is a context of a type that package context does not know.
type promise struct {
	context.Context
	done chan struct{}
	err  error
}

func (p *promise) Done() <-chan struct{} { return p.done }
func (p *promise) Err() error            { return p.err }

func TestContextHasAReadableName(t *testing.T) {
	_, b := newBridge()
	ctx, cancel := b.WithTimeout(context.Background(), s)
	defer cancel()
	below, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, c := range []context.Context{ctx, below} {
		if got, want := fmt.Sprint(c), "context.Background.WithDeadline(2000-01-01 00:00:01 +0000 UTC)"; !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
