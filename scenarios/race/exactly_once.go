package race

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var exactlyOnce = scenario.Scenario{
	Name:  "exactly-once",
	Title: "a message that is delivered at least once",
	Topic: scenario.DoneTwice,
	Story: "The sender repeats a message until it is acknowledged, three times at most, and the network may lose an acknowledgement. " +
		"Then the receiver gets the same message again, and pays out the same 100 again.",
	Claim:   "if nothing is lost 100 are paid; in 3 of the 4 orders more than that",
	Options: sameInstant,
	Program: deliver(handleAll),
	Check:   claim.All(claim.Takes(0), claim.PrintsAt("0s paid 100")),
	Explore: &scenario.Exploration{Orders: 4, Failing: 3},
}

var exactlyOnceFixed = scenario.Scenario{
	Name:  "exactly-once-fixed",
	Title: "a message that is delivered at least once and handled once",
	Topic: scenario.DoneTwice,
	Story: "The message has a number, and the receiver remembers which numbers it has dealt with. " +
		"It may come as often as it likes: it is acknowledged again and not paid again.",
	Claim:    "100 are paid in each of the 4 orders",
	Options:  sameInstant,
	Program:  deliver(handleNew),
	AnyOrder: true,
	Check:    claim.All(claim.PrintsInAnyOrder("paid 100")),
	Explore:  &scenario.Exploration{Orders: 4},
	Fixes:    "exactly-once",
}

// desk is where messages are handled.
type desk struct {
	paid *sim.Var[int]
	last *sim.Var[int] // number of the last message that was dealt with
}

func handleAll(number int, d desk) {
	d.paid.Update(func(n int) int { return n + 100 })
	d.last.Set(number)
}

func handleNew(number int, d desk) {
	if number > d.last.Get() {
		handleAll(number, d)
	}
}

func deliver(handle func(number int, d desk)) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		d := desk{sim.NewVar(ctx, "paid", 0), sim.NewVar(ctx, "last", 0)}
		messages := sim.NewQueue[int](ctx, "messages", 0)
		acknowledged := sim.NewEvent(ctx, "acknowledged")
		sim.Go(ctx, "receiver", func(ctx context.Context) error {
			for {
				number, err := messages.Get(ctx)
				if err != nil {
					return err
				}
				handle(number, d)
				if sim.Choose(ctx, "acknowledgement", "arrives", "is lost") == "arrives" {
					acknowledged.Set()
				}
			}
		})
		for range 3 {
			if err := messages.Put(ctx, 1); err != nil {
				return err
			}
			err := sim.WithTimeout(ctx, time.Second, acknowledged.Wait)
			if err == nil {
				break
			}
			if !errors.Is(err, sim.ErrTimeout) {
				return err
			}
		}
		if paid := d.paid.Get(); paid != 100 {
			return fmt.Errorf("paid %d", paid)
		}
		sim.Print(ctx, "paid 100")
		return nil
	})
}
