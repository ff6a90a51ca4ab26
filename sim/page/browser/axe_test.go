package browser_test

import (
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// screens are the widths and manners in which pages are looked at.
var screens = []struct {
	name     string
	width    int64
	features []*emulation.MediaFeature
}{
	{"wide", 1600, nil},
	{"narrow", 360, nil},
	{"smallest", 320, nil},
	{"dark", 1600, []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}},
	{"forced", 1000, []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}},
}

// TestAccessible has axe-core look at pages in all manners.
func TestAccessible(t *testing.T) {
	axe := axeScript(t)
	if axe == "" {
		t.Skip("WEFT_AXE does not say where axe.min.js is; the script run sets it")
	}
	course := coursePage(t)
	pages := map[string]string{"lesson": course + "#w1&lesson=lost-update", "lesson-answered": course + "#w1&lesson=deadlock"}
	for _, name := range []string{"hello", "lost-update", "philosophers"} {
		pages[name] = galleryPage(t, name)
	}
	for name, url := range pages {
		for _, screen := range screens {
			t.Run(name+"/"+screen.name, func(t *testing.T) {
				t.Parallel()
				b := newTab(t, screen.width)
				call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: screen.features})
				call(b, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
				b.do(chromedp.Navigate(url), chromedp.WaitReady(chromedp.CSS("body[data-ready=true]")))
				b.settle()
				b.press(pageDown)
				if name == "lesson-answered" {
					eval[chromedp.Void](b, `weftPage.predict(0); weftPage.answer(); weftPage.failure()`)
				}
				b.accessible(axe)
				if wide := eval[int64](b, `document.documentElement.scrollWidth`); wide > screen.width {
					t.Errorf("the page is %d pixels wide and the window %d", wide, screen.width)
				}
				b.picture(name + "-" + screen.name)
			})
		}
	}
}

// axeScript returns axe-core, or "" if nobody says where it is.
func axeScript(t *testing.T) string {
	t.Helper()
	path := os.Getenv("WEFT_AXE")
	if path == "" {
		return ""
	}
	axe, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(axe)
}

// accessible has axe-core look at the page.
func (b *tab) accessible(axe string) {
	b.Helper()
	eval[chromedp.Void](b, axe)
	violations := eval[[]string](b, `axe.run(document, {resultTypes: ["violations"]}).then((r) =>
		r.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.html.slice(0, 200) + " " + n.failureSummary)))`, chromedp.EvalAwaitPromise)
	for _, v := range violations {
		b.Error(v)
	}
}
