package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"weft/scenarios/course"
	"weft/sim/bubble"
	"weft/trace/words"
)

func newLessons(c console) *cobra.Command {
	var markdown, notes bool
	cmd := &cobra.Command{
		Use:   "lessons",
		Short: "List the lessons of the course, or write them as a document",
		Long: `List the lessons of the course: number, title, program.

With --markdown, write the whole course as one document to be printed: the lessons
first, and the answers, which are found by running the programs, at the end. With
--notes, it has the teacher's notes as well.`,
		Example: `  weft lessons
  weft lessons --markdown > course.md
  weft lessons --markdown --notes > teacher.md`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if notes && !markdown {
				return errors.New("--notes goes with --markdown; weft lesson NAME --notes shows those of one lesson")
			}
			if !markdown {
				return listLessons(c.Out)
			}
			if !bubble.Controlled() {
				return errUncontrolled
			}
			text, err := course.Markdown(cmd.Context(), course.All(), notes)
			if err != nil {
				return err
			}
			_, err = io.WriteString(c.Out, text)
			return err
		},
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "write the course as one Markdown document")
	cmd.Flags().BoolVar(&notes, "notes", false, "with the teacher's notes")
	return cmd
}

func listLessons(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for i, l := range course.All() {
		fmt.Fprintf(w, "%2d\t%s\t%s\t%s\n", i+1, l.ID, l.Title, l.Program)
	}
	return w.Flush()
}

func newLesson(c console) *cobra.Command {
	var answer, notes bool
	cmd := &cobra.Command{
		Use:   "lesson NAME|NUMBER",
		Short: "Show a lesson of the course",
		Long: `Show a lesson of the course: what it is about, its program, a question to be
answered before looking, and an order to be found.

With --answer, run the program in all its orders, and show which choices are right,
the shortest schedule of the order that was to be found, and the repair.`,
		Example: `  weft lesson 1
  weft lesson lost-update
  weft lesson lost-update --answer`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("lesson takes the name or the number of one lesson; see weft lessons")
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if len(args) == 0 {
				for _, l := range course.All() {
					names = append(names, l.ID+"\t"+l.Title)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			l, number, err := findLesson(args[0])
			if err != nil {
				return err
			}
			if answer && l.InGo() && !bubble.Controlled() {
				return errUncontrolled
			}
			return tellLesson(cmd.Context(), c.Out, l, number, answer, notes)
		},
	}
	cmd.Flags().BoolVar(&answer, "answer", false, "show the answer, the challenge's shortest schedule and the repair")
	cmd.Flags().BoolVar(&notes, "notes", false, "show the teacher's notes")
	return cmd
}

// findLesson finds a lesson by its identifier or its number.
func findLesson(name string) (course.Lesson, int, error) {
	all := course.All()
	if n, err := strconv.Atoi(name); err == nil {
		if n < 1 || n > len(all) {
			return course.Lesson{}, 0, fmt.Errorf("there is no lesson %d; they are numbered from 1 to %d", n, len(all))
		}
		return all[n-1], n, nil
	}
	if l, number, ok := course.Find(name); ok {
		return l, number, nil
	}
	// Somebody may know the program, and not the lesson.
	if i := slices.IndexFunc(all, func(l course.Lesson) bool { return l.Program == name }); i >= 0 {
		return all[i], i + 1, nil
	}
	var names []string
	for _, l := range all {
		names = append(names, l.ID)
	}
	hint := ""
	if near := words.Nearest(name, names); near != "" {
		hint = fmt.Sprintf(" (did you mean %s?)", near)
	}
	return course.Lesson{}, 0, fmt.Errorf("there is no lesson %q%s; weft lessons lists them", name, hint)
}

// tellLesson shows a lesson, and what belongs to it if that is asked for.
func tellLesson(ctx context.Context, out io.Writer, l course.Lesson, number int, answer, notes bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Lesson %d: %s\n", number, l.Title)
	paragraph(&b, l.Text)
	code, err := course.Code(l.Program)
	if err != nil {
		return err
	}
	fmt.Fprintf(&b, "\nThe program, %s:\n\n%s", l.Program, indent(code))
	b.WriteString("\nPredict before you look")
	paragraph(&b, l.Question.Ask)
	b.WriteString("\n")
	for i, choice := range l.Question.Choices {
		fmt.Fprintf(&b, "  %s  %s\n", course.Letter(i), strings.ReplaceAll(choice.Text, "\n", "\n     "))
	}
	if l.Challenge != nil {
		b.WriteString("\nFind it")
		paragraph(&b, l.Challenge.Ask)
	}
	if answer {
		if err := tellAnswer(ctx, &b, l); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(&b, "\nTo look: weft run %s\nThe answer: weft lesson %s --answer\n", l.Program, l.ID)
	}
	if notes {
		b.WriteString("\nFor the teacher")
		paragraph(&b, fmt.Sprintf("%d minutes.", l.Notes.Minutes))
		paragraph(&b, "What usually goes wrong: "+l.Notes.Mistake)
		paragraph(&b, "Ask the class: "+l.Notes.Ask)
	}
	_, err = io.WriteString(out, b.String())
	return err
}

func tellAnswer(ctx context.Context, b *strings.Builder, l course.Lesson) error {
	a, err := l.Answer(ctx)
	if err != nil {
		return err
	}
	b.WriteString("\nRight:")
	for _, i := range a.Right {
		b.WriteString(" " + course.Letter(i))
	}
	b.WriteString("\n")
	paragraph(b, l.Question.Why)
	b.WriteString("\nChecked by running it:\n\n")
	for _, claim := range a.Claims {
		fmt.Fprintf(b, "  - %s\n", claim)
	}
	if a.Schedule != "" {
		fmt.Fprintf(b, "\nThe order that was to be found, by its shortest schedule:\n\n  weft replay %s --schedule %s\n", l.Program, a.Schedule)
	}
	if a.Repaired != "" {
		b.WriteString("\nRepair it")
		paragraph(b, l.Repair.Text)
		paragraph(b, fmt.Sprintf("%s: %s; none fails.", l.Repair.Program, a.Repaired))
	}
	fmt.Fprintf(b, "\nTo see more: weft explore %s\n", l.Program)
	return nil
}

// paragraph writes a paragraph below a heading.
func paragraph(b *strings.Builder, text string) {
	if !strings.HasSuffix(b.String(), "\n") {
		b.WriteString("\n")
	}
	b.WriteString("\n")
	for _, line := range wrap(text, 78) {
		fmt.Fprintf(b, "  %s\n", line)
	}
}
