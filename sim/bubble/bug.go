package bubble

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"weft/sim/order"
)

// bugOf says what is wrong in words that are the same for whichever goroutine it hits, and
// whenever: of those that wait for ever, for what and where; of a data race, the variables
// and the places; of a panic, its value and the place; of anything else, what the error
// says. The names of goroutines and of what has no name of its own are left out, since they
// are numbered in the order in which things come up.
func bugOf(err error) string {
	var texts []string
	add := func(text string) { texts = append(texts, text) }
	var visit func(err error)
	visit = func(err error) {
		switch e := err.(type) {
		case interface{ Unwrap() []error }:
			for _, part := range e.Unwrap() {
				visit(part)
			}
		case *SpinError:
			for _, s := range e.Spinning {
				add("spins at " + s.Pos)
			}
		case interface{ Waits() []order.Waiting }:
			for _, w := range e.Waits() {
				add("waits for " + unnumbered(w.On) + " at " + w.Pos)
			}
			if len(e.Waits()) == 0 {
				add(order.Summary(err))
			}
		case *DataRaceError:
			for _, r := range e.Races {
				places := []string{r.Accesses[0].Pos, r.Accesses[1].Pos}
				slices.Sort(places)
				add("data race on " + unnumbered(r.Variable) + " at " + strings.Join(places, " and "))
			}
		case *order.PanicError:
			add("panics at " + e.Pos + ": " + fmt.Sprint(e.Value))
		default:
			add(order.Summary(err))
		}
	}
	if err == nil {
		return ""
	}
	visit(err)
	slices.Sort(texts)
	return strings.Join(slices.Compact(texts), "\n")
}

// numbered are the numbers that tell things of one name apart.
var numbered = regexp.MustCompile(`[#:][0-9]+`)

func unnumbered(name string) string { return numbered.ReplaceAllString(name, "") }
