package explore_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// TestStatus: shares, rates and the time that is left are what follows from how far it is.
func TestStatus(t *testing.T) {
	for _, c := range []struct {
		name        string
		p           explore.Progress
		share, rate float64
		left        time.Duration
	}{
		{"a quarter", explore.Progress{Runs: 250, Total: 1000, Elapsed: 5 * time.Second}, 0.25, 50, 15 * time.Second},
		{"nobody knows how many", explore.Progress{Runs: 250, Elapsed: 5 * time.Second}, 0, 50, 0},
		{"at the beginning", explore.Progress{Total: 1000}, 0, 0, 0},
		{"more than was thought", explore.Progress{Runs: 2000, Total: 1000, Elapsed: time.Second}, 1, 2000, 0},
		{"for ever", explore.Progress{Runs: 1, Total: 0x1p100, Elapsed: time.Second}, 0x1p-100, 1, 0},
	} {
		s := c.p.Status("x", noon)
		if s.Share != c.share || s.Rate != c.rate || s.Left != c.left || s.Runs != c.p.Runs || s.Name != "x" || !s.At.Equal(noon) {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
}

// TestStatusShowsOutcomes: failures stand first, and there is a schedule for each.
func TestStatusShowsOutcomes(t *testing.T) {
	r := exploretest.Search(t, sim.Engine(exploretest.Withdrawals()), explore.WithStrategy(walk.Exhaustive()))
	var s explore.Status
	s.Show(r)
	if s.Outcomes != len(r.Outcomes) || len(s.Shown) != len(r.Outcomes) || s.Runs != r.Runs || s.Strategy != "exhaustive" || !s.Failed {
		t.Fatalf("%+v", s)
	}
	failed, runs := 0, 0
	for i, o := range s.Shown {
		if o.Failed {
			failed++
			if i >= failed {
				t.Errorf("a failure stands behind what passes")
			}
		}
		runs += o.Runs
	}
	if failed == 0 || runs != r.Runs {
		t.Errorf("%d failures in %d runs", failed, runs)
	}
}

// TestStatusIsRead as it was written, and others are refused.
func TestStatusIsRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.status")
	f := explore.StatusFile{Name: file}
	if !f.Due(noon) {
		t.Error("nothing was written, and it is not time for that")
	}
	want := explore.Progress{Runs: 3, Total: 9, Elapsed: time.Second, Outcomes: 2}.Status("x", noon)
	want.Show(exploretest.Search(t, sim.Engine(exploretest.Withdrawals()), explore.WithStrategy(walk.Exhaustive())))
	if err := f.Write(want); err != nil {
		t.Fatal(err)
	}
	if f.Due(noon.Add(time.Second-1)) || !f.Due(noon.Add(time.Second)) {
		t.Error("it is not time after a second, or before")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := explore.ParseStatus(data)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	if string(a) != string(b) {
		t.Errorf("it is\n%s\nand was\n%s", b, a)
	}
	for text, want := range map[string]string{
		`{"weft_status":2}`: "has format 2",
		`{}`:                "has format 0",
		`{"weft_status":1`:  "is no status",
		"":                  "is no status",
	} {
		if _, err := explore.ParseStatus([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v", text, err)
		}
	}
	if err := want.WriteFile(filepath.Join(file, "no folder")); err == nil || !strings.Contains(err.Error(), "cannot write the status") {
		t.Errorf("error %v", err)
	}
}

// TestStatusIsShort: of many outcomes some are shown, and of a long text its beginning.
func TestStatusIsShort(t *testing.T) {
	r := &explore.Report{Runs: 150}
	for i := range 150 {
		r.Outcomes = append(r.Outcomes, search.Outcome{Text: strings.Repeat("a line\n", 1000), Failed: i == 149, Key: uint64(i), Runs: 1})
	}
	var s explore.Status
	s.Show(r)
	if s.Outcomes != 150 || len(s.Shown) != 100 || s.Shown[0].Key != 149 || s.Shown[1].Key != 0 {
		t.Errorf("%d of %d are shown, the first with key %v", len(s.Shown), s.Outcomes, s.Shown[0].Key)
	}
	for _, o := range s.Shown {
		if len(o.Text) > 2100 || !strings.HasPrefix(o.Text, "a line\na line\n") || !strings.HasSuffix(o.Text, "…") {
			t.Fatalf("its text has %d bytes: %q", len(o.Text), o.Text[:40])
		}
	}
}
