package main

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// newProbe is what weft doctor has a weft with the overlay do. That every edit of the
// overlay matches does not say that a run goes by it: a compiler may go around the
// functions that were edited.
func newProbe() *cobra.Command {
	return &cobra.Command{
		Use:    "probe",
		Short:  "Run a few programs whose orders are known",
		Hidden: true,
		Args:   noArguments,
		RunE:   func(cmd *cobra.Command, _ []string) error { return probe(cmd.Context()) },
	}
}

// probed are the programs of a probe, with how many orders each has.
var probed = []struct {
	what    string
	program func()
	orders  int
}{
	{"two goroutines that lock a mutex", func() {
		var mu sync.Mutex
		done := make(chan bool)
		go func() {
			mu.Lock()
			mu.Unlock()
			close(done)
		}()
		mu.Lock()
		mu.Unlock()
		<-done
	}, 8},
	{"a select with two ready channels", func() {
		a, b := make(chan int, 1), make(chan int, 1)
		a <- 1
		b <- 1
		select {
		case <-a:
		case <-b:
		}
	}, 2},
	{"two sleepers of one instant", func() {
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { time.Sleep(time.Second) })
		}
		wg.Wait()
	}, 48},
	{"two goroutines that add to an atomic", func() {
		var n atomic.Int64
		var wg sync.WaitGroup
		wg.Go(func() { n.Add(1) })
		n.Add(1)
		wg.Wait()
	}, 6},
}

// probe runs the programs, and one that makes locks in memory of every size class, whose
// names all must be known.
func probe(ctx context.Context) error {
	if !bubble.Controlled() {
		return errUncontrolled
	}
	for _, p := range probed {
		r, err := explore.Search(ctx, bubble.Engine(p.program), explore.WithStrategy(walk.Exhaustive()))
		switch {
		case err != nil:
			return err
		case r.Nondeterminism != nil:
			return fmt.Errorf("a program that was built with the overlay does not do the same twice (%s): %w", p.what, r.Nondeterminism)
		case r.Failed():
			return fmt.Errorf("a program that was built with the overlay fails, and should not (%s): %s", p.what, r.Failure().Text)
		case r.Runs != p.orders:
			return fmt.Errorf("a program that was built with the overlay has %d orders, and should have %d (%s)", r.Runs, p.orders, p.what)
		}
	}
	run := order.RunOnce(bubble.Engine(locksOfAllSizes), order.Default())
	if len(run.Untracked) > 0 {
		return fmt.Errorf("a program that was built with the overlay uses what has no name: %s", strings.Join(run.Untracked, "; "))
	}
	for _, s := range run.Footprints {
		for _, touch := range s.Touches {
			if strings.Contains(touch.Object, "?") {
				return fmt.Errorf("a program that was built with the overlay touches what has no name: %s", touch.Object)
			}
		}
	}
	return nil
}

// locksOfAllSizes uses locks and atomics in memory that is made in all the ways of the
// runtime.
func locksOfAllSizes() {
	use(new(sync.Mutex))
	use(&new(struct {
		sync.Mutex
		_ [5]int64
	}).Mutex)
	use(&new(struct {
		next *int
		sync.Mutex
	}).Mutex)
	use(&new(struct {
		next [6]*int
		sync.Mutex
	}).Mutex)
	use(&new(struct {
		_    [100]*int
		lock sync.Mutex
	}).lock)
	use(&make([]sync.Mutex, 3)[1])
	use(&append(make([]sync.Mutex, 1), sync.Mutex{})[1])
	use(reflect.New(reflect.TypeFor[sync.Mutex]()).Interface().(sync.Locker))
	for _, n := range []interface{ Add(int32) int32 }{new(atomic.Int32), &new(struct{ a, b atomic.Int32 }).b} {
		n.Add(1)
	}
	var once sync.Once
	go once.Do(func() {})
	time.Sleep(1)
}

func use(lock sync.Locker) {
	done := make(chan bool)
	go func() {
		lock.Lock()
		lock.Unlock()
		done <- true
	}()
	<-done
}
