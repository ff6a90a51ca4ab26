package bubble_test

import (
	"os"
	"strings"
	"sync"
	"testing"

	"weft/sim/bubble"
	"weft/sim/simtest"
)

// TestDeposits is for the test below, which runs it.
func TestDeposits(t *testing.T) {
	which := os.Getenv("BUBBLE_DEPOSITS")
	if which == "" {
		t.Skip("for TestCheckShowsWhatARaceDoes")
	}
	bubble.Check(t, func(t *bubble.T) {
		balance := 0
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { balance += 100 })
		}
		wg.Wait()
		if which == "judged" && balance != 200 {
			t.Errorf("balance is %d, want 200", balance)
		}
		if which == "shown" {
			bubble.Println(balance)
		}
	}, simtest.WithoutFailFiles())
}

// The report of a data race goes on with what it can do: an order in which the test fails
// by it, which can be had again, or the different things that are shown.
func TestCheckShowsWhatARaceDoes(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("the race detector fails a test that has a data race")
	}
	deposits := func(which string, env []string, args ...string) (text string, passed bool) {
		return runChild(t, "TestDeposits", append(env, "BUBBLE_DEPOSITS="+which), args...)
	}
	text, passed := deposits("judged", nil)
	if passed {
		t.Fatalf("it passed:\n%s", text)
	}
	_, after, _ := strings.Cut(text, "What the race can do, ")
	wants(t, after, "balance is 100, want 200", "reads variable balance", "writes variable balance", "(1 switch)", "again    WEFT_POINTS=memory ")
	_, schedule, _ := strings.Cut(after, "-weft.schedule=")
	schedule, _, _ = strings.Cut(schedule, "\n")
	again, passed := deposits("judged", []string{"WEFT_POINTS=memory"}, "-weft.schedule="+schedule)
	if passed {
		t.Errorf("the schedule %s passes:\n%s", schedule, again)
	}
	wants(t, again, "balance is 100, want 200")

	text, _ = deposits("shown", nil)
	_, after, _ = strings.Cut(text, "What the race can do, ")
	wants(t, after, "nothing that fails: all ", "1. 200", "2. 100")
}
