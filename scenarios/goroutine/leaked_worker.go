package goroutine

import (
	"sync"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
)

var leakedWorker = Scenario{
	Name:  "go/leaked-worker",
	Title: "an answer that nobody waits for",
	Story: "A client asks a server and waits a second, which is just what the server needs. " +
		"If the client gives up first, nobody ever receives the answer, and the goroutine that wants to send it stays for ever.",
	Program: askInTime(0),
	Fails:   order.Leaked,
}

var leakedWorkerFixed = Scenario{
	Name:  "go/leaked-worker-fixed",
	Title: "an answer that can be left at the door",
	Story: "The channel has room for the one answer that there will be. " +
		"The server can send it and go, whether or not the client still waits.",
	Program: askInTime(1),
	Fixes:   "go/leaked-worker",
}

// askServer starts a goroutine that answers a second later. The channel has room for
// so many answers.
func askServer(room int) <-chan string {
	answers := make(chan string, room)
	go func() {
		time.Sleep(time.Second)
		answers <- "42"
	}()
	return answers
}

// patient starts a goroutine that waits a second for an answer.
func patient(wg *sync.WaitGroup, answers <-chan string) {
	wg.Go(func() {
		select {
		case answer := <-answers:
			bubble.Println("the answer is", answer)
		case <-time.After(time.Second):
			bubble.Println("there is no answer")
		}
	})
}

func askInTime(room int) func() {
	return func() {
		var wg sync.WaitGroup
		patient(&wg, askServer(room))
		wg.Wait()
	}
}
