package bubble_test

import (
	"errors"
	"fmt"
	kv "maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
	"weft/trace"
)

// Random programs, against a count of what happens before what that knows nothing of how
// the engine does it: each program writes down what it does, and what that orders is
// worked out afterwards, access by access.

// memoryOp is what an operation of a random program is.
type memoryOp int

const (
	readOp memoryOp = iota
	writeOp
	lockOp // with the operations in body
	rlockOp
	sendOp
	recvOp
	loadOp
	storeOp
	addOp
	casOp
	onceOp // with the operations in body, which the first one does
	spawnOp
	afterOp
	sleepOp
	memoryOps
)

// memoryStep is an operation. n is which variable, lock or channel.
type memoryStep struct {
	op   memoryOp
	n    int
	body []memoryStep
}

const (
	memoryVars     = 5
	memoryChannels = 3

	mixedVar = 4 // is also loaded and stored by functions of sync/atomic
)

// memoryProgram is what each of its goroutines does.
type memoryProgram struct{ goroutines [][]memoryStep }

// randomMemoryProgram draws a program. Each channel has one sender and one receiver, so
// that what it orders can be worked out from outside.
func randomMemoryProgram(r *rand.Rand) memoryProgram {
	var p memoryProgram
	n := 2 + r.IntN(3)
	var ends [memoryChannels][2]int
	for c := range ends {
		ends[c] = [2]int{r.IntN(n), r.IntN(n)}
	}
	for g := range n {
		p.goroutines = append(p.goroutines, randomMemorySteps(r, 2+r.IntN(5), 2, func(c int) (sends, receives bool) {
			return ends[c][0] == g && ends[c][1] != g, ends[c][1] == g && ends[c][0] != g
		}))
	}
	return p
}

func randomMemorySteps(r *rand.Rand, n, depth int, may func(c int) (sends, receives bool)) []memoryStep {
	var steps []memoryStep
	for range n {
		s := memoryStep{op: memoryOp(r.IntN(int(memoryOps))), n: r.IntN(2)}
		switch s.op {
		case readOp, writeOp:
			s.n = r.IntN(memoryVars)
		case lockOp, rlockOp, onceOp, spawnOp, afterOp:
			if depth == 0 {
				continue
			}
			for range 1 + r.IntN(2) {
				s.body = append(s.body, memoryStep{op: memoryOp(r.IntN(2)), n: r.IntN(memoryVars)})
			}
			if s.op == spawnOp || s.op == afterOp {
				s.body = append(s.body, randomMemorySteps(r, 2, depth-1, func(int) (bool, bool) { return false, false })...)
			}
		case sendOp, recvOp:
			s.n = r.IntN(memoryChannels)
			if sends, receives := may(s.n); s.op == sendOp && !sends || s.op == recvOp && !receives {
				continue
			}
		}
		steps = append(steps, s)
	}
	return steps
}

// memoryWorld is what the goroutines of a program share.
type memoryWorld struct {
	a, b, c, d int // the variables
	mu         [2]sync.Mutex
	rw         [2]sync.RWMutex
	channels   [memoryChannels]chan int
	numbers    [2]atomic.Int64
	functional [2]int64 // for the functions of sync/atomic
	once       [2]sync.Once
	wg         sync.WaitGroup

	log  []memoryEvent
	used int
	last int // goroutine
}

// memoryEvent is something that a goroutine did.
type memoryEvent struct {
	g     int
	what  string
	n     int
	child int
}

// note writes down an event. It is seen by nobody: it orders nothing, and is no access.
//
//go:norace
//go:noinline
func (w *memoryWorld) note(e memoryEvent) {
	if w.used < len(w.log) {
		w.log[w.used] = e
		w.used++
	}
}

//go:norace
//go:noinline
func (w *memoryWorld) newcomer() int {
	w.last++
	return w.last
}

// run is the program: its first goroutine starts the others and waits for them.
func (p memoryProgram) run(w *memoryWorld) {
	for i := range w.channels {
		w.channels[i] = make(chan int, i)
	}
	w.note(memoryEvent{what: "write", n: 0})
	w.a = 1
	for _, steps := range p.goroutines {
		w.start(0, steps)
	}
	w.wg.Wait()
	w.note(memoryEvent{what: "waited"})
	for v := range memoryVars {
		w.do(0, memoryStep{op: readOp, n: v})
	}
}

func (w *memoryWorld) start(by int, steps []memoryStep) {
	g := w.newcomer()
	w.note(memoryEvent{g: by, what: "spawn", child: g})
	w.wg.Add(1)
	go w.goroutine(g, steps)
}

func (w *memoryWorld) goroutine(g int, steps []memoryStep) {
	for _, s := range steps {
		w.do(g, s)
	}
	w.note(memoryEvent{g: g, what: "done"})
	w.wg.Done()
}

func (w *memoryWorld) all(g int, steps []memoryStep) {
	for _, s := range steps {
		w.do(g, s)
	}
}

func (w *memoryWorld) do(g int, s memoryStep) {
	note := func(what string) { w.note(memoryEvent{g: g, what: what, n: s.n}) }
	switch s.op {
	case readOp:
		note("read")
		w.read(s.n)
	case writeOp:
		note("write")
		w.write(s.n)
	case lockOp:
		w.mu[s.n].Lock()
		note("locked")
		w.all(g, s.body)
		note("unlock")
		w.mu[s.n].Unlock()
	case rlockOp:
		// The first half of the locks is also locked for writing.
		if len(s.body) == 2 {
			w.rw[s.n].Lock()
			note("wlocked")
			w.all(g, s.body)
			note("wunlock")
			w.rw[s.n].Unlock()
			return
		}
		w.rw[s.n].RLock()
		note("rlocked")
		w.all(g, s.body)
		note("runlock")
		w.rw[s.n].RUnlock()
	case sendOp:
		note("send")
		w.channels[s.n] <- g
		note("sent")
	case recvOp:
		note("recv")
		<-w.channels[s.n]
		note("received")
	case loadOp:
		if s.n == 0 {
			w.numbers[0].Load()
		} else {
			atomic.LoadInt64(&w.functional[0])
		}
		note("load")
	case storeOp:
		if s.n == 0 {
			w.numbers[0].Store(1)
		} else {
			atomic.StoreInt64(&w.functional[0], 1)
		}
		note("store")
	case addOp:
		if s.n == 0 {
			w.numbers[0].Add(1)
		} else {
			atomic.AddInt64(&w.functional[0], 1)
		}
		note("add")
	case casOp:
		swapped := false
		if s.n == 0 {
			swapped = w.numbers[0].CompareAndSwap(1, 5)
		} else {
			swapped = atomic.CompareAndSwapInt64(&w.functional[0], 1, 5)
		}
		if swapped {
			note("add")
		} else {
			note("load")
		}
	case onceOp:
		w.once[s.n].Do(func() {
			w.all(g, s.body)
			note("once")
		})
		note("onced")
	case spawnOp:
		w.start(g, s.body)
	case afterOp:
		child := w.newcomer()
		w.wg.Add(1)
		w.note(memoryEvent{g: g, what: "spawn", child: child})
		time.AfterFunc(time.Duration(s.n), func() { w.goroutine(child, s.body) })
	case sleepOp:
		time.Sleep(time.Duration(s.n + 1))
	}
}

func (w *memoryWorld) read(v int) {
	got := 0
	switch v {
	case 0:
		got = w.a
	case 1:
		got = w.b
	case 2:
		got = w.c
	case 3:
		got = w.d
	case mixedVar:
		got = int(w.functional[0])
	}
	if got < 0 {
		panic(got)
	}
}

func (w *memoryWorld) write(v int) {
	switch v {
	case 0:
		w.a = 2
	case 1:
		w.b = 2
	case 2:
		w.c = 2
	case 3:
		w.d = 2
	case mixedVar:
		w.functional[0] = 2
	}
}

// happened says what happens before an event: of each goroutine, how many of its events.
type happened map[int]int

func (h happened) join(other happened) {
	for g, n := range other {
		h[g] = max(h[g], n)
	}
}

// racesOf works out which variables the run raced for.
func (w *memoryWorld) racesOf() []string {
	type touch struct {
		g, at  int
		writes bool
		atomic bool
	}
	clocks := map[int]happened{}
	of := func(g int) happened {
		if clocks[g] == nil {
			clocks[g] = happened{}
		}
		return clocks[g]
	}
	released := map[string]happened{} // by what it orders
	merge := func(at string, h happened) {
		if released[at] == nil {
			released[at] = happened{}
		}
		released[at].join(h)
	}
	starts := map[string][]happened{} // of sends and receives
	ends := map[string]int{}
	touches := map[int][]touch{}
	racy := map[string]bool{}
	for _, e := range w.log[:w.used] {
		h := of(e.g)
		h[e.g]++
		at := func(sort string) string { return fmt.Sprint(sort, e.n) }
		touched := func(v int, writes, atomic bool) {
			for _, t := range touches[v] {
				if t.g != e.g && (t.writes || writes) && !(t.atomic && atomic) && h[t.g] < t.at {
					racy[[memoryVars]string{"w.a", "w.b", "w.c", "w.d", "w.functional"}[v]] = true
				}
			}
			touches[v] = append(touches[v], touch{e.g, h[e.g], writes, atomic})
		}
		operated := func(writes bool) {
			if e.n == 1 {
				touched(mixedVar, writes, true)
			}
		}
		switch e.what {
		case "read", "write":
			touched(e.n, e.what == "write", false)
		case "spawn":
			of(e.child).join(h)
		case "done":
			merge("wg", h)
		case "waited":
			h.join(released["wg"])
		case "locked":
			h.join(released[at("mu")])
		case "unlock":
			released[at("mu")] = kv.Clone(h)
		case "rlocked":
			h.join(released[at("rw")])
		case "wlocked":
			h.join(released[at("rw")])
			h.join(released[at("readers")])
		case "wunlock":
			released[at("rw")] = kv.Clone(h)
		case "runlock":
			merge(at("readers"), h)
		case "load":
			h.join(released[at("atomic")])
			operated(false)
		case "store":
			operated(true)
			released[at("atomic")] = kv.Clone(h)
		case "add":
			h.join(released[at("atomic")])
			operated(true)
			released[at("atomic")] = kv.Clone(h)
		case "once":
			released[at("once")] = kv.Clone(h)
		case "onced":
			h.join(released[at("once")])
		case "send", "recv":
			starts[at(e.what)] = append(starts[at(e.what)], kv.Clone(h))
		case "received":
			h.join(starts[at("send")][ends[at("recv")]])
			ends[at("recv")]++
		case "sent":
			// The nth receive happens before the send that needs the room it makes.
			if k := ends[at("send")] - e.n; k >= 0 {
				h.join(starts[at("recv")][k])
			}
			ends[at("send")]++
		}
	}
	return slices.Sorted(kv.Keys(racy))
}

// TestRandomPrograms: the data races of random programs, in random orders, are those that
// can be worked out from what the programs did. WEFT_TEST_PROGRAMS says how many there
// are.
func TestRandomMemoryPrograms(t *testing.T) {
	watched(t)
	programs := 500
	if n, err := strconv.Atoi(os.Getenv("WEFT_TEST_PROGRAMS")); err == nil {
		programs = n
	}
	if bubble.RaceDetector && os.Getenv(edgesVariable) == "" {
		t.Skip("the race detector fails a test that has a data race")
	}
	races, runs := 0, 0
	for seed := range programs {
		p := randomMemoryProgram(rand.New(rand.NewPCG(uint64(seed), 1)))
		var w *memoryWorld
		runner := bubble.Engine(func() {
			w = &memoryWorld{log: make([]memoryEvent, 1000)}
			p.run(w)
		}).Runner()
		for i := range 4 {
			run := runner.Run(order.Random(uint64(i)), trace.Order)
			want := w.racesOf()
			if len(want) > 0 {
				races++
			}
			runs++
			var detected *bubble.RaceError
			if bubble.RaceDetector {
				if run.Err != nil && !errors.As(run.Err, &detected) {
					continue // it ended in a deadlock, which is all that is said
				}
				if (detected != nil) != (len(want) > 0) {
					t.Fatalf("program %d, order %d: the race detector says %v, want %v\n%+v\n%+v", seed, i, run.Err, want, p, w.log[:w.used])
				}
				continue
			}
			var e *bubble.DataRaceError
			var got []string
			if errors.As(run.Err, &e) {
				for _, r := range e.Races {
					got = append(got, r.Variable)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("program %d, order %d: data races on %s, want %s\n%+v\n%v\n%v", seed, i, strings.Join(got, " "), strings.Join(want, " "), p, w.log[:w.used], run.Err)
			}
		}
		runner.Close()
	}
	t.Logf("%d of %d runs have a data race", races, runs)
	if races == 0 || races == runs {
		t.Error("they should be some of the runs, and not all")
	}
}
