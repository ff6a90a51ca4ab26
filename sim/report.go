package sim

import (
	"fmt"
	"time"

	"weft/trace"
)

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
