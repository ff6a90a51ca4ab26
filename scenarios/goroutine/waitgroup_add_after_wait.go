package goroutine

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
)

var waitGroupAddAfterWait = Scenario{
	Name:  "go/waitgroup-add-after-wait",
	Title: "the house is locked while a guest comes in",
	Story: "The host sends a guest to the waiter, who counts him and serves him, and locks the house when all who were counted have gone. " +
		"If the host is quicker than the waiter, nobody has been counted yet: Wait returns at once, and the guest is locked in.",
	Program:  lockTheHouse(countLate),
	Fails:    order.Panicked,
	DataRace: true, // which package sync tells the race detector of
}

var waitGroupAddAfterWaitFixed = Scenario{
	Name:  "go/waitgroup-add-after-wait-fixed",
	Title: "the host counts the guest at the door",
	Story: "The host counts the guest before sending him to the waiter. " +
		"Add comes before Wait in one goroutine, so no order can exchange them.",
	Program: lockTheHouse(countEarly),
	Fixes:   "go/waitgroup-add-after-wait",
}

// Who counts a guest: the host who lets him in, or the waiter who meets him.
const (
	countLate  = false
	countEarly = true
)

type house struct {
	guests chan string
	inside sync.WaitGroup
	served atomic.Int32
}

// waiter starts a goroutine that serves a guest, which takes a second.
func (h *house) waiter(count bool) {
	go func() {
		guest := <-h.guests
		if count {
			h.inside.Add(1)
		}
		defer h.inside.Done()
		time.Sleep(time.Second)
		bubble.Println(guest, "is served")
		h.served.Add(1)
	}()
}

func lockTheHouse(early bool) func() {
	return func() {
		h := &house{guests: make(chan string)}
		h.waiter(!early)
		if early {
			h.inside.Add(1)
		}
		h.guests <- "ada"
		h.inside.Wait()
		if n := h.served.Load(); n != 1 {
			panic(fmt.Sprintf("the house is locked, and %d of 1 guests have been served", n))
		}
	}
}
