package coroutine

import (
	"context"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var blockingLibrary = scenario.Scenario{
	Name:  "blocking-library",
	Title: "one blocking client among async ones",
	Topic: scenario.HoldingOthersUp,
	Story: "Mail and weather use async clients and are answered within a second; the database client between them blocks for 3 s. " +
		"While it blocks, the mail's answer lies there unread, and the question for the weather is not even sent. " +
		"Called in a thread, the same client holds nobody up.",
	Claim:   "called directly, the mail is 2 s late and the weather 3 s; called in a thread, both have their answers after 1 s",
	Program: sim.Main(askWithBlockingClient),
	Check: claim.All(claim.Takes(7*time.Second), claim.Prints(
		"database: answer after 3s", "mail: answer after 3s", "weather: answer after 4s",
		"database called directly: 4s",
		"mail: answer after 1s", "weather: answer after 1s", "database: answer after 3s",
		"database called in a thread: 3s",
	)),
}

// client is a coroutine that asks a question and says how long the answer took,
// counted from begin.
func client(ctx context.Context, name string, begin time.Duration, ask func(context.Context) error) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, name, func(ctx context.Context) error {
		if err := ask(ctx); err != nil {
			return err
		}
		sim.Printf(ctx, "%s: answer after %v", name, sim.Now(ctx)-begin)
		return nil
	})
}

func askAsync(ctx context.Context) error { return sim.Sleep(ctx, time.Second) }

// query is the call of the blocking library.
func query(ctx context.Context) (sim.None, error) {
	sim.Block(ctx, 3*time.Second)
	return sim.None{}, nil
}

func queryDirectly(ctx context.Context) error {
	_, err := query(ctx)
	return err
}

func queryInThread(ctx context.Context) error {
	_, err := sim.ToThread(ctx, "query", query)
	return err
}

func askWithBlockingClient(ctx context.Context) error {
	for _, way := range []struct {
		name  string
		query func(context.Context) error
	}{
		{"directly", queryDirectly},
		{"in a thread", queryInThread},
	} {
		begin := sim.Now(ctx)
		_, err := sim.Gather(ctx,
			client(ctx, "mail", begin, askAsync),
			client(ctx, "database", begin, way.query),
			client(ctx, "weather", begin, askAsync),
		).Await(ctx)
		if err != nil {
			return err
		}
		sim.Printf(ctx, "database called %s: %v", way.name, sim.Now(ctx)-begin)
	}
	return nil
}
