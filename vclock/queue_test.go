package vclock_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"weak"

	"pgregory.net/rapid"

	"weft/vclock"
)

// model is a queue of timers as anyone would write it: a sorted slice.
type model struct {
	entries []modelEntry
	created int
}

type modelEntry struct {
	when    time.Duration
	created int
	timer   *vclock.Timer
}

func (m *model) find(t *vclock.Timer) int {
	return slices.IndexFunc(m.entries, func(e modelEntry) bool { return e.timer == t })
}

func (m *model) stop(t *vclock.Timer) bool {
	i := m.find(t)
	if i >= 0 {
		m.entries = slices.Delete(m.entries, i, i+1)
	}
	return i >= 0
}

func (m *model) schedule(t *vclock.Timer, when time.Duration) {
	m.created++
	m.entries = append(m.entries, modelEntry{when, m.created, t})
	slices.SortFunc(m.entries, func(a, b modelEntry) int {
		if a.when != b.when {
			if a.when < b.when {
				return -1
			}
			return 1
		}
		return a.created - b.created
	})
}

func (m *model) due(by time.Duration) (due []*vclock.Timer) {
	for _, e := range m.entries {
		if e.when <= by {
			due = append(due, e.timer)
		}
	}
	return due
}

func TestQueueAgreesWithSortedSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q vclock.Queue
		var m model
		timers := make([]*vclock.Timer, 40)
		for i := range timers {
			timers[i] = &vclock.Timer{Value: i}
		}
		timer := func(t *rapid.T) *vclock.Timer { return rapid.SampledFrom(timers).Draw(t, "timer") }
		// Few different instants, so that there are many of one deadline.
		instant := func(t *rapid.T) time.Duration {
			return time.Duration(rapid.OneOf(rapid.Int64Range(-2, 4), rapid.Int64()).Draw(t, "instant"))
		}
		t.Repeat(map[string]func(*rapid.T){
			"schedule": func(t *rapid.T) {
				x, when := timer(t), instant(t)
				if x.Armed() {
					t.Skip("armed")
				}
				q.Schedule(x, when)
				m.schedule(x, when)
			},
			"stop": func(t *rapid.T) {
				x := timer(t)
				if got, want := q.Stop(x), m.stop(x); got != want {
					t.Fatalf("Stop = %v, want %v", got, want)
				}
			},
			"reset": func(t *rapid.T) {
				x, when := timer(t), instant(t)
				got, want := q.Reset(x, when), m.stop(x)
				m.schedule(x, when)
				if got != want {
					t.Fatalf("Reset = %v, want %v", got, want)
				}
			},
			"pop": func(t *rapid.T) {
				var want *vclock.Timer
				if len(m.entries) > 0 {
					want = m.entries[0].timer
					m.stop(want)
				}
				if got := q.Pop(); got != want {
					t.Fatalf("Pop = %v, want %v", got, want)
				}
			},
			"due": func(t *rapid.T) {
				by := instant(t)
				first := []*vclock.Timer{timers[0]}
				got, want := q.AppendDue(first, by), append(first, m.due(by)...)
				if !slices.Equal(got, want) {
					t.Fatalf("AppendDue(%d) = %v, want %v", by, got, want)
				}
			},
			"clear": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "rarely") == 0 {
					q.Clear()
					m.entries = nil
				}
			},
			"": func(t *rapid.T) {
				if q.Len() != len(m.entries) {
					t.Fatalf("Len = %d, want %d", q.Len(), len(m.entries))
				}
				if got := q.Peek(); len(m.entries) == 0 && got != nil || len(m.entries) > 0 && got != m.entries[0].timer {
					t.Fatalf("Peek = %v, want the first of %v", got, m.entries)
				}
				for _, x := range timers {
					i := m.find(x)
					if x.Armed() != (i >= 0) {
						t.Fatalf("Armed = %v, want %v", x.Armed(), i >= 0)
					}
					if i >= 0 && x.When() != m.entries[i].when {
						t.Fatalf("When = %v, want %v", x.When(), m.entries[i].when)
					}
				}
			},
		})
	})
}

// TestQueueOfManyTimers makes heaps that are deep enough for every way in which
// a timer can move in them.
func TestQueueOfManyTimers(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 0))
		var q vclock.Queue
		timers := make([]vclock.Timer, 500)
		for i := range timers {
			q.Schedule(&timers[i], time.Duration(random.IntN(1000)))
		}
		for i := range timers {
			switch random.IntN(4) {
			case 0:
				q.Stop(&timers[i])
			case 1:
				q.Reset(&timers[i], time.Duration(random.IntN(1000)))
			}
		}
		want := q.AppendDue(nil, 1000) // sorted by slices.SortFunc
		var got []*vclock.Timer
		for x := q.Pop(); x != nil; x = q.Pop() {
			got = append(got, x)
		}
		if !slices.Equal(got, want) || !slices.IsSortedFunc(got, func(a, b *vclock.Timer) int { return int(a.When() - b.When()) }) {
			t.Fatalf("seed %d: timers are popped in another order than AppendDue has them", seed)
		}
	}
}

func TestQueueLetsGoOfTimers(t *testing.T) {
	var q vclock.Queue
	var timers []weak.Pointer[vclock.Timer]
	for i := range 30 {
		x := &vclock.Timer{Value: make([]byte, 1000)}
		timers = append(timers, weak.Make(x))
		q.Schedule(x, time.Duration(i))
	}
	for range 10 {
		q.Pop()
		q.Stop(q.Peek())
	}
	runtime.GC()
	for i, x := range timers {
		if armed := i >= 20; (x.Value() != nil) != armed {
			t.Errorf("timer %d is in memory: %v, want %v", i, !armed, armed)
		}
	}
	q.Clear()
	runtime.GC()
	for i, x := range timers {
		if x.Value() != nil {
			t.Errorf("timer %d is in memory after Clear", i)
		}
	}
	q.Schedule(new(vclock.Timer), 0) // keeps the queue itself in memory until here
}

func TestQueueServesEqualDeadlinesInOrderOfCreation(t *testing.T) {
	var q vclock.Queue
	timers := make([]vclock.Timer, 100)
	for i := range timers {
		timers[i].Value = i
		q.Schedule(&timers[i], time.Second)
	}
	q.Reset(&timers[7], time.Second) // to where it is, but last
	var got []int
	for x := q.Pop(); x != nil; x = q.Pop() {
		got = append(got, x.Value.(int))
	}
	var want []int
	for i := range timers {
		if i != 7 {
			want = append(want, i)
		}
	}
	if want = append(want, 7); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTimerRemembersItsLastInstant(t *testing.T) {
	var q vclock.Queue
	x := vclock.Timer{Value: "mine"}
	q.Schedule(&x, 5)
	q.Pop()
	if x.Armed() || x.When() != 5 || x.Value != "mine" {
		t.Errorf("Armed, When, Value = %v, %v, %v; want false, 5, mine", x.Armed(), x.When(), x.Value)
	}
	q.Schedule(&x, -6)
	q.Clear()
	if x.Armed() || x.When() != -6 {
		t.Errorf("Armed, When = %v, %v; want false, -6", x.Armed(), x.When())
	}
	if q.Stop(&x) {
		t.Error("Stop after Clear = true")
	}
}

func TestQueueMisuse(t *testing.T) {
	var q, other vclock.Queue
	var x vclock.Timer
	q.Schedule(&x, 1)
	for _, tt := range []struct {
		name string
		call func()
		want string
	}{
		{"schedule twice", func() { q.Schedule(&x, 1) }, "Schedule of a timer that is armed"},
		{"schedule in two", func() { other.Schedule(&x, 1) }, "Schedule of a timer that is armed"},
		{"stop in another", func() { other.Stop(&x) }, "Stop of a timer that is armed in another queue"},
		{"reset in another", func() { other.Reset(&x, 1) }, "Reset of a timer that is armed in another queue"},
	} {
		t.Run(tt.name, func(t *testing.T) { wantPanic(t, tt.want, tt.call) })
	}
	if q.Len() != 1 || other.Len() != 0 || !x.Armed() || x.When() != 1 {
		t.Error("a wrong call has changed a queue")
	}
}

// wantPanic checks that call panics with a sentence of this package.
func wantPanic(t *testing.T, want string, call func()) {
	t.Helper()
	defer func() {
		t.Helper()
		got := fmt.Sprint(recover())
		if !strings.HasPrefix(got, "vclock: ") || !strings.Contains(got, want) {
			t.Errorf("panic %q, want one that begins with \"vclock: \" and contains %q", got, want)
		}
	}()
	call()
}

func TestQueueAllocatesNothingInTheSteadyState(t *testing.T) {
	var q vclock.Queue
	timers := make([]vclock.Timer, 1000)
	for i := range timers {
		q.Schedule(&timers[i], time.Duration(i))
	}
	due := make([]*vclock.Timer, 0, len(timers))
	i := 0
	if n := testing.AllocsPerRun(100, func() {
		i++
		x := q.Pop()
		q.Schedule(x, time.Duration(i*7919%1000))
		q.Reset(&timers[i], time.Duration(i*104729%1000))
		q.Stop(&timers[i+1])
		q.Schedule(&timers[i+1], 500)
		q.AppendDue(due, 300)
		q.Clear()
		for i := range timers {
			q.Schedule(&timers[i], time.Duration(i))
		}
	}); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

// BenchmarkQueue is one Pop and one Schedule in a queue of n timers.
func BenchmarkQueue(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			var q vclock.Queue
			random := rand.New(rand.NewPCG(1, 2))
			timers := make([]vclock.Timer, n)
			for i := range timers {
				q.Schedule(&timers[i], time.Duration(random.Int64N(int64(time.Second))))
			}
			b.ReportAllocs()
			for b.Loop() {
				x := q.Pop()
				q.Schedule(x, x.When()+time.Duration(random.Int64N(int64(time.Second))))
			}
		})
	}
}

// BenchmarkQueueFillAndDrain schedules n timers and pops them all; the time is
// that of one timer.
func BenchmarkQueueFillAndDrain(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			var q vclock.Queue
			random := rand.New(rand.NewPCG(1, 2))
			timers := make([]vclock.Timer, n)
			b.ReportAllocs()
			rounds := 0
			for b.Loop() {
				rounds++
				for i := range timers {
					q.Schedule(&timers[i], time.Duration(random.Int64N(int64(time.Second))))
				}
				for q.Pop() != nil {
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rounds*n), "ns/timer")
		})
	}
}
