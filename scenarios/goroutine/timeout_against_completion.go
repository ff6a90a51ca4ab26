package goroutine

import (
	"fmt"
	"sync"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
)

var timeoutAgainstCompletion = Scenario{
	Name:  "go/timeout-against-completion",
	Title: "a payment that is confirmed at the deadline",
	Story: "The buyer gives the bank a second, and the bank needs exactly that second. " +
		"If the buyer's time is over before the bank is done, the payment goes through all the same, the buyer pays again, and is charged twice.",
	Program: payInTime((*till).charge),
	Fails:   order.Panicked,
}

var timeoutAgainstCompletionFixed = Scenario{
	Name:  "go/timeout-against-completion-fixed",
	Title: "a payment that has a number",
	Story: "When the time is over, the buyer pays again under the same number as before. " +
		"The bank looks whether it has that number already, in the step in which it charges, so it does not matter who was first.",
	Program: payInTime((*till).chargeOnce),
	Fixes:   "go/timeout-against-completion",
}

// till is where the charges are counted. There is one payment, so its number need
// not be told.
type till struct {
	mu      sync.Mutex
	charges int
}

func (t *till) charge() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.charges++
}

func (t *till) chargeOnce() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.charges == 0 {
		t.charges++
	}
}

// bank starts a goroutine that charges the buyer a second later, and then says so.
func bank(wg *sync.WaitGroup, t *till, charge func(*till), done chan<- struct{}) {
	wg.Go(func() {
		time.Sleep(time.Second)
		charge(t)
		close(done)
	})
}

// buyer starts a goroutine that waits for the bank, and pays again if that takes
// too long.
func buyer(wg *sync.WaitGroup, t *till, charge func(*till), done <-chan struct{}) {
	wg.Go(func() {
		select {
		case <-done:
		case <-time.After(time.Second):
			charge(t)
		}
	})
}

func payInTime(charge func(*till)) func() {
	return func() {
		t := &till{}
		done := make(chan struct{})
		var wg sync.WaitGroup
		bank(&wg, t, charge, done)
		buyer(&wg, t, charge, done)
		wg.Wait()
		if t.charges != 1 {
			panic(fmt.Sprintf("charged %d times", t.charges))
		}
		bubble.Println("charged once")
	}
}
