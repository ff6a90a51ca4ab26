package goroutine

import (
	"sync"

	"weft/sim/bubble"
	"weft/sim/order"
)

var missedWakeup = Scenario{
	Name:  "go/missed-wakeup",
	Title: "the postman rings before anybody listens",
	Story: "Ida waits for the bell, and the postman rings it once. " +
		"A condition does not remember that it was signalled: if he comes before she listens, nobody hears it, and she waits for ever.",
	Program: deliverLetter((*letterBox).waitForTheBell),
	Fails:   order.Deadlocked,
}

var missedWakeupFixed = Scenario{
	Name:  "go/missed-wakeup-fixed",
	Title: "the postman leaves the letter, and then he rings",
	Story: "The bell tells Ida when to look, but what she waits for is the letter in the box. " +
		"If it is there already, she does not wait at all.",
	Program: deliverLetter((*letterBox).waitForTheLetter),
	Fixes:   "go/missed-wakeup",
}

type letterBox struct {
	mu     sync.Mutex
	bell   sync.Cond // of mu
	letter bool
}

func (b *letterBox) waitForTheBell() { b.bell.Wait() }

func (b *letterBox) waitForTheLetter() {
	for !b.letter {
		b.bell.Wait()
	}
}

// ida starts a goroutine that waits for the letter.
func ida(wg *sync.WaitGroup, b *letterBox, wait func(*letterBox)) {
	wg.Go(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		wait(b)
		bubble.Println("ida has the letter")
	})
}

// postman starts a goroutine that brings it.
func postman(wg *sync.WaitGroup, b *letterBox) {
	wg.Go(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.letter = true
		b.bell.Signal()
	})
}

func deliverLetter(wait func(*letterBox)) func() {
	return func() {
		b := &letterBox{}
		b.bell.L = &b.mu
		var wg sync.WaitGroup
		ida(&wg, b, wait)
		postman(&wg, b)
		wg.Wait()
	}
}
