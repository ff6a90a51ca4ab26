package sim

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A tall queue is a list, whatever is put in and taken out where.
func TestTallQueueIsAList(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, growth := range []float64{0.52, 0.6, 0.9} {
		q := &readyQueue{}
		var want []entry
		most := 0
		for step := range 30_000 {
			// More than one piece, then nothing, and so on.
			if grows := step/7_500%2 == 0; len(want) == 0 || random.Float64() < growth == grows {
				e := entry{work: &task{}, rank: &rank{turn: int32(random.IntN(2000))}, cause: int32(step)}
				if random.IntN(3) == 0 {
					e.rank.turn = 1 << 20 // at the end
				}
				at, _ := slices.BinarySearchFunc(want, e, func(o, e entry) int {
					if o.rank.turn <= e.rank.turn {
						return -1
					}
					return 1
				})
				want = slices.Insert(want, at, e)
				q.insert(&e)
			} else {
				i := random.IntN(len(want))
				if random.IntN(4) == 0 {
					i = 0
				}
				if got := q.take(i); got.cause != want[i].cause {
					t.Fatalf("step %d: took the entry of step %d, want that of %d", step, got.cause, want[i].cause)
				}
				want = slices.Delete(want, i, i+1)
			}
			if q.n != len(want) {
				t.Fatalf("step %d: %d entries, want %d", step, q.n, len(want))
			}
			most = max(most, len(want))
			for range 3 {
				if len(want) == 0 {
					break
				}
				if i := random.IntN(len(want)); q.at(i).cause != want[i].cause {
					t.Fatalf("step %d: at %d is the entry of step %d, want that of %d", step, i, q.at(i).cause, want[i].cause)
				}
			}
		}
		for i := range want {
			if got := q.pop(); got.cause != want[i].cause {
				t.Fatalf("pop: %d, want %d", got.cause, want[i].cause)
			}
		}
		if most < 2*tallFrom && growth > 0.55 {
			t.Errorf("at most %d entries", most)
		}
	}
}
