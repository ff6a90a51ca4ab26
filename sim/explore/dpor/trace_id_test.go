package dpor_test

import (
	"math/rand/v2"
	"testing"

	"weft/sim"
	"weft/sim/internal/exploretest"
	"weft/sim/internal/toy"
	"weft/sim/order"
	"weft/trace"
)

// choicesOf returns what each step of a run chose.
func choicesOf(run *order.Run) []string {
	choices := make([]string, len(run.Footprints))
	for i := range run.Footprints {
		end := len(run.Decisions)
		if i+1 < len(run.Footprints) {
			end = run.Footprints[i+1].Begin
		}
		for _, d := range run.Decisions[min(run.Footprints[i].Begin, end):end] {
			if d.Kind == order.PickChoice {
				choices[i] += "=" + d.Alternatives[d.Taken].Name
			}
		}
	}
	return choices
}

// The loop tells the same traces apart as the normal form of Foata does, and less than
// all that can be wanted makes no difference to the rest.
func TestLoopIdentifiesTraces(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	programs := []sim.Program{exploretest.Busy(), exploretest.Deposits([]int{1, 2, 3}, 0, 1), simLastzero(3), simPhilosophers(3), simCancelledWait()}
	most := 60
	if testing.Short() {
		most = 10
	}
	for range most {
		p, _ := drawSim(random, true)
		programs = append(programs, p)
	}
	runs, different := 0, 0
	for n, p := range programs {
		runner := sim.Engine(p, sim.WithStepLimit(2000)).Runner().(order.Selective)
		ids, forms := map[string]uint64{}, map[uint64]string{}
		for seed := range uint64(40) {
			run := runner.Run(order.Random(seed), trace.Order)
			form, id, hash := toy.Foata(run.Footprints, choicesOf(run), false)+"\n"+run.Summary, run.TraceID(), run.Hash
			if known, seen := ids[form]; seen && known != id {
				t.Errorf("program %d: one trace with two numbers: %s", n, form)
			}
			if known, seen := forms[id]; seen && known != form {
				t.Errorf("program %d: two traces with one number:\n%s\n%s", n, known, form)
			}
			ids[form], forms[id] = id, form
			runs++
			if again := runner.RunFor(order.Random(seed), order.WantsTraceID); again.TraceID() != id || again.Hash != 0 || again.Footprints != nil {
				t.Errorf("program %d, seed %d: %x, only the number of the trace wanted: %x", n, seed, id, again.TraceID())
			}
			if again := runner.RunFor(order.Random(seed), order.WantsHash); again.Hash != hash || again.TraceID != nil || again.Footprints != nil {
				t.Errorf("program %d, seed %d: hash %v, only that wanted: %v", n, seed, hash, again.Hash)
			}
			again := runner.RunFor(order.Random(seed), order.WantsSteps|order.WantsTraceID|order.WantsHash)
			if toy.Foata(again.Footprints, choicesOf(again), false)+"\n"+again.Summary != form || again.TraceID() != id || again.Hash != hash {
				t.Errorf("program %d, seed %d: another run when all is wanted", n, seed)
			}
		}
		different += len(ids)
		runner.Close()
	}
	t.Logf("%d programs, %d runs, %d traces", len(programs), runs, different)
	if different < 2*len(programs) || different > runs*9/10 {
		t.Errorf("%d traces in %d runs show nothing", different, runs)
	}
}
