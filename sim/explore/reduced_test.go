package explore_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"weft/sim/explore"
	"weft/sim/order"
)

var toyPrograms = flag.Int("toy.programs", 2000, "how many random programs the reductions are compared on")

// readers has one thread that writes x, and n that read it.
func readers(n int) *toyProgram {
	p := &toyProgram{name: "readers", vars: make([]int, 1), threads: []toyThread{{ops: []toyOp{{kind: toyWrite, n: 1}}}}}
	for range n {
		p.threads = append(p.threads, toyThread{ops: []toyOp{{kind: toyRead}}})
	}
	return p
}

// lastzero has a reader that looks for the last zero of an array while n threads
// count up.
func lastzero(n int) *toyProgram {
	p := &toyProgram{name: "lastzero", vars: make([]int, n+1), threads: []toyThread{{reg: n, ops: []toyOp{{kind: toyScan}}}}}
	for j := 1; j <= n; j++ {
		p.threads = append(p.threads, toyThread{ops: []toyOp{{kind: toyRead, x: j - 1}, {kind: toyWrite, x: j, n: -1}}})
	}
	return p
}

// inc has n threads that read x and then write it.
func inc(n int) *toyProgram {
	p := &toyProgram{name: "inc", vars: make([]int, 1)}
	for range n {
		p.threads = append(p.threads, toyThread{ops: []toyOp{{kind: toyRead}, {kind: toyWrite, n: -1}}})
	}
	return p
}

var reductions = []explore.Strategy{explore.Reduced(), explore.SleepSets(), explore.Optimal()}

func TestReductionYardsticks(t *testing.T) {
	factorial := func(n int) int {
		f := 1
		for i := 2; i <= n; i++ {
			f *= i
		}
		return f
	}
	for _, c := range []struct {
		p    *toyProgram
		n    int
		want int
	}{
		{readers(1), 1, 2}, {readers(4), 4, 16}, {readers(8), 8, 256},
		{inc(2), 2, 4}, {inc(3), 3, factorial(3) * factorial(3)}, {inc(4), 4, factorial(4) * factorial(4)},
		{lastzero(2), 2, 5}, {lastzero(3), 3, 12}, {lastzero(5), 5, 64}, {lastzero(10), 10, 3328},
		{philosophers(2), 2, 3}, {philosophers(3), 3, 7}, {philosophers(4), 4, 15}, {philosophers(5), 5, 31},
	} {
		for _, s := range reductions {
			if s.String() == "sleepsets" && (c.p.name == "lastzero" && c.n > 5 || c.p.name == "philosophers" && c.n > 4) {
				continue // too many blocked runs
			}
			if testing.Short() && c.want > 1000 {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s(%d)", s, c.p.name, c.n), func(t *testing.T) {
				r := search(t, listEngine{c.p}, explore.WithStrategy(s), explore.WithRuns(1_000_000))
				if r.Runs != c.want || r.Traces != c.want || r.Coverage.Kind != explore.AllTraces {
					t.Errorf("%d runs, %d traces, coverage %v; want %d", r.Runs, r.Traces, r.Coverage, c.want)
				}
				deadlocked := 0
				for _, o := range r.Outcomes {
					if o.End == order.Deadlocked {
						deadlocked += o.Runs
					}
				}
				if c.p.name == "philosophers" && deadlocked != 1 {
					t.Errorf("%d deadlocked runs; want 1", deadlocked)
				}
				t.Logf("%d runs, %d blocked, %v", r.Runs, r.Blocked, r.Elapsed)
			})
		}
	}
}

// toySort is a sort of random programs.
type toySort struct {
	name  string
	kinds []toyKind
	exact bool // every step touches one object
}

var toySorts = []toySort{
	{"accesses", []toyKind{toyRead, toyWrite, toyRMW}, true},
	{"conditions", []toyKind{toyRead, toyWrite, toyRMW, toyCAS, toyIf, toyAdd}, true},
	{"locks", []toyKind{toyRead, toyWrite, toyCAS, toyLock, toyLock, toyUnlock, toyUnlock, toyTry}, true},
	{"queues", []toyKind{toyWrite, toyRMW, toyIf, toySend, toySend, toyRecv}, true},
	{"time", []toyKind{toyRead, toyWrite, toyRMW, toyIf, toySleep, toySpawn}, true},
	{"choices", []toyKind{toyRead, toyWrite, toyRMW, toyIf, toyChoose}, false},
	{"slices", []toyKind{toyRead, toyWrite, toyRMW, toyStep, toyStep, toySwap}, false},
	{"cancels", []toyKind{toyRead, toyWrite, toyRMW, toyIf, toyCancel, toyRecv, toySend}, false},
	{"failures", []toyKind{toyRead, toyWrite, toyRMW, toyIf, toyFail}, false},
	{"everything", []toyKind{toyRead, toyWrite, toyAdd, toyRMW, toyCAS, toyIf, toyLock, toyUnlock, toyTry, toySend, toyRecv,
		toyStep, toySwap, toyChoose, toySleep, toySpawn, toyCancel, toyFail}, false},
}

func (s toySort) draw(random *rand.Rand) *toyProgram {
	n := 2 + random.IntN(3)
	p := &toyProgram{name: s.name, vars: make([]int, 3)}
	total := 4 + random.IntN(6)
	for i := range n {
		ops := make([]toyOp, 1+random.IntN(max(1, min(4, total-n+i+1))))
		total -= len(ops)
		for k := range ops {
			ops[k] = toyOp{kind: s.kinds[random.IntN(len(s.kinds))], x: random.IntN(2), y: random.IntN(3), n: random.IntN(3), m: 1 + random.IntN(2)}
			switch op := &ops[k]; op.kind {
			case toyWrite:
				op.n = random.IntN(4) - 1
			case toyChoose:
				op.n, op.m = 2+random.IntN(2), random.IntN(2)
			case toyStep, toySwap:
				op.x = random.IntN(3)
			case toySpawn, toyCancel:
				op.x = random.IntN(n)
			}
		}
		p.threads = append(p.threads, toyThread{ops: ops})
	}
	for i := range p.threads {
		for _, op := range p.threads[i].ops {
			switch {
			case op.kind == toySpawn && op.x > i:
				p.threads[op.x].later = true
			case op.kind == toyCancel:
				p.threads[op.x].cancelable = true
			}
		}
	}
	return p
}

// TestReductionsAgainstBruteForce compares reductions with a walk over all
// interleavings that knows nothing of them.
func TestReductionsAgainstBruteForce(t *testing.T) {
	if testing.Short() {
		*toyPrograms = min(*toyPrograms, 200)
	}
	for _, sort := range toySorts {
		t.Run(sort.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(uint64(len(sort.name)), 1))
			programs, traces, runs := 0, map[string]int{}, map[string]int{}
			blocked := map[string]int{}
			for programs < *toyPrograms/len(toySorts) {
				p := sort.draw(random)
				wantTraces, wantOutcomes, ok := bruteForce(p, 3000)
				if !ok {
					continue
				}
				programs++
				for _, s := range reductions {
					if s.String() == "optimal" && p.has(toyChoose) {
						continue
					}
					r := search(t, listEngine{p}, explore.WithStrategy(s), explore.WithRuns(1_000_000), explore.WithWorkers(1+programs%3), explore.WithoutRunTwice())
					complain := func(format string, args ...any) {
						t.Helper()
						t.Fatalf("%s, program %d:\n%s\n%s", s, programs, p, fmt.Sprintf(format, args...))
					}
					if s.String() == "optimal" && (p.has(toyCancel) || p.has(toyFail)) && strings.Contains(r.Coverage.Why, "never ran") {
						continue
					}
					if r.Coverage.Kind != explore.AllTraces {
						complain("coverage %v", r.Coverage)
					}
					if r.Traces != len(wantTraces) {
						complain("%d traces in %d runs; there are %d", r.Traces, r.Runs, len(wantTraces))
					}
					if exact := sort.exact || s.String() == "sleepsets" && !slices.Contains(sort.kinds, toyChoose); exact && r.Runs != len(wantTraces) {
						complain("%d runs for %d traces", r.Runs, len(wantTraces))
					}
					if sort.exact && s.String() == "optimal" && r.Blocked > 0 {
						complain("%d blocked runs", r.Blocked)
					}
					if len(r.Outcomes) != len(wantOutcomes) {
						complain("%d outcomes; there are %d", len(r.Outcomes), len(wantOutcomes))
					}
					for _, o := range r.Outcomes {
						if !wantOutcomes[string(o.End)+o.Text[:len(o.Text)-1]] && !wantOutcomes[string(o.End)+firstLine(o.Text)] {
							complain("outcome %q does not exist", o.Text)
						}
					}
					traces[s.String()] += r.Traces
					runs[s.String()] += r.Runs
					blocked[s.String()] += r.Blocked
				}
			}
			for _, s := range reductions {
				t.Logf("%s: %d programs, %d traces, %d runs, %d blocked", s, programs, traces[s.String()], runs[s.String()], blocked[s.String()])
			}
		})
	}
}

func firstLine(s string) string {
	for i := range s {
		if s[i] == '\n' {
			return s[:i]
		}
	}
	return s
}
