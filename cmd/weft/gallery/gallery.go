// Package gallery has the programs of the gallery as pages show them: for the command
// weft, and for the engine that it compiles to WebAssembly.
package gallery

import (
	"fmt"
	"strings"
	"time"

	"weft/scenarios"
	"weft/scenarios/goroutine"
	"weft/scenarios/scenario"
	"weft/sim/order"
	"weft/sim/page"
)

// InPage are the limits for a program of a page that holds the whole gallery: what can be
// looked through, and is there at once.
var InPage = page.Limits{Runs: 2_000, Leaves: 1_000, Bytes: 400_000, Time: 2 * time.Second, Patience: time.Second}

// Coroutines returns the programs on the event loop.
func Coroutines() []page.Subject {
	var all []page.Subject
	for _, s := range scenarios.All() {
		all = append(all, Subject(s, s.Engine()))
	}
	return all
}

// Goroutines returns the programs in ordinary Go. Weft must have been built with the
// overlay.
func Goroutines() []page.Subject {
	var all []page.Subject
	for _, g := range goroutine.All() {
		s := scenario.Scenario{Name: g.Name, Title: g.Title, Topic: "ordinary Go", Story: g.Story, Fixes: g.Fixes}
		all = append(all, Subject(s, g.Engine()))
	}
	return all
}

// Subject is a program of the gallery with its engine, which may have another policy than
// the program's own.
func Subject(s scenario.Scenario, engine order.Engine) page.Subject {
	return page.Subject{
		Summary: page.Summary{Name: s.Name, Title: s.Title, Topic: string(s.Topic), Story: s.Story, Claim: s.Claim, Fixes: s.Fixes},
		Engine:  engine,
		Source:  source,
		Again: func(schedule order.Schedule) string {
			return fmt.Sprintf("weft replay %s --policy %s --schedule %s", s.Name, engine.Policy(), schedule)
		},
	}
}

// source returns the text of a file of the gallery, and of no test.
func source(file string) (string, bool) {
	if strings.HasSuffix(file, "_test.go") {
		return "", false
	}
	return scenarios.Source(file)
}
