package scenarios_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"weft/scenarios"
	"weft/sim/explore"
)

func TestZZ(t *testing.T) {
	for _, s := range scenarios.All() {
		if s.Explore == nil {
			continue
		}
		if only := os.Getenv("ONLY"); only != "" && s.Name != only && s.Fixes != only {
			continue
		}
		fmt.Println("=====", s.Name, "check:", s.Check(run(s)))
		r, err := explore.Search(context.Background(), explore.Sim(s.Program, s.Options...), explore.WithStrategy(explore.Exhaustive()), explore.WithRuns(300000), explore.WithWorkers(1))
		if err != nil {
			t.Fatal(err)
		}
		r.WriteText(os.Stdout)
		fmt.Println(r.Elapsed)
	}
}
