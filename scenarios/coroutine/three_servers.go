package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var threeServers = scenario.Scenario{
	Name:  "three-servers",
	Title: "one slow server, and who has to wait for it",
	Topic: scenario.WaitingTogether,
	Story: "Three servers are asked; they answer after 1, 10 and 1 seconds. " +
		"Asked one by one, everybody waits for everybody before them: 12 s. " +
		"Asked together, the whole takes as long as the slowest, and the third answer is there long before the second.",
	Claim:   "one by one it takes 12 s; together it takes 10 s, and the third answer comes before the second",
	Program: sim.Main(askThreeServers),
	Check: claim.All(claim.Takes(22*time.Second), claim.PrintsAt(
		"1s the first server answers", "11s the second server answers", "12s the third server answers", "12s one by one: 12s",
		"13s the first server answers", "13s the third server answers", "22s the second server answers", "22s together: 10s",
	)),
	AnyOrder: true,
}

// request is a coroutine that asks a server and waits for its answer.
func request(ctx context.Context, server string, takes time.Duration) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, server, func(ctx context.Context) error {
		if err := sim.Sleep(ctx, takes); err != nil {
			return err
		}
		sim.Printf(ctx, "the %s server answers", server)
		return nil
	})
}

func threeRequests(ctx context.Context) []*sim.Coroutine[sim.None] {
	return []*sim.Coroutine[sim.None]{
		request(ctx, "first", 1*time.Second),
		request(ctx, "second", 10*time.Second),
		request(ctx, "third", 1*time.Second),
	}
}

func askThreeServers(ctx context.Context) error {
	begin := sim.Now(ctx)
	for _, r := range threeRequests(ctx) {
		if _, err := r.Await(ctx); err != nil {
			return err
		}
	}
	sim.Printf(ctx, "one by one: %v", sim.Now(ctx)-begin)

	begin = sim.Now(ctx)
	if _, err := sim.Gather(ctx, sim.Awaitables(threeRequests(ctx))...).Await(ctx); err != nil {
		return err
	}
	sim.Printf(ctx, "together: %v", sim.Now(ctx)-begin)
	return nil
}
