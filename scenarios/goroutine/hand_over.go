package goroutine

import (
	"sync"

	"weft/sim/bubble"
)

var handOver = Scenario{
	Name:  "go/hand-over",
	Title: "a dish goes from hand to hand",
	Story: "A cook hands a dish to a guest through a channel that has no buffer. " +
		"A send waits until somebody receives, so in no order is the cook free before the guest has sat down.",
	Program: serveOver(0),
}

// cook starts a goroutine that puts a dish on the counter.
func cook(wg *sync.WaitGroup, counter chan<- string) {
	wg.Go(func() {
		counter <- "soup"
		bubble.Println("the cook is free")
	})
}

// guest starts a goroutine that sits down and takes a dish.
func guest(wg *sync.WaitGroup, counter <-chan string) {
	wg.Go(func() {
		bubble.Println("the guest sits down")
		dish := <-counter
		bubble.Println("the guest has", dish)
	})
}

// serveOver serves over a counter with room for so many dishes.
func serveOver(room int) func() {
	return func() {
		counter := make(chan string, room)
		var wg sync.WaitGroup
		cook(&wg, counter)
		guest(&wg, counter)
		wg.Wait()
	}
}
