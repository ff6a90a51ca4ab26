package sim_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/order"
)

// TestErrorMatching pins what each error is taken for, by sim's own names and by
// those of package context.
func TestErrorMatching(t *testing.T) {
	cancelled := &sim.CancelledError{Msg: "stop"}
	for _, test := range []struct {
		name                         string
		err                          error
		cancelled, canceled, timeout bool // ErrCancelled, context.Canceled, ErrTimeout
		deadline                     bool // context.DeadlineExceeded
	}{
		{"CancelledError", cancelled, true, true, false, false},
		{"wrapped", fmt.Errorf("loading: %w", cancelled), true, true, false, false},
		{"in a group", &sim.ErrorGroup{Errors: []error{errTest, cancelled}}, true, true, false, false},
		{"joined", errors.Join(errTest, cancelled), true, true, false, false},
		{"ErrCancelled", sim.ErrCancelled, true, false, false, false},
		{"ErrTimeout", sim.ErrTimeout, false, false, true, true},
		{"wrapped timeout", fmt.Errorf("loading: %w", sim.ErrTimeout), false, false, true, true},
		{"context.Canceled", context.Canceled, false, true, false, false},
		{"context.DeadlineExceeded", context.DeadlineExceeded, false, false, false, true},
		{"another", errTest, false, false, false, false},
	} {
		for target, want := range map[error]bool{
			sim.ErrCancelled: test.cancelled, context.Canceled: test.canceled,
			sim.ErrTimeout: test.timeout, context.DeadlineExceeded: test.deadline,
		} {
			if got := errors.Is(test.err, target); got != want {
				t.Errorf("%s is %q: %v, want %v", test.name, target, got, want)
			}
		}
	}
	if got := cancelled.Error(); got != "sim: cancelled: stop" {
		t.Errorf("CancelledError: %q", got)
	}
	if got := new(sim.CancelledError).Error(); got != sim.ErrCancelled.Error() {
		t.Errorf("CancelledError without a message: %q", got)
	}
	var timeout interface{ Timeout() bool }
	if !errors.As(sim.ErrTimeout, &timeout) || !timeout.Timeout() {
		t.Error("ErrTimeout does not say that it is a timeout")
	}
}

// Every error begins with the package's name and is a single line.
func TestErrorTexts(t *testing.T) {
	seen := map[string]bool{}
	for _, err := range []error{
		sim.ErrCancelled, sim.ErrTimeout, sim.ErrPending, sim.ErrAlreadyDone, sim.ErrAwaitedTwice, sim.ErrAwaitSelf,
		sim.ErrGroupClosed, sim.ErrNothingToWaitFor, sim.ErrTimeoutState, sim.ErrLoopClosed, sim.ErrLoopRunning, sim.ErrLoopStopped,
		&order.MisuseError{Msg: "sim: a sentence"},
	} {
		text := err.Error()
		if !strings.HasPrefix(text, "sim: ") || strings.Contains(text, "\n") || seen[text] {
			t.Errorf("%q", text)
		}
		seen[text] = true
	}
}
