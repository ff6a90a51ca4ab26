package vclock_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/benbjohnson/clock"
	"pgregory.net/rapid"
)

// A timeline is a clock and a way to let its time pass.
type timeline struct {
	clock.Clock
	pass func(d time.Duration)
}

// TestBridgeAgreesWithOtherClocks does the same things on the bridge, on the
// mock clock, and on the real clock in a bubble, where its time is virtual and
// nobody waits. All results and all dates must be the same.
func TestBridgeAgreesWithOtherClocks(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		script := rapid.SliceOfN(rapid.Custom(drawAction), 1, 30).Draw(rt, "script")
		synctest.Test(t, func(t *testing.T) {
			l, b := newBridge()
			got := play(timeline{b, l.runFor}, script)

			mock := clock.NewMock()
			mock.Set(b.Now().Add(-l.Now()))
			if want := play(timeline{mock, mock.Add}, script); !slices.Equal(got, want) {
				rt.Fatalf("the bridge:\n%q\nthe mock clock:\n%q", got, want)
			}

			if want := play(timeline{clock.New(), func(d time.Duration) {
				time.Sleep(d)
				synctest.Wait()
			}}, script); !slices.Equal(got, want) {
				rt.Fatalf("the bridge:\n%q\nthe real clock:\n%q", got, want)
			}
		})
	})
}

type action struct {
	verb string
	on   int
	d    time.Duration
}

func drawAction(t *rapid.T) action {
	return action{
		verb: rapid.SampledFrom([]string{"timer", "func", "ticker", "after", "stop", "reset", "reset", "pass", "pass"}).Draw(t, "verb"),
		on:   rapid.IntRange(0, 9).Draw(t, "on"),
		d:    time.Duration(rapid.IntRange(1, 6).Draw(t, "d")) * s,
	}
}

// play does what the script says, and returns what it finds out.
func play(tl timeline, script []action) (found []string) {
	type subject struct {
		c     <-chan time.Time
		reset func(time.Duration) bool
		stop  func() bool
	}
	start := tl.Now()
	var subjects []subject
	for _, a := range script {
		var on subject
		if len(subjects) > 0 {
			on = subjects[a.on%len(subjects)]
		}
		switch a.verb {
		case "timer":
			x := tl.Timer(a.d)
			subjects = append(subjects, subject{x.C, x.Reset, x.Stop})
		case "func":
			c := make(chan time.Time, 1)
			x := tl.AfterFunc(a.d, func() { c <- tl.Now() })
			subjects = append(subjects, subject{c, x.Reset, x.Stop})
		case "ticker":
			x := tl.Ticker(a.d)
			subjects = append(subjects, subject{x.C,
				func(d time.Duration) bool { x.Reset(d); return true },
				func() bool { x.Stop(); return true }})
		case "after":
			subjects = append(subjects, subject{c: tl.After(a.d)})
		case "stop":
			if on.stop != nil {
				found = append(found, fmt.Sprint("stop ", on.stop()))
			}
		case "reset":
			if on.reset != nil {
				found = append(found, fmt.Sprint("reset ", on.reset(a.d)))
			}
		case "pass":
			tl.pass(a.d)
			for i, x := range subjects {
				select {
				case date := <-x.c:
					found = append(found, fmt.Sprint(i, " at ", date.Sub(start)))
				default:
				}
			}
			found = append(found, fmt.Sprint("since ", tl.Since(start), " until ", tl.Until(start)))
		}
	}
	for _, x := range subjects {
		if x.stop != nil {
			x.stop() // so that the bubble can end
		}
	}
	tl.pass(time.Minute) // likewise, for After
	return found
}
