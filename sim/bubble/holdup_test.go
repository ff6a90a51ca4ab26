package bubble_test

import (
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/sim/simtest"
)

// lease is checked, and used after it has run out.
func lease() {
	var mu sync.Mutex
	owner := "a"
	time.AfterFunc(10*time.Millisecond, func() { mu.Lock(); owner = "b"; mu.Unlock() })
	mu.Lock()
	mine := owner == "a"
	mu.Unlock()
	if mine {
		mu.Lock() // and in between?
		if owner != "a" {
			panic("a works on what is b's")
		}
		mu.Unlock()
	}
}

// A cache that forgets an entry a moment after it was put aside, unless it is wanted
// again. The function of the timer returns with the lock held if it lost against Stop.
type aside struct {
	mu      sync.Mutex
	entries map[int]*asideEntry
}

type asideEntry struct {
	timer *time.Timer
	kept  bool
}

func (s *aside) put(k int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := &asideEntry{}
	s.entries[k] = e
	e.timer = time.AfterFunc(time.Nanosecond, func() {
		s.mu.Lock()
		if e.kept {
			return
		}
		delete(s.entries, k)
		s.mu.Unlock()
	})
}

func (s *aside) want(k int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.entries[k]; ok {
		if !e.timer.Stop() {
			e.kept = true
		}
		delete(s.entries, k)
	}
}

func forgottenUnlock() {
	s := &aside{entries: map[int]*asideEntry{}}
	for range 3 {
		s.put(1)
		s.want(1)
	}
}

// walkedOf explores a program exhaustively.
func walkedOf(t *testing.T, program func(), p order.Policy) *explore.Report {
	t.Helper()
	r, err := explore.Search(t.Context(), bubble.Engine(program, bubble.WithPolicy(p)), explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(100_000))
	if err != nil {
		t.Fatal(err)
	}
	if !r.Coverage.Complete() && r.Failure() == nil {
		t.Fatalf("it was not walked to its end: %s", r.Verdict())
	}
	return r
}

func TestHoldUps(t *testing.T) {
	controlled(t)
	for _, test := range []struct {
		name    string
		program func()
		policy  order.Policy
		fails   string
	}{
		{"lease", lease, order.AnyReady, ""},
		{"lease, not for so long", lease, order.HoldUps(1, 10*time.Millisecond-1), ""},
		{"lease", lease, order.HoldUps(1, 10*time.Millisecond), "a works on what is b's"},
		{"lease, more often", lease, order.HoldUps(3, time.Hour), "a works on what is b's"},
		{"forgotten unlock", forgottenUnlock, order.AnyReady, ""},
		{"forgotten unlock", forgottenUnlock, order.DefaultHoldUps, "waits for mutex"},
	} {
		t.Run(test.name+" "+test.policy.String(), func(t *testing.T) {
			r := walkedOf(t, test.program, test.policy)
			switch failure := r.Failure(); {
			case failure == nil && test.fails != "":
				t.Errorf("it passes: %s", r.Verdict())
			case failure != nil && (test.fails == "" || !strings.Contains(failure.Text, test.fails)):
				t.Errorf("it fails: %s", failure.Text)
			}
		})
	}
}

// TestHeldUp is for the test below, which runs it.
func TestHeldUp(t *testing.T) {
	programs := map[string]func(){
		"lease": lease, "forgotten unlock": forgottenUnlock,
		"far": func() {
			var mu sync.Mutex
			time.AfterFunc(time.Second, func() { mu.Lock(); mu.Unlock() })
			mu.Lock()
			mu.Unlock()
		},
		"near": func() {
			var mu sync.Mutex
			time.AfterFunc(time.Millisecond, func() { mu.Lock(); mu.Unlock() })
			mu.Lock()
			mu.Unlock()
		},
	}
	program := programs[os.Getenv("BUBBLE_HELD_UP")]
	if program == nil {
		t.Skip("for TestCheckHoldsUp")
	}
	bubble.Check(t, func(*bubble.T) { program() }, simtest.WithoutFailFiles())
}

// With default settings, and under every strategy that says "all", a test goes on with
// hold-ups, and says so; a policy that was asked for is the only one.
func TestCheckHoldsUp(t *testing.T) {
	controlled(t)
	check := func(program string, args ...string) (text string, passed bool) {
		return runChild(t, "TestHeldUp", []string{"BUBBLE_HELD_UP=" + program}, args...)
	}
	const first = "the only order in which nobody is held up past a deadline explored"
	for _, strategy := range []string{"auto", "exhaustive", "reduced", "optimal", "sleepsets"} {
		for program, want := range map[string]string{"lease": "a works on what is b's", "forgotten unlock": "held by aside.put@timer."} {
			text, passed := check(program, "-weft.strategy="+strategy)
			if passed {
				t.Errorf("%s passes under %s:\n%s", program, strategy, text)
			}
			wants(t, text, want, "in which nobody is held up past a deadline explored", "It fails only if time passes while somebody is ready", "-weft.policy=hold-ups:1:50ms -weft.schedule=w1,")
			_, schedule, _ := strings.Cut(text, "-weft.schedule=")
			schedule, _, _ = strings.Cut(schedule, "\n")
			again, passed := check(program, "-weft.policy=hold-ups:1:50ms", "-weft.schedule="+schedule)
			if passed {
				t.Errorf("the schedule %s passes:\n%s", schedule, again)
			}
			wants(t, again, want)
		}
	}
	for _, test := range []struct {
		program string
		args    []string
		want    string
	}{
		{"lease", []string{"-weft.policy=any-ready"}, "1 order explored, the only one"},
		{"far", nil, "1 order explored, the only one"},
		{"near", nil, first + ", and all "},
	} {
		text, passed := check(test.program, test.args...)
		if !passed {
			t.Errorf("%s %q fails:\n%s", test.program, test.args, text)
		}
		wants(t, text, test.want)
		if test.program != "near" && strings.Contains(text, "hold-up") {
			t.Errorf("%s %q was held up:\n%s", test.program, test.args, text)
		}
	}
}

// Where time may pass, and no more often. With m points, a timer fires before one of them
// or when main is gone, and so does the goroutine that it starts, from there on.
func TestHoldUpsCounted(t *testing.T) {
	controlled(t)
	const m = 4
	program := func(at ...time.Duration) func() {
		return func() {
			for _, d := range at {
				time.AfterFunc(d, func() {})
			}
			var n atomic.Int32
			for range m {
				n.Add(1)
			}
		}
	}
	for _, test := range []struct {
		name   string
		times  int
		timers []time.Duration
		want   int
	}{
		{"none", 1, nil, 1},
		{"one", 1, []time.Duration{1}, 1 + m + m*(m+1)/2},
		{"one, twice", 2, []time.Duration{1}, 1 + m + m*(m+1)/2},
		{"two instants, once", 1, []time.Duration{1, 2}, 1 + m + m*(m+1)/2},
		{"too far off", 1, []time.Duration{time.Hour}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := walkedOf(t, program(test.timers...), order.HoldUps(test.times, time.Minute))
			if r.Runs != test.want {
				t.Errorf("%d orders, want %d", r.Runs, test.want)
			}
		})
	}
}
