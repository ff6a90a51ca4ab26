package simtest

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// T is the testing.TB of one run that [Check] makes. What is said to it belongs
// to that run: a run whose T was failed is a failing run, and the other runs go
// on. Helpers that are written for a testing.TB work with it.
//
// As with testing.T, FailNow, Fatal, Skip and their like end the task that calls
// them, and here the run with it, whichever task that is; deferred functions run. On
// the T of a subtest ([T.Run]), they end the subtest.
// In a goroutine beside the loop they end that goroutine only.
//
// Runs go on side by side, each with a T of its own. So what would change the
// whole process, Setenv and Chdir, panics; call it before [Check].
type T struct {
	outer // for what is not of one run: its name

	shared *shared
	loud   bool // places and logs are kept
	ctx    context.Context
	after  func(check func() error) // of the engine: has check called after every step
	note   func(text string)        // of the engine: puts a failure into the trace

	// Of a subtest; see Run. All else that is of the run is kept by the run's own T, and
	// what follows is guarded by that one's mutex.
	parent    *T
	name      string
	subtests  map[string]int // names given out
	ending    bool           // it is being ended by FailNow or Skip
	completed bool           // Run has returned

	mu         sync.Mutex // the program may have goroutines, although it should not
	failed     bool
	skipped    bool
	exited     bool // FailNow was called
	over       bool // all tasks have ended
	ended      bool // and the functions given to Cleanup
	asked      bool // Failed was called before it was over
	messages   []Message
	cleanups   []func()
	seen       map[string]bool
	helpers    map[string]bool // functions that called Helper
	invariants []invariant
	checking   bool // inside an invariant
	broken     bool // one does not hold
	temp       string
}

// outer has a name of its own so that T has no field that is exported.
type outer = testing.TB

// Message is something that was said to a [T].
type Message struct {
	Text    string
	Pos     string // such as "bank_test.go:30", or "" if it is not known
	Failure bool   // by Error and its like, and not by Log
	After   string // after which step, and when, an invariant did not hold; else ""
}

// String returns the place and the text, as go test prints them.
func (m Message) String() string {
	text := m.Text
	if m.After != "" {
		text += " (after " + m.After + ")"
	}
	if m.Pos == "" {
		return text
	}
	return m.Pos + ": " + text
}

// FailError is the error of a run whose [T] was failed.
type FailError struct {
	Messages []Message // those that say why, in order
}

// Error returns the messages, a line or more each.
func (e *FailError) Error() string {
	var b strings.Builder
	for i, m := range e.Messages {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(m.String())
	}
	return b.String()
}

// Text returns the messages in alphabetical order, with or without places in the source:
// in which order tasks that do not affect each other say theirs is no part of what a run
// shows.
func (e *FailError) Text(places bool) string {
	messages := slices.Clone(e.Messages)
	slices.SortStableFunc(messages, func(a, b Message) int { return strings.Compare(a.Text, b.Text) })
	texts := textsOf(messages)
	for i := range texts {
		if places {
			texts[i] = messages[i].String()
		}
	}
	return strings.Join(texts, "\n")
}

// textsOf returns messages without places.
func textsOf(messages []Message) []string {
	texts := make([]string, len(messages))
	for i, m := range messages {
		texts[i] = m.Text
	}
	return texts
}

// Context returns the context of the run's main task: for making tasks, and for
// waiting in the main task. A task waits with the context that it got itself.
func (t *T) Context() context.Context { return t.ctx }

// Name returns the name of the test, or of the subtest.
func (t *T) Name() string {
	if path := t.path(); path != "" {
		return t.outer.Name() + "/" + path
	}
	return t.outer.Name()
}

// Error is Log and then Fail.
func (t *T) Error(args ...any) { t.fail(sprintln(args)) }

// Errorf is Logf and then Fail.
func (t *T) Errorf(format string, args ...any) { t.fail(fmt.Sprintf(format, args...)) }

// Fatal is Log and then FailNow.
func (t *T) Fatal(args ...any) {
	t.fail(sprintln(args))
	t.FailNow()
}

// Fatalf is Logf and then FailNow.
func (t *T) Fatalf(format string, args ...any) {
	t.fail(fmt.Sprintf(format, args...))
	t.FailNow()
}

// Fail makes the run a failing one. It goes on.
func (t *T) Fail() { t.markFailed(false) }

// FailNow makes the run a failing one and ends it, by runtime.Goexit.
func (t *T) FailNow() {
	t.markFailed(true)
	t.exit()
}

func (t *T) markFailed(exits bool) {
	root := t.root()
	root.mu.Lock()
	defer root.mu.Unlock()
	root.mustRun("Fail")
	t.mustGoOn("Fail", "")
	for up := t; up != nil; up = up.parent {
		up.failed = true
	}
	root.exited = root.exited || exits && t == root
}

// Failed reports whether the run is a failing one. A program that asks this
// before its end, and not only in a function given to Cleanup, is one whose shared
// state is not all seen by the library; see [explore.WithTracked].
func (t *T) Failed() bool {
	root := t.root()
	root.mu.Lock()
	defer root.mu.Unlock()
	root.asked = root.asked || !root.over
	return t.failed
}

// Log keeps a line that is shown if the report shows this run.
func (t *T) Log(args ...any) { t.log(func() string { return sprintln(args) }) }

// Logf is Log with a format.
func (t *T) Logf(format string, args ...any) {
	t.log(func() string { return fmt.Sprintf(format, args...) })
}

func (t *T) log(text func() string) {
	switch {
	case t.loud:
		t.say(text())
	case t.parent != nil:
		root := t.root()
		root.mu.Lock()
		defer root.mu.Unlock()
		if t.completed { // the same is said of a run that nobody looks at
			t.mustGoOn("Log", strings.TrimRight(text(), "\n"))
		}
	}
}

// Output returns a writer whose lines are treated as those of Log are, but for
// the place.
func (t *T) Output() io.Writer {
	if !t.loud {
		return io.Discard
	}
	return output{t}
}

type output struct{ t *T }

func (o output) Write(p []byte) (int, error) {
	root := o.t.root()
	root.mu.Lock()
	defer root.mu.Unlock()
	root.messages = append(root.messages, Message{Text: o.t.named(strings.TrimSuffix(string(p), "\n"))})
	return len(p), nil
}

// Skip is Log and then SkipNow.
func (t *T) Skip(args ...any) {
	t.skip(sprintln(args))
	t.exit()
}

// Skipf is Logf and then SkipNow.
func (t *T) Skipf(format string, args ...any) {
	t.skip(fmt.Sprintf(format, args...))
	t.exit()
}

// SkipNow ends the run, which passes if it was not failed before. If all runs are
// skipped, the test is.
func (t *T) SkipNow() {
	t.skip("")
	t.exit()
}

// Skipped reports whether the run was skipped.
func (t *T) Skipped() bool {
	root := t.root()
	root.mu.Lock()
	defer root.mu.Unlock()
	return t.skipped
}

// Helper marks the calling function as one whose callers' places count.
func (t *T) Helper() {
	if !t.loud {
		return
	}
	root := t.root()
	root.mu.Lock()
	defer root.mu.Unlock()
	if root.helpers == nil {
		root.helpers = make(map[string]bool)
	}
	root.helpers[callers(1)[0].Function] = true
}

// Cleanup has f called when the run has ended, however it did, and all its tasks
// have: outside the loop, the last function first. What f says to the T still
// counts. f cannot wait.
func (t *T) Cleanup(f func()) {
	root := t.root()
	root.mu.Lock()
	defer root.mu.Unlock()
	root.mustRun("Cleanup")
	t.cleanups = append(t.cleanups, f)
}

// TempDir returns an empty folder that is removed when the run has ended. Its
// name differs from run to run, so it must not get into what the program shows.
func (t *T) TempDir() string {
	root := t.root()
	root.mu.Lock()
	defer root.mu.Unlock()
	root.mustRun("TempDir")
	if root.temp == "" {
		root.temp = root.shared.folder()
	}
	dir, err := os.MkdirTemp(root.temp, "")
	if err != nil {
		panic(fmt.Sprintf("simtest: TempDir: %v", err))
	}
	return dir
}

// ArtifactDir returns the folder of the test's artifacts, if this is the run that
// the report shows, and a temporary one in other runs: there are too many of
// them, and they go on side by side.
func (t *T) ArtifactDir() string {
	if t.loud {
		return t.outer.ArtifactDir()
	}
	return t.TempDir()
}

// Attr emits a test attribute if this is the run that the report shows.
func (t *T) Attr(key, value string) {
	if t.loud {
		t.outer.Attr(key, value)
	}
}

// Setenv panics.
func (t *T) Setenv(key, value string) {
	panic(fmt.Sprintf("simtest: Setenv(%q) changes the whole process, and runs go on side by side; call it on the test's own T, before Check", key))
}

// Chdir panics.
func (t *T) Chdir(dir string) {
	panic(fmt.Sprintf("simtest: Chdir(%q) changes the whole process, and runs go on side by side; call it on the test's own T, before Check", dir))
}

// fail takes down a message and that the run fails.
func (t *T) fail(text string) {
	text = strings.TrimRight(text, "\n")
	t.record("Error", text, true)
	if root := t.root(); root.note != nil && !root.checking {
		root.note(text)
	}
}

// record takes down a message, under the name of the subtest.
func (t *T) record(what, text string, failure bool) {
	root := t.root()
	root.mu.Lock()
	defer root.mu.Unlock()
	if what != "" {
		root.mustRun(what)
	}
	if failure {
		t.mustGoOn("Fail", text)
	} else {
		t.mustGoOn("Log", text)
	}
	if failure {
		for up := t; up != nil; up = up.parent {
			up.failed = true
		}
	}
	root.messages = append(root.messages, Message{Text: t.named(text), Pos: root.position(), Failure: failure})
}

// named is a message with the name of the subtest that says it.
func (t *T) named(text string) string {
	if path := t.path(); path != "" {
		return path + ": " + text
	}
	return text
}

// mustGoOn panics, as a testing.T does, if t is that of a subtest that has completed:
// somebody has outlived it.
func (t *T) mustGoOn(what, text string) {
	if t.completed {
		panic(strings.TrimRight(fmt.Sprintf("%s in goroutine after %s has completed: %s", what, t.Name(), text), ": "))
	}
}

func (t *T) skip(text string) {
	root := t.root()
	root.mu.Lock()
	root.mustRun("Skip")
	t.skipped = true
	root.mu.Unlock()
	if text != "" {
		t.record("Skip", strings.TrimRight(text, "\n"), false)
	}
}

func (t *T) say(text string) { t.record("", strings.TrimRight(text, "\n"), false) }

// exitInvariant is what exit panics with inside an invariant. That runs in the
// goroutine of the loop, which a Goexit would end.
type exitInvariant struct{}

// exit ends the task.
func (t *T) exit() {
	if t.root().checking {
		panic(exitInvariant{})
	}
	if t.parent != nil {
		t.exitSubtest()
	}
	runtime.Goexit()
}

// mustRun panics if the run is over: what is said then belongs to no run.
func (t *T) mustRun(what string) {
	if t.ended {
		panic("simtest: " + what + " was called on the T of a run of " + t.outer.Name() +
			" that has ended; a goroutine beside the loop has outlived it, or the T was kept from run to run")
	}
}

// position returns the place in the program that says something. It is not worth
// its time in runs that nobody will look at.
func (t *T) position() string {
	if !t.loud {
		return ""
	}
	for _, frame := range callers(2) {
		if !t.helpers[frame.Function] && !strings.HasPrefix(frame.Function, methodsOfT) {
			return filepath.Base(frame.File) + ":" + strconv.Itoa(frame.Line)
		}
	}
	return ""
}

// methodsOfT is how the names of T's methods begin.
var methodsOfT = strings.TrimSuffix(callers(0)[0].Function, "init") + "(*T)."

// callers returns the frames above its caller, skip frames further up.
func callers(skip int) []runtime.Frame {
	pcs := make([]uintptr, 64)
	n := runtime.Callers(skip+2, pcs)
	frames := runtime.CallersFrames(pcs[:n])
	var out []runtime.Frame
	for {
		frame, more := frames.Next()
		out = append(out, frame)
		if !more {
			return out
		}
	}
}

func sprintln(args []any) string { return strings.TrimSuffix(fmt.Sprintln(args...), "\n") }
