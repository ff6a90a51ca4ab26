package race

import (
	"context"
	"errors"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var queueStolenItem = scenario.Scenario{
	Name:  "queue-stolen-item",
	Title: "a job goes to somebody who does not wait any more",
	Topic: scenario.SomethingLost,
	Story: "The worker sends an errand boy to the queue, gives up on him after a second, and stands in line itself; the job comes at that instant. " +
		"Nobody called the boy back, so if the worker is quicker than the job, the boy still stands in front, takes it, and it is lost.",
	Claim:   "in the default order the worker has the job; in 3 of the 33 orders it is lost",
	Program: awaitJob(getWithErrandBoy),
	Options: anyReady,
	Check:   claim.All(claim.Takes(time.Second), claim.PrintsAt("1s the worker has the job")),
	Explore: &scenario.Exploration{Orders: 33, Failing: 3},
}

var queueStolenItemFixed = scenario.Scenario{
	Name:  "queue-stolen-item-fixed",
	Title: "a job goes to the one who waits for it",
	Topic: scenario.SomethingLost,
	Story: "WaitFor cancels what it gives up on, so when the second is over nobody but the worker stands in line. " +
		"The job can come when it likes.",
	Claim:    "the worker has the job in each of the 8 orders",
	Program:  awaitJob(getInTime),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(time.Second), claim.PrintsAt("1s the worker has the job")),
	Explore:  &scenario.Exploration{Orders: 8},
	Fixes:    "queue-stolen-item",
}

// getWithErrandBoy waits a second for a job, and returns sim.ErrTimeout if none
// has come.
func getWithErrandBoy(ctx context.Context, jobs *sim.Queue[string]) (string, error) {
	boy := sim.CreateTask(ctx, sim.Call(ctx, "errand boy", jobs.Get))
	done, _, err := sim.Wait(ctx, sim.FirstCompleted, time.Second, boy)
	if err != nil {
		return "", err
	}
	if len(done) == 0 {
		return "", sim.ErrTimeout // and the boy?
	}
	return boy.Result()
}

func getInTime(ctx context.Context, jobs *sim.Queue[string]) (string, error) {
	return sim.WaitFor(ctx, sim.Call(ctx, "get", jobs.Get), time.Second)
}

func awaitJob(get func(ctx context.Context, jobs *sim.Queue[string]) (string, error)) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		jobs := sim.NewQueue[string](ctx, "jobs", 0)
		comesAfter(ctx, time.Second, "customer", func(ctx context.Context) error { return jobs.Put(ctx, "the job") })
		worker := sim.Go(ctx, "worker", func(ctx context.Context) error {
			job, err := get(ctx, jobs)
			if errors.Is(err, sim.ErrTimeout) {
				job, err = jobs.Get(ctx)
			}
			if err != nil {
				return err
			}
			sim.Print(ctx, "the worker has", job)
			return nil
		})
		_, err := worker.Await(ctx)
		return err
	})
}
