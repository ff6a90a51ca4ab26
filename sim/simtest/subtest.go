package simtest

import (
	"fmt"
	"runtime"
	"strings"
)

// Run runs f as a subtest, inside of the same run: in the task that calls it, to its end.
// What is said to f's T fails the run, under the name of the subtest. FailNow, Fatal, Skip
// and their like end f, if f's own task calls them, and the caller of Run goes on; the
// functions given to Cleanup are called when f has ended. Run reports whether f did not
// fail.
//
// The name is that of testing.T.Run: below that of t, with a number behind it if there
// are several. The flag -run knows nothing of it, since all of a run is needed to have it
// again. The context is that of t. Run panics if f is nil. Who uses f's T when Run has
// returned panics, as with package testing.
func (t *T) Run(name string, f func(t *T)) bool {
	if f == nil {
		panic(fmt.Sprintf("simtest: Run %q was given a nil function", name))
	}
	root := t.root()
	root.mu.Lock()
	root.mustRun("Run")
	sub := &T{outer: t.outer, parent: t, name: t.subname(name), shared: t.shared, loud: t.loud, ctx: t.ctx}
	root.mu.Unlock()
	returned := false
	defer func() {
		if !returned { // the run is ending: what is to be cleaned up is, behind it
			root.mu.Lock()
			defer root.mu.Unlock()
			root.cleanups = append(root.cleanups, sub.cleanups...)
		}
	}()
	sub.subtest(func() { f(sub) })
	for cleanup := sub.lastCleanup(); cleanup != nil; cleanup = sub.lastCleanup() {
		sub.subtest(cleanup)
	}
	returned = true
	root.mu.Lock()
	defer root.mu.Unlock()
	sub.completed = true
	return !sub.failed
}

// root returns the T of the run.
func (t *T) root() *T {
	for t.parent != nil {
		t = t.parent
	}
	return t
}

// subname makes the name of a subtest what it is in package testing.
func (t *T) subname(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\t' || r == '\n':
			return '_'
		case r < ' ':
			return -1
		}
		return r
	}, name)
	if t.subtests == nil {
		t.subtests = map[string]int{}
	}
	n := t.subtests[name]
	t.subtests[name]++
	if name == "" || n > 0 {
		name = fmt.Sprintf("%s#%02d", name, n)
	}
	return name
}

// path returns the names of the subtests down to t, such as "one/two", or "".
func (t *T) path() string {
	path := t.name
	for up := t.parent; up != nil && up.name != ""; up = up.parent {
		path = up.name + "/" + path
	}
	return path
}

// subtestEnds is what FailNow panics with in the task of a subtest. A Goexit would end
// the task, and with it the run.
type subtestEnds struct{ t *T }

// subtest calls f, and returns also if f was ended by t.
func (t *T) subtest(f func()) {
	defer func() {
		if !t.ending {
			return // whoever recovers keeps the stack of the program's panic from being shown
		}
		t.ending = false
		if v := recover(); v != (subtestEnds{t}) && v != nil {
			panic(v)
		}
	}()
	f()
}

// exitSubtest ends the subtest of t if it is on the stack of the caller's goroutine.
func (t *T) exitSubtest() {
	inside := 0
	for _, frame := range callers(1) {
		if frame.Function == methodsOfT+"subtest" {
			inside++
		}
	}
	depth := 0
	for up := t; up.parent != nil; up = up.parent {
		depth++
	}
	if inside < depth {
		root := t.root()
		root.mu.Lock()
		root.exited = true
		root.mu.Unlock()
		runtime.Goexit()
	}
	t.ending = true
	panic(subtestEnds{t})
}
