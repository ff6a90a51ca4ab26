package bubble_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/trace"
)

// collected returns what a run shows.
func collected(t *testing.T, program func()) *order.Run {
	t.Helper()
	r := bubble.Engine(program).Runner()
	defer r.Close()
	return r.Run(order.Default(), trace.Off)
}

func linesOf(r *order.Run) string {
	var lines []string
	for _, l := range r.Output {
		lines = append(lines, l.Text)
	}
	return strings.Join(lines, ",")
}

// resource is something that has a finalizer.
type resource struct {
	name string
	rest [10]int
}

func (r *resource) String() string { return r.name }

//go:noinline
func newResource(name string) *resource { return &resource{name: name} }

// Finalizers are called in the run: they may use its channels, whatever they are passed and
// whatever they return.
func TestFinalizers(t *testing.T) {
	controlled(t)
	for name, set := range map[string]func(r *resource, c chan string){
		"pointer":   func(r *resource, c chan string) { runtime.SetFinalizer(r, func(r *resource) { c <- r.name }) },
		"interface": func(r *resource, c chan string) { runtime.SetFinalizer(r, func(r fmt.Stringer) { c <- r.String() }) },
		"any":       func(r *resource, c chan string) { runtime.SetFinalizer(r, func(r any) { c <- r.(*resource).name }) },
		"results": func(r *resource, c chan string) {
			runtime.SetFinalizer(r, func(r *resource) (a [9]string, err error) { c <- r.name; return })
		},
		"cleanup": func(r *resource, c chan string) { runtime.AddCleanup(r, func(name string) { c <- name }, "x") },
	} {
		r := collected(t, func() {
			c := make(chan string)
			set(newResource("x"), c)
			runtime.GC()
			bubble.Println(<-c)
		})
		if r.Failed() || linesOf(r) != "x" {
			t.Errorf("%s: %q, %v", name, linesOf(r), r.Err)
		}
	}
}

// Finalizers are called one after another, cleanups side by side: all of that is explored.
func TestOrdersOfFinalizers(t *testing.T) {
	controlled(t)
	for _, test := range []struct {
		name string
		set  func(r *resource, done *sync.WaitGroup)
		want []string
	}{
		{"finalizers", func(r *resource, done *sync.WaitGroup) {
			runtime.SetFinalizer(r, func(r *resource) { bubble.Println(r.name); done.Done() })
		}, []string{"a,b"}},
		{"cleanups", func(r *resource, done *sync.WaitGroup) {
			runtime.AddCleanup(r, func(name string) { bubble.Println(name); done.Done() }, r.name)
		}, []string{"a,b", "b,a"}},
	} {
		program := func() {
			var done sync.WaitGroup
			done.Add(2)
			test.set(newResource("a"), &done)
			test.set(newResource("b"), &done)
			runtime.GC()
			done.Wait()
		}
		r := explored(t, program, explore.WithStrategy(walk.Exhaustive()))
		var got []string
		for _, o := range r.Outcomes {
			got = append(got, strings.Join(strings.Fields(o.Text), ","))
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) || !r.Coverage.Complete() {
			t.Errorf("%s: %q, want %q (%s)", test.name, got, test.want, r.Verdict())
		}
		if why := explored(t, program, explore.WithStrategy(dpor.Reduced())).Coverage.Why; !strings.Contains(why, "runtime.GC, after which finalizers and cleanups are called") {
			t.Errorf("%s: a reduction says %q", test.name, why)
		}
	}
}

// What is not asked for any more, or can still be reached, is not called.
func TestFinalizersThatAreNotCalled(t *testing.T) {
	controlled(t)
	r := collected(t, func() {
		a, b, c := newResource("a"), newResource("b"), newResource("c")
		runtime.SetFinalizer(a, func(r *resource) { bubble.Println(r.name) })
		runtime.SetFinalizer(a, nil)
		runtime.AddCleanup(b, func(string) { bubble.Println("b") }, "").Stop()
		runtime.SetFinalizer(c, func(r *resource) { bubble.Println(r.name) })
		runtime.GC()
		runtime.Gosched()
		bubble.Println("end")
		runtime.KeepAlive(c)
	})
	if r.Failed() || linesOf(r) != "end" {
		t.Errorf("%q, %v", linesOf(r), r.Err)
	}
}

// A finalizer that panics is a finding of the run.
func TestFinalizerPanics(t *testing.T) {
	controlled(t)
	r := collected(t, func() {
		runtime.SetFinalizer(newResource("x"), func(*resource) { panic("broken") })
		runtime.GC()
		time.Sleep(time.Second)
	})
	if r.End != order.Panicked || !strings.Contains(r.Summary, "broken") {
		t.Errorf("%v: %v", r.End, r.Err)
	}
}

// What others have done to something before it could not be reached is no data race with its
// finalizer; what they do to something else beside it is one.
func TestFinalizersAndMemory(t *testing.T) {
	controlled(t)
	if !bubble.WatchesMemory() {
		t.Skip("memory is not watched")
	}
	for _, racy := range []bool{false, true} {
		r := explored(t, func() {
			used, finalized, other := make(chan bool), make(chan bool), 0
			x := newResource("x")
			runtime.SetFinalizer(x, func(r *resource) {
				r.rest[0]++
				other++
				close(finalized)
			})
			go func() {
				x.rest[0]++ // nothing orders it before the finalizer but that it comes first
				close(used)
			}()
			<-used
			runtime.GC()
			if racy {
				other++
			}
			<-finalized
		}, explore.WithStrategy(walk.Exhaustive()))
		if got := slices.Contains(ends(r), order.Raced); got != racy {
			t.Errorf("racy %v: %v, %s", racy, r.Outcomes, r.Verdict())
		}
	}
}

// What is found without runtime.GC waits for it; what is found after the run is not called.
func TestFinalizersOutsideOfCollections(t *testing.T) {
	controlled(t)
	// janitor sends on a channel of the run when what it looks after cannot be reached.
	janitor := func(collect bool) func() {
		return func() {
			stop := make(chan bool)
			go func() {
				<-stop
				bubble.Println("stopped")
			}()
			runtime.SetFinalizer(newResource("x"), func(*resource) { stop <- true })
			runtime.AddCleanup(newResource("y"), func(int) { close(stop) }, 0).Stop()
			collects <- true // a goroutine that belongs to no bubble has memory collected
			<-collects
			bubble.Println("end")
			if collect {
				runtime.GC()
				time.Sleep(time.Second)
			}
		}
	}
	for _, collect := range []bool{false, true} {
		over := make(chan bool)
		go func() {
			for {
				select {
				case <-collects:
					runtime.GC()
					runtime.GC()
					collects <- true
				case <-over:
					return
				}
			}
		}()
		r := collected(t, janitor(collect))
		close(over)
		want := "end"
		if collect {
			want = "end,stopped"
		}
		if linesOf(r) != want || r.Failed() == collect {
			t.Errorf("collect %v: %q, %v", collect, linesOf(r), r.Err)
		}
		runtime.GC() // the process lives on
		runtime.GC()
	}
}

// collects is a channel outside of runs.
var collects = make(chan bool)
