package explore_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
)

// Two explorations at one checkpoint: the one whose file was replaced says so, and loses
// nothing; neither does the other one.
func TestTwoAtOneCheckpoint(t *testing.T) {
	engine := exploretest.SameInstant(exploretest.Sleepers(4, 2))
	want := exploretest.Search(t, engine, explore.WithStrategy(walk.Exhaustive()))
	options := func(file string, runs int, more ...explore.Option) []explore.Option {
		return append([]explore.Option{explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(runs), explore.WithWorkers(1), explore.WithCheckpoint(file)}, more...)
	}
	for name, begun := range map[string]bool{"from a checkpoint": true, "from nothing": false} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "checkpoint")
			if begun {
				exploretest.Search(t, engine, options(file, 10)...)
			}
			other := false
			r, err := explore.Search(context.Background(), engine, options(file, 300, explore.WithProgress(func(p explore.Progress) {
				if !other {
					other = true
					exploretest.Search(t, engine, options(file, 150)...)
				}
			}))...)
			if err == nil || !strings.Contains(err.Error(), "another process has written it meanwhile") || !strings.Contains(err.Error(), file) {
				t.Fatalf("error %v", err)
			}
			if r == nil || r.Runs != 300 {
				t.Fatalf("what was found is not reported: %v", r)
			}
			_, beside, ok := strings.Cut(err.Error(), "this one goes on from ")
			if !ok {
				t.Fatalf("it does not say where it is: %v", err)
			}
			for _, from := range []string{file, beside} {
				again := exploretest.Search(t, engine, options(from, 9000)...)
				if !again.Coverage.Complete() || again.Verdict() != want.Verdict() || again.Runs != want.Runs || len(again.Outcomes) != len(want.Outcomes) {
					t.Errorf("%s: %s, %d outcomes; want %s, %d", from, again.Verdict(), len(again.Outcomes), want.Verdict(), len(want.Outcomes))
				}
			}
		})
	}
}

// One that is through leaves the file of another one where it is, and says so.
func TestThroughAtTheCheckpointOfAnother(t *testing.T) {
	engine := exploretest.SameInstant(exploretest.Sleepers(4, 1))
	file := filepath.Join(t.TempDir(), "checkpoint")
	options := func(runs int, more ...explore.Option) []explore.Option {
		return append([]explore.Option{explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(runs), explore.WithWorkers(1), explore.WithCheckpoint(file)}, more...)
	}
	other := false
	r, err := explore.Search(context.Background(), engine, options(9000, explore.WithProgress(func(explore.Progress) {
		if !other {
			other = true
			exploretest.Search(t, engine, options(3)...)
		}
	}))...)
	if err == nil || !strings.Contains(err.Error(), "is that of another process by now, and stays") {
		t.Errorf("error %v", err)
	}
	if r == nil || !r.Coverage.Complete() {
		t.Errorf("what was found is not reported: %v", r)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}
