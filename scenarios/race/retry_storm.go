package race

import (
	"context"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var retryStorm = scenario.Scenario{
	Name:  "retry-storm",
	Title: "clients who ask again too soon",
	Topic: scenario.DoneTwice,
	Story: "Two clients ask a server, which takes a second for each question; whoever has no answer after a second asks again. " +
		"One answer that comes a moment too late is enough: from then on the server works on questions that nobody waits for any more, and the clients give up.",
	Claim:   "in the default order both have their answers; in 87 of the 96 orders one gives up",
	Options: sameInstant,
	Program: askBusyServer(samePatience),
	Check:   claim.All(claim.Takes(2*time.Second), claim.PrintsAt("1s ann has an answer", "2s ben has an answer")),
	Explore: &scenario.Exploration{Orders: 96, Failing: 87},
}

var retryStormFixed = scenario.Scenario{
	Name:  "retry-storm-fixed",
	Title: "clients who have more patience every time",
	Topic: scenario.DoneTwice,
	Story: "Each time a client asks again, it waits twice as long as before. " +
		"So the server gets through what has piled up, and everybody has an answer.",
	Claim:    "both have their answers in each of the 20 orders",
	Options:  sameInstant,
	Program:  askBusyServer(twicePatience),
	AnyOrder: true,
	Check:    claim.All(claim.PrintsInAnyOrder("ann has an answer", "ben has an answer")),
	Explore:  &scenario.Exploration{Orders: 20},
	Fixes:    "retry-storm",
}

func samePatience(d time.Duration) time.Duration  { return d }
func twicePatience(d time.Duration) time.Duration { return 2 * d }

// question is a question to a server, which completes it with the answer.
type question = *sim.Future[string]

func answerQuestions(ctx context.Context, inbox *sim.Queue[question]) error {
	for {
		q, err := inbox.Get(ctx)
		if err != nil {
			return err
		}
		if err := sim.Sleep(ctx, time.Second); err != nil {
			return err
		}
		if err := q.SetResult("an answer"); err != nil {
			return err
		}
	}
}

// ask asks three times at most, and waits longer and longer as next says.
func ask(ctx context.Context, client string, inbox *sim.Queue[question], next func(time.Duration) time.Duration) error {
	patience := time.Second
	for range 3 {
		q := sim.NewFuture[string](ctx, client+"'s answer")
		if err := inbox.Put(ctx, q); err != nil {
			return err
		}
		if err := sim.Yield(ctx); err != nil { // until it is sent
			return err
		}
		done, _, err := sim.Wait(ctx, sim.FirstCompleted, patience, q)
		if err != nil {
			return err
		}
		if len(done) == 1 {
			sim.Print(ctx, client, "has an answer")
			return nil
		}
		patience = next(patience)
	}
	return fmt.Errorf("%s gives up", client)
}

func askBusyServer(next func(time.Duration) time.Duration) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		inbox := sim.NewQueue[question](ctx, "inbox", 0)
		sim.Go(ctx, "server", func(ctx context.Context) error { return answerQuestions(ctx, inbox) })
		ann := sim.Go(ctx, "ann", func(ctx context.Context) error { return ask(ctx, "ann", inbox, next) })
		ben := comesAfter(ctx, time.Second, "ben", func(ctx context.Context) error { return ask(ctx, "ben", inbox, next) })
		_, err := sim.Gather(ctx, ann, ben).Await(ctx)
		return err
	})
}
