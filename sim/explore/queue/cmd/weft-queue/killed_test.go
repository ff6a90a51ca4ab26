package main

import (
	"context"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

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
		// The elder one: since units were done, it has come to its work, and is hit there.
		workers[0].kill()
		workers = []*process{workers[1], start(t, work...)}
		killed++
	}
	again := handedOutAgain(t, "nats://"+address, x.Plan.Name)
	cancel()
	if status := server.wait(t.Context(), t); status != exitOK {
		t.Fatalf("status %d: %s", status, server.said)
	}
	same(t, report(t, file), want)
	t.Logf("%d workers and %d servers killed within %d units of %s; at least %d were handed out again; the report is that of one machine: %s",
		killed, serversKilled, units, x.Plan.Args[1], again, verdict(t, file))
}

// handedOutAgain returns how many units workers were doing when they were killed, or more
// exactly, when the server missed them: it has handed these out again. If the server has
// forgotten some by being killed, it is fewer than there were.
func handedOutAgain(t *testing.T, url, name string) int {
	t.Helper()
	nc, err := nats.Connect(url, nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	workers, err := js.Consumer(t.Context(), "weft-"+name+"-line", "workers")
	if err != nil {
		t.Fatal(err)
	}
	info := workers.CachedInfo()
	return max(0, int(info.Delivered.Consumer)-int(info.Delivered.Stream))
}

// verdict is what a report says first.
func verdict(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r struct{ Verdict string }
	if err := json.Unmarshal(data, &r); err != nil || r.Verdict == "" {
		t.Fatalf("the report has no verdict: %v", err)
	}
	return r.Verdict
}
