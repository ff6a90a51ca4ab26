package bubble_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/benbjohnson/clock"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// Every order of two goroutines that wake at the same instant. The examples print
// something only in programs that were built with the overlay; a test checks what.
func ExampleEngine() {
	if !bubble.Controlled() {
		return
	}
	engine := bubble.Engine(func() {
		var wg sync.WaitGroup
		for _, name := range []string{"Ann", "Bob"} {
			wg.Go(func() {
				time.Sleep(time.Second)
				bubble.Println("hello from", name)
			})
		}
		wg.Wait()
	}, bubble.WithPolicy(order.SameInstant))
	report, err := explore.Search(context.Background(), engine, explore.WithStrategy(walk.Exhaustive()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Verdict())
	for _, outcome := range report.Outcomes {
		fmt.Printf("%q\n", outcome.Text)
	}
	// Output under the overlay:
	// all 2 orders explored
	// "hello from Ann\nhello from Bob\n"
	// "hello from Bob\nhello from Ann\n"
}

// Code that was written for the clocks of github.com/benbjohnson/clock needs no mock
// in a bubble: there, the real clock is virtual.
func ExampleEngine_clock() {
	if !bubble.Controlled() {
		return
	}
	engine := bubble.Engine(func() {
		c := clock.New()
		began := c.Now()
		c.Sleep(time.Hour)
		bubble.Println(c.Since(began))
	})
	for _, line := range order.RunOnce(engine, order.Default()).Output {
		fmt.Println(line.Text)
	}
	// Output under the overlay:
	// 1h0m0s
}

// Two goroutines count with one variable, and nothing orders what they do: a data race,
// which is found without the race detector, in programs that "weft test" has built.
func ExampleDataRaceError() {
	if !bubble.WatchesMemory() {
		return
	}
	run := order.RunOnce(bubble.Engine(func() {
		hits := 0
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { hits++ })
		}
		wg.Wait()
	}), order.Default())
	if races, ok := errors.AsType[*bubble.DataRaceError](run.Err); ok {
		fmt.Println("data race on", races.Races[0].Variable)
	}
	// Output under the overlay:
	// data race on hits
}

// A data race that somebody accepts is no failure.
func ExampleWithAcceptedRace() {
	if !bubble.WatchesMemory() {
		return
	}
	hits := 0
	run := order.RunOnce(bubble.Engine(func() {
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { hits++ })
		}
		wg.Wait()
	}, bubble.WithAcceptedRace("hits")), order.Default())
	fmt.Println(run.End)
	// Output under the overlay:
	// finished
}

// With the accesses that race as points, an update is lost in some orders.
func ExampleWithMemoryPoints() {
	if !bubble.WatchesMemory() {
		return
	}
	report, err := explore.Search(context.Background(), bubble.Engine(func() {
		hits := 0
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { hits++ })
		}
		wg.Wait()
		bubble.Println(hits)
	}, bubble.WithMemoryPoints()))
	if err != nil {
		panic(err)
	}
	for _, o := range report.Outcomes {
		fmt.Print(o.Text)
	}
	// Output under the overlay:
	// 2
	// 1
}
