package goroutine

import (
	"sync"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
)

var sendOnClosed = Scenario{
	Name:  "go/send-on-closed",
	Title: "a report for a newspaper that is printed already",
	Story: "A reporter needs a second for a report, and the editor closes the paper after that second. " +
		"If the editor is quicker, the reporter sends on a closed channel, which is a panic.",
	Program:  printNewspaper(closeAtDeadline),
	Fails:    order.Panicked,
	DataRace: true, // which is how the race detector counts a close beside a send
}

var sendOnClosedFixed = Scenario{
	Name:  "go/send-on-closed-fixed",
	Title: "a newspaper that waits for its last report",
	Story: "The editor waits for the reporter, and closes the paper when nobody is left who could send. " +
		"Who closes a channel must know that all senders are done; a time is no such knowledge.",
	Program: printNewspaper(closeWhenWritten),
	Fixes:   "go/send-on-closed",
}

func closeAtDeadline(reports chan<- string, _ *sync.WaitGroup) {
	time.Sleep(time.Second)
	close(reports)
}

func closeWhenWritten(reports chan<- string, writing *sync.WaitGroup) {
	writing.Wait()
	close(reports)
}

// reporter starts a goroutine that sends a report a second later.
func reporter(writing *sync.WaitGroup, reports chan<- string) {
	writing.Go(func() {
		time.Sleep(time.Second)
		reports <- "rain in Spain"
	})
}

// editor starts a goroutine that closes the paper.
func editor(editing *sync.WaitGroup, closePaper func()) { editing.Go(func() { closePaper() }) }

func printNewspaper(closePaper func(reports chan<- string, writing *sync.WaitGroup)) func() {
	return func() {
		reports := make(chan string, 1)
		var writing, editing sync.WaitGroup
		reporter(&writing, reports)
		editor(&editing, func() { closePaper(reports, &writing) })
		editing.Wait()
		for report := range reports {
			bubble.Println(report)
		}
		writing.Wait()
	}
}
