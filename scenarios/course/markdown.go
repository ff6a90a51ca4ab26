package course

import (
	"context"
	"fmt"
	"strings"

	"weft/trace/words"
)

// Letter names a choice: A for the first one.
func Letter(i int) string { return string(rune('A' + i)) }

// Markdown writes lessons as one document to be printed: the lessons first, the answers,
// which are found by running the programs, at the end; and, if asked for, the teacher's
// notes behind them. Lessons have the numbers that they have in the course.
func Markdown(ctx context.Context, lessons []Lesson, notes bool) (string, error) {
	var front, back, teacher strings.Builder
	front.WriteString("# A course in concurrency, in " + words.Count(len(lessons), "lesson") + "\n\n" +
		"Predict before you look; the answers are at the end.\n")
	back.WriteString("\n# Answers\n")
	teacher.WriteString("\n# For the teacher\n")
	minutes := 0
	for _, l := range lessons {
		_, number, _ := Find(l.ID)
		if err := l.front(&front, number); err != nil {
			return "", err
		}
		if err := l.back(ctx, &back, number); err != nil {
			return "", err
		}
		minutes += l.Notes.Minutes
		fmt.Fprintf(&teacher, "\n## %d. %s (%d minutes)\n\nWhat usually goes wrong: %s\n\nAsk the class: %s\n", number, l.Title, l.Notes.Minutes, l.Notes.Mistake, l.Notes.Ask)
	}
	text := front.String() + back.String()
	if notes {
		text += teacher.String() + fmt.Sprintf("\nAll together: %d minutes.\n", minutes)
	}
	return text, nil
}

func (l Lesson) front(b *strings.Builder, number int) error {
	code, err := Code(l.Program)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n## %d. %s\n\n%s\n\n```go\n%s```\n\nTo look, later: `weft run %s`\n\n", number, l.Title, l.Text, code, l.Program)
	fmt.Fprintf(b, "**Predict before you look.** %s\n", l.Question.Ask)
	for i, c := range l.Question.Choices {
		fmt.Fprintf(b, "\n- %s: %s", Letter(i), strings.ReplaceAll(c.Text, "\n", "  \n  "))
	}
	b.WriteString("\n")
	if l.Challenge != nil {
		fmt.Fprintf(b, "\n**Find it.** %s\n", l.Challenge.Ask)
	}
	return nil
}

func (l Lesson) back(ctx context.Context, b *strings.Builder, number int) error {
	a, err := l.Answer(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n## %d. %s\n\n", number, l.Title)
	var right []string
	for _, i := range a.Right {
		right = append(right, Letter(i))
	}
	fmt.Fprintf(b, "**%s.** %s\n\nChecked by running it:\n\n", strings.Join(right, " and "), l.Question.Why)
	for _, claim := range a.Claims {
		fmt.Fprintf(b, "- %s\n", claim)
	}
	if a.Schedule != "" {
		fmt.Fprintf(b, "\nThe order that was to be found: `weft replay %s --schedule %s`\n", l.Program, a.Schedule)
	}
	if a.Repaired != "" {
		fmt.Fprintf(b, "\n**The repair.** %s `%s`: %s; none fails.\n", l.Repair.Text, l.Repair.Program, a.Repaired)
	}
	return nil
}
