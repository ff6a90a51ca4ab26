package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/scenarios"
	"weft/sim"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/search"
	"weft/sim/order"
)

func TestExploreHello(t *testing.T) {
	out := withoutRate(fine(t, "explore", "hello"))
	golden(t, "explore-hello.golden", out)
	contains(t, out, "all 2 orders explored", "Hello 1!", "7 and 9 may be swapped", "w1,timer:say1.1=say2.1")
}

// withoutRate takes out what differs from machine to machine.
func withoutRate(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !strings.HasSuffix(line, " runs a second\n") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

func TestExploreShowsTheRace(t *testing.T) {
	a := weft("explore", "lost-update")
	if a.status != exitFailed || a.err != "" {
		t.Errorf("status %d, standard error %q; want %d and nothing", a.status, a.err, exitFailed)
	}
	contains(t, a.out, "FAILS", "To see it again:", "weft replay lost-update --policy")
}

func TestExploreAsJSON(t *testing.T) {
	var report struct {
		Version  int    `json:"weft_report"`
		Verdict  string `json:"verdict"`
		Complete bool   `json:"complete"`
		Runs     int    `json:"runs"`
		Outcomes []struct {
			Text    string `json:"text"`
			Runs    int    `json:"runs"`
			Witness string `json:"witness"`
		} `json:"outcomes"`
	}
	if err := json.Unmarshal([]byte(fine(t, "explore", "hello", "--format", "json")), &report); err != nil {
		t.Fatal(err)
	}
	if report.Version != 1 || !report.Complete || report.Runs != 2 || len(report.Outcomes) != 2 ||
		report.Outcomes[1].Witness != "w1,timer:say1.1=say2.1" {
		t.Errorf("%+v", report)
	}
}

func TestExploreRefusesWrongFlags(t *testing.T) {
	for _, c := range []struct {
		args []string
		say  string
	}{
		{[]string{"explore"}, "takes one program"},
		{[]string{"explore", "helo"}, "did you mean hello?"},
		{[]string{"explore", "hello", "--strategy", "exhaustiv"}, "exhaustive"},
		{[]string{"explore", "hello", "--policy", "any"}, "there is no policy"},
		{[]string{"explore", "hello", "--budget", "many"}, "neither a number of runs nor a time"},
		{[]string{"explore", "hello", "--budget", "0"}, "no run at all"},
		{[]string{"explore", "hello", "--format", "jsn"}, "did you mean json?"},
		{[]string{"explore", "hello", "--workers", "-1"}, "a number of workers"},
		{[]string{"explore", "nowhere.jsonl"}, "nowhere.jsonl"},
		{[]string{"replay", "hello"}, "needs the schedule"},
		{[]string{"replay", "hello", "--schedule", "w9,a:b=c"}, "w9"},
		{[]string{"shrink", "hello"}, "needs the schedule"},
		{[]string{"shrink", "hello", "--schedule", "w1", "--budget", "0"}, "positive"},
	} {
		refuses(t, exitUsage, c.args, c.say)
	}
}

func TestBudget(t *testing.T) {
	for text, want := range map[string]struct {
		runs  int
		limit time.Duration
	}{"100": {100, 0}, "30s": {1 << 60, 30 * time.Second}, "100,30s": {100, 30 * time.Second}, " 1m , 7 ": {7, time.Minute}} {
		if runs, limit, err := parseBudget(text); err != nil || runs != want.runs || limit != want.limit {
			t.Errorf("%q: %d runs, %v, error %v", text, runs, limit, err)
		}
	}
	for _, text := range []string{"10,10", "1s,2s", "", "-1", "1,2s,3"} {
		if _, _, err := parseBudget(text); err == nil || !strings.Contains(err.Error(), "10000, 30s or 10000,30s") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

func TestExploreGoesOnFromACheckpoint(t *testing.T) {
	file := filepath.Join(t.TempDir(), "checkpoint")
	args := []string{"explore", "not-lost", "--strategy", "exhaustive", "--resume", file}
	first := weft(append(args, "--budget", "100")...)
	contains(t, first.out, "not all orders explored: stopped after 100 runs, the limit")
	second := weft(append(args, "--budget", "300")...)
	contains(t, second.out, "stopped after 300 runs")
	refuses(t, exitUsage, []string{"explore", "hello", "--resume", file}, "of another exploration", "remove the file")
}

func TestInterruptedExploration(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, err strings.Builder
	status := execute(ctx, []string{"explore", "hello"}, console{Out: &out, Err: &err})
	if status != exitInterrupted || !strings.Contains(err.String(), "interrupted") || !strings.Contains(out.String(), "interrupted after 0 runs") {
		t.Errorf("status %d, output %q, standard error %q", status, out.String(), err.String())
	}
}

func TestReplay(t *testing.T) {
	contains(t, fine(t, "replay", "hello", "--schedule", "w1,timer:say1.1=say2.1"), "without an error")
	contains(t, fine(t, "replay", "hello", "--schedule", "w1,timer:say1.1=say2.1", "--view", "log"), "Hello 2!")
	a := weft("replay", "hello", "--schedule", "w1,timer:say1.1=say3.1")
	if a.status != exitMismatch || !strings.Contains(a.err, "wants say3.1 at timer:say1.1, where there was only say1.1, say2.1") {
		t.Errorf("strict: status %d, standard error %q", a.status, a.err)
	}
	fine(t, "replay", "hello", "--schedule", "w1,timer:say1.1=say3.1", "--lenient")
	file := recorded(t, "hello", "--schedule", "w1,timer:say1.1=say2.1")
	if strings.Index(fine(t, "replay", file, "--view", "log"), "Hello 2!") > strings.Index(fine(t, "replay", file, "--view", "log"), "Hello 1!") {
		t.Error("the recorded run is not the one that is repeated")
	}
}

func TestShrink(t *testing.T) {
	race, _ := scenarios.Find("lost-update")
	var long string
	for run := range explore.All(sim.Engine(race.Program, race.Options...), explore.WithStrategy(sample.Random())) {
		if run.Failed() && len(run.Schedule()) > 1 {
			long = run.Schedule().String()
			break
		}
	}
	a := weft("shrink", "lost-update", "--schedule", long)
	if a.status != exitOK || strings.Count(a.out, "=") != 1 || !strings.Contains(a.err, "no order with fewer switches") {
		t.Errorf("of %s: status %d, %q, %q", long, a.status, a.out, a.err)
	}
	passes := weft("shrink", "lost-update", "--schedule", "w1")
	if passes.status != exitFailed || passes.err == "" {
		t.Errorf("a run that passes: status %d, %q", passes.status, passes.err)
	}
}

func TestProgressLine(t *testing.T) {
	var out strings.Builder
	now := time.Unix(100, 0)
	p := &progress{w: &out, width: 200, now: func() time.Time { return now }}
	p.show(explore.Progress{Runs: 50, Total: 200, Outcomes: 3, Failed: true, Elapsed: time.Second})
	want := "\r[#####...............] 50 of ≈200 runs, 50/s, ≈3s left, 3 outcomes, one FAILS\x1b[K"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	p.show(explore.Progress{Runs: 51, Total: 200}) // too soon
	if out.String() != want {
		t.Errorf("updated at once: %q", out.String())
	}
	now = now.Add(time.Second)
	p.width = 20
	p.show(explore.Progress{Runs: 7})
	if got := strings.TrimPrefix(out.String(), want); got != "\r7 runs, 0/s, 0 outc\x1b[K" {
		t.Errorf("on a narrow screen: %q", got)
	}
	p.clear()
	(*progress)(nil).clear()
}

// TestShrunk: shrink says what it has found, also if that is nothing.
func TestShrunk(t *testing.T) {
	parse := func(text string) order.Schedule {
		s, err := order.ParseSchedule(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	const minimal, perhaps = "; no order with fewer switches fails in the same way", "; there may be a simpler one; a larger --budget would look for it"
	for _, c := range []struct {
		before, after string
		runs          int
		minimal       bool
		want          string
	}{
		{"w1,ready:a=b,ready:c=d", "w1,ready:c=d", 5, true, "1 switch instead of 2, after 5 runs" + minimal},
		{"w1,ready:a=b", "w1", 2, true, "0 switches instead of 1, after 2 runs" + minimal},
		{"w1,ready:a=b", "w1,ready:a=b", 5, true, "nothing shorter found than this: 1 switch, after 5 runs" + minimal},
		{"w1,ready:a=b", "w1,ready:a=b", 1, false, "nothing shorter found than this: 1 switch, after 1 run" + perhaps},
		{"w1,ready:c=b", "w1,ready:a=b", 5, true, "nothing shorter found, but an earlier place: 1 switch, after 5 runs" + minimal},
		{"w1", "w1", 1, true, "nothing to leave out: the default order fails, after 1 run" + minimal},
	} {
		got := shrunk(parse(c.before), &explain.Shrunk{Schedule: parse(c.after), Runs: c.runs, Minimal: c.minimal})
		if got != c.want {
			t.Errorf("%s to %s: %s\nwant %s", c.before, c.after, got, c.want)
		}
	}
}

// TestReadme: what the README says that explore prints is what it prints.
func TestReadme(t *testing.T) { inReadme(t, "hello") }

func TestReadmeInGo(t *testing.T) {
	controlled(t)
	inReadme(t, "go/hello")
}

func inReadme(t *testing.T, program string) {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	printed := strings.SplitN(fine(t, "explore", program), "\n\n", 3)[2] // behind the title and the story
	contains(t, string(readme), indent(indent(printed)))
}

// An interrupt is mentioned also if a failure has been found, which decides the status.
func TestInterruptedWithAFailure(t *testing.T) {
	failure := []search.Outcome{{Failed: true, End: order.Failed, Runs: 1}}
	for _, c := range []struct {
		report explore.Report
		want   endError
	}{
		{explore.Report{Outcomes: failure, Stopped: search.Interrupted}, endError{exitFailed, "interrupted"}},
		{explore.Report{Outcomes: failure}, endError{status: exitFailed}},
		{explore.Report{Stopped: search.Interrupted}, endError{exitInterrupted, "interrupted"}},
	} {
		var got *endError
		if !errors.As(found(&c.report, "interrupted"), &got) || *got != c.want {
			t.Errorf("%+v, want %+v", got, c.want)
		}
	}
}

// What was found is tried first the next time, and takes nothing away from what is counted.
func TestExploreCorpus(t *testing.T) {
	corpus := t.TempDir()
	few := []string{"explore", "lost-update", "--strategy", "random", "--budget", "1", "--seed", "3"}
	alone := weft(few...)
	if alone.status != exitOK {
		t.Fatalf("status %d of a run that should pass:\n%s%s", alone.status, alone.out, alone.err)
	}
	weft("explore", "lost-update", "--corpus", corpus)
	a := weft(append(few, "--corpus", corpus)...)
	if a.status != exitFailed || a.err != "" {
		t.Errorf("status %d, standard error %q; want %d and nothing", a.status, a.err, exitFailed)
	}
	contains(t, a.out, strings.TrimSpace(withoutRate(alone.out)), "Tried first, and not counted above: 1 order of the corpus in "+corpus,
		"an order that failed before still fails", "What raced: lost update on balance", "weft replay lost-update --policy any-ready --schedule w1,ready:alice.2=bob.2")

	same := weft(append(few, "--corpus", corpus, "--format", "json")...)
	contains(t, same.err, "an order that failed before still fails")
	var report struct{ Runs int }
	if err := json.Unmarshal([]byte(same.out), &report); err != nil || report.Runs != 1 || same.status != exitFailed {
		t.Errorf("status %d, %d runs (%v)", same.status, report.Runs, err)
	}
	// It is of one policy, and of one program.
	for _, args := range [][]string{{"explore", "lost-update", "--policy", "fifo"}, {"explore", "lost-update-fixed"}} {
		if a := weft(append(args, "--corpus", corpus)...); a.status != exitOK || strings.Contains(a.out, "Tried first") {
			t.Errorf("%v: status %d\n%s", args, a.status, a.out)
		}
	}
}
