package sim

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"weft/sim/order"
	"weft/trace"
)

// recording reports whether events are taken down at all.
func (l *Loop) recording() bool { return l.level != trace.Off }

// record takes an event down. Its task is the running one, unless it names one.
func (l *Loop) record(e trace.Entry) int32 {
	if l.level == trace.Off {
		return 0
	}
	if e.Task == "" && e.Kind != trace.Callback && e.Kind != trace.Fire && e.Kind != trace.Decide {
		if l.current != nil {
			e.Task = l.current.label()
		} else if l.thread != nil {
			e.Task = l.thread.label()
		}
	}
	if e.Cause == 0 {
		e.Cause = l.last
	}
	// What the program says may be anything; a trace is text.
	if !utf8.ValidString(e.Detail) {
		e.Detail = strings.ToValidUTF8(e.Detail, "\uFFFD")
	}
	e.At = l.clock.Now()
	if l.hashOnly {
		l.last = l.recorder.Digest(e)
	} else {
		l.last = l.recorder.Record(e)
	}
	return l.last
}

// show writes a value for an event. The program has not asked for that: what a String method
// looks at meanwhile is touched by no step, and no event. Otherwise steps would touch more
// when somebody looks on than when nobody does.
func (l *Loop) show(value any) string {
	level, inStep, looksFor := l.level, l.inStep, l.looksFor
	l.level, l.inStep, l.looksFor = trace.Off, false, nil
	defer func() { l.level, l.inStep, l.looksFor = level, inStep, looksFor }()
	return trace.Show(value)
}

// Recorder returns the recorder in use.
func (l *Loop) Recorder() *trace.Recorder {
	l.untrackInside("Loop.Recorder inside the run")
	return l.recorder
}

// Trace returns the trace of the run so far.
func (l *Loop) Trace() *trace.Trace {
	l.untrackInside("Loop.Trace inside the run")
	t := &trace.Trace{
		Header: trace.Header{
			Version:  trace.Version,
			Program:  l.program,
			Policy:   l.policy.String(),
			Strategy: l.strategy.Name(),
			Schedule: l.Schedule().String(),
			Hash:     l.recorder.Hash(),
		},
		Events: l.recorder.Events(),
	}
	if random, ok := l.strategy.(interface{ Seed() uint64 }); ok {
		seed := random.Seed()
		t.Seed = &seed
	}
	return t
}

// Steps returns how many entries of the ready queue were run.
func (l *Loop) Steps() int64 {
	l.untrackInside("Loop.Steps inside the run")
	return l.steps
}

// Output returns the lines printed so far. The slice belongs to the loop; Reset
// wipes it.
func (l *Loop) Output() []order.Line {
	l.touch(output{}, order.Reads)
	return l.output
}

// decide asks the strategy, and takes down what was decided.
func (l *Loop) decide(kind, key string, alternatives []order.Alternative) int {
	d := l.ask(kind, key, alternatives)
	if l.overBudget(len(alternatives)) {
		l.keep(compacted(d), nil)
	} else {
		l.keep(d, nil)
	}
	return d.Taken
}

func (l *Loop) ask(kind, key string, alternatives []order.Alternative) order.Decision {
	d := order.Decision{Kind: kind, Key: key, At: l.clock.Now(), Alternatives: alternatives, Of: len(alternatives)}
	l.heartbeat.Add(1)
	d.Taken = l.strategy.Choose(&d)
	d.Index = d.Taken
	if d.Taken < 0 || d.Taken >= len(alternatives) {
		misuse("the strategy took alternative %d of %d; it must return an index", d.Taken, len(alternatives))
	}
	return d
}

// keep takes a decision down. names are those of its alternatives, or nil.
func (l *Loop) keep(d order.Decision, names []string) {
	l.decisions = append(l.decisions, d)
	if l.recording() {
		if names == nil {
			names = namesOf(d.Alternatives)
		}
		l.record(trace.Entry{Kind: trace.Decide, Object: d.Kind + ":" + d.Key, Detail: names[d.Taken], Alternatives: names})
	}
}

// Decisions returns the decisions of the run so far, in order. The slice belongs
// to the loop.
func (l *Loop) Decisions() []order.Decision {
	l.untrackInside("Loop.Decisions inside the run")
	return l.decisions
}

// Schedule returns the decisions of the run so far that did not go the default
// way.
func (l *Loop) Schedule() order.Schedule { return order.ScheduleOf(l.Decisions()) }

// keptAlternatives is how many alternatives a run keeps: n tasks that are ready
// at one instant make n*n/2 of them.
const keptAlternatives = 1 << 18

// overBudget counts n alternatives of a decision, and reports whether the decision is
// to be kept without most of them.
func (l *Loop) overBudget(n int) bool {
	l.alternatives += n
	return l.alternatives > keptAlternatives
}

// compacted returns the decision with no alternatives but the first and the one
// that was taken or, if that is the first, the second.
func compacted(d order.Decision) order.Decision {
	d.Alternatives = []order.Alternative{d.Alternatives[0], d.Alternatives[max(1, d.Taken)]}
	d.Index, d.Taken = d.Taken, min(1, d.Taken)
	return d
}

// room returns a list for n alternatives that are to be kept until the run is wiped. Many
// runs use the memory again, and it is not wiped between them: it holds a few names only.
func (l *Loop) room(n int) []order.Alternative {
	from := len(l.alternativesKept)
	if cap(l.alternativesKept)-from < n {
		l.alternativesKept, from = make([]order.Alternative, 0, max(n, 16, min(2*from, 1<<14))), 0
	}
	l.alternativesKept = l.alternativesKept[:from+n]
	return l.alternativesKept[from : from+n : from+n]
}

func namesOf(alternatives []order.Alternative) []string {
	names := make([]string, len(alternatives))
	for i, a := range alternatives {
		names[i] = a.Name
	}
	return names
}

// without writes a list that lacks one element into another one, which it returns.
func without[T any](to, list []T, i int) []T {
	copy(to[copy(to, list[:i]):], list[i+1:])
	return to
}

// ReportKind is the sort of a [Report].
type ReportKind string

// The sorts of report.
const (
	NeverAwaited   ReportKind = "never awaited"   // a coroutine that nobody ran
	NeverRetrieved ReportKind = "never retrieved" // an error of a task that nobody looked at
	SlowStep       ReportKind = "slow"            // a step held the loop for long
	LateError      ReportKind = "late error"      // an error that came when its receiver had ended
	LostOutput     ReportKind = "lost output"     // printed lines could not be written
	Callout        ReportKind = "call"            // the program's own, by [Loop.CallExceptionHandler]
)

// Report is something about a run that its user should know and that no error
// carries.
type Report struct {
	Kind   ReportKind
	Object string        // the task, coroutine or other thing
	Text   string        // a sentence
	Err    error         // if there is one
	At     time.Duration // virtual
	Pos    string        // where in the program's source, if known
	pc     uintptr       // the same, for the trace
}

// String returns the time, the sentence and the place.
func (r Report) String() string {
	text := fmt.Sprintf("%v: %s", r.At, r.Text)
	if r.Pos != "" {
		text += " (" + r.Pos + ")"
	}
	return text
}

// SetExceptionHandler has reports given to handler (loop.set_exception_handler)
// in place of the log. nil restores the log.
func (l *Loop) SetExceptionHandler(handler func(l *Loop, r Report)) {
	if handler != nil {
		l.untrack("SetExceptionHandler")
	}
	l.handler = handler
}

// CallExceptionHandler reports something in the program's own words
// (loop.call_exception_handler).
func (l *Loop) CallExceptionHandler(text string, err error) {
	l.report(Report{Kind: Callout, Text: text, Err: err})
}

// Reports returns the reports of the run so far, those given to a handler
// included.
func (l *Loop) Reports() []Report {
	l.untrackInside("Loop.Reports inside the run")
	return l.reports
}

func (l *Loop) report(r Report) {
	r.At, r.Pos = l.clock.Now(), trace.Position(r.pc)
	l.reports = append(l.reports, r)
	l.record(trace.Entry{Kind: trace.Report, Object: string(r.Kind), Detail: r.Text, PC: r.pc})
	if l.handler != nil {
		l.handler(l, r)
		return
	}
	if l.log != nil {
		fmt.Fprintln(l.log, "weft:", r)
	}
}

// failed notes a future that ended by an error, so that it can be reported if
// nobody looks at it.
func (l *Loop) failed(c *core) {
	if !c.retrieved {
		l.failures = append(l.failures, c)
	}
}

func (l *Loop) reportFailures() {
	failures := l.failures
	l.failures = nil // the handler may close the loop
	for _, c := range failures {
		if !c.retrieved && c.err != l.fault {
			l.report(Report{Kind: NeverRetrieved, Object: c.describe(), Err: c.err,
				Text: "the error of " + c.describe() + " was never retrieved: " + c.err.Error()})
		}
	}
}

// caller returns the place from which the program called, depth frames above the
// function that calls caller or further up; 0 if places are not recorded.
func (l *Loop) caller(depth int) uintptr {
	if l.level != trace.Full {
		return 0
	}
	return l.site(depth + 1)
}

// site is caller, for what must be known in any case.
func (l *Loop) site(depth int) uintptr {
	var first [1]uintptr
	runtime.Callers(depth+2, first[:])
	if !l.within(first[0]) {
		return first[0]
	}
	// A call from one part of this package to another, such as With to Acquire:
	// its user wants to know where the program made it.
	var more [16]uintptr
	for _, pc := range more[:runtime.Callers(depth+3, more[:])] {
		if !l.within(pc) {
			return pc
		}
	}
	return first[0]
}

// within reports whether a place lies in this package, not counting its tests.
func (l *Loop) within(pc uintptr) bool {
	inside, known := l.places[pc]
	if !known {
		frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
		// By file and not by function: a closure that was inlined elsewhere bears
		// the name of the other package.
		inside = filepath.Dir(frame.File) == packageDir && !strings.HasSuffix(frame.File, "_test.go")
		if l.places == nil {
			l.places = make(map[uintptr]bool)
		}
		l.places[pc] = inside
	}
	return inside
}

// packageDir is where the compiler found this package's sources.
var packageDir = func() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}()
