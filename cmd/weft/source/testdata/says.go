package main

import (
	"context"
	"fmt"
	"os"

	"weft/sim"
)

func Program(ctx context.Context) error {
	say := func(name string) func(context.Context) error {
		return func(ctx context.Context) error {
			fmt.Print(name, " ")
			fmt.Fprintln(os.Stderr, "begins")
			if err := sim.Sleep(ctx, 1); err != nil {
				return err
			}
			fmt.Println(name)
			return nil
		}
	}
	a, b := sim.Go(ctx, "a", say("a")), sim.Go(ctx, "b", say("b"))
	if _, err := sim.Gather(ctx, a, b).Await(ctx); err != nil {
		return err
	}
	fmt.Print("no end")
	return nil
}
