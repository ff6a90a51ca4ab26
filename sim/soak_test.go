package sim_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/internal/soak"
	"weft/sim/order"
	"weft/trace"
)

// TestSoak makes runs of random programs for .ci/soak.
func TestSoak(t *testing.T) {
	policies := []order.Policy{order.SameInstant, order.AnyReady, order.Jitter(20 * time.Millisecond)}
	var subjects []soak.Subject
	for n := range 200 {
		subjects = append(subjects, soak.Subject{Name: fmt.Sprint("random ", n), Run: func(seed uint64) soak.Result {
			data := make([]byte, 400)
			source := rand.New(rand.NewPCG(uint64(n), 1))
			for i := range data {
				data[i] = byte(source.Uint32())
			}
			result, run := runAsync((&programSource{data: data}).program(),
				sim.WithStepLimit(5_000), sim.WithPolicy(policies[n%3]), sim.WithSeed(seed))
			var hash trace.Hash
			for i := range run.Events {
				hash = hash.Text(run.Events[i].String())
			}
			said, err := json.Marshal(result)
			if err != nil {
				t.Fatal(err)
			}
			last := run.Events[len(run.Events)-1]
			return soak.Result{Hash: hash, End: order.End(last.Object), Said: trace.Hash(0).Text(string(said)).Text(last.Detail), Steps: len(run.Events) / 4}
		}})
	}
	soak.Serve(t, subjects)
}
