package bubble_test

import (
	"errors"
	kv "maps"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"unsafe"

	"weft/sim/bubble"
	"weft/sim/order"
	"weft/trace"
)

// parts are variables that share words, and are also copied all at once.
type parts struct {
	a    int32
	b    int16
	c, d byte
	e    int
	f    string
}

// partsStep is an operation: on one of the parts, or on all (of = 6), under a lock or none.
type partsStep struct {
	of     int
	writes bool
	lock   int
	times  int
}

const partsAll = 6

// partsWorld is what the goroutines of a program share.
type partsWorld struct {
	p   *parts
	mu  [3]sync.Mutex // the first one is none
	log []partsEvent
	n   int
}

type partsEvent struct {
	g    int
	step partsStep
	what byte // 't'ouches, 'l'ocked, 'u'nlocks
}

//go:norace
//go:noinline
func (w *partsWorld) note(e partsEvent) {
	w.log[w.n] = e
	w.n++
}

func (w *partsWorld) run(programs [][]partsStep) {
	w.p = &parts{f: "f"}
	var wg sync.WaitGroup
	for g, steps := range programs {
		wg.Go(func() {
			for _, s := range steps {
				if s.lock > 0 {
					w.mu[s.lock].Lock()
					w.note(partsEvent{g, s, 'l'})
				}
				for range s.times {
					w.note(partsEvent{g, s, 't'})
					w.touch(s)
				}
				if s.lock > 0 {
					w.note(partsEvent{g, s, 'u'})
					w.mu[s.lock].Unlock()
				}
			}
		})
	}
	wg.Wait()
}

//go:noinline
func (w *partsWorld) touch(s partsStep) {
	p := w.p
	if s.writes {
		switch s.of {
		case 0:
			p.a = 1
		case 1:
			p.b = 1
		case 2:
			p.c = 1
		case 3:
			p.d = 1
		case 4:
			p.e = 1
		case 5:
			p.f = "g"
		case partsAll:
			*p = parts{a: 2, f: "h"}
		}
		return
	}
	var q parts
	switch s.of {
	case 0:
		q.a = p.a
	case 1:
		q.b = p.b
	case 2:
		q.c = p.c
	case 3:
		q.d = p.d
	case 4:
		q.e = p.e
	case 5:
		q.f = p.f
	case partsAll:
		q = *p
	}
	if q.a+int32(q.b)+int32(q.c)+int32(q.d)+int32(q.e)+int32(len(q.f)) < 0 {
		panic("less than nothing")
	}
}

// races works out whether the run has a data race.
func (w *partsWorld) races() bool {
	type access struct {
		g, at  int
		writes bool
	}
	clocks, released := map[int]happened{}, map[int]happened{}
	var touches [partsAll][]access
	for _, e := range w.log[:w.n] {
		h := clocks[e.g]
		if h == nil {
			h = happened{}
			clocks[e.g] = h
		}
		h[e.g]++
		switch e.what {
		case 'l':
			h.join(released[e.step.lock])
		case 'u':
			released[e.step.lock] = kv.Clone(h)
		case 't':
			for part := range touches {
				if e.step.of != part && e.step.of != partsAll {
					continue
				}
				for _, t := range touches[part] {
					if t.g != e.g && (t.writes || e.step.writes) && h[t.g] < t.at {
						return true
					}
				}
				touches[part] = append(touches[part], access{e.g, h[e.g], e.step.writes})
			}
		}
	}
	return false
}

// randomParts draws what each goroutine of a program does.
func randomParts(r *rand.Rand) [][]partsStep {
	programs := make([][]partsStep, 2+r.IntN(2))
	few := r.IntN(partsAll) // most programs touch little, or all would race
	all := r.IntN(4) == 0
	for g := range programs {
		for range 1 + r.IntN(6) {
			s := partsStep{of: (few + r.IntN(3)) % (partsAll + 1), writes: r.IntN(3) == 0, lock: min(2, r.IntN(8)), times: 1 + r.IntN(2)}
			if all {
				s.of = r.IntN(partsAll + 1)
			}
			if s.lock == 2 && r.IntN(4) > 0 {
				s.lock = 1
			}
			programs[g] = append(programs[g], s)
		}
	}
	return programs
}

// TestRandomParts: variables that share words, and structs that are copied, race if and only
// if what the programs did says so.
func TestRandomParts(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("the race detector fails a test that has a data race")
	}
	races, runs := 0, 0
	for seed := range 1000 {
		programs := randomParts(rand.New(rand.NewPCG(uint64(seed), 2)))
		var w *partsWorld
		runner := bubble.Engine(func() {
			w = &partsWorld{log: make([]partsEvent, 200)}
			w.run(programs)
		}).Runner()
		for i := range 4 {
			run := runner.Run(order.Random(uint64(i)), trace.Off)
			want := w.races()
			var e *bubble.DataRaceError
			if got := errors.As(run.Err, &e); got != want {
				t.Fatalf("program %d, order %d: there is a data race: %t, want %t\n%+v\n%+v\n%v", seed, i, got, want, programs, w.log[:w.n], run.Err)
			}
			runs++
			if want {
				races++
			}
		}
		runner.Close()
	}
	t.Logf("%d of %d runs have a data race", races, runs)
	if races == 0 || races == runs {
		t.Error("they should be some of the runs, and not all")
	}
}

// again is memory in which something else lay before.
var again struct {
	now   []int
	found bool
}

//go:norace
//go:noinline
func laid() []int { return again.now }

//go:norace
//go:noinline
func lay(a []int, found bool) { again.now, again.found = a, found }

// TestMemoryAgain: what a goroutine did to memory before it was given out again is no
// reason to overlook what it does to it afterwards.
func TestMemoryAgain(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("the race detector fails a test that has a data race")
	}
	touch := func(a []int) {
		for i := range a {
			a[i]++
		}
	}
	_, races := raced(t, func() {
		var wg sync.WaitGroup
		wg.Go(func() { touch(laid()) }) // it comes second
		a := make([]int, 600*(many/1000))
		touch(a)
		addr := uintptr(unsafe.Pointer(&a[0]))
		a = nil
		runtime.GC()
		var others [][]int
		for range 2000 {
			b := make([]int, 600*(many/1000))
			if uintptr(unsafe.Pointer(&b[0])) == addr {
				touch(b)
				lay(b, true)
				break
			}
			others = append(others, b)
		}
		runtime.KeepAlive(others)
		wg.Wait()
	})
	if !again.found {
		t.Skip("the memory was not given out again")
	}
	if !races {
		t.Error("there is no data race")
	}
}
