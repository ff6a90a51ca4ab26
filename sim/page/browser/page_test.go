package browser_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestStep steps through hello from the beginning to the end: the events have the numbers
// that all views give them.
func TestStep(t *testing.T) {
	b := open(t, 1600, galleryPage(t, "hello"))
	b.press(home)
	var numbers []string
	for {
		now := b.text(".now b")
		numbers = append(numbers, strings.TrimPrefix(now, "Event "))
		b.press(right)
		if b.text(".now b") == now {
			break
		}
	}
	want := strings.Fields("0.1 0.2 1 2 4 5 6.1 6.2 6.3 6.4 7 7.1 8 9 9.1 10 10.1")
	if !slices.Equal(numbers, want) {
		t.Errorf("events %v, want %v", numbers, want)
	}
	b.shows(".facts", "Hello 2!")
	b.press(left, left, left)
	b.shows(".now", "Event 9 · at 1s, say2: is resumed: its sleep is over")
	b.shows(".source h3", "coroutine/hello.go:29")
	if line := b.text(".line[aria-current]"); !strings.Contains(line, "sim.Sleep(ctx, time.Second)") {
		t.Errorf("the marked line is %q", line)
	}
	b.shows(".facts", "Hello 1!")
}

// TestSwap swaps 7 and 9 of hello with the button for that.
func TestSwap(t *testing.T) {
	b := open(t, 1600, galleryPage(t, "hello"))
	b.shows(".swaps", "7 and 9 may be swapped, and the output changes: both sleeps are due at 1s.")
	b.click(".swaps button", "Swap them")
	b.shows(".run-line code", "w1,timer:say1.1=say2.1")
	b.shows("#compare", "What the swap changes")
	b.shows("#compare p", "The outcome: A becomes B.")
	b.press(end)
	printed := eval[[]string](b, `[...document.querySelectorAll(".facts samp")].map((e) => e.textContent)`)
	if want := []string{"Hello 2!", "Hello 1!"}; !slices.Equal(printed, want) {
		t.Errorf("printed %q, want %q", printed, want)
	}
	b.press("u")
	b.shows(".run-line", "the default order")
}

// TestChoose reaches the lost update by choosing what happens next.
func TestChoose(t *testing.T) {
	b := open(t, 1600, galleryPage(t, "lost-update"))
	b.press("d", "h", home, "n")
	b.shows("#run-title", "you choose")
	b.shows(".choices", "Decision 1")
	b.click(".choices .alternatives button", "alice.1")
	b.press("n")
	b.shows(".barred", "main may not: it waits for gather")
	b.shows(".event.chosen", "a decision: what happens next?")
	b.picture("choosing")
	b.click(".choices .alternatives button", "bob.2")
	b.press("h", "f")
	b.shows("#run-title", "A run that fails")
	b.shows(".now", "fails: the balance is 100: a deposit is lost")
	if got := b.fragment(); !strings.HasPrefix(got, "#w1,ready:alice.2=bob.2&at=") {
		t.Errorf("the address ends in %s", got)
	}
	b.shows(".facts", "balance")
	b.shows("#compare .race", "bob read it at event 10.1 before alice wrote it at event 13.1")
}

// TestAddress follows an address to a run and an event of it, and back.
func TestAddress(t *testing.T) {
	url := galleryPage(t, "lost-update")
	b := open(t, 1600, url+"#w1,ready:alice.2=bob.2&at=20")
	b.shows(".now", "Event 13.1 · at 1s, alice: writes var balance = 100")
	b.press(right)
	moved := b.fragment()
	if moved != "#w1,ready:alice.2=bob.2&at=21" {
		t.Errorf("after a step, the address ends in %s", moved)
	}
	b = open(t, 1600, url+moved)
	b.shows(".now", "Event 14 ")
	eval[chromedp.Void](b, `location.hash = "#w1"`)
	b.shows("#run-title", "A run that passes")
	eval[chromedp.Void](b, `location.hash = "#w1,ready:nobody.1=bob.2"`)
	b.shows(".message", "the schedule does not fit: no decision of this run takes ready:nobody.1=bob.2")
}

// TestKeyboard does without a mouse what the page is for.
func TestKeyboard(t *testing.T) {
	b := open(t, 1600, galleryPage(t, "lock-order-deadlock"))
	b.press("?")
	b.shows("dialog[open]", "next decision")
	b.press(escape)
	b.shows("body:not(:has(dialog[open])) h1", "lock-order-deadlock")
	b.press("d")
	b.shows("#run-title", "A run that passes")
	b.press(home, "n", "n", "2")
	b.shows("#run-title", "A run that fails")
	b.press("f")
	b.shows(".cycle li:first-child", "plato waits for lock fork-1, held by socrates")
	b.shows(".cycle li:last-child", "socrates waits for lock fork-0, held by plato")
	b.shows(".now", "socrates: waits for lock fork-0")
	b.press("u")
	b.shows("#run-title", "A run that passes")
	b.press("s")
	b.shows("#compare", "What the swap changes")
	b.press("u")
	b.press("t", enter)
	b.shows("#run-title", "A run that passes")
	b.press("l")
	focused := eval[string](b, `document.activeElement.getAttribute("role")`)
	if focused != "listbox" {
		t.Errorf("after l, a %s has the focus", focused)
	}
	b.press(pageDown)
	b.shows("[role=status]", "takes step")
}

// TestTree goes to an order by clicking on the tree.
func TestTree(t *testing.T) {
	b := open(t, 1600, galleryPage(t, "philosophers"))
	b.shows("#orders .note", "200 orders")
	b.press("d")
	b.do(chromedp.Click(chromedp.CSS(".map .blk.bad")))
	b.settle()
	b.shows("#run-title", "A run that fails")
	b.press("f")
	b.shows(".cycle", "Deadlock: ")
}

// TestNoScripts shows what a page is worth where scripts do not run.
func TestNoScripts(t *testing.T) {
	b := newTab(t, 1600)
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.do(chromedp.Navigate(galleryPage(t, "lost-update")), chromedp.WaitVisible(chromedp.CSS("svg")))
	text, err := chromedp.Run(b.ctx, chromedp.TextContent(chromedp.CSS("main")))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"all 4 orders explored: 2 outcomes, 1 of them a failure", "failed: the balance is 100: a deposit is lost",
		"2 of 4 (50%)", "w1,ready:alice.2=bob.2", "The simplest failing order",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
}

// TestRequests opens a page and uses it: nothing is asked of anybody.
func TestRequests(t *testing.T) {
	url := galleryPage(t, "lost-update")
	b := open(t, 1600, url)
	b.press("d", "n", "2", "u", end, "f")
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, request := range b.requests {
		if request != url {
			t.Errorf("the page asks for %s", request)
		}
	}
}

// TestHistory goes back to the run before with the browser's own button.
func TestHistory(t *testing.T) {
	b := open(t, 1600, galleryPage(t, "lost-update")+"#w1")
	b.shows("#run-title", "A run that passes")
	b.press("n", "2")
	b.shows("#run-title", "A run that fails")
	b.press(right, right)
	eval[chromedp.Void](b, `history.back()`)
	b.shows("#run-title", "A run that passes")
	eval[chromedp.Void](b, `history.forward()`)
	b.shows("#run-title", "A run that fails")
}

// TestWaits: in a deadlock, who waits for whom is drawn, and the cycle is marked.
func TestWaits(t *testing.T) {
	b := open(t, 1600, galleryPage(t, "lock-order-deadlock"))
	b.press("f")
	if label := eval[string](b, `document.querySelector(".waits").getAttribute("aria-label")`); label != "plato waits for lock fork-1, held by socrates; socrates waits for lock fork-0, held by plato" {
		t.Errorf("the drawing is read as %q", label)
	}
	if n := eval[int](b, `document.querySelectorAll(".waits g.bad path.way").length`); n != 4 {
		t.Errorf("%d lines are part of the cycle, want 4", n)
	}
	b.picture("deadlock")
}

// TestTraces: the tree can be folded to one order of each trace.
func TestTraces(t *testing.T) {
	b := open(t, 1600, galleryPage(t, "philosophers"))
	before := eval[int](b, `document.querySelectorAll(".blk").length`)
	b.shows("#orders .note", "traces: the others differ only in steps that do not affect each other")
	b.click("#orders button", "One order of each trace")
	b.shows("#orders button[aria-pressed=true]", "One order of each trace")
	if after := eval[int](b, `document.querySelectorAll(".blk").length`); after >= before || after < 2 {
		t.Errorf("%d blocks after folding, %d before", after, before)
	}
}

// TestPrint: on paper there are all events, and not those alone that were in sight.
func TestPrint(t *testing.T) {
	b := open(t, 1600, galleryPage(t, "numbers-letters"))
	rows := `document.querySelectorAll(".event").length`
	all := eval[int](b, `weftPage.run.events.length`)
	if before := eval[int](b, rows); before >= all {
		t.Fatalf("all %d events are drawn", before)
	}
	eval[chromedp.Void](b, `dispatchEvent(new Event("beforeprint"))`)
	if n := eval[int](b, rows); n != all {
		t.Errorf("%d events are printed, want %d", n, all)
	}
	eval[chromedp.Void](b, `dispatchEvent(new Event("afterprint"))`)
	if n := eval[int](b, rows); n >= all {
		t.Errorf("after printing, %d events are drawn", n)
	}
}
