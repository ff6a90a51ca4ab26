package course_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"weft/scenarios/course"
)

// TestAnswerRefuses: a lesson that promises what is not so has no answer.
func TestAnswerRefuses(t *testing.T) {
	spoil := map[string]func(*course.Lesson){
		"claims":     func(l *course.Lesson) { l.Claims[0].Holds = func(*course.Findings) bool { return false } },
		"choice":     func(l *course.Lesson) { l.Question.Choices = l.Question.Choices[:1] },
		"order":      func(l *course.Lesson) { l.Challenge.Goal.Shows = "the balance is 7" },
		"it fails":   func(l *course.Lesson) { l.Repair.Program = l.Program },
		"no program": func(l *course.Lesson) { l.Program = "no-such-thing" },
	}
	for part, change := range spoil {
		l, _, _ := course.Find("lost-update")
		if _, err := l.Answer(t.Context()); err != nil {
			t.Fatal(err)
		}
		change(&l)
		if _, err := l.Answer(t.Context()); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("with another %q, the error is %v", part, err)
		}
	}
}

// TestAnswerInGo: without the overlay, the answer of a lesson in ordinary Go is an error
// that says what to do.
func TestAnswerInGo(t *testing.T) {
	l, _, _ := course.Find("mutexes")
	a, err := l.Answer(t.Context())
	if errors.Is(err, course.ErrUncontrolled) {
		if !strings.Contains(err.Error(), "weft test") || !strings.Contains(err.Error(), l.Program) {
			t.Errorf("the error does not say what to do: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if a.Schedule == "" || !strings.Contains(a.Repaired, "no data race in any") {
		t.Errorf("%+v", a)
	}
}

func TestGoal(t *testing.T) {
	for _, c := range []struct {
		goal    course.Goal
		reached bool
	}{
		{course.Goal{}, true},
		{course.Goal{End: "failed"}, true},
		{course.Goal{End: "deadlock"}, false},
		{course.Goal{Shows: "is 100"}, true},
		{course.Goal{End: "failed", Shows: "is 200"}, false},
	} {
		if got := c.goal.Reached("failed", "the balance is 100\n"); got != c.reached {
			t.Errorf("%+v is reached: %v", c.goal, got)
		}
	}
}

func Example() {
	lesson, number, _ := course.Find("seven-and-nine")
	answer, err := lesson.Answer(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d. %s\n", number, lesson.Question.Ask)
	for _, i := range answer.Right {
		fmt.Printf("%s: %q\n", course.Letter(i), lesson.Question.Choices[i].Text)
	}
	fmt.Println(lesson.Challenge.Ask, answer.Schedule)
	// Output:
	// 8. Which of these outputs are possible?
	// B: "Hello 1!\nHello 2!"
	// C: "Hello 2!\nHello 1!"
	// Find an order in which the second task greets first. w1,timer:say1.1=say2.1
}
