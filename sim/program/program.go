// Package program lets the command weft explore a coroutine program that lies in a file of its
// own: weft builds it with a file beside it that hands over its function Program.
package program

import (
	"context"
	"fmt"
	"os"

	"weft/sim"
	"weft/sim/fresh"
	"weft/sim/order"
)

// Serve makes the run of the program for which this process was started, and ends the
// process. In a process that was started for anything else it does nothing.
func Serve(program func(ctx context.Context) error) {
	if label, ok := fresh.Started(); !ok || label != fresh.Whole {
		return
	}
	fresh.Serve(func(name, policy string) (order.Engine, error) {
		options := []sim.Option{sim.WithProgram(name), sim.WithPolicy(order.SameInstant)}
		if policy != "" {
			p, err := order.ParsePolicy(policy)
			if err != nil {
				return nil, err
			}
			options = append(options, sim.WithPolicy(p))
		}
		return sim.Engine(sim.Main(program), options...), nil
	})
}

// Main runs the program once, in asyncio's order, as the main function of a file that has
// none of its own. It ends the process with status 1 if the program fails.
func Main(program func(ctx context.Context) error) {
	if err := sim.Run(program); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
