package course_test

import (
	"fmt"
	"strings"
	"testing"

	"weft/scenarios/course"
)

// TestPages: pages are given the lessons with what running them says, and nothing that
// answers the question before it is asked.
func TestPages(t *testing.T) {
	all, err := course.Pages(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range course.All() {
		if l.InGo() {
			continue
		}
		p := all[n]
		n++
		a, err := l.Answer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var right []int
		for i, c := range p.Question.Choices {
			if c.Right {
				right = append(right, i)
			}
		}
		if p.ID != l.ID || fmt.Sprint(right) != fmt.Sprint(a.Right) || len(p.Claims) != len(l.Claims) || p.Notes.Minutes != l.Notes.Minutes {
			t.Errorf("lesson %s has become %+v", l.ID, p)
		}
		if (p.Challenge == nil) != (l.Challenge == nil) || p.Challenge != nil && (p.Challenge.Schedule != a.Schedule || p.Challenge.Shows != l.Challenge.Goal.Shows) {
			t.Errorf("lesson %s has the challenge %+v", l.ID, p.Challenge)
		}
		if (p.Repair == nil) != (l.Repair == nil) || p.Repair != nil && !strings.Contains(p.Repair.Proof, "explored") {
			t.Errorf("lesson %s has the repair %+v", l.ID, p.Repair)
		}
		if p.Code == "" || strings.Contains(p.Code, "Claim:") || strings.Contains(p.Code, "Story:") {
			t.Errorf("lesson %s shows the program\n%s", l.ID, p.Code)
		}
	}
	if n != len(all) || n == 0 {
		t.Errorf("%d lessons for pages, want %d", len(all), n)
	}
}
