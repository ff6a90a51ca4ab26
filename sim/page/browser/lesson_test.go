package browser_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/cmd/weft/gallery"
	"weft/scenarios/course"
	"weft/sim/page"
)

// coursePage writes a page with two lessons, which needs no engine.
func coursePage(t *testing.T) string {
	t.Helper()
	lessons, err := course.Pages(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	d := &page.Document{Title: "a course", Backend: page.Embedded, Data: map[string]*page.Program{}}
	for _, l := range lessons {
		if l.ID == "one-coroutine" || l.ID == "lost-update" || l.ID == "deadlock" {
			d.Lessons = append(d.Lessons, l)
		}
	}
	for _, s := range gallery.Coroutines() {
		for _, l := range d.Lessons {
			if s.Name != l.Program && (l.Repair == nil || s.Name != l.Repair.Program) || d.Data[s.Name] != nil {
				continue
			}
			d.Programs = append(d.Programs, s.Summary)
			if d.Data[s.Name], err = page.Explore(t.Context(), s, page.Limits{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "course.html")
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return "file://" + file
}

// TestLesson predicts an output, solves a challenge by choosing, and looks at the repair: all
// by keys, as far as a browser has them for forms.
func TestLesson(t *testing.T) {
	url := coursePage(t)
	b := open(t, 1600, url+"#w1&lesson=lost-update")
	b.shows("#lesson-title", "Lesson 2: read, wait, write: an update is lost")
	b.shows(".source", "to.balance.Set(before + amount)")
	if eval[bool](b, `!!document.querySelector(".outcomes, .lanes, #compare, #orders")`) {
		t.Error("the answer is there before the question is answered")
	}
	b.picture("lesson")
	// The right ones, by the keyboard.
	for _, choice := range []string{"100", "200"} {
		focusChoice(b, choice)
		b.press(" ")
	}
	b.press(enter)
	b.shows(".task [role=status]", "You were right.")
	b.shows(".outcomes", "the balance is 100")
	b.shows(".lesson", "Find an order that loses an update.")
	b.click(".task button", "Begin")
	b.shows("#run-title", "you choose")
	b.press("n", "1", "n", "2")
	b.shows(".lesson p.passes", "Found: w1,ready:alice.2=bob.2 None has fewer switches.")
	b.shows("#run-title", "A run that fails")
	b.shows("select option[value=lost-update]", "✓ 2 read, wait, write")
	b.picture("lesson-solved")
	b.click(".task button", "Look at lost-update-fixed")
	b.shows("h1", "lost-update-fixed")
	b.shows(".verdict", "all ")
	b.click(".lesson button", "Next lesson")
	b.shows("#lesson-title", "Lesson 3")
	if got := b.fragment(); !strings.Contains(got, "lesson=deadlock") {
		t.Errorf("the address ends in %s", got)
	}
	b.click(".lesson button", "Lesson before")
	b.shows(".lesson p.passes", "Found") // it is known what was done
	b.click(".lesson button", "Leave the course")
	b.shows("h1", "lost-update")
	if eval[bool](b, `!!document.querySelector(".lesson")`) {
		t.Error("the lesson is still there")
	}
}

func focusChoice(b *tab, text string) {
	b.Helper()
	if !eval[bool](b, `(() => { const l = [...document.querySelectorAll(".choice")].find((l) => l.textContent.trim() === "`+text+`"); l?.querySelector("input").focus(); return !!l; })()`) {
		b.Fatalf("there is no choice %q", text)
	}
}

// TestWrong: a wrong prediction is told from a right one by words, and what is right is shown.
func TestWrong(t *testing.T) {
	b := open(t, 390, coursePage(t)+"#w1&lesson=lost-update")
	focusChoice(b, "0")
	b.press(" ", enter)
	b.shows(".task [role=status]", "Not quite.")
	b.shows(".choice.wrong", "✗ wrong")
	b.shows(".choice.right", "✓ right")
	b.click(".task button", "Begin")
	b.click(".task button", "Show one")
	b.shows(".run-line code", "w1,ready:alice.2=bob.2")
	b.picture("lesson-narrow")
	if wide := eval[bool](b, `document.documentElement.scrollWidth > innerWidth`); wide {
		t.Error("the page is wider than the window")
	}
}
