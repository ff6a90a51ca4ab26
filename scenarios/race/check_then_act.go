package race

import (
	"context"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var checkThenAct = scenario.Scenario{
	Name:  "check-then-act",
	Title: "the last seat, sold to two guests",
	Topic: scenario.DoneTwice,
	Story: "One seat is left; Ann sees that it is free, pays, and takes it. " +
		"Ben comes as her payment goes through: if he looks before she has taken the seat, he sees it free, pays too, and it is sold twice.",
	Claim:   "in the default order the seat is sold once; in 2 of the 4 orders it is sold twice",
	Program: sellLastSeat(payThenTake),
	Options: anyReady,
	Check:   claim.All(claim.Takes(time.Second), claim.PrintsAt("1s ann has the seat", "1s ben comes too late")),
	Explore: &scenario.Exploration{Orders: 4, Failing: 2},
}

var checkThenActFixed = scenario.Scenario{
	Name:  "check-then-act-fixed",
	Title: "the last seat, taken before it is paid for",
	Topic: scenario.DoneTwice,
	Story: "The same guests, but whoever sees the seat free takes it at once and pays afterwards. " +
		"Between the look and the act nobody else has a turn, so the seat is sold once.",
	Claim:    "the seat is sold once in each of the 4 orders",
	Program:  sellLastSeat(takeThenPay),
	Options:  anyReady,
	AnyOrder: true,
	Check:    claim.All(claim.Takes(time.Second), claim.PrintsAt("1s ann has the seat", "1s ben comes too late")),
	Explore:  &scenario.Exploration{Orders: 4},
	Fixes:    "check-then-act",
}

// payThenTake looks at the seat, and takes it a second later.
func payThenTake(ctx context.Context, guest string, seats *sim.Var[int]) error {
	if seats.Get() == 0 {
		sim.Print(ctx, guest, "comes too late")
		return nil
	}
	if err := sim.Sleep(ctx, time.Second); err != nil { // the payment
		return err
	}
	seats.Update(func(n int) int { return n - 1 })
	sim.Print(ctx, guest, "has the seat")
	return nil
}

func takeThenPay(ctx context.Context, guest string, seats *sim.Var[int]) error {
	if seats.Get() == 0 {
		sim.Print(ctx, guest, "comes too late")
		return nil
	}
	seats.Update(func(n int) int { return n - 1 })
	if err := sim.Sleep(ctx, time.Second); err != nil { // the payment
		return err
	}
	sim.Print(ctx, guest, "has the seat")
	return nil
}

func sellLastSeat(buy func(ctx context.Context, guest string, seats *sim.Var[int]) error) sim.Program {
	return sim.Main(func(ctx context.Context) error {
		seats := sim.NewVar(ctx, "seats", 1)
		ann := sim.Go(ctx, "ann", func(ctx context.Context) error {
			return buy(ctx, "ann", seats)
		})
		ben := comesAfter(ctx, time.Second, "ben", func(ctx context.Context) error {
			return buy(ctx, "ben", seats)
		})
		if _, err := sim.Gather(ctx, ann, ben).Await(ctx); err != nil {
			return err
		}
		if left := seats.Get(); left < 0 {
			return fmt.Errorf("%d seats are left: the last one is sold twice", left)
		}
		return nil
	})
}
