package course

import (
	"slices"
	"strings"

	"weft/scenarios/goroutine"
)

// Lesson is one lesson of the course: a program of the gallery, what to look at in it,
// something to predict, something to find, and what the lesson claims.
type Lesson struct {
	// ID is what a command line and an address take: lower-case words with hyphens.
	ID string
	// Title says in a line what is learnt.
	Title string
	// Words are the words that the lesson explains. No earlier lesson uses them.
	Words []string
	// Program is the name of a program of the gallery.
	Program string
	// Text says what to look at, in three to eight sentences.
	Text string
	// Question is to be answered before the program is looked at.
	Question Question
	// Challenge is an order that is to be found, or nil.
	Challenge *Challenge
	// Repair is what mends the program, or nil.
	Repair *Repair
	// Claims are what else the lesson says of the program.
	Claims []Fact
	// Notes are for the teacher.
	Notes Notes
}

// Question is what a reader predicts before looking.
type Question struct {
	// Ask is the question. Several choices may be right.
	Ask string
	// Choices are possible answers. Which of them are right, [Question.Right] finds out.
	Choices []Fact
	// Why explains the answer in a few sentences.
	Why string
}

// Right returns the indices of the choices that are right of a program, by what was
// found when it was run.
func (q Question) Right(f *Findings) []int {
	var right []int
	for i, choice := range q.Choices {
		if choice.Holds(f) {
			right = append(right, i)
		}
	}
	return right
}

// Repair is a program that does what that of its lesson should do.
type Repair struct {
	// Program is the name of a program of the gallery, in which no order fails.
	Program string
	// Text says what is done otherwise.
	Text string
}

// Notes are for the teacher.
type Notes struct {
	// Mistake is what students usually get wrong.
	Mistake string
	// Ask is a question for the class.
	Ask string
	// Minutes is how long the lesson takes.
	Minutes int
}

// All returns the lessons in their order: the first seventeen are about the event loop,
// the others about ordinary Go.
func All() []Lesson { return slices.Concat(loopLessons(), raceLessons(), goLessons()) }

// Find returns the lesson of an identifier, and its number, which counts from 1. It
// returns false if there is none.
func Find(id string) (lesson Lesson, number int, ok bool) {
	all := All()
	i := slices.IndexFunc(all, func(l Lesson) bool { return l.ID == id })
	if i < 0 {
		return Lesson{}, 0, false
	}
	return all[i], i + 1, true
}

// InGo reports whether the program is one in ordinary Go, which is run in a program
// that was built with the overlay.
func (l Lesson) InGo() bool { return inGo(l.Program) }

func inGo(program string) bool {
	_, found := goroutine.Find(program)
	return found
}

// Prose returns all that a student reads, line by line.
func (l Lesson) Prose() string {
	parts := []string{l.Title, l.Text, l.Question.Ask}
	for _, c := range l.Question.Choices {
		parts = append(parts, c.Text)
	}
	if l.Challenge != nil {
		parts = append(parts, l.Challenge.Ask)
	}
	parts = append(parts, l.Question.Why)
	for _, claim := range l.Claims {
		parts = append(parts, claim.Text)
	}
	if l.Repair != nil {
		parts = append(parts, l.Repair.Text)
	}
	return strings.Join(parts, "\n")
}
