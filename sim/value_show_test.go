package sim_test

import (
	"context"
	"strings"
	"testing"

	"weft/sim"
)

// An address differs from run to run; a trace, its hash and a schedule must not.
func TestAddressesStayOutOfTraces(t *testing.T) {
	type job struct {
		next *int
		name string
	}
	var keep []*job // so that no address is used twice
	main := func(ctx context.Context) error {
		one, other := &job{new(int), "one"}, &job{new(int), "other"}
		keep = append(keep, one, other)
		q := sim.NewQueue[*job](ctx, "q", 0)
		q.PutNowait(one)
		sim.NewVar(ctx, "v", *one).Set(*other)
		sim.Choose(ctx, "which", one.next, other.next)
		panic(one)
	}
	first, second := observe(main), observe(main)
	if first.Trace.Hash != second.Trace.Hash {
		t.Errorf("hashes %v and %v", first.Trace.Hash, second.Trace.Hash)
	}
	for _, e := range first.Trace.Events {
		if strings.Contains(e.Detail, "0xc") {
			t.Errorf("an address: %v", e)
		}
	}
	d := first.Decisions[0]
	if d.Alternatives[0].Name == d.Alternatives[1].Name {
		t.Errorf("two options are called %q", d.Alternatives[0].Name)
	}
}

// What only looks like an address is the program's own.
func TestTextThatLooksLikeAnAddressStays(t *testing.T) {
	o := observe(func(ctx context.Context) error {
		sim.NewVar(ctx, "v", "").Set("0xc0ffee")
		return nil
	})
	for _, e := range o.Trace.Events {
		if e.Detail == "0xc0ffee" {
			return
		}
	}
	t.Error("the value is not in the trace")
}
