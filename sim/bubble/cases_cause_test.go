package bubble_test

import (
	"strings"
	"sync"
	"testing"

	"weft/sim/bubble"
)

func init() {
	// A library that starts its one worker at first use, and never ends it: every order
	// fails, the default one too.
	hanging["lazy worker"] = func(t *testing.T) {
		bubble.Check(t, func(t *bubble.T) {
			var wg sync.WaitGroup
			n := 0
			wg.Go(func() { inLazyWorker(func() { n++ }) })
			wg.Go(func() { inLazyWorker(func() { n++ }) })
			wg.Wait()
			if n != 2 {
				t.Errorf("n is %d", n)
			}
		})
	}
}

var (
	lazyOnce sync.Once
	lazyJobs chan func()
)

func inLazyWorker(f func()) {
	lazyOnce.Do(func() {
		lazyJobs = make(chan func())
		go func() {
			for j := range lazyJobs {
				j()
			}
		}()
	})
	done := make(chan bool)
	lazyJobs <- func() { f(); close(done) }
	<-done
}

// If the default order fails in the same way, it is what is shown, although the names of
// what hangs have other ordinals there.
func TestDefaultOrderThatFailsIsTheStory(t *testing.T) {
	text, passed := hangs(t, "lazy worker")
	if passed {
		t.Fatalf("it passed:\n%s", text)
	}
	wants(t, text, "-weft.schedule=w1 ", "It is the default order that fails.")
	if strings.Contains(text, "── switch") {
		t.Errorf("a switch is shown in\n%s", text)
	}
}
