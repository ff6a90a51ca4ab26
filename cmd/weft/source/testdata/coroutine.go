package main

import (
	"context"
	"time"

	"weft/sim"
)

var said int

func Program(ctx context.Context) error {
	say := func(text string) func(context.Context) error {
		return func(ctx context.Context) error {
			if err := sim.Sleep(ctx, time.Second); err != nil {
				return err
			}
			said++
			sim.Print(ctx, text, said)
			return nil
		}
	}
	a, b := sim.Go(ctx, "a", say("a")), sim.Go(ctx, "b", say("b"))
	_, err := sim.Gather(ctx, a, b).Await(ctx)
	return err
}
