package bubble_test

import (
	"math"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
	"weft/trace"
)

// What being watched costs: functions that do nothing but touch memory, each twice, once
// as it is and once without instrumentation.

// chain is 1,000 numbers in a tree that nobody shares.
type chain struct {
	left, right *chain
	key         int
}

func (n *chain) insert(key int) *chain {
	switch {
	case n == nil:
		return &chain{key: key}
	case key < n.key:
		n.left = n.left.insert(key)
	default:
		n.right = n.right.insert(key)
	}
	return n
}

//go:norace
func (n *chain) insertUnseen(key int) *chain {
	switch {
	case n == nil:
		return &chain{key: key}
	case key < n.key:
		n.left = n.left.insertUnseen(key)
	default:
		n.right = n.right.insertUnseen(key)
	}
	return n
}

// thousand calls f with 1,000 numbers in no order.
func thousand(f func(i, n int)) {
	for i, key := 0, uint32(1); i < 1000; i++ {
		key = key*1664525 + 1013904223
		f(i, int(key>>8))
	}
}

// insertionSort is the worst that being watched does to a program: a loop in which
// nothing happens but that a slice is touched.
//
//go:noinline
func insertionSort(a []int) {
	for i := 1; i < len(a); i++ {
		for j := i; j > 0 && a[j] < a[j-1]; j-- {
			a[j], a[j-1] = a[j-1], a[j]
		}
	}
}

//go:norace
//go:noinline
func insertionSortUnseen(a []int) {
	for i := 1; i < len(a); i++ {
		for j := i; j > 0 && a[j] < a[j-1]; j-- {
			a[j], a[j-1] = a[j-1], a[j]
		}
	}
}

func sorted(sort func(a []int)) func() {
	return func() {
		a := make([]int, many)
		thousand(func(i, n int) { a[i] = n })
		sort(a)
	}
}

func sortedOnStack(sort func(a []int)) func() {
	return func() {
		var a [1000]int
		thousand(func(i, n int) { a[i] = n })
		sort(a[:])
	}
}

// many is how much there is of what is to lie in the heap, which the compiler must not
// know.
var many = 1000

// cell is a struct that is copied as a whole.
type cell struct {
	name  string
	at    [4]int
	alive bool
}

//go:noinline
func reverse(cells []cell) {
	for i, j := 0, len(cells)-1; i < j; i, j = i+1, j-1 {
		cells[i], cells[j] = cells[j], cells[i]
	}
}

//go:norace
//go:noinline
func reverseUnseen(cells []cell) {
	for i, j := 0, len(cells)-1; i < j; i, j = i+1, j-1 {
		cells[i], cells[j] = cells[j], cells[i]
	}
}

func reversed(reverse func(cells []cell)) func() {
	return func() {
		cells := make([]cell, many)
		for range 20 {
			reverse(cells)
		}
	}
}

// sieve touches bytes, of which there are eight to a word.
//
//go:noinline
func sieve(composite []bool) (primes int) {
	for i := 2; i < len(composite); i++ {
		if composite[i] {
			continue
		}
		primes++
		for j := i * i; j < len(composite); j += i {
			composite[j] = true
		}
	}
	return primes
}

//go:norace
//go:noinline
func sieveUnseen(composite []bool) (primes int) {
	for i := 2; i < len(composite); i++ {
		if composite[i] {
			continue
		}
		primes++
		for j := i * i; j < len(composite); j += i {
			composite[j] = true
		}
	}
	return primes
}

func sieved(sieve func(composite []bool) int) func() {
	return func() {
		composite := make([]bool, 10*many)
		for range 5 {
			sieve(composite)
		}
	}
}

// account has fields that share words.
type account struct {
	from, to   int32
	open, busy bool
	kind       uint8
	balance    float64
}

//go:noinline
func settle(accounts []account) {
	for i := range accounts {
		a := &accounts[i]
		a.open, a.busy = !a.busy, a.open
		a.kind++
		a.from, a.to = a.to, a.from+1
		a.balance = math.Abs(a.balance - float64(a.to))
	}
}

//go:norace
//go:noinline
func settleUnseen(accounts []account) {
	for i := range accounts {
		a := &accounts[i]
		a.open, a.busy = !a.busy, a.open
		a.kind++
		a.from, a.to = a.to, a.from+1
		a.balance = math.Abs(a.balance - float64(a.to))
	}
}

func settled(settle func(accounts []account)) func() {
	return func() {
		accounts := make([]account, many)
		for range 20 {
			settle(accounts)
		}
	}
}

// tally counts words in a map.
//
//go:noinline
func tally(words map[int]int) {
	thousand(func(_, n int) { words[n%64]++ })
}

//go:norace
//go:noinline
func tallyUnseen(words map[int]int) {
	for i, key := 0, uint32(1); i < 1000; i++ {
		key = key*1664525 + 1013904223
		words[int(key>>8)%64]++
	}
}

// shared has four goroutines, of which each in its turn works on what all of them share.
func shared(work func(a []int)) func() {
	return func() {
		var mu sync.Mutex
		var wg sync.WaitGroup
		a := make([]int, many/10)
		for i := range a {
			a[i] = i * 7919 % 1000
		}
		for g := range 4 {
			wg.Go(func() {
				for range 5 {
					mu.Lock()
					a[g] += 1000
					work(a)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	}
}

// freshly touches memory that is new, and nothing twice.
//
//go:noinline
func freshly(lists [][]*cell) (alive int) {
	for i := range lists {
		list := make([]*cell, many/20)
		for j := range list {
			list[j] = &cell{alive: j%3 == 0}
		}
		lists[i] = list
	}
	for _, list := range lists {
		for _, c := range list {
			if c.alive {
				alive++
			}
		}
	}
	return alive
}

//go:norace
//go:noinline
func freshlyUnseen(lists [][]*cell) (alive int) {
	for i := range lists {
		list := make([]*cell, many/20)
		for j := range list {
			list[j] = &cell{alive: j%3 == 0}
		}
		lists[i] = list
	}
	for _, list := range lists {
		for _, c := range list {
			if c.alive {
				alive++
			}
		}
	}
	return alive
}

// handed has two goroutines that hand a slice to and fro, which each of them changes.
//
//go:noinline
func handed(a []int) {
	there, back := make(chan []int), make(chan []int)
	go func() {
		for a := range there {
			for i := range a {
				a[i]++
			}
			back <- a
		}
		close(back)
	}()
	for range 50 {
		there <- a
		for i := range <-back {
			a[i] *= 2
		}
	}
	close(there)
	<-back
}

//go:norace
//go:noinline
func handedUnseen(a []int) {
	there, back := make(chan []int), make(chan []int)
	go addUnseen(there, back)
	for range 50 {
		there <- a
		for i := range <-back {
			a[i] *= 2
		}
	}
	close(there)
	<-back
}

//go:norace
//go:noinline
func addUnseen(there, back chan []int) {
	for a := range there {
		for i := range a {
			a[i]++
		}
		back <- a
	}
	close(back)
}

// votes has ten goroutines that count in a map under a lock.
func votes() {
	var mu sync.Mutex
	count := map[string]int{}
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for range 20 {
				mu.Lock()
				count["ada"]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// BenchmarkWatched says how much longer a run takes that is watched, as a ratio to one
// whose functions are not instrumented. The two are made in turn, and the shortest of
// each are compared, so that what else the machine does counts for little.
func BenchmarkWatched(b *testing.B) {
	if !bubble.WatchesMemory() {
		b.Skip("built so that runs do not see memory")
	}
	tree := func(insert func(root *chain, key int) *chain) func() {
		return func() {
			var root *chain
			thousand(func(_, n int) { root = insert(root, n) })
		}
	}
	counted := func(tally func(words map[int]int)) func() {
		return func() {
			words := map[int]int{}
			for range 10 {
				tally(words)
			}
		}
	}
	for _, c := range []struct {
		name            string
		watched, unseen func()
	}{
		{"tree", tree((*chain).insert), tree((*chain).insertUnseen)},
		{"sort", sorted(insertionSort), sorted(insertionSortUnseen)},
		{"stack", sortedOnStack(insertionSort), sortedOnStack(insertionSortUnseen)},
		{"structs", reversed(reverse), reversed(reverseUnseen)},
		{"bytes", sieved(sieve), sieved(sieveUnseen)},
		{"fields", settled(settle), settled(settleUnseen)},
		{"map", counted(tally), counted(tallyUnseen)},
		{"fresh", func() { freshly(make([][]*cell, many/50)) }, func() { freshlyUnseen(make([][]*cell, many/50)) }},
		{"handed", func() { handed(make([]int, many)) }, func() { handedUnseen(make([]int, many)) }},
		{"shared", shared(insertionSort), shared(insertionSortUnseen)},
		{"votes", votes, nil},
	} {
		b.Run(c.name, func(b *testing.B) {
			runs := func(program func()) func() time.Duration {
				runner := bubble.Engine(program).Runner()
				b.Cleanup(runner.Close)
				n := uint64(0)
				return func() time.Duration {
					n++
					began := time.Now()
					if run := runner.Run(order.Random(n), trace.Off); run.Failed() {
						b.Fatal(run.Err)
					}
					return time.Since(began)
				}
			}
			watched, unseen := runs(c.watched), func() time.Duration { return 0 }
			if c.unseen != nil {
				unseen = runs(c.unseen)
			}
			least, leastUnseen := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
			for b.Loop() {
				least = min(least, watched())
				b.StopTimer()
				leastUnseen = min(leastUnseen, unseen())
				b.StartTimer()
			}
			b.ReportMetric(float64(least), "least-ns")
			if c.unseen != nil {
				b.ReportMetric(float64(least)/float64(leastUnseen), "x-unseen")
			}
		})
	}
}
