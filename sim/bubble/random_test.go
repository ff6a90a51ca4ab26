package bubble_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
)

var (
	randomPrograms = flag.Int("random.programs", 500, "how many random programs the reductions are compared on")
	randomOrders   = flag.Int("random.orders", 60, "how many orders these have at most")
	randomSeed     = flag.Uint64("random.seed", 1, "which random programs")
)

// world is what the goroutines of a random program share.
type world struct {
	locks  [2]sync.Mutex
	both   sync.RWMutex
	x      [2]int // under locks
	y      int    // under both
	c, d   chan int
	once   sync.Once
	n      atomic.Int64
	cmu    sync.Mutex
	cond   *sync.Cond
	signs  int // under cmu
	ctx    context.Context
	cancel context.CancelFunc
	child  context.Context // of ctx
	timed  context.Context
	expire context.CancelFunc
	stop   func() bool // of a function that is called for ctx
	timer  *time.Timer
	after  *time.Timer // calls a function
	ticker *time.Ticker
	clean  []func()
}

// operation is something that a goroutine of a random program does. needs names what has
// to be made before, of made.
type operation struct {
	text, needs string
	do          func(w *world, reg *int)
}

// made are parts of a world that not every program has.
var made = map[string]func(w *world){
	"context": func(w *world) {
		w.ctx, w.cancel = context.WithCancel(context.Background())
		w.child, w.expire = context.WithCancel(w.ctx)
		w.clean = append(w.clean, w.cancel)
	},
	"deadline": func(w *world) {
		w.timed, w.expire = context.WithTimeout(context.Background(), time.Second)
		w.clean = append(w.clean, w.expire)
	},
	"function": func(w *world) {
		ctx, cancel := context.WithCancel(context.Background())
		w.ctx, w.cancel = ctx, cancel
		w.stop = context.AfterFunc(ctx, func() { w.add(0, 100) })
	},
	"timer": func(w *world) { w.timer = time.NewTimer(time.Second) },
	"after": func(w *world) { w.after = time.AfterFunc(time.Second, func() { w.add(1, 1000) }) },
	"ticker": func(w *world) {
		w.ticker = time.NewTicker(time.Second)
		w.clean = append(w.clean, w.ticker.Stop)
	},
	"cond": func(w *world) { w.cond = sync.NewCond(&w.cmu) },
}

func (w *world) add(i, d int) {
	w.locks[i].Lock()
	w.x[i] += d
	w.locks[i].Unlock()
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 2
}

var operationsOfPrograms = []operation{
	{"add0", "", func(w *world, reg *int) { w.add(0, *reg+1) }},
	{"add1", "", func(w *world, reg *int) { w.add(1, *reg+1) }},
	{"get0", "", func(w *world, reg *int) { w.locks[0].Lock(); *reg = w.x[0]; w.locks[0].Unlock() }},
	{"hold", "", func(w *world, reg *int) {
		w.locks[0].Lock()
		w.x[0] = 2*w.x[0] + *reg
		time.Sleep(time.Second)
		w.locks[0].Unlock()
	}},
	{"two", "", func(w *world, reg *int) {
		w.locks[1].Lock()
		w.add(0, w.x[1])
		w.locks[1].Unlock()
	}},
	{"trylock", "", func(w *world, reg *int) {
		if *reg = 5; w.locks[0].TryLock() {
			*reg = w.x[0]
			w.locks[0].Unlock()
		}
	}},
	{"read", "", func(w *world, reg *int) { w.both.RLock(); *reg += w.y; w.both.RUnlock() }},
	{"read on", "", func(w *world, reg *int) {
		w.both.RLock()
		time.Sleep(time.Second)
		*reg += w.y
		w.both.RUnlock()
	}},
	{"write", "", func(w *world, reg *int) { w.both.Lock(); w.y += *reg + 1; w.both.Unlock() }},
	{"send", "", func(w *world, reg *int) { w.c <- *reg }},
	{"try", "", func(w *world, reg *int) {
		select {
		case *reg = <-w.c:
		default:
			*reg = -1
		}
	}},
	{"send to d", "", func(w *world, reg *int) {
		select {
		case w.d <- *reg + 10:
		case <-time.After(2 * time.Second):
		}
	}},
	{"either", "", func(w *world, reg *int) {
		select {
		case *reg = <-w.c:
		case *reg = <-w.d:
		case <-time.After(time.Second):
			*reg = -3
		}
	}},
	{"await", "", func(w *world, reg *int) {
		select {
		case *reg = <-w.c:
		case <-time.After(time.Second):
			*reg = -2
		}
	}},
	{"sleep", "", func(*world, *int) { time.Sleep(time.Second) }},
	{"yield", "", func(*world, *int) { runtime.Gosched() }},
	{"once", "", func(w *world, reg *int) { w.once.Do(func() { *reg = 7 }) }},
	{"once holding", "", func(w *world, reg *int) { w.once.Do(func() { w.add(1, *reg+3) }) }},
	{"count", "", func(w *world, reg *int) { *reg = int(w.n.Add(1)) }},
	{"load", "", func(w *world, reg *int) { *reg = int(w.n.Load()) }},
	{"swap", "", func(w *world, reg *int) { *reg = number(w.n.CompareAndSwap(0, 9)) }},
	{"wait", "cond", func(w *world, reg *int) {
		w.cmu.Lock()
		for w.signs == 0 {
			w.cond.Wait()
		}
		w.signs--
		w.cmu.Unlock()
	}},
	{"signal", "cond", func(w *world, reg *int) { w.cmu.Lock(); w.signs++; w.cond.Signal(); w.cmu.Unlock() }},
	{"broadcast", "cond", func(w *world, reg *int) { w.cmu.Lock(); w.signs += 2; w.cmu.Unlock(); w.cond.Broadcast() }},
	{"cancel", "context", func(w *world, reg *int) { w.cancel() }},
	{"cancel child", "context", func(w *world, reg *int) { w.expire() }},
	{"poll", "context", func(w *world, reg *int) {
		select {
		case <-w.child.Done():
			*reg = 3
		default:
			*reg = 4
		}
	}},
	{"err", "context", func(w *world, reg *int) { *reg = number(w.ctx.Err() == nil) }},
	{"done", "context", func(w *world, reg *int) {
		select {
		case <-w.child.Done():
			*reg = number(w.ctx.Err() == nil)
		case <-time.After(time.Second):
			*reg = 6
		}
	}},
	{"expire", "deadline", func(w *world, reg *int) { w.expire() }},
	{"deadline", "deadline", func(w *world, reg *int) {
		select {
		case *reg = <-w.c:
		case <-w.timed.Done():
			*reg = number(w.timed.Err() == context.Canceled)
		}
	}},
	{"call", "function", func(w *world, reg *int) { w.cancel() }},
	{"stop function", "function", func(w *world, reg *int) { *reg = number(w.stop()) }},
	{"stop", "timer", func(w *world, reg *int) { *reg = number(w.timer.Stop()) }},
	{"reset", "timer", func(w *world, reg *int) { *reg = number(w.timer.Reset(time.Second)) }},
	{"fired", "timer", func(w *world, reg *int) {
		select {
		case <-w.timer.C:
			*reg = 8
		case <-time.After(time.Second):
			*reg = 9
		}
	}},
	{"stop after", "after", func(w *world, reg *int) { *reg = number(w.after.Stop()) }},
	{"reset after", "after", func(w *world, reg *int) { *reg = number(w.after.Reset(time.Second)) }},
	{"tick", "ticker", func(w *world, reg *int) { <-w.ticker.C }},
	{"ticked", "ticker", func(w *world, reg *int) {
		select {
		case <-w.ticker.C:
			*reg = 8
		default:
			*reg = 9
		}
	}},
	{"reset ticker", "ticker", func(w *world, reg *int) { w.ticker.Reset(time.Second) }},
}

// drawProgram draws a program of two or three goroutines, most of whose operations are of
// one part of the world.
func drawProgram(random *rand.Rand) (func(), string) {
	near := operationsOfPrograms[random.IntN(len(operationsOfPrograms))].needs
	var likely []operation
	for _, op := range operationsOfPrograms {
		if op.needs == near {
			likely = append(likely, op)
		}
	}
	bodies := make([][]operation, 2+random.IntN(3)/2)
	var text strings.Builder
	var parts []string
	for i := range bodies {
		for range 1 + random.IntN(4-len(bodies)) {
			op := likely[random.IntN(len(likely))]
			if random.IntN(3) == 0 {
				if any := operationsOfPrograms[random.IntN(len(operationsOfPrograms))]; any.needs == "" || any.needs == near {
					op = any
				}
			}
			if op.needs != "" && !slices.Contains(parts, op.needs) {
				parts = append(parts, op.needs)
			}
			bodies[i] = append(bodies[i], op)
			text.WriteString(op.text + " ")
		}
		text.WriteString("| ")
	}
	return func() {
		w := &world{c: make(chan int, 1), d: make(chan int)}
		for _, part := range parts {
			made[part](w)
		}
		var wg sync.WaitGroup
		regs := make([]int, len(bodies))
		for i, ops := range bodies {
			wg.Go(func() {
				for _, op := range ops {
					op.do(w, &regs[i])
				}
			})
		}
		wg.Wait()
		w.locks[1].Lock()
		w.locks[0].Lock()
		x := w.x // behind what functions of timers and contexts do, or before it
		w.locks[0].Unlock()
		w.locks[1].Unlock()
		bubble.Println(x, w.y, w.n.Load(), regs)
		for _, f := range w.clean {
			f()
		}
	}, text.String()
}

// Reductions find every outcome of random programs, and reduced as many traces as sleep
// sets do.
func TestReductionsOfRandomPrograms(t *testing.T) {
	controlled(t)
	random := rand.New(rand.NewPCG(*randomSeed, 2))
	want := *randomPrograms
	if testing.Short() {
		want = min(want, 20)
	}
	orders := 0
	for made := 0; made < want; {
		program, text := drawProgram(random)
		all := explored(t, program, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(*randomOrders))
		if all.Coverage.Kind != search.AllOrders {
			continue
		}
		made++
		orders += all.Runs
		for _, s := range []search.Strategy{dpor.Reduced(), dpor.Optimal(), dpor.SleepSets()} {
			part := explored(t, program, explore.WithStrategy(s), explore.WithRuns(100_000))
			if part.Coverage.Kind != search.AllTraces || !slices.Equal(outcomes(part), outcomes(all)) {
				t.Errorf("%s\n%d orders; %v: %d runs, %d traces, %v\n%q\nwant %q", text, all.Runs, s, part.Runs, part.Traces, part.Coverage, outcomes(part), outcomes(all))
			}
		}
	}
	t.Logf("%d programs, %d orders", want, orders)
}
