package dpor_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/dpor"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
	"weft/sim/internal/toy"
	"weft/sim/order"
)

var toyPrograms = flag.Int("toy.programs", 1000, "how many random programs the reductions are compared on")

// readers has one thread that writes x, and n that read it.
func readers(n int) *toy.Program {
	p := &toy.Program{Name: "readers", Vars: make([]int, 1), Threads: []toy.Thread{{Ops: []toy.Op{{Kind: toy.Write, N: 1}}}}}
	for range n {
		p.Threads = append(p.Threads, toy.Thread{Ops: []toy.Op{{Kind: toy.Read}}})
	}
	return p
}

// lastzero has a reader that looks for the last zero of an array while n threads
// count up.
func lastzero(n int) *toy.Program {
	p := &toy.Program{Name: "lastzero", Vars: make([]int, n+1), Threads: []toy.Thread{{Reg: n, Ops: []toy.Op{{Kind: toy.Scan}}}}}
	for j := 1; j <= n; j++ {
		p.Threads = append(p.Threads, toy.Thread{Ops: []toy.Op{{Kind: toy.Read, X: j - 1}, {Kind: toy.Write, X: j, N: -1}}})
	}
	return p
}

// inc has n threads that read x and then write it.
func inc(n int) *toy.Program {
	p := &toy.Program{Name: "inc", Vars: make([]int, 1)}
	for range n {
		p.Threads = append(p.Threads, toy.Thread{Ops: []toy.Op{{Kind: toy.Read}, {Kind: toy.Write, N: -1}}})
	}
	return p
}

var reductions = []search.Strategy{dpor.Reduced(), dpor.SleepSets(), dpor.Optimal()}

func TestReductionYardsticks(t *testing.T) {
	factorial := func(n int) int {
		f := 1
		for i := 2; i <= n; i++ {
			f *= i
		}
		return f
	}
	for _, c := range []struct {
		p    *toy.Program
		n    int
		want int
	}{
		{readers(1), 1, 2}, {readers(4), 4, 16}, {readers(8), 8, 256},
		{inc(2), 2, 4}, {inc(3), 3, factorial(3) * factorial(3)}, {inc(4), 4, factorial(4) * factorial(4)},
		{lastzero(2), 2, 5}, {lastzero(3), 3, 12}, {lastzero(5), 5, 64}, {lastzero(10), 10, 3328},
		{toy.Philosophers(2), 2, 3}, {toy.Philosophers(3), 3, 7}, {toy.Philosophers(4), 4, 15}, {toy.Philosophers(5), 5, 31},
	} {
		for _, s := range reductions {
			if s.String() == "sleepsets" && (c.p.Name == "lastzero" && c.n > 5 || c.p.Name == "philosophers" && c.n > 4) {
				continue // too many blocked runs
			}
			if testing.Short() && c.want > 1000 {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s(%d)", s, c.p.Name, c.n), func(t *testing.T) {
				r := exploretest.Search(t, toy.NewEngine(c.p), explore.WithStrategy(s), explore.WithRuns(1_000_000))
				if r.Runs != c.want || r.Traces != c.want || r.Coverage.Kind != search.AllTraces {
					t.Errorf("%d runs, %d traces, coverage %v; want %d", r.Runs, r.Traces, r.Coverage, c.want)
				}
				deadlocked := 0
				for _, o := range r.Outcomes {
					if o.End == order.Deadlocked {
						deadlocked += o.Runs
					}
				}
				if c.p.Name == "philosophers" && deadlocked != 1 {
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
	kinds []toy.Kind
	exact bool // every step touches one object
}

var toySorts = []toySort{
	{"accesses", []toy.Kind{toy.Read, toy.Write, toy.RMW}, true},
	{"conditions", []toy.Kind{toy.Read, toy.Write, toy.RMW, toy.CAS, toy.If, toy.Add}, true},
	{"locks", []toy.Kind{toy.Read, toy.Write, toy.CAS, toy.Lock, toy.Lock, toy.Unlock, toy.Unlock, toy.Try}, true},
	{"queues", []toy.Kind{toy.Write, toy.RMW, toy.If, toy.Send, toy.Send, toy.Recv}, true},
	{"time", []toy.Kind{toy.Read, toy.Write, toy.RMW, toy.If, toy.Sleep, toy.Spawn}, true},
	{"choices", []toy.Kind{toy.Read, toy.Write, toy.RMW, toy.If, toy.Choose}, false},
	{"slices", []toy.Kind{toy.Read, toy.Write, toy.RMW, toy.Step, toy.Step, toy.Swap}, false},
	{"cancels", []toy.Kind{toy.Read, toy.Write, toy.RMW, toy.If, toy.Cancel, toy.Recv, toy.Send}, false},
	{"failures", []toy.Kind{toy.Read, toy.Write, toy.RMW, toy.If, toy.Fail}, false},
	{"everything", []toy.Kind{toy.Read, toy.Write, toy.Add, toy.RMW, toy.CAS, toy.If, toy.Lock, toy.Unlock, toy.Try, toy.Send, toy.Recv,
		toy.Step, toy.Swap, toy.Choose, toy.Sleep, toy.Spawn, toy.Cancel, toy.Fail}, false},
}

func (s toySort) draw(random *rand.Rand) *toy.Program {
	n := 2 + random.IntN(3)
	p := &toy.Program{Name: s.name, Vars: make([]int, 3)}
	total := 4 + random.IntN(6)
	for i := range n {
		ops := make([]toy.Op, 1+random.IntN(max(1, min(4, total-n+i+1))))
		total -= len(ops)
		for k := range ops {
			ops[k] = toy.Op{Kind: s.kinds[random.IntN(len(s.kinds))], X: random.IntN(2), Y: random.IntN(3), N: random.IntN(3), M: 1 + random.IntN(2)}
			switch op := &ops[k]; op.Kind {
			case toy.Write:
				op.N = random.IntN(4) - 1
			case toy.Choose:
				op.N, op.M = 2+random.IntN(2), random.IntN(2)
			case toy.Step, toy.Swap:
				op.X = random.IntN(3)
			case toy.Spawn, toy.Cancel:
				op.X = random.IntN(n)
			}
		}
		p.Threads = append(p.Threads, toy.Thread{Ops: ops})
	}
	for i := range p.Threads {
		for _, op := range p.Threads[i].Ops {
			switch {
			case op.Kind == toy.Spawn && op.X > i:
				p.Threads[op.X].Later = true
			case op.Kind == toy.Cancel:
				p.Threads[op.X].Cancelable = true
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
				wantTraces, wantOutcomes, ok := toy.BruteForce(p, 3000)
				if !ok {
					continue
				}
				programs++
				for _, s := range reductions {
					options := []explore.Option{explore.WithStrategy(s), explore.WithRuns(1_000_000), explore.WithWorkers(1 + programs%3), explore.WithoutReplayCheck()}
					r := exploretest.Search(t, toy.NewEngine(p), options...)
					complain := func(format string, args ...any) {
						t.Helper()
						t.Fatalf("%s, program %d:\n%s\n%s", s, programs, p, fmt.Sprintf(format, args...))
					}
					if r.Coverage.Kind != search.AllTraces {
						complain("coverage %v", r.Coverage)
					}
					if r.Traces != len(wantTraces) {
						complain("%d traces in %d runs; there are %d", r.Traces, r.Runs, len(wantTraces))
					}
					if exact := sort.exact || s.String() == "sleepsets" && !slices.Contains(sort.kinds, toy.Choose); exact && r.Runs != len(wantTraces) {
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
					if programs%partsOften == 0 {
						if diff := partsDiffer(t, toy.NewEngine(p), s, 1+programs/partsOften%20, r, options); diff != "" {
							complain("%s", diff)
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
