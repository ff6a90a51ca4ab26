package explore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
)

// Auto walks all orders if they are few, and says so.
func ExampleAuto() {
	for _, limit := range []int{1000, 5} {
		r, err := explore.Search(context.Background(), sim.Engine(exploretest.LongAndShort()), explore.WithRuns(limit))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(r.Verdict())
		fmt.Println(r.Coverage.Why)
	}
	// Output:
	// all 13 orders explored
	// about 7 orders, within the limit of 1,000 runs: walked
	// 5 runs sampled of ≈6 orders, 2 distinct traces, unseen mass ≈20%
	// about 6 orders, more than the limit of 5 runs permits: sampled
}

func ExampleParseStrategy() {
	s, err := explore.ParseStrategy("pct")
	fmt.Println(s, err)
	_, err = explore.ParseStrategy("pct:none")
	fmt.Println(err)
	// Output:
	// pct:3 <nil>
	// explore: strategy "pct:none": want a depth of at least 1, such as pct:3
}

// A failure that is known does not end the search for others.
func ExampleWithKnown() {
	program := sim.Main(func(ctx context.Context) error {
		switch sim.Choose(ctx, "weather", "sun", "rain", "snow") {
		case "rain":
			return errors.New("wet")
		case "snow":
			return errors.New("cold")
		}
		return nil
	})
	report, err := explore.Search(context.Background(), sim.Engine(program), explore.WithStopAtFailure(),
		explore.WithKnown(func(o *search.Outcome) bool { return strings.Contains(o.Text, "wet") }))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range report.Outcomes {
		fmt.Printf("%q\n", o.Text)
	}
	// Output:
	// ""
	// "failed: wet\n"
	// "failed: cold\n"
}

// How far an exploration is, as those who look on see it.
func ExampleProgress_Status() {
	p := explore.Progress{Runs: 250, Total: 1000, Outcomes: 2, Elapsed: 5 * time.Second}
	s := p.Status("bank", time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))
	fmt.Printf("%.0f%%, %.0f runs a second, %v left\n", 100*s.Share, s.Rate, s.Left)
	// Output:
	// 25%, 50 runs a second, 15s left
}
