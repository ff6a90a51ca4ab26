package fresh_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/fresh"
	"weft/sim/order"
)

// served is what a process of a whole program makes runs of here.
func served(s fresh.Settings, policy string) (e order.Engine, several bool, err error) {
	if s.Stdin != "" {
		return nil, false, errors.New("there is no input")
	}
	if e = engineOf(strings.TrimSuffix(s.Name, " once")); s.Points {
		e = &sighted{Engine: e}
	}
	return e, !strings.HasSuffix(s.Name, " once"), nil
}

// sighted is an engine that claims what its runs have seen, is spent by what the program does
// at last, and finds its first run different.
type sighted struct {
	order.Engine
	saw atomic.Uint32
}

func (s *sighted) Saw(others uint32) uint32 {
	s.saw.Or(others | 1<<(os.Getpid()%16))
	return s.saw.Load()
}

func (s *sighted) Claim() string {
	text, _ := json.Marshal(s.saw.Load())
	return string(text)
}
func (s *sighted) Spent() bool              { return true }
func (s *sighted) FirstDiffers() bool       { return true }
func (s *sighted) ColdRunner() order.Runner { return s.Engine.Runner() }

// whole returns the engine for runs of a whole program, and what counts its processes.
func whole(s fresh.Settings, several int) (order.Engine, *atomic.Int64) {
	started := new(atomic.Int64)
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return fresh.Engine(fresh.Options{
		Program: s.Name, Policy: "any-ready", Label: fresh.Whole, Several: several,
		Command: func() *exec.Cmd {
			started.Add(1)
			return exec.Command(os.Args[0])
		},
		Begin: func() fresh.Run { return fresh.Run{Data: data, Complete: func([]byte, *order.Run) {}} },
	}), started
}

func explored(t *testing.T, e order.Engine) *explore.Report {
	t.Helper()
	r, err := explore.Search(t.Context(), e, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(30), explore.WithWorkers(1), explore.WithoutReplayCheck())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestServe: runs that share processes are those of the engine itself, and as many of them
// share one as may.
func TestServe(t *testing.T) {
	want := explored(t, engineOf("counter"))
	for _, several := range []int{0, 1, 7, 1000} {
		e, started := whole(fresh.Settings{Name: "counter"}, several)
		got := explored(t, e)
		if got.Runs != want.Runs || len(got.Outcomes) != len(want.Outcomes) {
			t.Errorf("%d runs a process: %d runs and %d outcomes, want %d and %d", several, got.Runs, len(got.Outcomes), want.Runs, len(want.Outcomes))
		}
		for i := range min(len(got.Outcomes), len(want.Outcomes)) {
			if a, b := got.Outcomes[i], want.Outcomes[i]; a.Text != b.Text || a.Runs != b.Runs || a.Witness.String() != b.Witness.String() {
				t.Errorf("%d runs a process: outcome %q in %d runs, want %q in %d", several, a.Text, a.Runs, b.Text, b.Runs)
			}
		}
		made := got.Runs + 10 // and some more, to estimate and to check
		if n := int(started.Load()); several <= 1 && n < got.Runs || several == 7 && (n < got.Runs/7 || n > made/7+20) || several == 1000 && n > 10 {
			t.Errorf("%d runs a process: %d processes for %d runs", several, n, got.Runs)
		}
	}
}

// TestServeOnce: a program that cannot have several runs in a process has one in each.
func TestServeOnce(t *testing.T) {
	e, started := whole(fresh.Settings{Name: "counter once"}, 1000)
	if r := explored(t, e); int(started.Load()) < r.Runs {
		t.Errorf("%d processes for %d runs", started.Load(), r.Runs)
	}
}

// TestServeSpent: nor has a process whose engine says so.
func TestServeSpent(t *testing.T) {
	e, started := whole(fresh.Settings{Name: "counter", Points: true}, 1000)
	r := explored(t, e)
	if int(started.Load()) < r.Runs {
		t.Errorf("%d processes for %d runs", started.Load(), r.Runs)
	}
	if !e.(order.Cold).FirstDiffers() {
		t.Error("that the first run of a process differs has not come over")
	}
	// The claim is that of what all of them have seen.
	var saw uint32
	if err := json.Unmarshal([]byte(e.(order.Claimant).Claim()), &saw); err != nil || saw&(saw-1) == 0 {
		t.Errorf("what %d processes have seen together is %b, %v", started.Load(), saw, err)
	}
}

// TestServeRefuses: what is wrong with the settings ends the run, and says why.
func TestServeRefuses(t *testing.T) {
	e, _ := whole(fresh.Settings{Name: "counter", Stdin: "nowhere"}, 10)
	var start *fresh.StartError
	if run := order.RunOnce(e, order.Default()); !errors.As(run.Err, &start) || !strings.Contains(start.Msg, "there is no input") {
		t.Errorf("the run ends with %v", run.Err)
	}
}
