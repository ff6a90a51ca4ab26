package browser_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"

	"weft/sim/explore"
	"weft/sim/order"
)

// TestWatch looks on at an exploration, from before its file is there until it has ended.
// What the program says is text.
func TestWatch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bank.status")
	s := explore.Progress{Runs: 123_456, Total: 493_824, Elapsed: 90 * time.Second, Outcomes: 2}.Status("bank-1234", time.Now())
	s.Program, s.Policy, s.Strategy, s.Units = "TestBank", "any-ready", "exhaustive", 90
	s.Shown = []explore.OutcomeSeen{
		{Key: 1, Text: "<img src=x onerror=\"hacked=1\">\u202e\n", End: order.Finished, Runs: 100_000},
		{Key: 2, Text: "balance 3\n", End: order.Finished, Runs: 23_456},
	}
	if err := s.WriteFile(file); err != nil {
		t.Fatal(err)
	}
	url := serving(t, "--watch", file)
	b := open(t, 1600, url)
	b.shows("h1", "bank-1234")
	b.shows(".lead", "TestBank · policy any-ready · strategy exhaustive")
	b.shows("#far", "It goes on")
	b.shows(".far", "25%")
	for _, want := range []string{"123,456 of ≈494,000", "1,370", "1m30s", "≈4m30s", "90", "none fails"} {
		b.shows(".watch dl", want)
	}
	b.shows(".outcomes", `<img src=x onerror="hacked=1">\u202e`)
	if eval[bool](b, `"hacked" in window || !!document.querySelector("main img")`) {
		t.Error("what the program printed has become markup")
	}
	b.picture("watch")

	// Nobody has written anything for long.
	s.At = time.Now().Add(-time.Minute)
	if err := s.WriteFile(file); err != nil {
		t.Fatal(err)
	}
	b.shows(".watch .message", "whoever keeps the file may be gone")

	s.Share = 1
	s.At, s.Runs, s.Failed, s.Outcomes = time.Now(), 493_824, true, 3
	s.Ended = "all was done"
	s.Shown = append([]explore.OutcomeSeen{{Key: 3, Text: "the balance is 2, want 3\n", End: order.Failed, Failed: true, Runs: 12}}, s.Shown...)
	if err := s.WriteFile(file); err != nil {
		t.Fatal(err)
	}
	b.shows("#far", "It has ended: all was done")
	b.shows(".far", "100%")
	b.shows(".watch dl", "✗ one fails")
	b.shows(".outcomes tr:has(.fails)", "the balance is 2, want 3")
	b.picture("watch-ended")
	if axe := axeScript(t); axe != "" {
		call(b, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
		b.visit(url)
		b.accessible(axe)
	}
	for _, request := range b.requests {
		if !strings.HasPrefix(request, url) {
			t.Errorf("the page asks for %s", request)
		}
	}
}

// TestWatchWithoutFile: what is missing is said, and the page goes on looking.
func TestWatchWithoutFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bank.status")
	b := newTab(t, 360)
	b.refusals = true
	url := serving(t, "--watch", file)
	b.visit(url)
	b.shows(".message", "there is no file "+file+" yet")
	if err := (explore.Progress{Runs: 1}).Status("bank-1234", time.Now()).WriteFile(file); err != nil {
		t.Fatal(err)
	}
	b.shows("h1", "bank-1234")
	b.shows(".watch dl", "not known")
	if eval[bool](b, `!!document.querySelector(".message")`) {
		t.Error("the page still says that there is no file")
	}
	if wide := eval[int64](b, `document.documentElement.scrollWidth`); wide > 360 {
		t.Errorf("the page is %d pixels wide and the window 360", wide)
	}
	b.picture("watch-narrow")
}
