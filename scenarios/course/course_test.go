package course_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"weft/scenarios"
	"weft/scenarios/course"
	"weft/scenarios/goroutine"
)

// look runs a program in all its orders, or skips the test if that takes another build.
func look(t *testing.T, program string) *course.Findings {
	t.Helper()
	f, err := course.Look(t.Context(), program)
	if errors.Is(err, course.ErrUncontrolled) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// each runs a test for each lesson.
func each(t *testing.T, test func(t *testing.T, l course.Lesson)) {
	for i, l := range course.All() {
		t.Run(fmt.Sprintf("%02d-%s", i+1, l.ID), func(t *testing.T) { test(t, l) })
	}
}

// TestClaims: whatever a lesson claims is so.
func TestClaims(t *testing.T) {
	each(t, func(t *testing.T, l course.Lesson) {
		f := look(t, l.Program)
		for _, claim := range l.Claims {
			if !claim.Holds(f) {
				t.Errorf("it is not so that %s\n%s: %+v\nswaps %q, reports %q", claim.Text, f.Verdict, f.Outcomes, f.Swaps, f.Default.Reports)
			}
		}
	})
}

// TestFactsCanFail: what is true of a program about which nothing was found is no fact.
func TestFactsCanFail(t *testing.T) {
	each(t, func(t *testing.T, l course.Lesson) {
		for _, fact := range append(l.Claims, l.Question.Choices...) {
			if fact.Holds(&course.Findings{}) {
				t.Errorf("%q is true of nothing", fact.Text)
			}
		}
	})
}

// TestClaimsSaySomething: whatever is claimed of one program is not so of another.
func TestClaimsSaySomething(t *testing.T) {
	var others []*course.Findings
	for _, l := range course.All() {
		if f, err := course.Look(t.Context(), l.Program); err == nil {
			others = append(others, f)
		} else if !errors.Is(err, course.ErrUncontrolled) {
			t.Fatal(err)
		}
	}
	each(t, func(t *testing.T, l course.Lesson) {
		look(t, l.Program) // or it is skipped
		for _, claim := range l.Claims {
			if !slices.ContainsFunc(others, func(f *course.Findings) bool { return !claim.Holds(f) }) {
				t.Errorf("%q is so of every program", claim.Text)
			}
		}
	})
}

// TestQuestions: each question has a right answer and a wrong one.
func TestQuestions(t *testing.T) {
	each(t, func(t *testing.T, l course.Lesson) {
		right := l.Question.Right(look(t, l.Program))
		if len(right) == 0 || len(right) == len(l.Question.Choices) {
			t.Errorf("of %d choices, %d are right: %v", len(l.Question.Choices), len(right), right)
		}
	})
}

// TestAnswersAreNotAlike: nobody can do well by always ticking the same boxes.
func TestAnswersAreNotAlike(t *testing.T) {
	times := map[string]int{}
	answered := 0
	for _, l := range course.All() {
		f, err := course.Look(t.Context(), l.Program)
		if errors.Is(err, course.ErrUncontrolled) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		times[fmt.Sprint(l.Question.Right(f))]++
		answered++
	}
	for right, n := range times {
		if 3*n > answered {
			t.Errorf("in %d of %d lessons, the choices %s are right", n, answered, right)
		}
	}
}

// TestChallenges: the default order does not meet a challenge, and another one does.
func TestChallenges(t *testing.T) {
	each(t, func(t *testing.T, l course.Lesson) {
		if l.Challenge == nil {
			return
		}
		f := look(t, l.Program)
		if goal := l.Challenge.Goal; goal.Reached(f.Default.End, f.Default.Text) {
			t.Errorf("the default order reaches %+v: %s", goal, f.Default.Text)
		}
		shortest, ok := f.Shortest(l.Challenge.Goal)
		if !ok {
			t.Fatalf("no order reaches %+v", l.Challenge.Goal)
		}
		run, err := course.Replay(l.Program, shortest.Schedule)
		if err != nil {
			t.Fatal(err)
		}
		if run.Text != shortest.Text || !l.Challenge.Goal.Reached(run.End, run.Text) {
			t.Errorf("%s leads to %s: %s", shortest.Schedule, run.End, run.Text)
		}
		if shortest.Switches == 0 {
			t.Errorf("%s is the default order", shortest.Schedule)
		}
	})
}

// TestRepairs: no order of a repair fails, and some order of what it repairs does.
func TestRepairs(t *testing.T) {
	each(t, func(t *testing.T, l course.Lesson) {
		if l.Repair == nil {
			return
		}
		if broken := look(t, l.Program); broken.Failing() == 0 {
			t.Errorf("nothing is wrong with %s", l.Program)
		}
		f := look(t, l.Repair.Program)
		if said, ok := f.AllPass(); !ok {
			t.Errorf("in %d of the %d orders of %s, it fails", f.Failing(), f.Orders, l.Repair.Program)
		} else if !strings.Contains(said, fmt.Sprintf("%d orders explored", f.Orders)) && f.Orders != 1 {
			t.Errorf("of %d orders it is said: %s", f.Orders, said)
		}
		if name := fixes(l.Repair.Program); name != l.Program {
			t.Errorf("%s repairs %q, and the lesson is about %s", l.Repair.Program, name, l.Program)
		}
	})
}

// fixes returns what a program of the gallery repairs.
func fixes(program string) string {
	if s, ok := scenarios.Find(program); ok {
		return s.Fixes
	}
	s, _ := goroutine.Find(program)
	return s.Fixes
}

// TestLessons: what a reader needs of each lesson is there.
func TestLessons(t *testing.T) {
	ids, programs := map[string]bool{}, map[string]bool{}
	goBegun := false
	for i, l := range course.All() {
		if found, number, ok := course.Find(l.ID); !ok || number != i+1 || found.Title != l.Title {
			t.Errorf("Find(%q) = %q, %d, %v", l.ID, found.Title, number, ok)
		}
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(l.ID) || ids[l.ID] {
			t.Errorf("the identifier %q is not of words with hyphens, or is there twice", l.ID)
		}
		if programs[l.Program] {
			t.Errorf("two lessons are about %s", l.Program)
		}
		ids[l.ID], programs[l.Program] = true, true
		if l.InGo() != strings.HasPrefix(l.Program, "go/") || goBegun && !l.InGo() {
			t.Errorf("%s is in ordinary Go: %v; those lessons come last", l.ID, l.InGo())
		}
		goBegun = l.InGo()
		if n := sentences(l.Text); n < 3 || n > 8 {
			t.Errorf("%s: the text has %d sentences; want 3 to 8", l.ID, n)
		}
		texts := map[string]string{"title": l.Title, "text": l.Text, "question": l.Question.Ask, "why": l.Question.Why, "mistake": l.Notes.Mistake, "question for the class": l.Notes.Ask}
		if l.Challenge != nil {
			texts["challenge"] = l.Challenge.Ask
		}
		if l.Repair != nil {
			texts["repair"] = l.Repair.Text
		}
		for _, c := range l.Claims {
			texts["claim "+c.Text] = c.Text
		}
		for what, text := range texts {
			if text == "" || strings.TrimSpace(text) != text {
				t.Errorf("%s: the %s is %q", l.ID, what, text)
			}
		}
		if n := len(l.Question.Choices); n < 2 || n > 4 {
			t.Errorf("%s: %d choices", l.ID, n)
		}
		if len(l.Claims) == 0 || l.Notes.Minutes < 5 || l.Notes.Minutes > 20 {
			t.Errorf("%s: %d claims, %d minutes", l.ID, len(l.Claims), l.Notes.Minutes)
		}
	}
	if _, _, ok := course.Find("no-such-lesson"); ok {
		t.Error("Find found a lesson that is not there")
	}
}

// sentences counts the sentences of a text.
func sentences(text string) int {
	return len(regexp.MustCompile("[.?!]`?( |$)").FindAllString(text, -1))
}

// TestWords: a lesson explains its words, and no earlier one needs them.
func TestWords(t *testing.T) {
	all := course.All()
	for i, l := range all {
		for _, word := range l.Words {
			uses := regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(word)) // and its forms, such as "locks"
			if !uses.MatchString(l.Prose()) {
				t.Errorf("%s does not use %q, which it explains", l.ID, word)
			}
			for _, earlier := range all[:i] {
				if uses.MatchString(earlier.Prose()) {
					t.Errorf("%s uses %q, which only %s explains: %s", earlier.ID, word, l.ID, uses.FindString(earlier.Prose()))
				}
			}
		}
	}
}

var lessonNumber = regexp.MustCompile(`lesson (\d+)`)

// TestReferences: where a lesson names another by its number, that one is about what is
// said.
func TestReferences(t *testing.T) {
	about := map[string]string{"lost-update 12": "a-lock", "goroutines 8": "seven-and-nine", "context-cancel 11": "check-then-act"}
	met := 0
	for _, l := range course.All() {
		for _, found := range lessonNumber.FindAllStringSubmatch(l.Prose(), -1) {
			key := l.ID + " " + found[1]
			_, number, ok := course.Find(about[key])
			if met++; !ok || fmt.Sprint(number) != found[1] {
				t.Errorf("%s names lesson %s; it should be %s, which is lesson %d", l.ID, found[1], about[key], number)
			}
		}
	}
	if met != len(about) {
		t.Errorf("%d lessons are named, want %d", met, len(about))
	}
}

func TestLookRefusesWhatIsNotThere(t *testing.T) {
	if _, err := course.Look(t.Context(), "no-such-thing"); err == nil || !strings.Contains(err.Error(), `"no-such-thing"`) {
		t.Errorf("the error is %v", err)
	}
	if _, err := course.Replay("hello", "nonsense"); err == nil {
		t.Error("a schedule that is none is replayed")
	}
}
