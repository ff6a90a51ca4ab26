package goroutine

import (
	"sync"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
)

var hello = Scenario{
	Name:  "go/hello",
	Title: "two goroutines sleep at the same time",
	Story: "Two goroutines wait a second each and then say hello. " +
		"Both seconds pass at the same time and end at one instant, so either greeting may come first.",
	Program: helloTwice,
	Policy:  order.SameInstant,
}

func helloTwice() {
	var wg sync.WaitGroup
	greeter(&wg, 1)
	greeter(&wg, 2)
	wg.Wait()
}

// greeter starts a goroutine that sleeps for a second and greets. It is not inlined, so that
// both goroutines are called after it, by every version of the compiler.
//
//go:noinline
func greeter(wg *sync.WaitGroup, n int) {
	wg.Go(func() {
		time.Sleep(time.Second)
		bubble.Printf("Hello %d!", n)
	})
}
