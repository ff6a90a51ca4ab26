package simtest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/sim/simtest"
)

var _ testing.TB = (*simtest.T)(nil)

// once makes a check of the one order of FIFO, and returns what it says.
func once(t *testing.T, f func(t *simtest.T), options ...explore.Option) *recorder {
	t.Helper()
	return watch(t, "TestOnce", func(tb testing.TB) {
		simtest.Check(tb, f, append(options, simtest.WithPolicy(order.FIFO))...)
	})
}

// Every way to fail makes the run a failing one; those that end the task end the
// run, whichever task it is.
func TestWaysToFail(t *testing.T) {
	for _, c := range []struct {
		name    string
		fail    func(t *simtest.T)
		goesOn  bool
		message string
	}{
		{"Error", func(t *simtest.T) { t.Error("is", 1, "off") }, true, at(t, "t_test.go", `t.Error("is", 1`) + ": is 1 off"},
		{"Errorf", func(t *simtest.T) { t.Errorf("is %d off", 2) }, true, at(t, "t_test.go", `t.Errorf("is %d off", 2`) + ": is 2 off"},
		{"Fatal", func(t *simtest.T) { t.Fatal("is", 3, "off") }, false, at(t, "t_test.go", `t.Fatal("is", 3`) + ": is 3 off"},
		{"Fatalf", func(t *simtest.T) { t.Fatalf("is %d off", 4) }, false, at(t, "t_test.go", `t.Fatalf("is %d off", 4`) + ": is 4 off"},
		{"Fail", func(t *simtest.T) { t.Fail() }, true, "failed without a message"},
		{"FailNow", func(t *simtest.T) { t.FailNow() }, false, "failed without a message"},
		{"helper", func(t *simtest.T) { equal(t, 1, 2) }, false, at(t, "t_test.go", `equal(t, 1, 2) }`) + ": got 1, want 2"},
	} {
		places := map[string]func(t *simtest.T, f func()) error{
			"main task": func(t *simtest.T, f func()) error { f(); return nil },
			"another task": func(t *simtest.T, f func()) error {
				_, err := sim.Go(t.Context(), "other", func(context.Context) error { f(); return nil }).Await(t.Context())
				return err
			},
			"callback": func(t *simtest.T, f func()) error {
				sim.LoopOf(t.Context()).CallSoon("call", func(context.Context) { f() })
				return sim.Sleep(t.Context(), time.Second)
			},
			"thread": func(t *simtest.T, f func()) error {
				_, err := sim.ToThread(t.Context(), "thread", func(context.Context) (int, error) { f(); return 0, nil })
				return err
			},
		}
		for place, in := range places {
			t.Run(c.name+" in "+place, func(t *testing.T) {
				var after, deferred bool
				r := once(t, func(t *simtest.T) {
					after, deferred = false, false
					defer func() { deferred = true }()
					noError(t, in(t, func() { c.fail(t) }))
					after = true
				})
				r.wants(t, true, "1 of 1 run failed", c.message)
				if after != c.goesOn || !deferred {
					t.Errorf("the run went on: %v, want %v; deferred functions ran: %v", after, c.goesOn, deferred)
				}
			})
		}
	}
}

// A failure of one run is of no other: each has a T of its own, also side by
// side.
func TestFailuresBelongToOneRun(t *testing.T) {
	var mu sync.Mutex
	seen := map[*simtest.T]int{}
	failing := 0
	r := watch(t, "TestCoins", func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			mu.Lock()
			seen[t]++
			mu.Unlock()
			if t.Failed() || t.Skipped() {
				panic("a T that was used before")
			}
			for i := range 6 {
				if sim.Choose(t.Context(), fmt.Sprint("coin", i), 0, 1) == 1 && i == 5 {
					mu.Lock()
					failing++
					mu.Unlock()
					t.Error("tail")
				}
			}
		}, explore.WithStrategy(walk.Exhaustive()), explore.WithWorkers(4), explore.WithoutReplayCheck())
	})
	r.wants(t, true, "32 of 64 runs failed", "all 64 orders explored: 2 outcomes, 1 of them a failure")
	for _, n := range seen {
		if n != 1 {
			t.Fatalf("a T had %d runs", n)
		}
	}
}

// What a run says that ends for another reason is told with that reason.
func TestFailureBesideAnotherEnd(t *testing.T) {
	once(t, func(t *simtest.T) {
		t.Error("first this") // 1
		sim.NewEvent(t.Context(), "never").Wait(t.Context())
	}).wants(t, true, at(t, "t_test.go", "first this\") // 1")+": first this", "FAILS: deadlock: main has waited since 0s at simtest/t_test.go:", " for event never", "main waits for event never")
	once(t, func(t *simtest.T) {
		t.Error("first this") // 2
		panic("then that")
	}).wants(t, true, at(t, "t_test.go", "first this\") // 2")+": first this", "panic in main: then that", "simtest/"+at(t, "t_test.go", `panic("then`))
	once(t, func(t *simtest.T) { runtime.Goexit() }).wants(t, true, "called runtime.Goexit")
}

func TestCleanup(t *testing.T) {
	var order []string
	note := func(text string) func() { return func() { order = append(order, text) } }
	run := func(t *simtest.T) {
		order = nil
		t.Cleanup(note("first"))
		sim.Go(t.Context(), "left", func(ctx context.Context) error {
			defer note("left task ended")()
			return sim.Sleep(ctx, time.Hour)
		})
		sim.Yield(t.Context())
		t.Cleanup(func() {
			note("second")()
			t.Cleanup(note("from second"))
		})
	}
	want := []string{"left task ended", "second", "from second", "first"}
	once(t, run).wants(t, false)
	if !slices.Equal(order, want) {
		t.Errorf("passing: %q, want %q", order, want)
	}
	for name, fail := range map[string]func(t *simtest.T){
		"FailNow":  func(t *simtest.T) { t.FailNow() },
		"panic":    func(*simtest.T) { panic("oh") },
		"deadlock": func(t *simtest.T) { sim.NewEvent(t.Context(), "never").Wait(t.Context()) },
	} {
		once(t, func(t *simtest.T) { run(t); fail(t) }).wants(t, true)
		if !slices.Equal(order, want) {
			t.Errorf("%s: %q, want %q", name, order, want)
		}
	}
}

// What functions given to Cleanup find wrong counts, and one of them does not
// keep the others from running.
func TestCleanupThatFails(t *testing.T) {
	for name, fail := range map[string]func(t *simtest.T){
		"Errorf":  func(t *simtest.T) { t.Errorf("still %s", "open") },
		"Fatalf":  func(t *simtest.T) { t.Fatalf("still %s", "open") },
		"a panic": func(*simtest.T) { panic("still open") },
	} {
		ran := false
		r := once(t, func(t *simtest.T) {
			t.Cleanup(func() { ran = true })
			t.Cleanup(func() { fail(t) })
		})
		r.wants(t, true, "still open")
		if !ran {
			t.Errorf("%s: the other function did not run", name)
		}
	}
}

func TestSkip(t *testing.T) {
	for name, skip := range map[string]func(t *simtest.T){
		"Skip":  func(t *simtest.T) { t.Skip("no", "coins") },
		"Skipf": func(t *simtest.T) { t.Skipf("no %s", "coins") },
	} {
		r := once(t, func(t *simtest.T) {
			skip(t)
			t.Error("it went on")
		})
		r.wants(t, false, "skip: all runs were skipped", "no coins")
		if !r.skipped {
			t.Errorf("%s did not skip the test", name)
		}
	}
	some := watch(t, "TestCoins", func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			if sim.Choose(t.Context(), "coin", 0, 1) == 1 {
				sim.Go(t.Context(), "other", func(context.Context) error {
					t.SkipNow()
					return nil
				}).Await(t.Context())
			}
		}, explore.WithStrategy(walk.Exhaustive()))
	})
	some.wants(t, false, "all 2 orders explored: 1 outcome")
	if some.skipped {
		t.Error("the test was skipped although not all runs were")
	}
	once(t, func(t *simtest.T) {
		t.Error("wrong before")
		t.SkipNow()
	}).wants(t, true, "wrong before")
}

// Logs of the run that is shown are shown, with places, and those of others are
// not.
func TestLogs(t *testing.T) {
	r := watch(t, "TestCoins", func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			coin := sim.Choose(t.Context(), "coin", "head", "tail", "edge")
			t.Log("it is", coin)
			t.Logf("it is %q", coin)
			fmt.Fprintf(t.Output(), "written %s\n", coin)
			t.Attr("coin", coin)
			if coin == "tail" {
				t.Error("wrong side")
			}
		}, explore.WithStrategy(walk.Exhaustive()))
	})
	r.wants(t, true, "FAILS: "+at(t, "t_test.go", `t.Error("wrong side")`)+": wrong side\n", "    "+at(t, "t_test.go", `t.Log("it`)+": it is tail\n    "+at(t, "t_test.go", `t.Logf("it`)+": it is \"tail\"\n"+
		"    written tail\n")
	r.lacks(t, "edge", "it is head")
	if !slices.Contains(r.attrs, "coin=tail") || slices.Contains(r.attrs, "coin=edge") {
		t.Errorf("attributes %q", r.attrs)
	}
}

func TestTempDir(t *testing.T) {
	var mu sync.Mutex
	var dirs []string
	r := watch(t, "TestCoins", func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			sim.Choose(t.Context(), "coin", 0, 1, 2)
			a, b := t.TempDir(), t.ArtifactDir()
			if a == b {
				t.Errorf("%s twice", a)
			}
			if err := os.WriteFile(filepath.Join(a, "file"), nil, 0o666); err != nil {
				t.Error(err)
			}
			mu.Lock()
			dirs = append(dirs, a, b)
			mu.Unlock()
		}, explore.WithStrategy(walk.Exhaustive()))
	})
	r.wants(t, false)
	slices.Sort(dirs)
	if len(slices.Compact(dirs)) < 6 {
		t.Errorf("only %q", dirs)
	}
	for _, dir := range dirs {
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there: %v", dir, err)
		}
	}
}

// What changes the whole process is refused, with a sentence.
func TestProcessWideCallsAreRefused(t *testing.T) {
	once(t, func(t *simtest.T) { t.Setenv("HOME", "/") }).wants(t, true, `simtest: Setenv("HOME") changes the whole process`)
	once(t, func(t *simtest.T) { t.Chdir("/") }).wants(t, true, `simtest: Chdir("/") changes the whole process`)
}

// A T that outlives its run says so when it is used: nothing else could show
// where the failure belongs.
func TestTAfterItsRun(t *testing.T) {
	var kept *simtest.T
	once(t, func(t *simtest.T) { kept = t })
	for name, use := range map[string]func(){
		"Errorf":  func() { kept.Errorf("late") },
		"FailNow": func() { kept.FailNow() },
		"Cleanup": func() { kept.Cleanup(func() {}) },
		"TempDir": func() { kept.TempDir() },
	} {
		for range 2 { // it must not hang, either
			if message := panicOf(use); !strings.Contains(message, "run of TestOnce that has ended") {
				t.Errorf("%s: %q", name, message)
			}
		}
	}
}

func TestNameAndContext(t *testing.T) {
	once(t, func(t *simtest.T) {
		if t.Name() != "TestOnce" {
			t.Errorf("name %q", t.Name())
		}
		if err := sim.Sleep(t.Context(), time.Minute); err != nil || sim.Now(t.Context()) != time.Minute {
			t.Errorf("slept to %v, %v", sim.Now(t.Context()), err)
		}
	}).wants(t, false)
}

// Messages of tasks that do not affect each other come in any order, which makes
// no outcomes of their own.
func TestOrderOfMessagesIsNoOutcome(t *testing.T) {
	r := watch(t, "TestTwo", func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			var all []sim.Awaitable[sim.None]
			for _, name := range []string{"a", "b"} {
				all = append(all, sim.Go(t.Context(), name, func(context.Context) error {
					t.Errorf("%s is off", name)
					return nil
				}))
			}
			sim.Gather(t.Context(), all...).Await(t.Context())
		}, explore.WithStrategy(walk.Exhaustive()))
	})
	r.wants(t, true, "2 of 2 runs failed", "1 outcome, which is a failure", "a is off\n", "b is off\n")
}
