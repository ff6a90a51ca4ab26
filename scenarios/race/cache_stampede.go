package race

import (
	"context"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var cacheStampede = scenario.Scenario{
	Name:  "cache-stampede",
	Title: "an empty cache, and everybody asks the database",
	Topic: scenario.DoneTwice,
	Story: "Whoever finds the cache empty asks the database, which takes a second, and fills the cache; two more readers come as it is filled. " +
		"Each of them who looks a moment too early asks the database as well, for what is about to be there.",
	Claim:   "in the default order the database is asked once; in 36 of the 48 orders more often",
	Program: readThrough(loadIfMissing),
	Options: anyReady,
	Check:   claim.All(claim.Takes(time.Second), claim.PrintsAt("1s the database was asked once")),
	Explore: &scenario.Exploration{Orders: 48, Failing: 36},
}

var cacheStampedeFixed = scenario.Scenario{
	Name:  "cache-stampede-fixed",
	Title: "an empty cache, and one asks for all",
	Topic: scenario.DoneTwice,
	Story: "Whoever asks the database holds a lock, and whoever gets the lock looks into the cache again. " +
		"One reader asks, and the others find the answer.",
	Claim:    "the database is asked once in each of the 48 orders",
	Program:  readThrough(loadUnderLock),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(time.Second), claim.PrintsAt("1s the database was asked once")),
	Explore:  &scenario.Exploration{Orders: 48},
	Fixes:    "cache-stampede",
}

type cache struct {
	entry *sim.Var[string] // empty if there is none
	asked *sim.Var[int]    // how often the database was
	lock  *sim.Lock
}

func loadIfMissing(ctx context.Context, c cache) error {
	if c.entry.Get() != "" {
		return nil
	}
	c.asked.Update(func(n int) int { return n + 1 })
	if err := sim.Sleep(ctx, time.Second); err != nil { // the database
		return err
	}
	c.entry.Set("answer")
	return nil
}

func loadUnderLock(ctx context.Context, c cache) error {
	return c.lock.With(ctx, func(ctx context.Context) error { return loadIfMissing(ctx, c) })
}

func readThrough(load func(ctx context.Context, c cache) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		c := cache{sim.NewVar(ctx, "cache", ""), sim.NewVar(ctx, "asked", 0), sim.NewLock(ctx, "database")}
		read := func(ctx context.Context) error { return load(ctx, c) }
		_, err := sim.Gather(ctx,
			sim.Go(ctx, "first", read),
			comesAfter(ctx, time.Second, "second", read),
			comesAfter(ctx, time.Second, "third", read),
		).Await(ctx)
		if err != nil {
			return err
		}
		if n := c.asked.Get(); n > 1 {
			return fmt.Errorf("the database was asked %d times", n)
		}
		sim.Print(ctx, "the database was asked once")
		return nil
	})
}
