package order_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"weft/sim/order"
)

// philosophers wait in a circle.
var philosophers = []order.Waiting{
	{Task: "plato", On: "lock b", Holders: []string{"kant"}, Taken: []string{"bank/b.go:9"}, Pos: "bank/a.go:3"},
	{Task: "kant", On: "lock a", Holders: []string{"plato"}, Taken: []string{"bank/a.go:2"}, Pos: "bank/b.go:10"},
}

// Who waits for ever is found in an error that wraps it, and not in any other.
func TestWaits(t *testing.T) {
	hung := &order.DeadlockError{Waiting: philosophers}
	for _, err := range []error{hung, fmt.Errorf("again: %w", hung), errors.Join(errors.New("first"), hung)} {
		if got := order.Waits(err); len(got) != 2 || got[0].Task != "plato" {
			t.Errorf("%v: %v", err, got)
		}
	}
	for _, err := range []error{nil, errors.New("no"), &order.PanicError{Task: "plato"}} {
		if got := order.Waits(err); got != nil {
			t.Errorf("%v: %v", err, got)
		}
	}
}

func ExampleWaits() {
	err := fmt.Errorf("the run: %w", &order.DeadlockError{Waiting: philosophers})
	for _, w := range order.Waits(err) {
		fmt.Println(w.Text(false))
	}
	// Output:
	// plato waits for lock b since 0s, held by kant
	// kant waits for lock a since 0s, held by plato
}

func ExampleBlame() {
	fmt.Println(order.Blame(philosophers, []string{"plato", "kant"}, false))
	lost := order.Waiting{Task: "main", On: "chan jobs", To: "to receive from jobs", Lacks: "nobody sends to it", Since: time.Second}
	fmt.Println(order.Blame([]order.Waiting{lost}, nil, false))
	// Output:
	// plato holds a and waits for b; kant the other way round
	// main has waited since 1s to receive from jobs, and nobody sends to it
}
