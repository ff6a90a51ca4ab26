package goroutine

import (
	"sync"

	"weft/sim/bubble"
	"weft/sim/order"
)

var lockOrderDeadlock = Scenario{
	Name:  "go/lock-order-deadlock",
	Title: "two philosophers, and two forks between them",
	Story: "Plato takes his left fork and then his right one, and so does Socrates, who sits opposite. " +
		"If each has taken one before the other has both, each holds the fork that the other one waits for, and nobody eats any more.",
	Program: dine(func(forks *[2]sync.Mutex, seat int) (first, second *sync.Mutex) {
		return &forks[seat], &forks[1-seat]
	}),
	Fails: order.Deadlocked,
}

var lockOrderDeadlockFixed = Scenario{
	Name:  "go/lock-order-deadlock-fixed",
	Title: "two philosophers, who take the forks in one order",
	Story: "Both philosophers take fork 0 first and fork 1 second. " +
		"Whoever holds fork 1 needs no other, so one of them can always go on.",
	Program: dine(func(forks *[2]sync.Mutex, seat int) (first, second *sync.Mutex) {
		return &forks[0], &forks[1]
	}),
	Fixes: "go/lock-order-deadlock",
}

// diner starts a goroutine that eats once.
func diner(wg *sync.WaitGroup, name string, first, second *sync.Mutex) {
	wg.Go(func() {
		first.Lock()
		second.Lock()
		bubble.Println(name, "eats")
		second.Unlock()
		first.Unlock()
	})
}

func dine(order func(forks *[2]sync.Mutex, seat int) (first, second *sync.Mutex)) func() {
	return func() {
		var forks [2]sync.Mutex
		var wg sync.WaitGroup
		for seat, name := range []string{"plato", "socrates"} {
			first, second := order(&forks, seat)
			diner(&wg, name, first, second)
		}
		wg.Wait()
	}
}
