package trace_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/trace"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file under testdata, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run go test ./trace -update to write it", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got); look at it, and if it is right run go test ./trace -update\n%s", file, diff)
	}
}

// hello is the run of the hello program, as the event loop records it.
func hello(t testing.TB) *trace.Trace {
	t.Helper()
	f, err := os.Open("testdata/hello.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run, err := trace.ReadJSONL(f)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// story tells a run event by event, so that a fixture reads like one.
type story struct {
	trace.Trace
	now    time.Duration
	steps  map[string]int // by task or callback
	timers map[string]int // by task
	waits  map[string]int // by task, the Seq of its last Wait
}

func tell(program, policy string) *story {
	return &story{
		Trace:  trace.Trace{Header: trace.Header{Version: trace.Version, Program: program, Policy: policy, Strategy: "default", Hash: 0xfeed}},
		steps:  map[string]int{},
		timers: map[string]int{},
		waits:  map[string]int{},
	}
}

// add takes down an event and returns its Seq.
func (s *story) add(e trace.Event) int {
	e.Seq, e.At = len(s.Events)+1, s.now
	s.Events = append(s.Events, e)
	return e.Seq
}

func (s *story) do(task string, kind trace.Kind, object, detail string) int {
	return s.add(trace.Event{Task: task, Kind: kind, Object: object, Detail: detail})
}

func (s *story) spawn(maker string, tasks ...string) {
	for _, task := range tasks {
		s.waits[task] = s.do(maker, trace.Spawn, task, "")
	}
}

// start begins a task's first step.
func (s *story) start(task string) int {
	s.steps[task]++
	return s.add(trace.Event{Task: task, Kind: trace.Start, N: 1, Cause: s.waits[task]})
}

// resume begins another step of a task.
func (s *story) resume(task, object string, cause int) int {
	s.steps[task]++
	return s.add(trace.Event{Task: task, Kind: trace.Resume, Object: object, N: s.steps[task], Cause: cause})
}

func (s *story) wait(task, object, detail string) {
	s.waits[task] = s.do(task, trace.Wait, object, detail)
}

// fire delivers a task's timer, which its last Wait armed.
func (s *story) fire(task, object string) int {
	s.timers[task]++
	return s.add(trace.Event{Task: task, Kind: trace.Fire, Object: object, N: s.timers[task], Cause: s.waits[task]})
}

func (s *story) decide(object, taken string, alternatives ...string) int {
	return s.add(trace.Event{Kind: trace.Decide, Object: object, Detail: taken, Alternatives: alternatives})
}

func (s *story) advance(d time.Duration) {
	s.now += d
	s.do("", trace.Advance, "", d.String())
}

func (s *story) callback(name string, cause int) int {
	s.steps[name]++
	return s.add(trace.Event{Kind: trace.Callback, Object: name, N: s.steps[name], Cause: cause})
}

func (s *story) finish(task, how, detail string) { s.do(task, trace.Finish, how, detail) }

// alone is a run of one task, without a decision.
func alone() *trace.Trace {
	s := tell("alone", "fifo")
	s.spawn("", "main")
	s.start("main")
	s.do("main", trace.Print, "output", "before")
	s.wait("main", "sleep", "1h30m0s")
	s.advance(90 * time.Minute)
	s.resume("main", "sleep", s.fire("main", "sleep"))
	s.do("main", trace.Print, "output", "after")
	s.do("main", trace.Hold, "compute", "250ms")
	s.now += 250 * time.Millisecond
	s.wait("main", "yield", "")
	s.resume("main", "yield", 0)
	s.finish("main", "returned", "")
	s.do("", trace.End, "finished", "")
	return &s.Trace
}

// three is a run of three tasks whose sleeps end at one instant: two decisions,
// which are one swap. The first does not go the default way.
func three() *trace.Trace {
	s := tell("three", "same-instant")
	seed := uint64(42)
	s.Seed, s.Strategy, s.Schedule = &seed, "random", "w1.timer:a.1=1"
	tasks := []string{"a", "b", "c"}
	s.spawn("", tasks...)
	for _, task := range tasks {
		s.start(task)
		s.wait(task, "sleep", "2s")
	}
	s.advance(2 * time.Second)
	s.decide("timer:a.1", "b.1", "a.1", "b.1", "c.1")
	fires := map[string]int{"b": s.fire("b", "sleep")}
	s.decide("timer:a.1", "a.1", "a.1", "c.1")
	fires["a"], fires["c"] = s.fire("a", "sleep"), s.fire("c", "sleep")
	for _, task := range []string{"b", "a", "c"} {
		s.resume(task, "sleep", fires[task])
		s.do(task, trace.Print, "output", task)
		s.finish(task, "returned", "")
	}
	s.do("", trace.End, "finished", "")
	return &s.Trace
}

// ready is a run under a policy that lets any ready task come next, with
// choices of the program's own.
func ready() *trace.Trace {
	s := tell("ready", "any-ready")
	s.spawn("", "x", "y")
	s.decide("ready:x.1", "y.1", "x.1", "y.1")
	s.start("y")
	s.do("y", trace.Read, "counter", "0")
	s.decide("choose:y.flip", "0", "0", "1")
	s.wait("y", "yield", "")
	s.decide("ready:x.1", "x.1", "x.1", "y.2")
	s.start("x")
	s.do("x", trace.Read, "counter", "0")
	s.do("x", trace.Write, "counter", "1")
	s.decide("choose:x.disk", "slow", "fast", "slow", "broken")
	s.finish("x", "returned", "")
	s.resume("y", "yield", 0)
	s.do("y", trace.Write, "counter", "1")
	s.finish("y", "failed", "counter is 1,\nwant 2")
	s.do("", trace.End, "failed", "1 task failed")
	return &s.Trace
}

// busy is a run with something of everything, six tasks with long names among it.
func busy() *trace.Trace {
	s := tell("busy", "same-instant")
	lead := "coordinator-of-all-the-workers-in-the-building"
	w1, w2, w3 := "worker-for-customer-1001", "worker-for-customer-1002", "受付係🙂"
	logger, guard := "logger", "watch<dog> & \"friends\""
	s.spawn("", lead)
	s.start(lead)
	s.spawn(lead, w1, w2, w3, logger, guard)
	s.wait(lead, "task "+w1, "")
	s.start(w1)
	s.do(w1, trace.Check, "lock L", "")
	s.do(w1, trace.Acquire, "lock L", "")
	s.wait(w1, "sleep", "10ms")
	s.start(w2)
	s.wait(w2, "lock L", "held by "+w1)
	s.start(w3)
	s.do(w3, trace.Print, "output", "いらっしゃいませ、こんにちは。ご用件をどうぞ。 e\u0301 \x1b[31mred\u202e")
	s.do(w3, trace.Arm, "timeout", "10ms")
	s.wait(w3, "queue orders", "")
	s.start(logger)
	s.wait(logger, "event stop", "")
	s.start(guard)
	s.wait(guard, "sleep", "1m0s")
	s.advance(10 * time.Millisecond)
	s.decide("timer:"+w1+".1", w1+".1", w1+".1", w3+".1")
	fire1, fire3 := s.fire(w1, "sleep"), s.fire(w3, "timeout")
	s.resume(w1, "sleep", fire1)
	s.do(w1, trace.Put, "queue orders", "order 7")
	s.do(w1, trace.Release, "lock L", "")
	release := len(s.Events)
	s.finish(w1, "returned", "")
	s.callback("on_timeout", fire3)
	cancel := s.do("", trace.Cancel, w3, "")
	s.resume(w2, "lock L", release)
	s.do(w2, trace.Acquire, "lock L", "")
	s.do(w2, trace.Hold, "block", "3s")
	s.now += 3 * time.Second
	s.do(w2, trace.Set, "event stop", "")
	set := len(s.Events)
	s.do(w2, trace.Release, "lock L", "")
	s.finish(w2, "failed", "no such customer: 1002; the register of customers was last read an hour ago")
	s.resume(w3, "queue orders", cancel)
	s.do(w3, trace.Get, "queue orders", "order 7")
	s.finish(w3, "cancelled", "")
	s.resume(logger, "event stop", set)
	s.do(logger, trace.Clear, "event stop", "")
	s.do(logger, trace.Notify, "condition idle", "2")
	s.finish(logger, "returned", "")
	s.advance(57 * time.Second)
	s.resume(guard, "sleep", s.fire(guard, "sleep"))
	s.finish(guard, "panicked", "index out of range [3] with length 3")
	s.do("", trace.Report, "never awaited", "coroutine tidy, made at busy.go:12, was never awaited")
	s.do("", trace.End, "panicked", guard)
	return &s.Trace
}

// goroutines is a run of ordinary Go: three goroutines, of which one pauses.
func goroutines() *trace.Trace {
	s := tell("goroutines", "any-ready")
	s.spawn("", "main")
	s.add(trace.Event{Task: "main", Kind: trace.Start, Cause: 1})
	s.do("main", trace.Set, "wait group wg", "")
	s.spawn("main", "a")
	s.do("main", trace.Set, "wait group wg", "")
	s.spawn("main", "b")
	s.decide("ready:main.3", "a.0", "main.3", "a.0", "b.0")
	s.wait("main", "its turn", "")
	s.add(trace.Event{Task: "a", Kind: trace.Start, Cause: 4})
	s.do("a", trace.Acquire, "mutex mu", "")
	s.do("a", trace.Read, "variable balance", "")
	s.do("a", trace.Release, "mutex mu", "")
	s.finish("a", "returned", "")
	s.decide("ready:main.3", "main.3", "main.3", "b.0")
	s.add(trace.Event{Task: "main", Kind: trace.Resume, Object: "its turn", N: 3})
	s.wait("main", "wait group wg", "")
	s.add(trace.Event{Task: "b", Kind: trace.Start, Cause: 6})
	s.do("b", trace.Print, "output", "hi")
	s.finish("b", "returned", "")
	s.add(trace.Event{Task: "main", Kind: trace.Resume, Object: "wait group wg", N: 4, Cause: 19})
	s.finish("main", "returned", "")
	s.do("", trace.End, "finished", "")
	return &s.Trace
}

// fixtures returns every run that the views are drawn of.
func fixtures(t testing.TB) map[string]*trace.Trace {
	return map[string]*trace.Trace{
		"hello": hello(t), "alone": alone(), "three": three(), "ready": ready(), "busy": busy(),
		"goroutines": goroutines(),
		"nothing":    {Header: trace.Header{Version: trace.Version}},
	}
}
