package browser_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"weft/cmd/weft/gallery"
	"weft/sim/order"
)

// weft compiles the command.
func weft(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "weft")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "weft/cmd/weft").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// TestGallery opens the gallery with the engine in it. The engine makes the runs that the
// native one makes.
func TestGallery(t *testing.T) {
	file := filepath.Join(t.TempDir(), "gallery.html")
	if out, err := exec.CommandContext(t.Context(), weft(t), "page", "--gallery", "-o", file).CombinedOutput(); err != nil {
		t.Fatalf("weft page --gallery: %v\n%s", err, out)
	}
	b := open(t, 1600, "file://"+file)
	b.shows("h1", "hello")
	b.shows(".foot", "the engine in this file (WebAssembly)")
	b.picture("gallery")
	b.click(".swaps button", "Swap them")
	b.shows("#compare p", "The outcome: A becomes B.")

	drawn := 20 // orders of each program
	if testing.Short() {
		drawn = 5
	}
	b = open(t, 1600, "file://"+file+"#w1,ready:alice.2=bob.2&at=20&program=lost-update")
	b.shows(".now", "Event 13.1 · at 1s, alice: writes var balance = 100")
	b.press("d")
	b.shows("#run-title", "A run that passes")

	for i, s := range gallery.Coroutines() {
		// One run of ten thousand sleepers takes the engine in the page a minute.
		if s.Name != "ten-thousand" && (i%4 == 0 || !testing.Short()) {
			eval[chromedp.Void](b, `weftPage.load("`+s.Name+`", null, null)`, await)
			b.shows("h1", s.Name)
			// The page has a message only while there is something to say.
			if said := eval[string](b, `document.querySelector(".message")?.textContent ?? ""`); said != "" {
				t.Errorf("%s: %s", s.Name, said)
			}
		}
		if s.Name == "ten-thousand" {
			continue
		}
		// Orders that are drawn here, run there.
		var want, schedules []string
		for seed := range uint64(drawn) {
			r := order.RunOnce(s.Engine, order.Random(seed))
			want, schedules = append(want, r.Hash.String()), append(schedules, r.Schedule().String())
		}
		asked, err := json.Marshal(schedules)
		if err != nil {
			t.Fatal(err)
		}
		got := eval[[]string](b, fmt.Sprintf(`(async () => {
			const hashes = [];
			for (const schedule of %s) hashes.push((await weftPage.backend.run(%q, schedule)).hash);
			return hashes;
		})()`, asked, s.Name), await)
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s, %s: hash %s in the page, %s here", s.Name, schedules[i], got[i], want[i])
			}
		}
	}
	t.Logf("the engine makes %.0f runs of hello a second, recorded in full", eval[float64](b, `(async () => {
		const from = performance.now();
		for (let i = 0; i < 200; i++) await weftPage.backend.run("hello", "w1");
		return 200000 / (performance.now() - from);
	})()`, await))
	for _, request := range b.requests {
		if !strings.HasPrefix(request, "file://"+file) && !strings.HasPrefix(request, "blob:") {
			t.Errorf("the page asks for %s", request)
		}
	}
}

// TestServe opens the page that weft serve shows, of a program in ordinary Go.
func TestServe(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles the standard library with the overlay")
	}
	url := serving(t)
	b := open(t, 1600, url+"#w1,ready:diner.2=diner%232.0&program=go/lock-order-deadlock")
	b.shows("h1", "go/lock-order-deadlock")
	b.press("d")
	b.shows("#run-title", "A run that passes")
	b.shows(".source h3", "goroutine/lock_order_deadlock.go")
	b.click(".outcomes tr:has(.fails) button:not(.quiet)", "Show")
	b.shows("#run-title", "A run that fails")
	b.press("f")
	b.shows(".cycle", "Deadlock: ")
	b.picture("go-deadlock")
	for _, request := range b.requests {
		if !strings.HasPrefix(request, url) {
			t.Errorf("the page asks for %s", request)
		}
	}
}

// serving starts weft serve, and returns the address of its page.
func serving(t *testing.T, args ...string) string {
	t.Helper()
	server := exec.CommandContext(t.Context(), weft(t), append([]string{"serve", "--address", "127.0.0.1:0"}, args...)...)
	said, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(os.Interrupt)
		server.Wait()
	})
	for lines := bufio.NewScanner(said); lines.Scan(); {
		t.Log(lines.Text())
		if url := regexp.MustCompile(`http://\S+`).FindString(lines.Text()); url != "" {
			return url
		}
	}
	t.Fatal("weft serve does not say where it serves")
	return ""
}
