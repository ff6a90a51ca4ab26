package order_test

import (
	"errors"
	"fmt"
	"strings"
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

func ExampleWaiting_For() {
	w := order.Waiting{Task: "main", On: "select", To: "in a select on done, time.After (bank.go:12)"}
	fmt.Println("it waits", w.For(false))
	fmt.Println("it waits", w.For(true))
	fmt.Println("it waits", order.Waiting{On: "lock L"}.For(true))
	// Output:
	// it waits in a select
	// it waits in a select on done, time.After (bank.go:12)
	// it waits for lock L
}

func ExampleBlame() {
	fmt.Println(order.Blame(philosophers, []string{"plato", "kant"}, false))
	lost := order.Waiting{Task: "main", On: "chan jobs", To: "to receive from jobs", Lacks: "nobody sends to it", Since: time.Second}
	fmt.Println(order.Blame([]order.Waiting{lost}, nil, false))
	// Output:
	// plato holds a and waits for b; kant the other way round
	// main has waited since 1s to receive from jobs, and nobody sends to it
}

// A lock that has no name is told by where it was made, and is called a lock.
func TestBlameOfALockWithoutAName(t *testing.T) {
	waiting := []order.Waiting{
		{Task: "one", On: "mutex made at a.go:9", Holders: []string{"two"}},
		{Task: "two", On: "mutex a", Holders: []string{"one"}},
	}
	const want = "one holds a and waits for the mutex made at a.go:9; two the other way round"
	if got := order.Blame(waiting, []string{"one", "two"}, false); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Of several that wait, the one is named of whom it says most.
func TestBlame(t *testing.T) {
	main := func(on, to string) order.Waiting {
		return order.Waiting{Task: "main", On: on, To: to, Since: time.Second}
	}
	other := func(on, to string) order.Waiting { return order.Waiting{Task: "other", On: on, To: to} }
	for _, c := range []struct {
		name    string
		waiting []order.Waiting
		want    string
	}{
		{"main for others, and one of them sends", []order.Waiting{main("wait group wg", ""), other("a receiver of chan c", "to send to c")}, "other"},
		{"main for the end of one who sends", []order.Waiting{main("chan done", "to receive from done"), other("a receiver of chan c", "to send to c")}, "other"},
		{"main for one who waits for others", []order.Waiting{main("chan done", "to receive from done"), other("wait group wg", "")}, "other"},
		{"main beside one who has nothing to do", []order.Waiting{other("chan jobs", "to receive from jobs"), main("chan signal", "to receive from signal")}, "main"},
		{"main for others, who receive", []order.Waiting{main("wait group wg", ""), other("chan never", "to receive from never")}, "other"},
		{"main for a lock whose holder waits", []order.Waiting{{Task: "main", On: "mutex mu", Holders: []string{"other"}}, other("chan c", "to receive from c")}, "other"},
		{"a holder who has ended", []order.Waiting{other("a receiver of chan c", "to send to c"), {Task: "main", On: "mutex mu", Holders: []string{"gone"}, Gone: []bool{true}}}, "main"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := order.Blame(c.waiting, nil, false); !strings.HasPrefix(got, c.want+" has waited since ") {
				t.Errorf("%q, want %s", got, c.want)
			}
		})
	}
}
