package bubble_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/sim/simtest"
)

// What races runs in another process, since the race detector fails the one it is in.

// countTwice has two goroutines count, with a lock or without.
func countTwice(locked bool) func() {
	return func() {
		var mu, other sync.Mutex
		n := 0
		for range 2 {
			go func() {
				if locked {
					mu.Lock()
					defer mu.Unlock()
				} else {
					other.Lock()
					other.Unlock()
				}
				n++
			}()
		}
		time.Sleep(time.Second)
	}
}

// writeTwo has two goroutines write, to one variable or to two. Else it does the same.
func writeTwo(apart bool) func() {
	return func() {
		a, b := new(int), new(int)
		if !apart {
			b = a
		}
		go func() { *a = 1 }()
		go func() { *b = 2 }()
		time.Sleep(time.Second)
	}
}

// checkPublish races in the orders in which the second goroutine comes too early.
func checkPublish(t *bubble.T) {
	n := 0
	ready := make(chan bool, 1)
	var wg sync.WaitGroup
	wg.Go(func() {
		n = 1
		ready <- true
	})
	wg.Go(func() {
		select {
		case <-ready:
			n++
		default:
			n = 3
		}
	})
	wg.Wait()
}

// TestRaceChild races on purpose, for the tests below, which run it.
func TestRaceChild(t *testing.T) {
	show := func(what string, run *order.Run) {
		var race *bubble.RaceError
		fmt.Printf("%s: %s, %v, %s\n", what, run.End, errors.As(run.Err, &race), run.Summary)
	}
	once := func(program func()) *order.Run {
		return order.RunOnce(bubble.Engine(program), order.Default())
	}
	switch os.Getenv("BUBBLE_CHILD") {
	case "ends":
		show("locked", once(countTwice(true)))
		engine := bubble.Engine(countTwice(false))
		run := order.RunOnce(engine, order.Default())
		show("racing", run)
		show("replayed", order.RunOnce(engine, order.Replay(run.Schedule())))
		show("in another engine", order.RunOnce(bubble.Engine(countTwice(false)), order.Replay(run.Schedule())))
		show("racing and panicking", once(func() { writeTwo(false)(); panic("boom") }))
		show("locked again", once(countTwice(true)))
	case "alike":
		for _, apart := range []bool{false, true} {
			show(fmt.Sprint("apart is ", apart), once(writeTwo(apart)))
		}
	case "orders":
		r := explored(t, countTwice(false), explore.WithStrategy(walk.Exhaustive()), explore.WithWorkers(1))
		for _, o := range r.Outcomes {
			fmt.Printf("outcome: %s\n", o.End)
		}
	case "check":
		bubble.Check(t, checkPublish, explore.WithWorkers(1), simtest.WithoutFailFiles())
	default:
		t.Skip("for TestRace and others")
	}
}

func raceChild(t *testing.T, what string, args ...string) (text string, passed bool) {
	t.Helper()
	if !bubble.RaceDetector {
		t.Skip("built without the race detector; run it with weft test -race")
	}
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^TestRaceChild$", "-test.v"}, args...)...)
	cmd.Env = append(os.Environ(), "BUBBLE_CHILD="+what, "GORACE=suppress_equal_stacks=0 suppress_equal_addresses=0")
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// shown returns the lines of a child that begin with a word and a colon.
func shown(text string, words ...string) string {
	var b strings.Builder
	for _, word := range words {
		line, found := lineWith(text, word+": ")
		fmt.Fprintf(&b, "%s: %s %v\n", word, line, found)
	}
	return b.String()
}

// A run in which the race detector reports something has failed, and so it has when it
// is made once more, although the detector says it only once.
func TestRace(t *testing.T) {
	controlled(t)
	text, passed := raceChild(t, "ends")
	if passed || !strings.Contains(text, "WARNING: DATA RACE") {
		t.Errorf("the detector says nothing:\n%s", text)
	}
	const failed = "failed, true, the race detector reported a data race in this run true\n"
	want := "locked: finished, false, true\n" +
		"racing: " + failed + "replayed: " + failed + "in another engine: " + failed +
		"racing and panicking: panic, false, panic in main: boom true\n" +
		"locked again: finished, false, true\n"
	if got := shown(text, "locked", "racing", "replayed", "in another engine", "racing and panicking", "locked again"); got != want {
		t.Errorf("it shows\n%swant\n%s", got, want)
	}
}

// A race is one of the program in which it was: another program that does the same, as
// far as a trace tells, has none.
func TestRaceIsOfItsProgram(t *testing.T) {
	controlled(t)
	text, _ := raceChild(t, "alike")
	const want = "apart is false: failed, true, the race detector reported a data race in this run true\napart is true: finished, false, true\n"
	if got := shown(text, "apart is false", "apart is true"); got != want {
		t.Errorf("it shows\n%swant\n%s", got, want)
	}
}

// Where all orders race, all are failed runs.
func TestRaceInAllOrders(t *testing.T) {
	controlled(t)
	text, _ := raceChild(t, "orders")
	if !strings.Contains(text, "outcome: failed\n") || strings.Contains(text, "outcome: finished\n") {
		t.Errorf("not all orders failed:\n%s", text)
	}
}

// A check finds a race that is one in some orders only, and its line repeats it.
func TestRaceIsFoundAndReplayed(t *testing.T) {
	controlled(t)
	text, passed := raceChild(t, "check")
	if passed {
		t.Fatalf("it passed:\n%s", text)
	}
	wants(t, text, "FAILS: the race detector reported a data race in this run", "go run weft/cmd/weft test ")
	again, passed := raceChild(t, "check", "-weft.schedule="+matched(t, text, `-weft\.schedule=(\S+)`))
	if passed {
		t.Errorf("the schedule passes:\n%s", again)
	}
	wants(t, again, "this order fails", "WARNING: DATA RACE", "the race detector reported a data race in this run")
	if text, passed := raceChild(t, "check", "-weft.schedule=w1"); !passed {
		t.Errorf("the default order fails:\n%s", text)
	}
}

// What the report claims is true: the order next to the failing one that passes does
// so, and if no simpler one fails, it is one switch away from the default.
func TestRaceReportIsTrue(t *testing.T) {
	controlled(t)
	text, _ := raceChild(t, "check")
	if strings.Contains(text, "It passes with schedule") {
		passing := matched(t, text, `It passes with schedule (\S+)`)
		if again, passed := raceChild(t, "check", "-weft.schedule="+passing); !passed {
			t.Errorf("the report says that schedule %s passes, which fails:\n%.800s", passing, again)
		}
	}
	if strings.Contains(text, "No simpler order fails") && !strings.Contains(text, "(1 switch)") {
		t.Errorf("one switch would be enough, and the report says that nothing simpler fails:\n%.800s", text)
	}
}

// matched returns what the first group of a pattern matches.
func matched(t *testing.T, text, pattern string) string {
	t.Helper()
	groups := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if groups == nil {
		t.Fatalf("no %s in\n%s", pattern, text)
	}
	return groups[1]
}
