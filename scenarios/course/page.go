package course

import (
	"context"
	"fmt"

	"weft/sim/page"
)

// Pages returns the lessons as pages show them, with what running their programs says. Those
// about ordinary Go are left out unless they are asked for; see [ErrUncontrolled] for what
// they need.
func Pages(ctx context.Context, inGo bool) ([]page.Lesson, error) {
	var all []page.Lesson
	for _, l := range All() {
		if l.InGo() && !inGo {
			continue
		}
		a, err := l.Answer(ctx)
		if err != nil {
			return nil, fmt.Errorf("course: lesson %s: %w", l.ID, err)
		}
		code, err := Code(l.Program)
		if err != nil {
			return nil, err
		}
		all = append(all, l.page(code, a))
	}
	return all, nil
}

// page is the lesson with its answer.
func (l Lesson) page(code string, a *Answer) page.Lesson {
	out := page.Lesson{
		ID: l.ID, Title: l.Title, Program: l.Program, Code: code, Text: l.Text, Claims: a.Claims,
		Question: page.Question{Ask: l.Question.Ask, Why: l.Question.Why},
		Notes:    page.Notes{Mistake: l.Notes.Mistake, Ask: l.Notes.Ask, Minutes: l.Notes.Minutes},
	}
	for _, c := range l.Question.Choices {
		out.Question.Choices = append(out.Question.Choices, page.Choice{Text: c.Text})
	}
	for _, i := range a.Right {
		out.Question.Choices[i].Right = true
	}
	if c := l.Challenge; c != nil {
		out.Challenge = &page.Challenge{Ask: c.Ask, End: c.Goal.End, Shows: c.Goal.Shows, Schedule: a.Schedule}
	}
	if r := l.Repair; r != nil {
		out.Repair = &page.Repair{Program: r.Program, Text: r.Text, Proof: a.Repaired}
	}
	return out
}
