package goroutine

import (
	"weft/sim/bubble"
	"weft/sim/order"
)

var selectStarvation = Scenario{
	Name:  "go/select-starvation",
	Title: "the urgent order comes last",
	Story: "A cook has three orders and an urgent one, and takes the next by a select that names the urgent ones first. " +
		"But a select takes any case that is ready, wherever it stands: the urgent order may come last.",
	Program: cookOrders(cookAny),
	Fails:   order.Panicked,
}

var selectStarvationFixed = Scenario{
	Name:  "go/select-starvation-fixed",
	Title: "the urgent order is looked for first",
	Story: "The cook looks for an urgent order first, without waiting. " +
		"Only if there is none, the select waits for either kind.",
	Program: cookOrders(func(urgent, normal <-chan string) string {
		select {
		case order := <-urgent:
			return order
		default:
			return cookAny(urgent, normal)
		}
	}),
	Fixes: "go/select-starvation",
}

// cookAny takes an order of either kind.
func cookAny(urgent, normal <-chan string) string {
	select {
	case order := <-urgent:
		return order
	case order := <-normal:
		return order
	}
}

func cookOrders(take func(urgent, normal <-chan string) string) func() {
	return func() {
		urgent, normal := make(chan string, 1), make(chan string, 3)
		for _, order := range []string{"soup", "fish", "cake"} {
			normal <- order
		}
		urgent <- "milk for the baby"
		last := ""
		for range 4 {
			last = take(urgent, normal)
			bubble.Println(last)
		}
		if last == "milk for the baby" {
			panic("the urgent order came last")
		}
	}
}
