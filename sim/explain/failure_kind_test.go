package explain

import (
	"errors"
	"testing"
	"time"

	"weft/sim/order"
)

// What counts as the same failure is not to be seen from outside but by what
// shrinking refuses, so it is tested here.
func TestFailureKind(t *testing.T) {
	failed := func(text string) *order.Run {
		return &order.Run{End: order.Failed, Err: errors.New(text), Summary: text}
	}
	panicked := func(task string, value any) *order.Run {
		err := &order.PanicError{Task: task, At: time.Second, Value: value, Stack: task}
		return &order.Run{End: order.Panicked, Err: err, Summary: "panic in " + task}
	}
	deadlock := func(at time.Duration, waiting ...order.Waiting) *order.Run {
		err := &order.DeadlockError{At: at, Waiting: waiting}
		return &order.Run{End: order.Deadlocked, Err: err, Summary: err.Error()}
	}
	plato := order.Waiting{Task: "plato", On: "lock a", Since: time.Second}
	kant := order.Waiting{Task: "kant", On: "lock b"}
	cycle := func(first, second string, beside ...order.Waiting) *order.Run {
		err := &order.DeadlockError{Cycle: []string{first, second}, Waiting: append(beside, order.Waiting{Task: first, On: "lock a"}, order.Waiting{Task: second, On: "lock b"})}
		return &order.Run{End: order.Deadlocked, Err: err, Summary: err.Error()}
	}
	for _, test := range []struct {
		name string
		a, b *order.Run
		same bool
	}{
		{"two numbers", failed("balance is 110, want 130"), failed("balance is 7, want 130"), true},
		{"two durations", failed("late by 1.5s"), failed("late by 2m30s"), true},
		{"two addresses", failed("at 0xc0001f00"), failed("at 0xdeadbeef"), true},
		{"two texts", failed("balance is 110"), failed("stock is 110"), false},
		{"a number and none", failed("lost 1 line"), failed("lost no line"), false},
		{"two values of a panic", panicked("a", "index 3 of 2"), panicked("a", "index 7 of 5"), true},
		{"two tasks that panic", panicked("a", "no"), panicked("b", "no"), true},
		{"two panics", panicked("a", "no"), panicked("a", "yes"), false},
		{"a panic and an error", panicked("a", "no"), failed("no"), false},
		{"two times of a deadlock", deadlock(0, plato), deadlock(time.Hour, order.Waiting{Task: "plato", On: "lock a"}), true},
		{"two orders of a deadlock", deadlock(0, plato, kant), deadlock(0, kant, plato), true},
		{"more in the deadlock", deadlock(0, plato), deadlock(0, plato, kant), false},
		{"another lock", deadlock(0, plato), deadlock(0, order.Waiting{Task: "plato", On: "lock b"}), false},
		{"two workers of one origin", deadlock(0, order.Waiting{Task: "worker", On: "chan main:1"}), deadlock(0, order.Waiting{Task: "worker#2", On: "chan main:3"}), true},
		{"two fields of an object", deadlock(0, order.Waiting{Task: "worker", On: "mutex main:2"}), deadlock(0, order.Waiting{Task: "worker", On: "mutex main:2+8"}), false},
		{"two ordinals in a leak", failed("test#2/do.1 waits for chan test#2:1"), failed("test/do.1 waits for chan test:1"), true},
		{"another task", deadlock(0, plato), deadlock(0, order.Waiting{Task: "kant", On: "lock a"}), false},
		{"two of one name", cycle("reader", "reader#2"), cycle("reader#2", "reader"), true},
		{"who waits beside a cycle", cycle("plato", "kant"), cycle("plato", "kant", order.Waiting{Task: "main", On: "wait group"}), true},
		{"another cycle", cycle("plato", "kant"), cycle("plato", "hume"), false},
		{"a failure and none", failed(""), &order.Run{End: order.Finished}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if same := failureKind(test.a) == failureKind(test.b); same != test.same {
				t.Errorf("same failure: %v, want %v\n%q\n%q", same, test.same, failureKind(test.a), failureKind(test.b))
			}
		})
	}
	if s := failureKind(&order.Run{End: order.Finished}); s != "" {
		t.Errorf("a run that passes has the signature %q", s)
	}
}
