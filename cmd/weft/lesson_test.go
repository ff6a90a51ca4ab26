package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"weft/scenarios/course"
)

func TestLessons(t *testing.T) {
	got := fine(t, "lessons")
	lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	all := course.All()
	if len(lines) != len(all) {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), len(all), got)
	}
	for i, l := range all {
		want := regexp.MustCompile(fmt.Sprintf(`^ *%d +%s +%s +%s$`, i+1, regexp.QuoteMeta(l.ID), regexp.QuoteMeta(l.Title), regexp.QuoteMeta(l.Program)))
		if !want.MatchString(lines[i]) {
			t.Errorf("line %d is %q", i+1, lines[i])
		}
	}
	refuses(t, exitUsage, []string{"lessons", "--notes"}, "--markdown")
	refuses(t, exitUsage, []string{"lessons", "hello"}, `"hello"`)
}

// TestLesson: without --answer, a lesson does not give the answer away.
func TestLesson(t *testing.T) {
	got := fine(t, "lesson", "lost-update")
	golden(t, "lesson.golden", got)
	if fine(t, "lesson", "10") != got {
		t.Error("lesson 10 is another one than lesson lost-update")
	}
	l, _, _ := course.Find("lost-update")
	lacks(t, got, "Right:", "schedule", l.Notes.Ask)
	answered := fine(t, "lesson", "lost-update", "--answer", "--notes")
	golden(t, "lesson-answer.golden", answered)
	contains(t, answered, "Right: B C\n", "weft replay lost-update --schedule w1,ready:alice.2=bob.2\n", "lost-update-fixed: all 4 orders explored; none fails.", "20 minutes.")

	// The line that it gives leads to what was to be found.
	a := weft("replay", "lost-update", "--schedule", "w1,ready:alice.2=bob.2")
	if a.status != exitFailed {
		t.Errorf("the replay ends with status %d: %s", a.status, a.err)
	}
	contains(t, a.out, "the balance is 100")
}

// TestEveryLesson: each can be shown, at no more than 80 columns but for its program.
func TestEveryLesson(t *testing.T) {
	for i, l := range course.All() {
		got := fine(t, "lesson", fmt.Sprint(i+1), "--notes")
		contains(t, got, fmt.Sprintf("Lesson %d: %s\n", i+1, l.Title), "The program, "+l.Program+":\n", "weft lesson "+l.ID+" --answer")
		before, _, _ := strings.Cut(got, "\nThe program, ")
		_, after, _ := strings.Cut(got, "\nPredict before you look\n")
		for line := range strings.Lines(before + after) {
			if len(strings.TrimSuffix(line, "\n")) > 80 {
				t.Errorf("lesson %d: a line has more than 80 columns: %s", i+1, line)
			}
		}
	}
}

// TestLessonByItsProgram: who knows only the program finds the lesson.
func TestLessonByItsProgram(t *testing.T) {
	contains(t, fine(t, "lesson", "go/lost-update"), "Lesson 24: ")
}

func TestLessonInGo(t *testing.T) {
	controlled(t)
	got := fine(t, "lesson", "mutexes", "--answer")
	contains(t, got, "Right: A C\n", "weft replay go/lost-update --schedule w1,", "no data race in any")
	document := fine(t, "lessons", "--markdown", "--notes")
	for i, l := range course.All() {
		if n := strings.Count(document, fmt.Sprintf("\n## %d. %s", i+1, l.Title)); n != 3 {
			t.Errorf("lesson %d is there %d times; want it as a lesson, an answer and a note", i+1, n)
		}
	}
}

func TestUnknownLesson(t *testing.T) {
	refuses(t, exitUsage, []string{"lesson"}, "one lesson", "weft lessons")
	refuses(t, exitUsage, []string{"lesson", "0"}, "from 1 to")
	refuses(t, exitUsage, []string{"lesson", "99"}, "from 1 to")
	refuses(t, exitUsage, []string{"lesson", "deadlok"}, `"deadlok"`, "did you mean deadlock?")
	refuses(t, exitUsage, []string{"lesson", "photographs"}, "weft lessons")
	lacks(t, weft("lesson", "photographs").err, "did you mean")
}
