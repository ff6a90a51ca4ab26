package simtest_test

import (
	"context"
	"fmt"
	"testing"

	"weft/sim"
	"weft/sim/simtest"
)

// Subtests run inside of the run, and what fails in one fails under its name.
func TestSubtests(t *testing.T) {
	var order []string
	note := func(what string) { order = append(order, what) }
	r := once(t, func(t *simtest.T) {
		order = nil
		t.Cleanup(func() { note("cleanup") })
		ok := t.Run("one", func(t *simtest.T) {
			note(t.Name())
			t.Cleanup(func() { note("cleanup of one") })
			if err := sim.Yield(t.Context()); err != nil {
				t.Fatal(err)
			}
			t.Fatalf("got %d", 1)
			note("after Fatalf")
		})
		note(fmt.Sprint("one: ", ok))
		ok = t.Run("one", func(t *simtest.T) {
			t.Run("in ner", func(t *simtest.T) {
				note(t.Name())
				t.Skip("not now")
				note("after Skip")
			})
			note(fmt.Sprint("failed: ", t.Failed()))
		})
		note(fmt.Sprint("the other: ", ok))
	})
	r.wants(t, true, "one: got 1")
	r.lacks(t, "one#01: ")
	want := []string{"TestOnce/one", "cleanup of one", "one: false", "TestOnce/one#01/in_ner", "failed: false", "the other: true", "cleanup"}
	if fmt.Sprint(order) != fmt.Sprint(want) {
		t.Errorf("it went %q, want %q", order, want)
	}
}

// FailNow of an outer subtest ends the inner one as well, and nothing else; of a subtest
// in another task, it ends the run.
func TestSubtestsEnd(t *testing.T) {
	once(t, func(t *simtest.T) {
		t.Run("outer", func(outer *simtest.T) {
			defer func() { outer.Log("deferred") }()
			outer.Run("inner", func(*simtest.T) { outer.FailNow() })
			outer.Error("not here")
		})
		t.Error("but here")
	}).wants(t, true, "but here")
	r := once(t, func(t *simtest.T) {
		t.Run("outer", func(outer *simtest.T) {
			task := sim.Go(t.Context(), "other", func(ctx context.Context) error { outer.Fatal("in another task"); return nil })
			task.Await(t.Context())
		})
		t.Error("not here")
	})
	r.wants(t, true, "outer: in another task")
	r.lacks(t, "not here")
	once(t, func(t *simtest.T) {
		t.Run("panics", func(*simtest.T) { panic("of the program") })
	}).wants(t, true, "of the program")
	once(t, func(t *simtest.T) { t.Run("nil", nil) }).wants(t, true, `simtest: Run "nil" was given a nil function`)
}

// What a subtest wants to have cleaned up is, also what is asked for while that is done,
// and also if the run ends inside of it.
func TestSubtestsCleanUp(t *testing.T) {
	var order []string
	once(t, func(t *simtest.T) {
		order = nil
		t.Run("nested", func(t *simtest.T) {
			t.Cleanup(func() {
				order = append(order, "first")
				t.Cleanup(func() { order = append(order, "second") })
			})
		})
		t.Cleanup(func() { order = append(order, "of the run") })
		t.Run("panics", func(t *simtest.T) {
			t.Cleanup(func() { order = append(order, "behind the run") })
			panic("of the program")
		})
	}).wants(t, true, "of the program")
	if got, want := fmt.Sprint(order), "[first second behind the run of the run]"; got != want {
		t.Errorf("it went %s, want %s", got, want)
	}
}

// Who outlives a subtest and says something to its T panics, as with package testing.
func TestSubtestsAreOver(t *testing.T) {
	for _, test := range []struct {
		name string
		says func(t *simtest.T)
		want string
	}{
		{"Log", func(t *simtest.T) { t.Log("late") }, "Log in goroutine after TestOnce/sub has completed: late"},
		{"Error", func(t *simtest.T) { t.Error("late") }, "Fail in goroutine after TestOnce/sub has completed: late"},
		{"Fail", func(t *simtest.T) { t.Fail() }, "Fail in goroutine after TestOnce/sub has completed"},
	} {
		once(t, func(t *simtest.T) {
			var kept *simtest.T
			t.Run("sub", func(t *simtest.T) { kept = t })
			test.says(kept)
		}).wants(t, true, test.want)
	}
}

// What a subtest writes is shown under its name.
func TestSubtestsWrite(t *testing.T) {
	once(t, func(t *simtest.T) {
		t.Run("sub", func(t *simtest.T) { fmt.Fprintln(t.Output(), "written") })
		t.Fail()
	}).wants(t, true, "sub: written")
}
