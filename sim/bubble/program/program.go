// Package program lets a Go program be explored that knows nothing of it: the command weft
// builds the program with this package imported beside it, and with the overlay.
//
// A process of such a program that was not started to make a run (see package fresh) does
// what it would do without this package. One that was does it in a bubble, in the order that
// it is told: the package's init function takes over before package main is initialised, has
// that done inside of the run, and calls main. So the variables of package main, channels
// among them, are made in the run. Packages that are initialised earlier lie outside.
package program

import (
	"weft/sim/bubble"
	"weft/sim/fresh"
	"weft/sim/order"
)

func init() {
	if label, ok := fresh.Started(); !ok || label != fresh.Whole {
		return
	}
	// Not on this goroutine: while packages are initialised it stays on its thread, and each
	// turn would be a switch of threads.
	go fresh.Serve(engine)
	select {}
}

func engine(name, policy string) (order.Engine, error) {
	options := []bubble.Option{bubble.WithProgram(name)}
	if policy != "" {
		p, err := order.ParsePolicy(policy)
		if err != nil {
			return nil, err
		}
		options = append(options, bubble.WithPolicy(p))
	}
	return bubble.Main(options...), nil
}
