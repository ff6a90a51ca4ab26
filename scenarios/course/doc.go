// Package course makes a course of the gallery: short lessons in an order that builds
// up, from one coroutine to data races.
//
// A lesson is data, with one program of the gallery: what to look at, a question to be
// answered before looking, an order to be found, a repair, claims, and notes for the
// teacher. What is right is not written down. A choice or a claim is a [Fact], which is
// true or not of what [Look] finds by running the program in all its orders:
//
//	lesson, number, _ := course.Find("lost-update")
//	found, err := course.Look(ctx, lesson.Program)
//	if err != nil { ... }
//	right := lesson.Question.Right(found)                   // indices of choices
//	shortest, _ := found.Shortest(lesson.Challenge.Goal)    // its Schedule leads there
//
// Lessons about ordinary Go need a program that was built with the overlay; see
// [ErrUncontrolled]. Their tests are skipped by plain go test, and run by
//
//	go run ./cmd/weft test ./scenarios/course
//
// # How to add one
//
// Put it where all that it needs has been taught. Words lists the words that it explains;
// the tests demand that no earlier lesson uses them. They also demand that every claim
// holds, that a question has right and wrong choices, that the default order does not
// meet a challenge and another one does, and that no order of a repair fails.
package course
