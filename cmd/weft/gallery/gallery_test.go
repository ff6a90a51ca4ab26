package gallery_test

import (
	"testing"

	"weft/cmd/weft/gallery"
	"weft/scenarios"
	"weft/sim/page"
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
