package bubble

import (
	"errors"
	"fmt"
	"strings"

	"weft/sim/order"
	"weft/trace"
)

// DataRaceError is the end of a run with a data race: two goroutines have touched one
// variable, one of them at least has written it, and neither access happens before the
// other one by the Go memory model (https://go.dev/ref/mem). It is found by vector
// clocks, after FastTrack (Flanagan and Freund, PLDI 2009), in every order in which the
// two accesses come, and without the race detector.
type DataRaceError struct {
	Races []DataRace // of the run, at most one for each two places
}

// DataRace is two accesses to one variable.
type DataRace struct {
	Variable string // what the source calls it, such as "h.readers", or ""
	First    Access // which of the two came first in this run
	Second   Access
}

// Access is one access to a variable.
type Access struct {
	Task   string // the goroutine
	Writes bool
	Pos    string // such as "bank/bank.go:30"
	Func   string // such as "bank.(*Account).Deposit"
}

// End is order.Raced.
func (e *DataRaceError) End() order.End { return order.Raced }

// Error names the variables, the places and the goroutines.
func (e *DataRaceError) Error() string { return e.Text(true) }

// Text is the same with or without the places.
func (e *DataRaceError) Text(places bool) string {
	var b strings.Builder
	b.WriteString("bubble: data race")
	if len(e.Races) > 1 {
		fmt.Fprintf(&b, "s, %d of them", len(e.Races))
	}
	for i, r := range e.Races {
		switch {
		case len(e.Races) > 1:
			b.WriteString("\n  ")
		case r.Variable == "":
			b.WriteString(": ")
		default:
			b.WriteString(" ")
		}
		if i == 10 && len(e.Races) > 12 {
			fmt.Fprintf(&b, "... and %d more", len(e.Races)-i)
			break
		}
		if r.Variable != "" {
			fmt.Fprintf(&b, "on %s: ", r.Variable)
		}
		fmt.Fprintf(&b, "%s, %s, and nothing orders the two", r.First.text(places), r.Second.text(places))
	}
	return b.String()
}

func (a Access) text(places bool) string {
	does := "reads"
	if a.Writes {
		does = "writes"
	}
	if !places || a.Pos == "" {
		return a.Task + " " + does + " it"
	}
	return a.Task + " " + does + " it at " + a.Pos
}

// dataRaces returns the data races of the run that nobody has accepted, or nil.
func (n *run) dataRaces(accepted []string) *DataRaceError {
	var races []DataRace
	for i := range n.control.founds {
		f := &n.control.found[i]
		first, second := siteOf(f.at), siteOf(f.pc)
		if first.engine || second.engine {
			continue // what watches a run is no part of it
		}
		r := DataRace{
			Variable: variableOf(first, f.wrote, second, f.writes),
			First:    Access{Task: n.goroutine(f.other).label, Writes: f.wrote, Pos: trace.Position(f.at), Func: first.function},
			Second:   Access{Task: n.goroutine(f.g).label, Writes: f.writes, Pos: trace.Position(f.pc), Func: second.function},
		}
		if !r.accepted(accepted) {
			races = append(races, r)
		}
	}
	if len(races) == 0 {
		return nil
	}
	return &DataRaceError{Races: races}
}

// accepted reports whether the race is one of those.
func (r *DataRace) accepted(names []string) bool {
	for _, name := range names {
		if name == r.Variable && name != "" {
			return true
		}
		for _, a := range [...]Access{r.First, r.Second} {
			if name == a.Func || name == a.Pos || strings.HasSuffix(a.Func, "."+name) || strings.HasSuffix(a.Pos, "/"+name) {
				return true
			}
		}
	}
	return false
}

// races adds the data races of a run to what is said about it.
func (n *run) races(r *order.Run, accepted []string) {
	if n.control.founds == 0 {
		return
	}
	races := n.dataRaces(accepted)
	if races == nil {
		return
	}
	if r.Err != nil {
		r.Err = errors.Join(races, r.Err)
		r.End, r.Summary = order.Classify(r.Err), races.Text(false)+"\n"+r.Summary
		return
	}
	r.Err, r.End, r.Summary = races, order.Raced, races.Text(false)
}
