package goroutine

import (
	"context"

	"weft/sim/bubble"
	"weft/sim/order"
)

var contextCancelLeak = Scenario{
	Name:  "go/context-cancel-leak",
	Title: "a source that does not hear that it should stop",
	Story: "A source sends numbers and looks before each whether its context was cancelled. " +
		"If it has looked and is about to send when its reader cancels and goes away, nobody takes the number, and it waits for ever.",
	Program: takeTwo(func(ctx context.Context, to chan<- int, n int) { to <- n }),
	Fails:   order.Leaked,
}

var contextCancelLeakFixed = Scenario{
	Name:  "go/context-cancel-leak-fixed",
	Title: "a source that waits for both",
	Story: "While it waits for its reader, the source also waits for the end of its context. " +
		"Whichever comes first, it goes on.",
	Program: takeTwo(func(ctx context.Context, to chan<- int, n int) {
		select {
		case to <- n:
		case <-ctx.Done():
		}
	}),
	Fixes: "go/context-cancel-leak",
}

// source starts a goroutine that sends numbers until ctx is cancelled.
func source(ctx context.Context, send func(ctx context.Context, to chan<- int, n int)) <-chan int {
	numbers := make(chan int)
	go func() {
		for n := 1; ctx.Err() == nil; n++ {
			send(ctx, numbers, n)
		}
	}()
	return numbers
}

func takeTwo(send func(ctx context.Context, to chan<- int, n int)) func() {
	return func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		numbers := source(ctx, send)
		bubble.Println(<-numbers)
		bubble.Println(<-numbers)
	}
}
