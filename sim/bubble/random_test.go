package bubble_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
)

var randomPrograms = flag.Int("random.programs", 20, "how many random programs the reductions are compared on")

// world is what the goroutines of a random program share.
type world struct {
	locks [2]sync.Mutex
	both  sync.RWMutex
	x     [2]int
	c, d  chan int
	once  sync.Once
}

type operation struct {
	text string
	do   func(w *world, reg *int)
}

func drawOperation(random *rand.Rand) operation {
	x := random.IntN(2)
	all := []operation{
		{fmt.Sprint("add", x), func(w *world, reg *int) { w.locks[x].Lock(); w.x[x] += *reg + 1; w.locks[x].Unlock() }},
		{fmt.Sprint("get", x), func(w *world, reg *int) { w.locks[x].Lock(); *reg = w.x[x]; w.locks[x].Unlock() }},
		{"read", func(w *world, reg *int) { w.both.RLock(); *reg += 2; w.both.RUnlock() }},
		{"send", func(w *world, reg *int) { w.c <- *reg }},
		{"try", func(w *world, reg *int) {
			select {
			case *reg = <-w.c:
			default:
				*reg = -1
			}
		}},
		{"send to d", func(w *world, reg *int) {
			select {
			case w.d <- *reg + 10:
			case <-time.After(2 * time.Second):
			}
		}},
		{"either", func(w *world, reg *int) {
			select {
			case *reg = <-w.c:
			case *reg = <-w.d:
			case <-time.After(time.Second):
				*reg = -3
			}
		}},
		{"sleep", func(*world, *int) { time.Sleep(time.Second) }},
		{"yield", func(*world, *int) { runtime.Gosched() }},
		{"once", func(w *world, reg *int) { w.once.Do(func() { *reg = 7 }) }},
		{"after", func(w *world, reg *int) {
			select {
			case *reg = <-w.c:
			case <-time.After(time.Second):
				*reg = -2
			}
		}},
	}
	return all[random.IntN(len(all))]
}

func drawProgram(random *rand.Rand) (func(), string) {
	bodies := make([][]operation, 2)
	var text strings.Builder
	for i := range bodies {
		for range 1 + random.IntN(2) {
			op := drawOperation(random)
			bodies[i] = append(bodies[i], op)
			text.WriteString(op.text + " ")
		}
		text.WriteString("| ")
	}
	return func() {
		w := &world{c: make(chan int, 1), d: make(chan int)}
		var wg sync.WaitGroup
		var regs [2]int
		for i, ops := range bodies {
			wg.Go(func() {
				for _, op := range ops {
					op.do(w, &regs[i])
				}
			})
		}
		wg.Wait()
		bubble.Println(w.x, regs)
	}, text.String()
}

// Reduction finds every outcome of random programs, and as many traces as sleep sets do.
func TestReductionsOfRandomPrograms(t *testing.T) {
	controlled(t)
	random := rand.New(rand.NewPCG(1, 2))
	want := *randomPrograms
	if testing.Short() {
		want = min(want, 4)
	}
	for made := 0; made < want; {
		program, text := drawProgram(random)
		all := explored(t, program, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(3000))
		if all.Coverage.Kind != search.AllOrders {
			continue
		}
		made++
		part := explored(t, program, explore.WithStrategy(dpor.Reduced()), explore.WithRuns(100_000))
		slept := explored(t, program, explore.WithStrategy(dpor.SleepSets()), explore.WithRuns(100_000))
		if part.Coverage.Kind != search.AllTraces || !slices.Equal(outcomes(part), outcomes(all)) || !slices.Equal(outcomes(slept), outcomes(all)) || part.Traces != slept.Traces {
			t.Errorf("%s\n%d orders; %d runs, %d traces, %v; %d by sleep sets, %v\n%q\n%q\nwant %q", text, all.Runs, part.Runs, part.Traces, part.Coverage,
				slept.Traces, slept.Coverage, outcomes(part), outcomes(slept), outcomes(all))
		}
	}
}
