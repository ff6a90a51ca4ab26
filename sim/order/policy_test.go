package order_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"weft/sim/order"
)

func TestPolicyText(t *testing.T) {
	for _, test := range []struct {
		policy order.Policy
		text   string
	}{
		{order.FIFO, "fifo"},
		{order.SameInstant, "same-instant"},
		{order.AnyReady, "any-ready"},
		{order.Jitter(10 * time.Millisecond), "jitter:10ms"},
		{order.Jitter(0), "jitter:0s"},
		{order.Jitter(math.MaxInt64), "jitter:2562047h47m16.854775807s"},
		{order.HoldUps(2, time.Second), "hold-ups:2:1s"},
		{order.DefaultHoldUps, "hold-ups:1:50ms"},
	} {
		if got := test.policy.String(); got != test.text {
			t.Errorf("String is %q, want %q", got, test.text)
		}
		if got, err := order.ParsePolicy(test.text); err != nil || got != test.policy {
			t.Errorf("ParsePolicy(%q) = %v, %v", test.text, got, err)
		}
	}
	for _, test := range []struct{ text, says string }{
		{"", "there is no policy"}, {"FIFO", "there is no policy"}, {"random", "want fifo, same-instant, any-ready, jitter:DURATION or hold-ups:TIMES:DURATION"},
		{"jitter", "there is no policy"}, {"jitter:", "such as jitter:10ms"}, {"jitter:fast", "such as jitter:10ms"}, {"jitter:-1ms", "not negative"},
		{"hold-ups", "there is no policy"}, {"hold-ups:1", "such as hold-ups:1:50ms"}, {"hold-ups:0:1s", "both positive"}, {"hold-ups:1:-1s", "both positive"},
	} {
		if _, err := order.ParsePolicy(test.text); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("ParsePolicy(%q): %v, want it to say %q", test.text, err, test.says)
		}
	}
	defer func() {
		if wrong, ok := recover().(*order.MisuseError); !ok || !strings.Contains(wrong.Error(), "must not be negative") {
			t.Errorf("Jitter(-1) panics with %v, want a *MisuseError that says why", wrong)
		}
	}()
	order.Jitter(-1)
	t.Error("Jitter(-1) returned")
}

func TestPolicyPicks(t *testing.T) {
	for _, test := range []struct {
		policy        order.Policy
		ready, timers bool
		window        time.Duration
	}{
		{order.FIFO, false, false, 0},
		{order.SameInstant, false, true, 0},
		{order.Jitter(time.Second), false, true, time.Second},
		{order.AnyReady, true, false, 0},
	} {
		if got := test.policy.PicksReady(); got != test.ready {
			t.Errorf("%v: PicksReady is %t", test.policy, got)
		}
		if window, ok := test.policy.PicksTimers(); ok != test.timers || window != test.window {
			t.Errorf("%v: PicksTimers is %v, %t", test.policy, window, ok)
		}
		if test.policy.IsZero() {
			t.Errorf("%v: IsZero", test.policy)
		}
	}
	if !(order.Policy{}).IsZero() {
		t.Error("the zero Policy is not zero")
	}
}
