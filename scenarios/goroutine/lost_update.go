package goroutine

import (
	"fmt"
	"sync"

	"weft/sim/bubble"
	"weft/sim/order"
)

var lostUpdate = Scenario{
	Name:  "go/lost-update",
	Title: "two deposits on one account, and one is lost",
	Story: "Two customers pay in 100 each: they read the balance under the lock, and write the new one under the lock. " +
		"But between the two the lock is free, and if both have read 0, both write 100.",
	Program: payInTwice(payInUnderTwoLocks),
	Fails:   order.Panicked,
}

var lostUpdateFixed = Scenario{
	Name:  "go/lost-update-fixed",
	Title: "two deposits on one account, under a lock",
	Story: "The same two deposits, but whoever reads the balance holds the lock until the new one is written. " +
		"The other one has to wait, and both deposits count.",
	Program: payInTwice(payInUnderOneLock),
	Fixes:   "go/lost-update",
}

type lockedAccount struct {
	mu      sync.Mutex
	balance int
}

func payInUnderTwoLocks(to *lockedAccount, amount int) {
	to.mu.Lock()
	before := to.balance
	to.mu.Unlock()

	to.mu.Lock()
	to.balance = before + amount
	to.mu.Unlock()
}

func payInUnderOneLock(to *lockedAccount, amount int) {
	to.mu.Lock()
	to.balance += amount
	to.mu.Unlock()
}

// customer starts a goroutine that pays in 100.
func customer(wg *sync.WaitGroup, to *lockedAccount, payIn func(to *lockedAccount, amount int)) {
	wg.Go(func() { payIn(to, 100) })
}

func payInTwice(payIn func(to *lockedAccount, amount int)) func() {
	return func() {
		var joint lockedAccount
		var wg sync.WaitGroup
		customer(&wg, &joint, payIn)
		customer(&wg, &joint, payIn)
		wg.Wait()
		if joint.balance != 200 {
			panic(fmt.Sprintf("the balance is %d: a deposit is lost", joint.balance))
		}
		bubble.Println("the balance is 200")
	}
}
