//go:build go1.27

package bubble_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing/synctest"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
)

func init() {
	examples["ExampleEngine_server"] = ExampleEngine_server
	examples["ExampleEngine_sleep"] = ExampleEngine_sleep
}

// A server of httptest.NewTestServer lives in memory, and so inside of a run: which of
// two requests comes first is decided.
func ExampleEngine_server() {
	if !bubble.Controlled() {
		return
	}
	engine := bubble.Engine(func() {
		var sold atomic.Bool
		server := httptest.NewTestServer(sweeper{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if sold.Swap(true) {
				http.Error(w, "sold out", http.StatusConflict)
			}
		}))
		defer server.Close()
		var wg sync.WaitGroup
		for _, name := range []string{"Ann", "Bob"} {
			wg.Go(func() {
				answer, err := server.Client().Get(server.URL)
				if err != nil {
					bubble.Println(err)
					return
				}
				answer.Body.Close()
				if answer.StatusCode == http.StatusOK {
					bubble.Println(name, "gets it")
				}
			})
		}
		wg.Wait()
	})
	report, err := explore.Search(context.Background(), engine, explore.WithRuns(200))
	if err != nil {
		fmt.Println(err)
		return
	}
	var texts []string
	for _, outcome := range report.Outcomes {
		texts = append(texts, outcome.Text)
	}
	slices.Sort(texts)
	fmt.Printf("%q\n", texts)
	// Output under the overlay:
	// ["Ann gets it\n" "Bob gets it\n"]
}

// Whether a goroutine that wakes at the same instant has come first, is decided after
// time.Sleep. After synctest.Sleep, all others have come to rest.
func ExampleEngine_sleep() {
	if !bubble.Controlled() {
		return
	}
	for _, sleep := range []func(time.Duration){time.Sleep, synctest.Sleep} {
		engine := bubble.Engine(func() {
			ready := make(chan bool, 1)
			time.AfterFunc(time.Second, func() { ready <- true })
			sleep(time.Second)
			bubble.Println("ready:", len(ready) == 1)
		})
		report, err := explore.Search(context.Background(), engine, explore.WithStrategy(walk.Exhaustive()))
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, outcome := range report.Outcomes {
			fmt.Print(outcome.Text)
		}
		fmt.Println("that is all")
	}
	// Output under the overlay:
	// ready: false
	// ready: true
	// that is all
	// ready: true
	// that is all
}
