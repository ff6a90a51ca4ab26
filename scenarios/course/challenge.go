package course

import (
	"strings"

	"weft/sim/order"
)

// Challenge asks for an order in which the run comes to a certain outcome. The default
// order does not, and some permitted order does.
type Challenge struct {
	// Ask says what is to be found.
	Ask string
	// Goal is the outcome to be reached.
	Goal Goal
}

// Goal is an outcome, as far as a challenge cares.
type Goal struct {
	// End is the class of the run's end, or "" for any.
	End order.End
	// Shows is a part of the outcome's text: of the lines that the run prints, and of its
	// error. It is "" for any.
	Shows string
}

// Reached reports whether a run that ended so, and whose outcome has this text, has
// reached the goal.
func (g Goal) Reached(end order.End, text string) bool {
	return (g.End == "" || g.End == end) && strings.Contains(text, g.Shows)
}
