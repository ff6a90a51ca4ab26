package course

import (
	"context"
	"fmt"
)

// Answer is what the programs of a lesson show when they are run: what the reader was to
// predict and to find, and what the lesson claims.
type Answer struct {
	// Right are the indices of the choices that are right.
	Right []int
	// Claims are what the lesson claims; each is so.
	Claims []string
	// Schedule is the shortest that meets the challenge, or "" if there is none.
	Schedule string
	// Repaired says how many orders of the repair were run, in none of which it fails, or
	// is "" if there is no repair.
	Repaired string
}

// Answer runs the programs of the lesson in all their orders. The error says what the
// lesson promises that is not so, or that the programs cannot be run; see [Look].
func (l Lesson) Answer(ctx context.Context) (*Answer, error) {
	f, err := Look(ctx, l.Program)
	if err != nil {
		return nil, err
	}
	a := &Answer{Right: l.Question.Right(f)}
	if len(a.Right) == 0 {
		return nil, fmt.Errorf("course: lesson %s: no choice is right", l.ID)
	}
	for _, claim := range l.Claims {
		if !claim.Holds(f) {
			return nil, fmt.Errorf("course: lesson %s claims that %s, which is not so", l.ID, claim.Text)
		}
		a.Claims = append(a.Claims, claim.Text)
	}
	if l.Challenge != nil {
		shortest, ok := f.Shortest(l.Challenge.Goal)
		if !ok {
			return nil, fmt.Errorf("course: lesson %s asks for an order that is not permitted", l.ID)
		}
		a.Schedule = shortest.Schedule
	}
	if l.Repair != nil {
		fixed, err := Look(ctx, l.Repair.Program)
		if err != nil {
			return nil, err
		}
		said, ok := fixed.AllPass()
		if !ok {
			return nil, fmt.Errorf("course: lesson %s calls %s a repair, and it fails in %d of its %d orders", l.ID, l.Repair.Program, fixed.Failing(), fixed.Orders)
		}
		a.Repaired = said
	}
	return a, nil
}
