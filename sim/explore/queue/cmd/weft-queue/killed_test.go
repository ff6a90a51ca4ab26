package main

import (
	"context"
	"flag"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/sim/explore/queue"
	"weft/sim/explore/queue/jet"
)

var (
	kills       = flag.Int("kills", 6, "how many workers are killed in TestKilled")
	serverKills = flag.Int("server-kills", 2, "how often the server is")
	killUnit    = flag.Duration("kill-unit", 5*time.Millisecond, "how long units take there")
	killBinary  = flag.String("kill-binary", "", "the binary that is explored there; the default is that of package programs")
	killArgs    = flag.String("kill-args", "-test.run ^TestPhilosophers$ -seats 5 -weft.strategy bounded:5 -weft.runs 100000000", "its arguments")
)

// dial connects to a server, which may not be there yet.
func dial(t *testing.T, url string) *jet.Client {
	t.Helper()
	c, err := jet.Dial(t.Context(), jet.DialOptions{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// waitForPlan waits until the server has an exploration.
func waitForPlan(t *testing.T, url string) *jet.Exploration {
	t.Helper()
	c := dial(t, url)
	for {
		plans, err := c.Plans(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(plans) == 1 {
			x, err := c.Open(t.Context(), plans[0])
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		select {
		case <-t.Context().Done():
			t.Fatal("the server has no exploration")
		case <-time.After(10 * time.Millisecond): // it is a process that starts
		}
	}
}

// TestKilled: workers and the server are killed at any point, one after the other, and the
// report is that of one machine.
func TestKilled(t *testing.T) {
	binary := tested
	if *killBinary != "" {
		binary = *killBinary
	}
	args := strings.Fields(*killArgs)
	want := oneMachine(t, binary, args...)
	file := filepath.Join(t.TempDir(), "report.json")
	address := freeAddress(t)
	serve := append([]string{"serve", "--listen", address, "--store", t.TempDir(), "--unit", killUnit.String(), "--lease", "300ms", "-o", file, binary}, args...)
	server := start(t, serve...)
	work := []string{"work", "--forever", "--jobs", "1", "--nats", "nats://" + address, binary}
	workers := []*process{start(t, work...), start(t, work...)}

	x := waitForPlan(t, "nats://"+address)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	entries, watched := x.Entries(ctx)
	random := rand.New(rand.NewPCG(1, uint64(*kills)))
	killed, serversKilled, units := 0, 0, 0
	for killed < *kills || serversKilled < *serverKills {
		e, open := <-entries
		if !open {
			t.Fatal(<-watched)
		}
		if e.Key == queue.KeyEnd {
			t.Fatalf("the exploration ended after %d units, with %d workers and %d servers killed; take a larger one", units, killed, serversKilled)
		}
		if !strings.HasPrefix(e.Key, queue.KeyUnits) {
			continue
		}
		if units++; units%2 == 0 {
			continue // so that there is some progress for each kill
		}
		// Somewhere within a unit, or between two.
		time.Sleep(time.Duration(random.Int64N(int64(2 * *killUnit))))
		if serversKilled**kills < killed**serverKills || killed == *kills {
			server.kill()
			server = start(t, serve...)
			serversKilled++
			continue
		}
		i := random.IntN(len(workers))
		workers[i].kill()
		workers[i] = start(t, work...)
		killed++
	}
	cancel()
	if status := server.wait(t.Context(), t); status != exitOK {
		t.Fatalf("status %d: %s", status, server.said)
	}
	same(t, report(t, file), want)
	t.Logf("%d workers and %d servers killed within %d units", killed, serversKilled, units)
}
