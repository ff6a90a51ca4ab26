package explain

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"weft/sim/order"
	"weft/trace"
)

// drawn is a random history of some tasks and objects.
func drawn(r *rand.Rand, events int) *history {
	kinds := []trace.Kind{trace.Read, trace.Write, trace.Check, trace.Acquire, trace.Release, trace.Set, trace.Put, trace.Print, trace.Resume}
	objects := []string{"var x", "lock l", "future f", "queue q", "chan c"}
	t := &trace.Trace{}
	for i := range events {
		e := trace.Event{Seq: i + 1, Kind: kinds[r.IntN(len(kinds))], Task: fmt.Sprint("task", r.IntN(3)), Object: objects[r.IntN(len(objects))]}
		if e.Kind == trace.Put {
			e.Detail = fmt.Sprint(r.IntN(3))
		}
		t.Events = append(t.Events, e)
	}
	return historyOf(t, order.Finished, "")
}

// What is found with one look at each access is what is found by comparing each of them
// with all before it.
func TestPatternsAgreeWithPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3_000 {
		h := drawn(r, 4+r.IntN(30))
		if got, want := h.updates(), h.updatesByPairs(); !reflect.DeepEqual(got, want) {
			t.Fatalf("updates of %v:\n%v\nwant\n%v", h.events, got, want)
		}
		if got, want := h.acts(), h.actsByPairs(); !reflect.DeepEqual(got, want) {
			t.Fatalf("acts of %v:\n%v\nwant\n%v", h.events, got, want)
		}
		if got, want := h.sections(), h.sectionsByPairs(); !reflect.DeepEqual(got, want) {
			t.Fatalf("sections of %v:\n%v\nwant\n%v", h.events, got, want)
		}
		c := &comparison{failing: h, passing: drawn(r, 4+r.IntN(30))}
		got, want := c.otherOrder(), c.otherOrderByPairs()
		if (got == nil) != (want == nil) || got != nil && !reflect.DeepEqual(got.Events, want) {
			t.Fatalf("other order of %v and %v:\n%v\nwant\n%v", h.events, c.passing.events, got, want)
		}
	}
}

func (h *history) updatesByPairs() []triple {
	var out []triple
	for i, write := range h.accesses {
		if write.Kind != trace.Write {
			continue
		}
		var between *access
		for k := i - 1; k >= 0; k-- {
			a := &h.accesses[k]
			if a.Object != write.Object || a.Kind != trace.Read && a.Kind != trace.Write {
				continue
			}
			if a.Task == write.Task {
				if a.Kind == trace.Read && between != nil {
					out = append(out, triple{*a, *between, write})
				}
				break
			}
			if a.Kind == trace.Write {
				between = a
			}
		}
	}
	return out
}

func (h *history) actsByPairs() []triple {
	var out []triple
	for i, act := range h.accesses {
		switch act.Kind {
		case trace.Read, trace.Check, trace.Release, trace.Print, trace.Cancel:
			continue
		}
		var between *access
		for k := i - 1; k >= 0; k-- {
			a := &h.accesses[k]
			if a.Object != act.Object {
				continue
			}
			if a.Task != act.Task {
				if a.Kind.Access() == trace.Writes {
					between = a
				}
				continue
			}
			if a.Kind.Access() == trace.Reads && a.step == act.step {
				continue
			}
			if a.Kind.Access() == trace.Reads && between != nil {
				out = append(out, triple{*a, *between, act})
			}
			break
		}
	}
	return out
}

func (h *history) sectionsByPairs() []triple {
	var out []triple
	for i, again := range h.accesses {
		if again.Kind != trace.Acquire {
			continue
		}
		var between *access
		for k := i - 1; k >= 0; k-- {
			a := &h.accesses[k]
			if a.Object != again.Object || a.Kind != trace.Acquire {
				continue
			}
			if a.Task == again.Task {
				if between != nil {
					out = append(out, triple{*a, *between, again})
				}
				break
			}
			if between == nil {
				between = a
			}
		}
	}
	return out
}

func (c *comparison) otherOrderByPairs() []trace.Event {
	var best []trace.Event
	rank := 0
	for i, second := range c.failing.accesses {
		for k := i - 1; k >= 0; k-- {
			first := c.failing.accesses[k]
			if first.Object != second.Object || first.Task == second.Task ||
				first.Kind.Access() != trace.Writes && second.Kind.Access() != trace.Writes || !c.reversed(first, second) {
				continue
			}
			if r := rankOf(&first); r > rank {
				rank, best = r, []trace.Event{first.Event, second.Event}
			}
		}
	}
	return best
}

// The search for what raced takes a time for each event that does not grow with their
// number: of ten times as many, the last figure is about the same.
func BenchmarkRaceOf(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			c := &comparison{failing: drawn(r, n), passing: drawn(r, n)}
			for b.Loop() {
				c.lostUpdate()
				c.doneTwice()
				c.checkThenAct()
				c.readBeforeWrite()
				c.splitSection()
				c.cancelled()
				c.otherOrder()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
		})
	}
}
