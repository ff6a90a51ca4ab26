package race

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var semaphoreLeakOnCancel = scenario.Scenario{
	Name:  "semaphore-leak-on-cancel",
	Title: "a cancelled download keeps its connection",
	Topic: scenario.WaitingForEver,
	Story: "Two downloads share one connection, and the user stops the first at the instant at which it is complete. " +
		"If the stop comes first, the download ends without giving the connection back, and the second waits for it for ever.",
	Claim:   "in the default order the second download comes to its end; in 6 of the 18 orders it waits for ever",
	Program: stopDownload(fetchThenRelease),
	Options: anyReady,
	Check:   claim.All(claim.Takes(2*time.Second), claim.PrintsAt("1s first is complete", "2s second is complete")),
	Explore: &scenario.Exploration{Orders: 18, Failing: 6},
}

var semaphoreLeakOnCancelFixed = scenario.Scenario{
	Name:  "semaphore-leak-on-cancel-fixed",
	Title: "a cancelled download gives its connection back",
	Topic: scenario.WaitingForEver,
	Story: "The download holds the connection by With, which gives it back however the download ends. " +
		"Stopped or not, the second download has its turn.",
	Claim:    "the second download comes to its end in each of the 18 orders",
	Program:  stopDownload(fetchWithin),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(2*time.Second), claim.LastLine("second is complete")),
	Explore:  &scenario.Exploration{Orders: 18},
	Fixes:    "semaphore-leak-on-cancel",
}

func fetchThenRelease(ctx context.Context, name string, connections *sim.Semaphore) error {
	if err := connections.Acquire(ctx); err != nil {
		return err
	}
	if err := sim.Sleep(ctx, time.Second); err != nil {
		return err // and the connection?
	}
	sim.Print(ctx, name, "is complete")
	return connections.Release()
}

func fetchWithin(ctx context.Context, name string, connections *sim.Semaphore) error {
	return connections.With(ctx, func(ctx context.Context) error {
		if err := sim.Sleep(ctx, time.Second); err != nil {
			return err
		}
		sim.Print(ctx, name, "is complete")
		return nil
	})
}

func stopDownload(fetch func(ctx context.Context, name string, connections *sim.Semaphore) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		connections := sim.NewSemaphore(ctx, "connections", 1)
		first := sim.Go(ctx, "first", func(ctx context.Context) error { return fetch(ctx, "first", connections) })
		second := comesAfter(ctx, 500*time.Millisecond, "second", func(ctx context.Context) error {
			return fetch(ctx, "second", connections)
		})
		comesAfter(ctx, time.Second, "stop", func(context.Context) error {
			first.Cancel()
			return nil
		})
		_, err := second.Await(ctx)
		return err
	})
}
