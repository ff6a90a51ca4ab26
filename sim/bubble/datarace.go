package bubble

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"weft/sim/order"
	"weft/trace"
)

// DataRaceError is the end of a run with a data race: two goroutines have touched one
// variable, one of them at least has written it, and neither access happens before the
// other one by the Go memory model (https://go.dev/ref/mem). It is found by vector
// clocks, after FastTrack (Flanagan and Freund, PLDI 2009), in whichever order the two
// come, and without the race detector.
type DataRaceError struct {
	Races []DataRace // of the run, one for each variable, in an order that does not depend on that of the run
}

// DataRace is two accesses to one variable.
type DataRace struct {
	Variable string    // what the source calls it, such as "h.readers", or ""
	Accesses [2]Access // in an order that does not depend on which of them came first
	More     int       // pairs of other places where the same variable is raced for
}

// Access is one access to a variable.
type Access struct {
	Task          string // the goroutine
	Reads, Writes bool
	Pos           string // such as "bank/bank.go:30"
	Func          string // such as "bank.(*Account).Deposit"
}

// End is order.Raced.
func (e *DataRaceError) End() order.End { return order.Raced }

// Error names the variables, the places and the goroutines.
func (e *DataRaceError) Error() string {
	const shown = 10
	var b strings.Builder
	b.WriteString("data race")
	if len(e.Races) > 1 {
		fmt.Fprintf(&b, "s on %d variables", len(e.Races))
	}
	for i, r := range e.Races {
		switch {
		case i == shown && len(e.Races) > shown+2:
			fmt.Fprintf(&b, "\n  ... and %d more", len(e.Races)-i)
			return b.String()
		case len(e.Races) > 1:
			b.WriteString("\n  ")
		case r.Variable == "":
			b.WriteString(": ")
		default:
			b.WriteString(" on ")
		}
		b.WriteString(r.String())
	}
	b.WriteString("\nWith " + pointsVariable + "=memory (weft explore has --points memory), runs show what that can do.")
	return b.String()
}

// String says in a line what the race is.
func (r DataRace) String() string {
	text := fmt.Sprintf("%v, %v, and nothing orders the two", r.Accesses[0], r.Accesses[1])
	if r.Variable != "" {
		text = r.Variable + ": " + text
	}
	switch r.More {
	case 0:
	case 1:
		text += " (so at one more pair of places)"
	default:
		text += fmt.Sprintf(" (so at %d more pairs of places)", r.More)
	}
	return text
}

// String says in a few words what the access is.
func (a Access) String() string {
	does := "reads"
	switch {
	case a.Writes && a.Reads:
		does = "reads and writes"
	case a.Writes:
		does = "writes"
	}
	if a.Pos == "" {
		return a.Task + " " + does + " it"
	}
	return a.Task + " " + does + " it at " + a.Pos
}

// dataRaces returns the data races of the run that nobody has accepted, or nil.
func (n *run) dataRaces(accepted []string) *DataRaceError {
	type key struct {
		variable string
		addr     uintptr
	}
	known := map[key]int{}
	called := map[uintptr]string{} // variables, where one pair of places tells their name
	for i := range n.control.founds {
		f := &n.control.found[i]
		if name := variableOf(siteOf(f.at), f.wrote, siteOf(f.pc), f.writes); name != "" && called[f.addr] == "" {
			called[f.addr] = name
		}
	}
	var races []DataRace
	for i := range n.control.founds {
		f := &n.control.found[i]
		first, second := siteOf(f.at), siteOf(f.pc)
		if first.engine || second.engine {
			continue // what watches a run is no part of it
		}
		r := DataRace{
			Variable: variableOf(first, f.wrote, second, f.writes),
			Accesses: [2]Access{
				{Task: n.goroutine(f.other).label, Reads: !f.wrote, Writes: f.wrote, Pos: trace.Position(f.at), Func: first.function},
				{Task: n.goroutine(f.g).label, Reads: !f.writes, Writes: f.writes, Pos: trace.Position(f.pc), Func: second.function},
			},
		}
		if r.Variable == "" {
			r.Variable = called[f.addr]
		}
		if _, point := n.variables[f.pc]; point || r.accepted(accepted) {
			continue
		}
		if c := r.Accesses[0].compare(r.Accesses[1]); c > 0 {
			r.Accesses[0], r.Accesses[1] = r.Accesses[1], r.Accesses[0]
		}
		k := key{variable: r.Variable}
		if r.Variable == "" {
			k.addr = f.addr
		}
		if at, again := known[k]; again {
			races[at].join(r)
			continue
		}
		known[k] = len(races)
		races = append(races, r)
	}
	if len(races) == 0 {
		return nil
	}
	slices.SortStableFunc(races, func(a, b DataRace) int {
		return cmp.Or(cmp.Compare(a.Variable, b.Variable), a.Accesses[0].compare(b.Accesses[0]), a.Accesses[1].compare(b.Accesses[1]))
	})
	return &DataRaceError{Races: races}
}

func (a Access) compare(b Access) int {
	return cmp.Or(cmp.Compare(a.Task, b.Task), cmp.Compare(a.Pos, b.Pos))
}

// join takes in a race on the same variable.
func (r *DataRace) join(other DataRace) {
	c := cmp.Or(r.Accesses[0].compare(other.Accesses[0]), r.Accesses[1].compare(other.Accesses[1]))
	if c == 0 {
		for i := range r.Accesses {
			r.Accesses[i].Reads = r.Accesses[i].Reads || other.Accesses[i].Reads
			r.Accesses[i].Writes = r.Accesses[i].Writes || other.Accesses[i].Writes
		}
		return
	}
	if c > 0 {
		r.Accesses = other.Accesses
	}
	r.More++
}

// accepted reports whether the race is one of those.
func (r *DataRace) accepted(names []string) bool {
	for _, name := range names {
		if name == r.Variable {
			return true
		}
		for _, a := range r.Accesses {
			if name == a.Func || name == a.Pos || strings.HasSuffix(a.Func, "."+name) || strings.HasSuffix(a.Pos, "/"+name) {
				return true
			}
		}
	}
	return false
}

// races adds the data races of a run to what is said about it.
func (n *run) races(r *order.Run, of *settings, seen *sight) {
	if len(n.set) > 0 || n.epoch > 0 || n.control.chance&chanceTime != 0 {
		seen.timed.Store(true)
	}
	seen.chances.Or(uint32(n.control.chance))
	if n.control.blind || n.control.founds == len(n.control.found) && n.control.founds > 0 {
		seen.partial.Store(true)
	}
	if n.control.founds == 0 {
		return
	}
	races := n.dataRaces(of.accepted)
	if races == nil {
		seen.partial.Store(true)
		return
	}
	if r.Err != nil {
		r.Err = errors.Join(races, r.Err)
		r.End, r.Summary = order.Classify(r.Err), races.Error()+"\n"+r.Summary
		return
	}
	// Places are the same in every run, and belong to what it shows.
	r.Err, r.End, r.Summary = races, order.Raced, races.Error()
}
