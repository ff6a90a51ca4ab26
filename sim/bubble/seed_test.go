package bubble_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestSeedChild prints in which order goroutines came, for TestSeedOfSynctest, which
// runs it.
func TestSeedChild(t *testing.T) {
	if os.Getenv("BUBBLE_CHILD") == "" {
		t.Skip("for TestSeedOfSynctest")
	}
	synctest.Test(t, func(*testing.T) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		text := ""
		for i := range 6 {
			wg.Go(func() {
				time.Sleep(time.Second)
				mu.Lock()
				text += fmt.Sprint(i)
				mu.Unlock()
			})
		}
		wg.Wait()
		fmt.Println("order", text)
	})
}

// A test of testing/synctest that knows nothing of Weft runs in the order that a seed
// decides: each seed in one, and not all in the same.
func TestSeedOfSynctest(t *testing.T) {
	controlled(t)
	orders := map[string]bool{}
	for seed := range 8 {
		first := ""
		for range 2 {
			cmd := exec.Command(os.Args[0], "-test.run=^TestSeedChild$")
			cmd.Env = append(os.Environ(), "BUBBLE_CHILD=1", fmt.Sprint("WEFT_SEED=", seed))
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, out)
			}
			_, order, _ := strings.Cut(string(out), "order ")
			order, _, _ = strings.Cut(order, "\n")
			if len(order) != 6 || first != "" && order != first {
				t.Errorf("seed %d: order %q, and %q at first", seed, order, first)
			}
			first = order
		}
		orders[first] = true
	}
	if len(orders) < 3 {
		t.Errorf("8 seeds gave %d orders", len(orders))
	}
}
