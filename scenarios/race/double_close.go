package race

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var doubleClose = scenario.Scenario{
	Name:  "double-close",
	Title: "a connection that is closed by two",
	Topic: scenario.DoneTwice,
	Story: "The reader closes the connection, which takes a second for saying goodbye, and at the end of that second the program shuts down and closes it as well. " +
		"If the shutdown looks before the reader is done, it finds the connection open, and closes what is closed already.",
	Claim:   "in the default order the connection is closed once; in 2 of the 4 orders somebody closes it again",
	Program: closeConnection(closeIfOpen),
	Options: anyReady,
	Check:   claim.All(claim.Takes(time.Second), claim.PrintsAt("1s reader closes the connection")),
	Explore: &scenario.Exploration{Orders: 4, Failing: 2},
}

var doubleCloseFixed = scenario.Scenario{
	Name:  "double-close-fixed",
	Title: "a connection that is closed by the first who wants to",
	Topic: scenario.DoneTwice,
	Story: "Whoever is the first to close says so before saying goodbye. " +
		"Others wait until the connection is closed, and do not close it.",
	Claim:    "the connection is closed once in each of the 4 orders",
	Program:  closeConnection(closeIfFirst),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(time.Second), claim.PrintsAt("1s reader closes the connection")),
	Explore:  &scenario.Exploration{Orders: 4},
	Fixes:    "double-close",
}

// connection completes its future closed when it is closed. A future takes one
// result; setting it again is an error.
type connection struct {
	closing *sim.Var[bool]
	closed  *sim.Future[sim.None]
}

func closeIfOpen(ctx context.Context, who string, c connection) error {
	if c.closed.Done() {
		return nil
	}
	if err := sim.Sleep(ctx, time.Second); err != nil { // goodbye
		return err
	}
	sim.Print(ctx, who, "closes the connection")
	return c.closed.SetResult(sim.None{})
}

func closeIfFirst(ctx context.Context, who string, c connection) error {
	if c.closing.Get() {
		_, err := c.closed.Await(ctx)
		return err
	}
	c.closing.Set(true)
	return closeIfOpen(ctx, who, c)
}

func closeConnection(closeIt func(ctx context.Context, who string, c connection) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		c := connection{sim.NewVar(ctx, "closing", false), sim.NewFuture[sim.None](ctx, "closed")}
		reader := sim.Go(ctx, "reader", func(ctx context.Context) error { return closeIt(ctx, "reader", c) })
		shutdown := comesAfter(ctx, time.Second, "shutdown", func(ctx context.Context) error {
			return closeIt(ctx, "shutdown", c)
		})
		_, err := sim.Gather(ctx, reader, shutdown).Await(ctx)
		return err
	})
}
