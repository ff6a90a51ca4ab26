package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var cpuBound = scenario.Scenario{
	Name:  "cpu-bound",
	Title: "computation blocks, wherever it is called",
	Topic: scenario.HoldingOthersUp,
	Story: "Two computations of 3 s each run next to a heart that wants to beat every second. " +
		"In coroutines they hold the loop, and the heart stops; in threads under one global lock the heart beats on, but the two still share one core's worth of time. " +
		"Only processes, which share no lock, compute side by side.",
	Claim:   "6 s in coroutines, with a beat that is 5.5 s late; 6 s in threads under a global lock; 3 s in processes",
	Program: sim.Main(computeThreeWays),
	Check: claim.All(claim.Takes(18*time.Second), claim.Prints(
		"in coroutines: 6s, the heart is up to 5.5s late",
		"in threads under a global lock: 6s, the heart is up to 0s late",
		"in processes: 3s, the heart is up to 0s late",
	)),
}

func compute(ctx context.Context) (sim.None, error) {
	sim.Compute(ctx, 3*time.Second)
	return sim.None{}, nil
}

// heart is a coroutine that beats every second and notes how late it was at worst.
func heart(ctx context.Context, late *sim.Var[time.Duration]) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, "heart", func(ctx context.Context) error {
		for due := sim.Now(ctx) + time.Second; ; due += time.Second {
			if err := sim.Sleep(ctx, due-sim.Now(ctx)); err != nil {
				return err
			}
			late.Set(max(late.Get(), sim.Now(ctx)-due))
		}
	})
}

func computeThreeWays(ctx context.Context) error {
	threads := sim.NewThreadPool(ctx, "thread", 2, sim.GIL())
	processes := sim.NewProcessPool(ctx, "process", 2)
	for _, way := range []struct {
		name  string
		begin func() sim.Awaitable[sim.None]
	}{
		{"in coroutines", func() sim.Awaitable[sim.None] { return sim.Call(ctx, "compute", compute) }},
		{"in threads under a global lock", func() sim.Awaitable[sim.None] { return sim.RunInExecutor(ctx, threads, "compute", compute) }},
		{"in processes", func() sim.Awaitable[sim.None] { return sim.RunInExecutor(ctx, processes, "compute", compute) }},
	} {
		late := sim.NewVar(ctx, "late", time.Duration(0))
		beating := sim.CreateTask(ctx, heart(ctx, late))
		if err := sim.Sleep(ctx, time.Second/2); err != nil { // the heart's first sleep has begun
			return err
		}
		begin := sim.Now(ctx)
		if _, err := sim.Gather(ctx, way.begin(), way.begin()).Await(ctx); err != nil {
			return err
		}
		took := sim.Now(ctx) - begin
		if err := sim.Sleep(ctx, time.Second/2); err != nil { // let the heart catch up
			return err
		}
		sim.Printf(ctx, "%s: %v, the heart is up to %v late", way.name, took, late.Get())
		beating.Cancel()
	}
	return nil
}
