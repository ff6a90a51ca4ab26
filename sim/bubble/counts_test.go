package bubble_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"weft/sim/bubble"
	"weft/sim/internal/counts"
)

// writtenSo are the operations of programs with exact counts that ordinary Go has as they
// are. There are no queues without bound, and no steps of several accesses.
var writtenSo = []string{"R", "W", "RMW", "CAS", "LOCK", "TRYLOCK", "UNLOCK", "END"}

// asGoroutines returns a program with its threads as goroutines, or nil if it cannot be
// written so.
func asGoroutines(p *counts.Program) func() {
	for _, thread := range p.Threads {
		for _, op := range thread {
			if !slices.Contains(writtenSo, op.Kind) {
				return nil
			}
		}
	}
	return func() {
		vars, locks := map[string]*atomic.Int64{}, map[string]*sync.Mutex{}
		for _, x := range p.Objects("R", "W", "RMW", "CAS") {
			vars[x] = new(atomic.Int64)
			vars[x].Store(int64(p.Value(x)))
		}
		for _, x := range p.Objects("LOCK", "TRYLOCK", "UNLOCK") {
			locks[x] = new(sync.Mutex)
		}
		results := make([][]string, len(p.Threads))
		bodies := make([]func(), len(p.Threads))
		for i := range bodies {
			bodies[i] = func() {
				for {
					op, err := p.Next(i, results[i])
					if err != nil {
						panic(err)
					}
					if op.Kind == "END" {
						return
					}
					results[i] = append(results[i], operate(op, vars[op.Object], locks[op.Object]))
				}
			}
		}
		threads(bodies...)
		if !p.Ended(results) {
			select {} // a deadlock, then, and no leak
		}
		bubble.Println(p.Out(results, func(x string) int {
			if v := vars[x]; v != nil {
				return int(v.Load())
			}
			return p.Value(x)
		}))
	}
}

// operate carries out an operation on a variable or a lock, and returns its result.
func operate(op counts.Op, v *atomic.Int64, mu *sync.Mutex) string {
	bit := func(yes bool) string {
		if yes {
			return "1"
		}
		return "0"
	}
	switch op.Kind {
	case "R":
		return strconv.FormatInt(v.Load(), 10)
	case "W":
		v.Store(int64(op.A))
	case "RMW":
		return strconv.FormatInt(v.Add(int64(op.A))-int64(op.A), 10)
	case "CAS":
		return bit(v.CompareAndSwap(int64(op.A), int64(op.B)))
	case "LOCK":
		mu.Lock()
	case "TRYLOCK":
		return bit(mu.TryLock())
	case "UNLOCK":
		mu.Unlock()
	}
	return counts.Done
}

// TestCounts demands of goroutines the exact numbers of orders and traces that package
// counts demands of the event loop. WEFT_COUNTS_DIR names a further folder.
func TestCounts(t *testing.T) {
	controlled(t)
	if bubble.RaceDetector {
		t.Skip("threads tell their results without synchronisation, which would be steps of its own")
	}
	most := 1_000 // traces
	if testing.Short() {
		most = 100
	}
	folders := []string{filepath.Join("..", "internal", "counts", "testdata")}
	if dir := os.Getenv("WEFT_COUNTS_DIR"); dir != "" {
		folders = append(folders, dir)
	}
	ran := 0
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s holds no *.jsonl (%v)", folder, err)
		}
		for _, file := range files {
			programs, err := counts.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			slices.SortStableFunc(programs, func(a, b *counts.Program) int { return cmp.Compare(a.Traces, b.Traces) })
			for _, p := range programs {
				if program := asGoroutines(p); program != nil && p.Traces <= most {
					ran++
					t.Run(p.String(), func(t *testing.T) { counts.Check(t, p, bubble.Engine(program), 3_000) })
				}
			}
		}
	}
	if ran < 30 {
		t.Errorf("%d programs", ran)
	}
}
