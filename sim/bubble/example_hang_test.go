package bubble_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
)

// Nobody sets what main looks at.
func ExampleSpinError() {
	if !bubble.Controlled() {
		return
	}
	run := order.RunOnce(bubble.Engine(func() {
		var ready atomic.Bool
		for !ready.Load() {
		}
	}), order.Default())
	var spin *bubble.SpinError
	if errors.As(run.Err, &spin) {
		fmt.Println(spin.Text(false))
	}
	// Output under the overlay:
	// 1 goroutine spins, and nothing else can go on: nothing has changed for 10,000 steps, at 0s
	//   main spins on atomic ready
}

// A heartbeat goes on beside a goroutine that nobody will wake.
func ExampleStallError() {
	if !bubble.Controlled() {
		return
	}
	run := order.RunOnce(bubble.Engine(func() {
		go func() {
			bubble.Name("heartbeat")
			for {
				time.Sleep(time.Second)
			}
		}()
		signal := make(chan bool)
		<-signal
	}, bubble.WithTickLimit(1_000)), order.Default())
	var stall *bubble.StallError
	if errors.As(run.Err, &stall) {
		fmt.Println(stall.Text(false))
	}
	// Output under the overlay:
	// main has waited since 0s to receive from signal, and nobody sends to it
	// Only timers go on: for 1,000 ticks, from 1s to 16m41s, nothing else has happened
	//   main waits for chan signal since 0s
	//   heartbeat comes back to sleep
}

// A cleaner that nothing can stop is no leak if it is expected.
func ExampleWithExpected() {
	if !bubble.Controlled() {
		return
	}
	program := func() { go cleaner() }
	fmt.Println(order.RunOnce(bubble.Engine(program), order.Default()).End)
	fmt.Println(order.RunOnce(bubble.Engine(program, bubble.WithExpected("weft/sim/bubble_test.cleaner")), order.Default()).End)
	// Output under the overlay:
	// leak
	// finished
}
