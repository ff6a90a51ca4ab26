package gallery_test

import (
	"testing"

	"weft/cmd/weft/gallery"
	"weft/scenarios"
	"weft/sim/bubble"
	"weft/sim/page"
	"weft/trace"
)

// TestCoroutines looks for the text of the programs: a page shows it beside their runs.
func TestCoroutines(t *testing.T) {
	all := gallery.Coroutines()
	if len(all) != len(scenarios.All()) {
		t.Fatalf("%d programs, want %d", len(all), len(scenarios.All()))
	}
	for _, s := range all {
		if s.Name == "hello" || s.Name == "lost-update-fixed" {
			p, err := page.Explore(t.Context(), s, gallery.InPage)
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Sources) == 0 {
				t.Errorf("%s: the page has no text of the program", s.Name)
			}
			if want := "weft replay " + s.Name + " --policy " + s.Engine.Policy() + " --schedule w1"; p.Report.Outcomes[0].Again != want {
				t.Errorf("%s: repeated by %q, want %q", s.Name, p.Report.Outcomes[0].Again, want)
			}
		}
	}
	if _, ok := all[0].Source("race/race_test.go"); ok {
		t.Error("a test is shown as the text of a program")
	}
}

// TestGoroutines compares runs from the trees of programs in ordinary Go with those of the
// engine.
func TestGoroutines(t *testing.T) {
	if !bubble.Controlled() {
		t.Skip("needs the overlay: go run ./cmd/weft test ./cmd/weft/gallery")
	}
	for _, s := range gallery.Goroutines() {
		p, err := page.Explore(t.Context(), s, gallery.InPage)
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		for _, o := range p.Report.Outcomes {
			kept, err := p.Tree.Run(p.Report, o.Schedule)
			if err != nil {
				t.Errorf("%s: outcome %s: %v", s.Name, o.Letter, err)
				continue
			}
			made, err := page.RunOf(s.Engine, o.Schedule)
			if err != nil {
				t.Fatal(err)
			}
			if kept.Outcome != made.Outcome || kept.Key != made.Key {
				t.Errorf("%s: outcome %s: %q of the tree, %q of the engine", s.Name, o.Letter, kept.Outcome, made.Outcome)
			}
			if kept.Hash != made.Hash || len(kept.Events) != len(made.Events) || len(kept.Decisions) != len(made.Decisions) {
				t.Errorf("%s: outcome %s: the run of the tree has %d events and hash %s, that of the engine %d and %s", s.Name, o.Letter, len(kept.Events), kept.Hash, len(made.Events), made.Hash)
			}
			decides := 0
			for _, e := range made.Events {
				if e.Kind == trace.Decide {
					decides++
				}
			}
			if decides != len(made.Decisions) {
				t.Errorf("%s: outcome %s: %d decisions, and events of %d", s.Name, o.Letter, len(made.Decisions), decides)
			}
		}
	}
}
