package course_test

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"weft/scenarios/course"
	"weft/scenarios/internal/scenariotest"
)

// TestCode: the text of a lesson's program is Go, has what it needs, and does not give
// the answer away.
func TestCode(t *testing.T) {
	each(t, func(t *testing.T, l course.Lesson) {
		code, err := course.Code(l.Program)
		if err != nil {
			t.Fatal(err)
		}
		body, begins, ok := strings.Cut(code, "program: ")
		if !ok {
			t.Fatalf("it is not said how the program begins:\n%s", code)
		}
		source := "package p\n\n" + body + "\nvar program = " + begins
		if _, err := parser.ParseFile(token.NewFileSet(), "", source, 0); err != nil {
			t.Errorf("%v\n%s", err, code)
		}
		for _, told := range []string{"Story:", "Claim:", "-fixed"} {
			if strings.Contains(code, told) {
				t.Errorf("%s is in\n%s", told, code)
			}
		}
	})
}

// TestCodeIsWhole: what stands in another file belongs to it, what only the repair needs
// does not, and neither does what a local name happens to be called.
func TestCodeIsWhole(t *testing.T) {
	for _, c := range []struct {
		program      string
		wanted, none []string
	}{
		{"lock-order-deadlock", []string{"func dine(", "func philosopher(", "func leftForkFirst(", `program: dine(leftForkFirst, "plato", "socrates")`}, []string{"lowerForkFirst"}},
		{"lost-update", []string{"type account struct", "func comesAfter(", "func payInUnlocked("}, []string{"func payInLocked("}},
		{"await-inline", []string{"func awaitTheCount("}, []string{"func count("}},
		{"go/buffered-channel", []string{"func cook(", "program: serveOver(1)"}, []string{"func cookOrders("}},
	} {
		code, err := course.Code(c.program)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range c.wanted {
			if strings.Count(code, part) != 1 {
				t.Errorf("%q should be once in\n%s", part, code)
			}
		}
		for _, part := range c.none {
			if strings.Contains(code, part) {
				t.Errorf("%q should not be in\n%s", part, code)
			}
		}
	}
	if _, err := course.Code("no-such-thing"); err == nil {
		t.Error("there is code of a program that is not there")
	}
}

// TestMarkdown: the document of some lessons is what the golden file holds: the question
// first, the answer at the end, the notes only if they are asked for.
func TestMarkdown(t *testing.T) {
	first := course.All()[:10]
	lessons := []course.Lesson{first[0], first[9]}
	with, err := course.Markdown(t.Context(), lessons, true)
	if err != nil {
		t.Fatal(err)
	}
	scenariotest.Golden(t, "two-lessons", with)
	without, err := course.Markdown(t.Context(), lessons, false)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(with, without) || strings.Contains(without, lessons[1].Notes.Mistake) {
		t.Error("without notes, it should be the same up to the notes")
	}
	questions, answers, _ := strings.Cut(without, "\n# Answers\n")
	for _, l := range lessons {
		if strings.Contains(questions, l.Question.Why) || !strings.Contains(answers, l.Question.Why) {
			t.Errorf("the answer of %s is not at the end", l.ID)
		}
	}
}
