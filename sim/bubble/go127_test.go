//go:build go1.27

package bubble_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/walk"
)

// Sleep of package synctest lets all others come to rest first: what it shows is one
// thing, where time.Sleep shows two.
func TestSynctestSleep(t *testing.T) {
	controlled(t)
	for _, c := range []struct {
		name     string
		sleep    func(time.Duration)
		outcomes int
	}{{"time", time.Sleep, 2}, {"synctest", synctest.Sleep, 1}} {
		t.Run(c.name, func(t *testing.T) {
			r := explored(t, func() {
				ready := make(chan bool, 1)
				go func() {
					time.Sleep(time.Second)
					ready <- true
				}()
				c.sleep(time.Second)
				bubble.Println(len(ready))
			}, explore.WithStrategy(walk.Exhaustive()))
			if r.Failed() || len(r.Outcomes) != c.outcomes || !r.Coverage.Complete() {
				t.Errorf("%s: %+v", r.Verdict(), r.Outcomes)
			}
		})
	}
}

// A server in memory, as Go 1.27 has it for bubbles: which of two clients comes first is
// decided, and both are answered.
func TestTestServer(t *testing.T) {
	controlled(t)
	seen := map[string]bool{}
	r := explored(t, func() {
		server := httptest.NewTestServer(sweeper{t}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			bubble.Println(r.URL.Path[1:], "comes")
			fmt.Fprint(w, "hello")
		}))
		var wg sync.WaitGroup
		for _, name := range []string{"Ann", "Bob"} {
			wg.Go(func() {
				answer, err := server.Client().Get(server.URL + "/" + name)
				if err != nil {
					bubble.Println(err)
					return
				}
				defer answer.Body.Close()
				if text, err := io.ReadAll(answer.Body); err != nil || string(text) != "hello" {
					bubble.Println(text, err)
				}
			})
		}
		wg.Wait()
		server.Close()
	}, explore.WithStrategy(sample.Random()), explore.WithRuns(100))
	for _, o := range r.Outcomes {
		seen[o.Text] = true
	}
	want := []string{"Ann comes\nBob comes\n", "Bob comes\nAnn comes\n"}
	for text := range seen {
		if !slices.Contains(want, text) {
			t.Errorf("an order printed %q", text)
		}
	}
	if len(seen) != len(want) || r.Failed() {
		t.Errorf("%d outcomes: %+v", len(r.Outcomes), r.Outcomes)
	}
}

// sweeper is the testing.TB of a run: what is to be cleaned up is closed in the run.
type sweeper struct{ testing.TB }

func (sweeper) Cleanup(func()) {}
