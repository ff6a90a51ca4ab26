package claim_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"weft/scenarios/claim"
	"weft/sim"
	"weft/sim/order"
)

// count is a run of two tasks that count to four, a pair every second.
func count() *sim.Outcome {
	return &sim.Outcome{
		End:     order.Finished,
		Elapsed: 2 * time.Second,
		Output: []order.Line{
			{At: 0, Task: "odd", Text: "1"},
			{At: 0, Task: "even", Text: "2"},
			{At: time.Second, Task: "odd", Text: "3"},
			{At: time.Second, Task: "even", Text: "4"},
		},
	}
}

// alone is a run of one task that counts to three, a number every second, and leaves
// a coroutine behind.
func alone() *sim.Outcome {
	o := &sim.Outcome{End: order.Finished, Elapsed: 3 * time.Second}
	for i := range 3 {
		o.Output = append(o.Output, order.Line{At: time.Duration(i) * time.Second, Task: "main", Text: fmt.Sprint(i + 1)})
	}
	o.Reports = []sim.Report{{Kind: sim.NeverAwaited, Object: "greet"}}
	return o
}

func TestClaims(t *testing.T) {
	for _, test := range []struct {
		name         string
		claim        claim.Check
		count, alone bool // whether it holds for these runs
	}{
		{"Takes", claim.Takes(2 * time.Second), true, false},
		{"Prints", claim.Prints("1", "2", "3", "4"), true, false},
		{"Prints in another order", claim.Prints("2", "1", "3", "4"), false, false},
		{"PrintsInAnyOrder", claim.PrintsInAnyOrder("4", "3", "2", "1"), true, false},
		{"PrintsAt", claim.PrintsAt("0s 2", "0s 1", "1s 3", "1s 4"), true, false},
		{"PrintsAt at other times", claim.PrintsAt("0s 1", "0s 2", "0s 3"), false, false},
		{"LastLine", claim.LastLine("3"), false, true},
		{"Spaced", claim.Spaced(time.Second), false, true},
		{"InPairs", claim.InPairs(time.Second), true, false},
		{"PrintedBy", claim.PrintedBy("main"), false, true},
		{"Reports", claim.Reports(sim.NeverAwaited, "greet"), false, true},
		{"Reports of another object", claim.Reports(sim.NeverAwaited, "hello"), false, false},
		{"All", claim.All(claim.Takes(3*time.Second), claim.LastLine("3")), false, true},
		{"All of which one does not hold", claim.All(claim.Takes(3*time.Second), claim.LastLine("4")), false, false},
	} {
		if err := test.claim(count()); (err == nil) != test.count {
			t.Errorf("%s: of two who count: %v", test.name, err)
		}
		if err := test.claim(alone()); (err == nil) != test.alone {
			t.Errorf("%s: of one who counts: %v", test.name, err)
		}
	}
}

// TestAllDemandsTheEnd: a run that failed has not kept what it claims.
func TestAllDemandsTheEnd(t *testing.T) {
	o := count()
	if err := claim.All()(o); err != nil {
		t.Error(err)
	}
	o.End, o.Err = order.Failed, errors.New("broken")
	if err := claim.All()(o); !errors.Is(err, o.Err) {
		t.Errorf("of a run that failed: %v", err)
	}
}
