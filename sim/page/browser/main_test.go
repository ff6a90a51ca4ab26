package browser_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"weft/cmd/weft/gallery"
	"weft/sim/page"
)

var shots = flag.String("shots", "", "a folder for pictures of the pages")

// browser is the one Chromium of all tests.
var browser context.Context

func TestMain(m *testing.M) {
	flag.Parse()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.NoSandbox)
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	var close context.CancelFunc
	browser, close = chromedp.NewContext(allocator)
	if err := chromedp.Do(browser); err != nil {
		fmt.Fprintln(os.Stderr, "chromium cannot be started:", err)
		os.Exit(1)
	}
	status := m.Run()
	close()
	end()
	os.Exit(status)
}

// patience is how long a page may take for anything before a test gives it up.
const patience = time.Minute

// tab is a page that is open in the browser. Whatever it says on its console is an error.
type tab struct {
	*testing.T
	ctx context.Context

	refusals bool // the server may refuse something

	mu       sync.Mutex
	requests []string
}

// newTab opens an empty tab of a width.
func newTab(t *testing.T, width int64) *tab {
	t.Helper()
	ctx, closed := chromedp.NewContext(browser)
	t.Cleanup(closed)
	ctx, over := context.WithTimeout(ctx, patience)
	t.Cleanup(over)
	b := &tab{T: t, ctx: ctx}
	b.do(chromedp.EmulateViewport(width, 1000))
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			b.mu.Lock()
			b.requests = append(b.requests, e.Request.URL)
			b.mu.Unlock()
		case *runtime.EventExceptionThrown:
			t.Errorf("the page throws: %s %+v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
		case *log.EventEntryAdded:
			if b.refusals && e.Entry.Source == "network" {
				break
			}
			t.Errorf("the browser says: %s (%s)", e.Entry.Text, e.Entry.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, log.Enable, cdp.Empty{})
	return b
}

// open opens a page and waits until it is ready.
func open(t *testing.T, width int64, url string) *tab {
	t.Helper()
	b := newTab(t, width)
	b.visit(url)
	return b
}

// visit goes to a page and waits until it is ready.
func (b *tab) visit(url string) {
	b.Helper()
	b.do(chromedp.Navigate(url), chromedp.WaitReady(chromedp.CSS("body[data-ready=true][aria-busy=false]")))
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// call sends a command of the protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, command, params); err != nil {
		b.Fatal(err)
	}
}

// eval evaluates an expression in the page.
func eval[T any](b *tab, expression string, options ...chromedp.EvaluateOption) T {
	b.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, options...))
	if err != nil {
		b.Fatalf("%s: %v", expression[:min(len(expression), 200)], err)
	}
	return value
}

// poll waits until an expression is true.
func (b *tab) poll(expression string) error {
	_, err := chromedp.Run(b.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(5*time.Millisecond), chromedp.WithPollingTimeout(10*time.Second)))
	return err
}

// settle waits until the page is done with what was asked of it.
func (b *tab) settle() {
	b.Helper()
	if err := b.poll(`document.body.getAttribute("aria-busy") === "false"`); err != nil {
		b.Fatal(err)
	}
}

// press presses keys, one after the other.
func (b *tab) press(keys ...string) {
	b.Helper()
	for _, key := range keys {
		b.do(chromedp.KeyEvent(key))
		b.settle()
	}
}

// click clicks on the first button under a selector whose text contains some words.
func (b *tab) click(selector, words string) {
	b.Helper()
	found := fmt.Sprintf(`[...document.querySelectorAll(%q)].find((e) => e.textContent.includes(%q))`, selector, words)
	if err := b.poll("!!" + found); err != nil {
		b.Fatalf("no %s with %q: %v", selector, words, err)
	}
	eval[chromedp.Void](b, found+".click()")
	b.settle()
}

// text returns the text of the first element of a selector.
func (b *tab) text(selector string) string {
	b.Helper()
	return eval[string](b, fmt.Sprintf(`document.querySelector(%q)?.textContent ?? "(no such element)"`, selector))
}

// shows waits until an element contains some words.
func (b *tab) shows(selector, words string) {
	b.Helper()
	if err := b.poll(fmt.Sprintf(`(document.querySelector(%q)?.textContent ?? "").includes(%q)`, selector, words)); err != nil {
		b.Fatalf("%s is %q, want it to contain %q", selector, b.text(selector), words)
	}
}

func (b *tab) fragment() string {
	b.Helper()
	return eval[string](b, `location.hash`)
}

// picture keeps a picture of the page, if that is asked for.
func (b *tab) picture(name string) {
	b.Helper()
	if *shots == "" {
		return
	}
	data, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), data, 0o644); err != nil {
		b.Fatal(err)
	}
}

const (
	right    = kb.ArrowRight
	left     = kb.ArrowLeft
	home     = kb.Home
	end      = kb.End
	enter    = kb.Enter
	escape   = kb.Escape
	pageDown = kb.PageDown
)

// pageOf writes the page of a program and returns its address.
func pageOf(t *testing.T, s page.Subject) string {
	t.Helper()
	p, err := page.Explore(t.Context(), s, page.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	picture, err := page.Witness(s.Engine, p)
	if err != nil {
		t.Fatal(err)
	}
	d := &page.Document{
		Title: s.Name, Programs: []page.Summary{s.Summary}, Data: map[string]*page.Program{s.Name: p},
		Backend: page.Embedded, Witness: picture,
	}
	return written(t, d)
}

// written writes a page into a file and returns its address.
func written(t *testing.T, d *page.Document) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := d.Write(f); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// galleryPage writes the page of a program of the gallery and returns its address.
func galleryPage(t *testing.T, name string) string {
	t.Helper()
	for _, s := range gallery.Coroutines() {
		if s.Name == name {
			return pageOf(t, s)
		}
	}
	t.Fatalf("there is no program %s in the gallery", name)
	return ""
}

// await waits for what a promise comes to.
var await = chromedp.EvalAwaitPromise
