package bubble_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"weft/sim/bubble"
	"weft/sim/simtest"
)

// TestChild fails on purpose, for TestCheck, which runs it.
func TestChild(t *testing.T) {
	if os.Getenv("BUBBLE_CHILD") == "" {
		t.Skip("for TestCheck")
	}
	bubble.Check(t, func(t *bubble.T) {
		var mu sync.Mutex
		balance := 100
		withdraw := func() {
			mu.Lock()
			seen := balance
			mu.Unlock()
			mu.Lock()
			balance = seen - 30
			mu.Unlock()
		}
		var wg sync.WaitGroup
		wg.Go(withdraw)
		wg.Go(withdraw)
		wg.Wait()
		if balance != 40 {
			t.Errorf("balance is %d, want 40", balance)
		}
	}, simtest.WithoutFailFiles())
}

func child(t *testing.T, env []string, args ...string) (text string, passed bool) {
	t.Helper()
	return runChild(t, "TestChild", append(env[:len(env):len(env)], "BUBBLE_CHILD=1"), args...)
}

// runChild runs a test in another process of this binary.
func runChild(t *testing.T, name string, env []string, args ...string) (text string, passed bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^" + name + "$", "-test.v"}, args...)...)
	// What whoever runs the tests has set is not meant for the child.
	own := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WEFT_") })
	cmd.Env = append(own, env...)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}

// A test that passes in the default order fails, with the order that matters, and the
// line of its report repeats it.
func TestCheck(t *testing.T) {
	controlled(t)
	text, passed := child(t, nil)
	if passed {
		t.Fatalf("it passed:\n%s", text)
	}
	command := "go run weft/cmd/weft test ./sim/bubble"
	if bubble.RaceDetector {
		command = "go run weft/cmd/weft test -race ./sim/bubble"
	}
	wants(t, text, "balance is 70, want 40", "TestChild#2", "(1 switch)", command+" -run '^TestChild$' -weft.schedule=w1,ready:")
	_, schedule, _ := strings.Cut(text, "-weft.schedule=")
	schedule, _, _ = strings.Cut(schedule, "\n")
	again, passed := child(t, nil, "-weft.schedule="+schedule)
	if passed {
		t.Errorf("the schedule %s passes:\n%s", schedule, again)
	}
	wants(t, again, "this order fails", "balance is 70, want 40")
	if text, passed := child(t, nil, "-weft.schedule=w1"); !passed {
		t.Errorf("the default order fails:\n%s", text)
	}
	text, passed = child(t, []string{"WEFT_POLICY=jitter:1s"})
	if passed {
		t.Errorf("a policy that is none passed:\n%s", text)
	}
	wants(t, text, "use hold-ups:1:1s, in which the earliest timer may fire")
}

// Without the overlay a test runs once, says so, and fails only if that is asked for.
func TestCheckWithoutTheOverlay(t *testing.T) {
	if bubble.Controlled() {
		t.Skip("built with the overlay")
	}
	text, passed := child(t, nil)
	if !passed {
		t.Errorf("it failed:\n%s", text)
	}
	wants(t, text, "the order of goroutines is not controlled", "fn is run once")
	text, passed = child(t, []string{"WEFT_REQUIRE_OVERLAY=1"})
	if passed {
		t.Errorf("it passed:\n%s", text)
	}
	wants(t, text, "built without the overlay")
}
