package bubble_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
	"weft/trace"
)

// volume has a map that is copied, as objects of Kubernetes are.
type volume struct{ notes map[string]struct{} }

func (v *volume) copy() *volume {
	c := new(volume)
	*c = *v
	c.notes = make(map[string]struct{}, len(v.notes))
	for key, value := range v.notes {
		c.notes[key] = value
	}
	return c
}

// small are objects that share words with others, and lie at any multiple of four bytes.
type small struct{ a, b, c int32 }

// bits are variables of one word.
type bits struct {
	a, b bool
	c    byte
	d    int16
	e    int32
}

// wide is copied word by word.
type wide struct {
	a    int
	s    string
	b, c int32
	rest [4]int
}

// sameOf are programs with data races at several places, of which what is reported is the
// same each time.
var sameOf = []struct {
	name    string
	program func()
}{
	{"a map that is read again and again", func() {
		v := &volume{notes: map[string]struct{}{}}
		for i := range 2 {
			v.notes[strconv.Itoa(i)] = struct{}{}
		}
		stop := make(chan struct{})
		go func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				v.copy()
			}
		}()
		time.Sleep(time.Millisecond) // it spins meanwhile
		v.notes["0"] = struct{}{}
		close(stop)
	}},
	{"slices that are copied", func() {
		a, b := make([]int32, 7, 40), make([]byte, 21)
		beside(func(n int) {
			copy(a, a[n:])
			copy(b[n+1:], b)
		}, func(n int) {
			a[n]++
			b[2*n]++
			c := append(a[:2*n], a...)
			copy(c, a)
		})
	}},
	{"structs that are copied", func() {
		w := []wide{{s: "a"}, {s: "b"}}
		beside(func(n int) {
			w[n%2] = w[(n+1)%2]
			w[n%2].b++
			w[0].rest[n%4]++
		}, func(n int) {
			v := w[n%2]
			v.a += w[0].a + w[1].rest[1]
			w[1] = v
		})
	}},
	{"variables that share a word", func() {
		v := &bits{}
		beside(func(n int) {
			if v.a = !v.b; n%2 == 0 {
				v.c, v.d = byte(v.d), int16(v.c)
			}
			v.e++
		}, func(n int) {
			c := *v
			v.b = !c.b
			if n%2 == 1 {
				*v = bits{e: v.e}
			}
			v.d++
		})
	}},
	{"objects that share a word", func() {
		a, b, c := new(int32), new(bool), new(small)
		d, e := new([3]byte), new(small)
		beside(func(n int) {
			*a++
			*b = c.b > 0
			*c = *e
			d[n%3]++
		}, func(n int) {
			f := *c
			f.a += *a
			c.b = f.c
			*e = f
			*d = [3]byte{1}
			*b = d[2] > 1
		})
	}},
	{"arrays at any byte", func() {
		a, b := new([13]byte), new([11]byte)
		beside(func(n int) {
			*a = [13]byte{byte(n)}
			b[5+n]++
		}, func(n int) {
			c := *a
			a[6+n] = c[7]
			*b = [11]byte{c[8], b[4+n]}
		})
	}},
	{"memory that is given out again", func() {
		type node struct {
			next *node
			key  int
			data [6]int32
		}
		var first *node
		beside(func(n int) {
			for i := range 50 {
				first = &node{next: first, key: i}
				if first.data[i%6]++; i%10 == 9 {
					first = nil
				}
				if i == 30 && n == 1 {
					runtime.GC()
				}
			}
		}, func(n int) {
			for range 30 {
				if f := first; f != nil {
					f.data[n]++
					f.key += int(f.data[0])
				}
				first = &node{}
			}
		})
	}},
	{"more memory than is known from lately", func() {
		a, b := make([]int, 3000), make([][]byte, 40)
		sum := 0
		beside(func(n int) {
			for i := range b {
				b[i] = make([]byte, 5000*(many/1000))
				b[i][100*i+n]++
				a[70*i]++
				sum++
			}
		}, func(n int) {
			for i := range b {
				if len(b[i]) > 0 {
					b[i][100*i+1] = 1
				}
				a[70*i] = sum
			}
		})
	}},
	{"several goroutines", func() {
		var wg sync.WaitGroup
		a, v := make([]int32, 9), &wide{}
		for g := range 6 {
			wg.Go(func() {
				for n := range 4 {
					switch (g + n) % 3 {
					case 0:
						v.c = a[g] + a[n]
					case 1:
						_ = append([]int32(nil), a...)
						a[n]++
					case 2:
						c := *v
						a[8] = c.b
					}
					runtime.Gosched()
				}
			})
		}
		wg.Wait()
	}},
}

// beside has two goroutines do something three times each.
func beside(first, second func(n int)) {
	var wg sync.WaitGroup
	for _, do := range []func(int){first, second} {
		wg.Go(func() {
			for n := range 3 {
				do(n)
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
}

var litter [64]any

// litters allocates, so that what is allocated next lies elsewhere.
//
//go:norace
func litters(r *rand.Rand) {
	for range 5 + r.IntN(100) {
		var a any
		switch r.IntN(5) {
		case 0:
			a = new(bool)
		case 1:
			a = new([3]byte)
		case 2:
			a = new(int32)
		default:
			a = make([]byte, r.IntN(1<<r.IntN(20)))
		case 4:
			a = make([]*int, r.IntN(100))
		}
		litter[r.IntN(len(litter))] = a
	}
	if r.IntN(4) == 0 {
		runtime.GC()
	}
}

// TestDataRacesAreTheSame: what is reported of the same order of a program is the same,
// wherever its variables lie and whatever of the run is kept.
func TestDataRacesAreTheSame(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("the race detector fails a test that has a data race")
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, p := range sameOf {
		t.Run(p.name, func(t *testing.T) {
			runner := bubble.Engine(p.program).Runner()
			defer runner.Close()
			raced := false
			for seed := range 5 {
				first := ""
				for i := range 30 {
					litters(r)
					run := runner.Run(order.Random(uint64(seed)), []trace.Level{trace.Full, trace.Order, trace.Off}[i%3])
					raced = raced || run.End == order.Raced
					said := fmt.Sprint(run.End, run.Err, len(run.Decisions))
					if first == "" {
						first = said
					}
					if said != first {
						t.Fatalf("seed %d, run %d says\n%s\nand the first one\n%s", seed, i, said, first)
					}
				}
			}
			if !raced {
				t.Error("there is no data race")
			}
		})
	}
}

// TestRandomPartsAreTheSame: so of random programs with structs that are copied.
func TestRandomPartsAreTheSame(t *testing.T) {
	watched(t)
	if bubble.RaceDetector {
		t.Skip("the race detector fails a test that has a data race")
	}
	r := rand.New(rand.NewPCG(1, 3))
	for seed := range 150 {
		programs := randomParts(rand.New(rand.NewPCG(uint64(seed), 4)))
		runner := bubble.Engine(func() {
			w := &partsWorld{log: make([]partsEvent, 200)}
			w.run(programs)
		}).Runner()
		for i := range 3 {
			first := ""
			for range 4 {
				litters(r)
				run := runner.Run(order.Random(uint64(i)), trace.Off)
				said := fmt.Sprint(run.End, run.Err, len(run.Decisions))
				if first == "" {
					first = said
				}
				if said != first {
					t.Fatalf("program %d, order %d says\n%s\nand at first\n%s\n%+v", seed, i, said, first, programs)
				}
			}
		}
		runner.Close()
	}
}
