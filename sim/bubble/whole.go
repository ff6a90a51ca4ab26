package bubble

import (
	"fmt"
	"strings"
	"time"

	"weft/sim/fresh"
	"weft/sim/order"
	"weft/trace"
)

func init() { fresh.Register(new(ExitError)) }

// Main returns the engine whose program is the rest of this process: what is not initialised
// yet, package main among it, and the function main. It is called while packages are
// initialised, by package weft/sim/bubble/program. One process makes one run, or several if
// all that a run changes is put back; see [KeepVariables]. begins is called before each run.
//
// A run ends where the process would: when main returns, or at os.Exit. Goroutines that could
// go on then do not. If none could, ever, those that are left are a leak. What is written to
// the standard output and to that for errors is the run's output. Main panics if the program
// was built without the overlay.
func Main(begins func(), options ...Option) order.Engine {
	if !controlled() {
		panic("bubble: " + without)
	}
	e := newEngine(hooks.main, func() (func(), func(*order.Run)) {
		begins()
		return func() {
			hooks.main()
			hooks.returns()
		}, nil
	}, options)
	e.body, e.whole = functionOf(hooks.mainAt()), true
	return e
}

// Initialise initialises the packages of this process whose turn has not come yet, package
// main among them, as [Main] does in each run: for a program that is to run on another engine.
// Variables that [KeepVariables] was given are put back before. It panics if the program was
// built without the overlay.
func Initialise() {
	if !controlled() {
		panic("bubble: " + without)
	}
	hooks.initial()
}

// Outside has f take in what this process writes to the standard output, or to that for errors,
// by package os and those that use it: for a program on another engine. Where f returns false,
// and in a run of this package, it is written as ever. It panics if the program was built
// without the overlay.
func Outside(f func(text []byte) bool) {
	if !controlled() {
		panic("bubble: " + without)
	}
	hooks.outside = f
}

// KeepVariables has variables put back before each run to what they are now, so that a
// process can make several runs with [Main] or [Initialise]. They are given by where they lie
// in memory and by their sizes, and belong to packages that are not initialised yet.
func KeepVariables(pieces [][2]uintptr) {
	if !controlled() {
		panic("bubble: " + without)
	}
	hooks.keep(pieces)
}

// wrote takes in what the goroutine that has the turn writes to the standard output.
func wrote(text []byte) {
	n := current()
	for piece := range strings.Lines(string(text)) {
		hooks.note(opPrint, n.writes(piece, time.Since(epoch)))
	}
}

// ExitError is the end of a run in which the program ended with a status other than 0.
type ExitError struct {
	Status int
	Task   string // who called os.Exit
	Pos    string // where, such as "bank.go:30"
}

// Error says who ended the program, and how.
func (e *ExitError) Error() string { return e.Text(true) }

// End returns order.Failed.
func (e *ExitError) End() order.End { return order.Failed }

// Text returns what Error does, with or without the place.
func (e *ExitError) Text(places bool) string {
	at := ""
	if places && e.Pos != "" {
		at = ", at " + e.Pos
	}
	return fmt.Sprintf("exit: %s ends the program with status %d%s", e.Task, e.Status, at)
}

// quits says how the run of a whole program has ended that has come to its end.
func (n *run) quits(left []order.Waiting) error {
	c := n.control
	who := n.goroutine(n.turn)
	if c.status != 0 {
		return &ExitError{Status: c.status, Task: who.label, Pos: n.quitAt}
	}
	if left = n.unexpected(left); c.idle && len(left) > 0 {
		return n.leakError(left)
	}
	return nil
}

// ends notes that the program ends: in main's return, or in os.Exit.
func (n *run) ends(e *event, g *goroutine) {
	g.ended = true
	how := "returned"
	if n.quitAt = trace.Position(e.pc); e.pc != 0 {
		how = fmt.Sprintf("exit status %d", e.arg)
	}
	n.record(e, trace.Entry{Kind: trace.Finish, Object: how})
}

// Spent reports whether a run has left something behind that a later one of this process
// would meet: a goroutine that has not stopped, or one that will hold a lock of the standard
// library for ever.
func (e *engine) Spent() bool { return e.spent.Load() }
