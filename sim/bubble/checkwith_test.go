package bubble_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/order"
	"weft/sim/simtest"
)

// spectator is a testing.TB that keeps what is said to it.
type spectator struct {
	testing.TB // for what nobody calls
	mu         sync.Mutex
	text       strings.Builder
	failed     bool
}

// spectate runs f, which FailNow may end.
func spectate(t *testing.T, f func(t testing.TB)) *spectator {
	t.Helper()
	s := &spectator{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(s)
	}()
	<-done
	return s
}

func (s *spectator) say(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.WriteString(text + "\n")
}

func (s *spectator) Fail() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = true
}

func (s *spectator) Name() string              { return "TestSpectated" }
func (s *spectator) Context() context.Context  { return context.Background() }
func (s *spectator) Attr(key, value string)    { s.say(key + "=" + value) }
func (s *spectator) Log(args ...any)           { s.say(fmt.Sprint(args...)) }
func (s *spectator) Logf(f string, of ...any)  { s.say(fmt.Sprintf(f, of...)) }
func (s *spectator) Error(args ...any)         { s.Log(args...); s.Fail() }
func (s *spectator) Errorf(f string, a ...any) { s.Logf(f, a...); s.Fail() }
func (s *spectator) Fatal(args ...any)         { s.Log(args...); s.FailNow() }
func (s *spectator) Fatalf(f string, a ...any) { s.Logf(f, a...); s.FailNow() }
func (s *spectator) FailNow()                  { s.Fail(); runtime.Goexit() }

// checkLostUpdate fails in some orders.
func checkLostUpdate(t *bubble.T) {
	var mu sync.Mutex
	balance := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			mu.Lock()
			seen := balance
			mu.Unlock()
			mu.Lock()
			balance = seen + 1
			mu.Unlock()
		})
	}
	wg.Wait()
	if balance != 2 {
		t.Errorf("balance is %d", balance)
	}
}

// What CheckWith is given reaches the engine.
func TestCheckWith(t *testing.T) {
	controlled(t)
	drew := drawn(t, func() { bubble.Println(rand.Uint64()) }, bubble.WithRandomSeed(7))
	draws := func(t *bubble.T) {
		if now := fmt.Sprint(rand.Uint64()); now != drew {
			t.Errorf("it drew %s, want %s", now, drew)
		}
	}
	spins := func(t *bubble.T) {
		for {
			runtime.Gosched()
		}
	}
	sleeps := func(t *bubble.T) { go time.Sleep(2 * time.Hour) }
	for _, c := range []struct {
		name   string
		of     []bubble.Option
		fn     func(t *bubble.T)
		failed bool
		wants  []string
	}{
		{"no options", nil, checkLostUpdate, true, []string{"balance is 1", "policy any-ready", "weft.policy=any-ready"}},
		{"an option that is nil", []bubble.Option{nil}, checkLostUpdate, true, []string{"balance is 1", "policy any-ready"}},
		{"policy", []bubble.Option{bubble.WithPolicy(order.FIFO)}, checkLostUpdate, false, []string{"weft.policy=fifo", "weft.verdict=1 order explored"}},
		{"the last policy counts", []bubble.Option{bubble.WithPolicy(order.AnyReady), bubble.WithPolicy(order.SameInstant)}, checkLostUpdate, false, []string{"weft.policy=same-instant"}},
		{"step limit", []bubble.Option{bubble.WithStepLimit(50)}, spins, true, []string{"the run was stopped after 50 steps"}},
		{"another step limit", []bubble.Option{bubble.WithStepLimit(70)}, spins, true, []string{"the run was stopped after 70 steps"}},
		{"no drain", nil, sleeps, true, []string{"a goroutine is left that did not end in"}},
		{"drain", drain(3 * time.Hour), sleeps, false, nil},
		{"no random seed", nil, draws, true, []string{"it drew "}},
		{"random seed", []bubble.Option{bubble.WithRandomSeed(7)}, draws, false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := spectate(t, func(t testing.TB) { bubble.CheckWith(t, c.of, c.fn, explore.WithRuns(200), simtest.WithoutFailFiles()) })
			if s.failed != c.failed {
				t.Errorf("failed is %v:\n%s", s.failed, s.text.String())
			}
			wants(t, s.text.String(), c.wants...)
		})
	}
}

// The variable counts more than the option, and the line to paste says so.
func TestPolicyOfTheVariable(t *testing.T) {
	controlled(t)
	fifo := []bubble.Option{bubble.WithPolicy(order.FIFO)}
	check := func(t testing.TB) { bubble.CheckWith(t, fifo, checkLostUpdate, simtest.WithoutFailFiles()) }
	t.Setenv("WEFT_POLICY", "any-ready")
	s := spectate(t, check)
	wants(t, s.text.String(), "balance is 1", "weft.policy=any-ready", " -weft.policy=any-ready -weft.schedule=w1,ready:")
	_, schedule, _ := strings.Cut(s.text.String(), "-weft.schedule=")
	schedule, _, _ = strings.Cut(schedule, "\n")
	t.Setenv("WEFT_SCHEDULE", schedule)
	if s := spectate(t, check); !s.failed {
		t.Errorf("the schedule passes:\n%s", s.text.String())
	}
	t.Setenv("WEFT_POLICY", "")
	s = spectate(t, check)
	wants(t, s.text.String(), "A schedule is of one test, under one policy")
}

// A wrong call panics with a sentence that says what to do, or what was wrong.
func TestWrongCallsPanic(t *testing.T) {
	controlled(t)
	for _, c := range []struct {
		name, want string
		call       func()
	}{
		{"Check", "bubble: Check was given a nil function", func() { bubble.Check(t, nil) }},
		{"CheckWith", "bubble: Check was given a nil function", func() { bubble.CheckWith(t, nil, nil) }},
		{"Engine", "bubble: Engine was given a nil program", func() { bubble.Engine(nil) }},
		{"WithPolicy", "bubble: there is no policy jitter:1s for goroutines: that timers come late is seen where goroutines are held up meanwhile; use hold-ups:1:1s, in which the earliest timer may fire up to 1s before others that are ready go on", func() { bubble.WithPolicy(order.Jitter(time.Second)) }},
		{"WithStepLimit", "bubble: WithStepLimit was given 0; it must be positive", func() { bubble.WithStepLimit(0) }},
		{"WithDrain", "bubble: WithDrain was given -1ns; it must not be negative", func() { bubble.WithDrain(-1) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if got := recover(); got != c.want {
					t.Errorf("it panicked with %v, want %q", got, c.want)
				}
			}()
			c.call()
		})
	}
}
