package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var downloads = scenario.Scenario{
	Name:  "downloads",
	Title: "four pages: one by one, in threads, in coroutines",
	Topic: scenario.WaitingTogether,
	Story: "A download is almost all waiting. " +
		"One by one, the waits add up; four threads wait side by side; and one thread is enough if the downloads are coroutines. " +
		"Threads and coroutines are equally fast here: the gain comes from waiting together, not from more hands.",
	Claim:   "7 s one by one, 3 s in four threads, 3 s in four coroutines of one thread",
	Program: sim.Main(downloadThreeWays),
	Check: claim.All(claim.Takes(13*time.Second), claim.PrintsAt(
		"1s got home", "3s got news", "4s got shop", "7s got help", "7s one by one: 7s",
		"8s got home", "9s got news", "8s got shop", "10s got help", "10s in threads: 3s",
		"11s got home", "12s got news", "11s got shop", "13s got help", "13s in coroutines: 3s",
	)),
	AnyOrder: true,
}

type page struct {
	name  string
	takes time.Duration
}

var pages = []page{{"home", 1 * time.Second}, {"news", 2 * time.Second}, {"shop", 1 * time.Second}, {"help", 3 * time.Second}}

// fetch downloads the page as a blocking library does.
func (p page) fetch(ctx context.Context) (sim.None, error) {
	sim.Block(ctx, p.takes)
	sim.Print(ctx, "got", p.name)
	return sim.None{}, nil
}

// fetchAsync is a coroutine that downloads the page.
func (p page) fetchAsync(ctx context.Context) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, p.name, func(ctx context.Context) error {
		if err := sim.Sleep(ctx, p.takes); err != nil {
			return err
		}
		sim.Print(ctx, "got", p.name)
		return nil
	})
}

func downloadThreeWays(ctx context.Context) error {
	begin := sim.Now(ctx)
	for _, p := range pages {
		if _, err := p.fetch(ctx); err != nil {
			return err
		}
	}
	sim.Printf(ctx, "one by one: %v", sim.Now(ctx)-begin)

	begin = sim.Now(ctx)
	pool := sim.NewThreadPool(ctx, "thread", len(pages))
	var inThreads []*sim.Future[sim.None]
	for _, p := range pages {
		inThreads = append(inThreads, sim.RunInExecutor(ctx, pool, p.name, p.fetch))
	}
	if _, err := sim.Gather(ctx, sim.Awaitables(inThreads)...).Await(ctx); err != nil {
		return err
	}
	sim.Printf(ctx, "in threads: %v", sim.Now(ctx)-begin)

	begin = sim.Now(ctx)
	var inCoroutines []*sim.Coroutine[sim.None]
	for _, p := range pages {
		inCoroutines = append(inCoroutines, p.fetchAsync(ctx))
	}
	if _, err := sim.Gather(ctx, sim.Awaitables(inCoroutines)...).Await(ctx); err != nil {
		return err
	}
	sim.Printf(ctx, "in coroutines: %v", sim.Now(ctx)-begin)
	return nil
}
