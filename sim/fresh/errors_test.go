package fresh

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/sim/order"
)

type unknown struct{ n int }

func (e *unknown) Error() string  { return fmt.Sprint("unknown ", e.n) }
func (e *unknown) End() order.End { return order.Leaked }

// An error that is known comes over as what it is, any other as its text and class.
func TestErrorsComeOver(t *testing.T) {
	deadlock := &order.DeadlockError{At: time.Second, Waiting: []order.Waiting{{Task: "a", On: "lock l", Holders: []string{"b"}, Since: 3}}, Cycle: []string{"a", "b"}}
	for _, err := range []error{
		nil,
		deadlock,
		&order.StepLimitError{Limit: 7, Busiest: []order.Busy{{Task: "a", Steps: 7}}},
		&order.GoexitError{Task: "main", At: 4},
		&order.MisuseError{Msg: "sim: no"},
		&order.KeptError{What: "a channel", Made: "a.go:1", Task: "main"},
		&order.PanicError{Task: "a", At: 5, Value: "boom", Stack: "stack"},
		&order.PanicError{Task: "a", Value: deadlock},
		&order.InvariantError{Step: "a.1", At: 6, Err: deadlock},
		&DiedError{Status: "exit status 2", Output: "fatal error: no\n"},
		errors.Join(deadlock, &order.GoexitError{Task: "b"}),
	} {
		got := pack(err).unpack()
		if diff := cmp.Diff(err, got, cmp.Comparer(func(a, b error) bool { return fmt.Sprintf("%T %+v", a, a) == fmt.Sprintf("%T %+v", b, b) })); diff != "" || (err == nil) != (got == nil) {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if order.Classify(got) != order.Classify(err) {
			t.Errorf("%v is of class %s, want %s", got, order.Classify(got), order.Classify(err))
		}
	}
	got := pack(&unknown{3}).unpack()
	if got.Error() != "unknown 3" || order.Classify(got) != order.Leaked {
		t.Errorf("%v of class %s, want unknown 3 of class leak", got, order.Classify(got))
	}
	got = pack(fmt.Errorf("%w: here", order.ErrScheduleMismatch)).unpack()
	if !errors.Is(got, order.ErrScheduleMismatch) {
		t.Errorf("%v does not match ErrScheduleMismatch", got)
	}
}

func TestRegisterRefuses(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a value that is no pointer was taken")
		}
	}()
	Register(value{})
}

type value struct{}

func (value) Error() string { return "" }

// The tail keeps the beginning and the end.
func TestTail(t *testing.T) {
	var short, long tail
	fmt.Fprint(&short, "a")
	fmt.Fprint(&short, "b")
	if short.String() != "ab" {
		t.Errorf("%q, want ab", short.String())
	}
	for i := range 10_000 {
		fmt.Fprintf(&long, "line %d\n", i)
	}
	text := long.String()
	if len(text) > 4*tailRoom || text[:7] != "line 0\n" || text[len(text)-10:] != "line 9999\n" {
		t.Errorf("%d bytes from %q to %q", len(text), text[:7], text[len(text)-10:])
	}
}
