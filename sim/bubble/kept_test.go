package bubble_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
	"weft/trace"
)

// What packages keep.
var (
	keptContext, _ = context.WithCancel(context.Background())

	keptOnce sync.Once
	keptJobs chan func()

	keptTimer *time.Timer
	keptGroup sync.WaitGroup
	keptLock  sync.Mutex

	keptTableLock sync.Mutex
	keptTable     = map[string]int{}
)

func lazily(f func()) {
	keptOnce.Do(func() {
		keptJobs = make(chan func())
		go func() {
			for j := range keptJobs {
				j()
			}
		}()
	})
	done := make(chan bool)
	keptJobs <- func() { f(); close(done) }
	<-done
}

func keptNumber(name string) int {
	keptTableLock.Lock()
	defer keptTableLock.Unlock()
	if _, ok := keptTable[name]; !ok {
		c := make(chan int)
		go func() { c <- len(keptTable) + 1 }()
		keptTableLock.Unlock()
		n := <-c
		keptTableLock.Lock()
		keptTable[name] = n
	}
	return keptTable[name]
}

// keeping are programs that keep something from run to run.
var keeping = map[string]func(t *bubble.T){
	"context": func(*bubble.T) {
		ctx, cancel := context.WithCancel(keptContext)
		defer cancel()
		done := make(chan bool)
		go func() {
			select {
			case <-ctx.Done():
			case done <- true:
			}
		}()
		<-done
	},
	"worker": func(t *bubble.T) {
		n := 0
		lazily(func() { n++ })
		if n != 1 {
			t.Errorf("n is %d", n)
		}
		close(keptJobs)
	},
	"timer": func(*bubble.T) {
		if keptTimer == nil {
			keptTimer = time.AfterFunc(100*time.Hour, func() {})
		}
		keptTimer.Reset(50 * time.Hour)
	},
	"group": func(*bubble.T) {
		keptGroup.Go(func() {})
		keptGroup.Wait()
	},
	"lock": func(t *bubble.T) {
		keptLock.Lock()
		if keptTable["lock"]++; keptTable["lock"] > 1 {
			t.Error("another run has been here")
		}
	},
	"table": func(t *bubble.T) {
		var a, b int
		var wg sync.WaitGroup
		wg.Go(func() { a = keptNumber("a") })
		wg.Go(func() { b = keptNumber("b") })
		wg.Wait()
		if a == b {
			t.Errorf("both have number %d", a)
		}
	},
	"exits": func(*bubble.T) {
		var late atomic.Bool
		var wg sync.WaitGroup
		wg.Go(func() {
			if late.Load() {
				os.Exit(3)
			}
		})
		wg.Go(func() { late.Store(true) })
		wg.Wait()
	},
	"clean": func(*bubble.T) {
		c := make(chan int)
		go func() { c <- 1 }()
		<-c
	},
}

// TestKeeps is for those below, which run it.
func TestKeeps(t *testing.T) {
	which := os.Getenv("BUBBLE_KEEPS")
	if which == "" {
		t.Skip("for other tests")
	}
	t.Run(which, func(t *testing.T) {
		bubble.Check(t, func(*bubble.T) {}) // another check of the same test
		bubble.Check(t, keeping[which])
	})
}

// keeps runs a program that keeps something, in a folder of its own.
func keeps(t *testing.T, dir, which string, args ...string) (text string, passed bool) {
	t.Helper()
	controlled(t)
	binary, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, append([]string{"-test.run=^TestKeeps$", "-test.v"}, args...)...)
	own := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WEFT_") })
	cmd.Dir, cmd.Env = dir, append(own, "BUBBLE_KEEPS="+which)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// What an earlier run made is named, and from then on each run has a process of its own.
func TestWhatIsKeptIsNamed(t *testing.T) {
	for which, want := range map[string][]string{
		"context": {"a channel that an earlier run made (at bubble/kept_test.go:", "and main meets it at bubble/kept_test.go:", ", in context.WithCancel"},
		"worker":  {"a channel that an earlier run made (at bubble/kept_test.go:", "and main meets it at bubble/kept_test.go:"},
		"timer":   {"a timer that an earlier run made has been kept"},
		"lock":    {"a lock that an earlier run did not give back has been kept"},
	} {
		t.Run(which, func(t *testing.T) {
			t.Parallel()
			text, passed := keeps(t, t.TempDir(), which)
			if !passed {
				t.Errorf("it failed:\n%s", text)
			}
			wants(t, text, append(want, "each run was made in a process of its own, since something is kept from run to run")...)
		})
	}
}

// It is met in every later run, also if the memory of the bubble it was made in is another
// bubble's by now.
func TestWhatIsKeptIsMetEachTime(t *testing.T) {
	controlled(t)
	var c chan int // whose elements hold no pointers, so that nothing keeps its bubble
	runner := bubble.Engine(func() {
		if c == nil {
			c = make(chan int, 1)
		}
		c <- 1
	}).Runner() // whose first run makes it
	for i := range 400 {
		if i%10 == 0 {
			runtime.GC()
		}
		var kept *order.KeptError
		if run := runner.Run(order.Default(), trace.Off); !errors.As(run.Err, &kept) {
			t.Fatalf("run %d did not meet the channel: %v", i, run.Err)
		}
	}
}

// A program that keeps nothing, or what does not matter, is not said to.
func TestNothingIsKept(t *testing.T) {
	for _, which := range []string{"clean", "group"} {
		text, passed := keeps(t, t.TempDir(), which)
		if !passed || strings.Contains(text, "process of its own") {
			t.Errorf("%s: passed is %v:\n%s", which, passed, text)
		}
	}
}

// A failure that only a first run shows is found, explained, kept, and repeated.
func TestFirstRunFails(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	dir := t.TempDir()
	text, passed := keeps(t, dir, "table", "-weft.strategy=exhaustive")
	if passed {
		t.Fatalf("it passed:\n%s", text)
	}
	wants(t, text, "both have number 1", "each run was made in a process of its own, since", "The nearest passing run", "-weft.fresh\n", "kept in  ")
	_, again, _ := strings.Cut(text, "-weft.schedule=")
	schedule, _, _ := strings.Cut(again, " ")
	again, passed = keeps(t, dir, "table", "-weft.fresh", "-weft.schedule="+schedule, "-weft.nofailfile")
	if passed {
		t.Errorf("the schedule %s passes:\n%s", schedule, again)
	}
	wants(t, again, "both have number 1")
	again, passed = keeps(t, dir, "table")
	if passed {
		t.Errorf("the failure that was kept passes:\n%s", again)
	}
	wants(t, again, "is still there", "both have number 1")
}

// A program that ends its process fails in the orders in which it does, which can be had
// again, also where the runtime took decisions by a plan.
func TestRunEndsItsProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	text, passed := keeps(t, t.TempDir(), "exits", "-weft.fresh", "-weft.strategy=random", "-weft.runs=20")
	if passed || strings.Contains(text, "did not fail when it was made once more") {
		t.Errorf("passed is %v:\n%s", passed, text)
	}
	wants(t, text, "FAILS: died", "exit status 3", "(1 switch)")
}

// Asked for, it is what is done, and a program that needs it not does the same.
func TestFreshIsAskedFor(t *testing.T) {
	plain, passed := keeps(t, t.TempDir(), "clean", "-weft.strategy=exhaustive")
	if !passed {
		t.Errorf("it failed:\n%s", plain)
	}
	text, passed := keeps(t, t.TempDir(), "clean", "-weft.strategy=exhaustive", "-weft.fresh")
	if !passed {
		t.Errorf("it failed:\n%s", text)
	}
	for line := range strings.Lines(plain) {
		if _, verdict, ok := strings.Cut(line, ": all "); ok {
			verdict, _, _ = strings.Cut(verdict, " explored")
			wants(t, text, "all "+verdict+" explored", "each run was made in a process of its own")
		}
	}
}
