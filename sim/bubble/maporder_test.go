package bubble_test

import (
	"context"
	"fmt"
	mapsof "maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/order"
)

type node struct{ name string }

type pair struct {
	at *node
	n  int
}

// printOrders shows the orders of large maps of all sorts whose hashes are made of
// addresses, through all that moves their entries.
func printOrders() {
	show := func(text string) { bubble.Println(text) }
	nodes := make([]*node, 3_000)
	for i := range nodes {
		nodes[i] = &node{fmt.Sprint(i)}
	}
	for _, n := range []int{9, 100, 3_000} { // one table, a larger one, several
		pointers := map[*node]int{}
		sized := make(map[*node]string, n)
		chans := map[chan int]int{}
		faces := map[any]int{}
		structs := map[pair]string{}
		arrays := map[[2]*node]bool{}
		for i, p := range nodes[:n] {
			pointers[p] = i
			sized[p] = p.name
			chans[make(chan int)] = i
			faces[p] = i
			structs[pair{p, i}] = p.name
			arrays[[2]*node{p, nil}] = true
		}
		for _, p := range nodes[:n/3] {
			delete(pointers, p)
		}
		for _, p := range nodes[:n/6] {
			pointers[p] = -1
		}
		var b strings.Builder
		for p, i := range pointers {
			fmt.Fprint(&b, " ", p.name, i)
		}
		show(b.String())
		b.Reset()
		for p := range sized {
			fmt.Fprint(&b, " ", p.name)
		}
		for _, i := range mapsof.Clone(chans) {
			fmt.Fprint(&b, " ", i)
		}
		for _, i := range faces {
			fmt.Fprint(&b, " ", i)
		}
		for p := range structs {
			fmt.Fprint(&b, " ", p.n)
		}
		for p := range arrays {
			fmt.Fprint(&b, " ", p[0].name)
		}
		show(b.String())
		b.Reset()
		for p := range pointers { // changed on the way
			fmt.Fprint(&b, " ", p.name)
			delete(pointers, nodes[len(pointers)%n])
			pointers[&node{"new"}] = 1
			if len(pointers) > 2*n {
				break
			}
		}
		show(b.String())
		clear(pointers)
		pointers[nodes[0]] = 0
		show(fmt.Sprint(len(pointers), pointers[nodes[0]]))
	}
}

// Maps of pointers have an order that is the same in each run and in each process, given
// the seed.
func TestMapsOfPointers(t *testing.T) {
	controlled(t)
	print := func(seed uint64) string {
		run := order.RunOnce(bubble.Engine(printOrders, bubble.WithRandomSeed(seed)), order.Default())
		if run.Failed() {
			t.Fatal(run.Err)
		}
		var lines []string
		for _, line := range run.Output {
			lines = append(lines, line.Text)
		}
		return strings.Join(lines, "\n")
	}
	first, other := print(1), print(2)
	if first == other {
		t.Error("another seed makes no difference")
	}
	for range 3 {
		if print(1) != first {
			t.Fatal("the next run has another order")
		}
	}
	const child = "TEST_MAPS_OF_POINTERS"
	if os.Getenv(child) != "" {
		fmt.Print(child, first, child)
		return
	}
	c := exec.Command(os.Args[0], "-test.run=^TestMapsOfPointers$")
	c.Env = append(os.Environ(), child+"=1")
	out, err := c.CombinedOutput()
	if parts := strings.Split(string(out), child); err != nil || len(parts) != 3 || parts[1] != first {
		t.Fatalf("another process has another order: %v", err)
	}
}

// An iteration shows what is in the map, each once, whatever is done to the map meanwhile:
// what Go promises holds as ever.
func TestIterationOfLargeMaps(t *testing.T) {
	controlled(t)
	run := order.RunOnce(bubble.Engine(func() {
		for _, n := range []int{9, 15, 100, 5_000, 40_000} {
			m := map[any]int{}
			for i := range n {
				m[&node{}] = i
			}
			seen := map[int]int{}
			for _, i := range m {
				seen[i]++
			}
			if len(seen) != n {
				panic(fmt.Sprintf("%d of %d entries were seen", len(seen), n))
			}
			all := slices.Collect(mapsof.Keys(m))
			gone, came := map[any]bool{}, 0
			clear(seen)
			for k, i := range m {
				if gone[k] {
					panic("an entry was seen that had been deleted before")
				}
				if seen[i]++; seen[i] > 1 {
					panic("an entry was seen twice")
				}
				if o := all[i%len(all)]; o != k {
					delete(m, o)
					gone[o] = true
				}
				if v, ok := m[k]; !ok || v != i {
					panic("an entry was seen that is not there")
				}
				m[&node{}] = n + came
				came++
				if came > 2*n {
					break
				}
			}
			for k := range m { // emptied on the way
				delete(m, k)
			}
			if len(m) != 0 {
				panic(fmt.Sprint(len(m), " entries are left"))
			}
			for i := range n {
				m[&node{}] = i
			}
			steps := 0
			for range m {
				steps++
				clear(m)
			}
			if steps != 1 {
				panic("an iteration went on in an empty map")
			}
		}
	}), order.Default())
	if run.Failed() {
		t.Error(run.Err)
	}
}

// A context with many children cancels them in an order that can be had again: all runs
// of one schedule are the same, here and in another process.
func TestManyChildren(t *testing.T) {
	controlled(t)
	for _, n := range []int{8, 9, 40} {
		bubble.Check(t, func(t *bubble.T) {
			ctx, cancel := context.WithCancel(t.Context())
			out := make(chan int, n)
			var wg sync.WaitGroup
			for i := range n {
				child, stop := context.WithCancel(ctx)
				wg.Go(func() { defer stop(); <-child.Done(); out <- i })
			}
			cancel()
			wg.Wait()
			close(out)
			for i := range out {
				bubble.Println(i)
			}
		}, explore.WithRuns(100))
	}
}
