package simtest_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// recorder is a testing.TB that takes down what is said to it, so that a failing
// check can be looked at by a test that passes.
type recorder struct {
	testing.TB // of the test that looks; for what is not below
	name       string
	limit      time.Time

	mu      sync.Mutex
	text    strings.Builder
	attrs   []string
	failed  bool
	skipped bool

	cleanups []func()
}

// watch calls f with a recorder for a test of that name, in a folder of its own.
func watch(t *testing.T, name string, f func(tb testing.TB)) *recorder {
	t.Helper()
	t.Chdir(t.TempDir())
	return watchHere(t, name, f)
}

// watchHere is watch in the folder that is the current one.
func watchHere(t *testing.T, name string, f func(tb testing.TB)) *recorder {
	t.Helper()
	r := &recorder{TB: t, name: name}
	r.run(f)
	return r
}

func (r *recorder) run(f func(tb testing.TB)) {
	done := make(chan struct{})
	go func() { // FailNow ends the goroutine
		defer close(done)
		f(r)
	}()
	<-done
	for _, f := range r.cleanups {
		f()
	}
}

func (r *recorder) say(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text.WriteString(strings.TrimRight(text, "\n") + "\n")
}

func (r *recorder) Helper()                    {}
func (r *recorder) Name() string               { return r.name }
func (r *recorder) Context() context.Context   { return context.Background() }
func (r *recorder) Log(args ...any)            { r.say("log: " + fmt.Sprintln(args...)) }
func (r *recorder) Logf(f string, args ...any) { r.say("log: " + fmt.Sprintf(f, args...)) }
func (r *recorder) Error(args ...any)          { r.Fail(); r.say("error: " + fmt.Sprintln(args...)) }
func (r *recorder) Errorf(f string, args ...any) {
	r.Fail()
	r.say("error: " + fmt.Sprintf(f, args...))
}
func (r *recorder) Fatal(args ...any) { r.say("fatal: " + fmt.Sprintln(args...)); r.FailNow() }
func (r *recorder) Fatalf(f string, args ...any) {
	r.say("fatal: " + fmt.Sprintf(f, args...))
	r.FailNow()
}
func (r *recorder) Skip(args ...any) { r.say("skip: " + fmt.Sprintln(args...)); r.SkipNow() }
func (r *recorder) Skipf(f string, args ...any) {
	r.say("skip: " + fmt.Sprintf(f, args...))
	r.SkipNow()
}
func (r *recorder) Cleanup(f func())  { r.cleanups = append(r.cleanups, f) }
func (r *recorder) FailNow()          { r.Fail(); runtime.Goexit() }
func (r *recorder) Output() io.Writer { return io.Discard }

func (r *recorder) Fail() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = true
}

func (r *recorder) SkipNow() {
	r.mu.Lock()
	r.skipped = true
	r.mu.Unlock()
	runtime.Goexit()
}

func (r *recorder) Attr(key, value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.attrs = append(r.attrs, key+"="+value)
}

// said returns everything that was said.
func (r *recorder) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// wants fails the looking test unless everything is as wanted: whether the watched
// one failed, and what it said among other things.
func (r *recorder) wants(t *testing.T, failed bool, parts ...string) {
	t.Helper()
	said := r.said()
	if r.failed != failed {
		t.Errorf("failed: %v, want %v; it said\n%s", r.failed, failed, said)
	}
	for _, part := range parts {
		if !strings.Contains(said, part) {
			t.Errorf("%q is missing in\n%s", part, said)
		}
	}
}

// lacks fails the test if one of the parts was said.
func (r *recorder) lacks(t *testing.T, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(r.said(), part) {
			t.Errorf("%q should not be in\n%s", part, r.said())
		}
	}
}

// withLimit is a recorder that has a time limit, as *testing.T has.
type withLimit struct{ *recorder }

func (r withLimit) Deadline() (time.Time, bool) { return r.limit, true }

// here is the folder of the package, before a test moves elsewhere.
var here, _ = os.Getwd()

// golden compares a text with a file below testdata/check; -update writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join(here, "testdata", "check", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if got != string(want) {
		t.Errorf("other than %s; -update writes it anew. Got\n%s", file, got)
	}
}

// at returns the place of the one line of a source file that holds a text, as
// messages show it. Of several, it is the first one.
func at(t *testing.T, file, text string) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(here, file))
	if err != nil {
		t.Fatal(err)
	}
	before, _, found := strings.Cut(string(source), text)
	if !found {
		t.Fatalf("%q is not in %s", text, file)
	}
	return fmt.Sprintf("%s:%d", file, strings.Count(before, "\n")+1)
}
