package goroutine

import (
	"slices"

	"weft/sim/bubble"
	"weft/sim/order"
)

// Scenario is a program of the chapter. It runs in a bubble of package bubble, in a
// program that was built with the overlay.
type Scenario struct {
	// Name is unique in the gallery, and begins with "go/". The program stands in the
	// file of what follows, with underscores; a repair stands in the file of the race
	// that it repairs, and has its name with "-fixed".
	Name string
	// Title says the idea in a line.
	Title string
	// Story tells a beginner, in two or three sentences, what happens and why.
	Story string
	// Program is the program. It keeps nothing between runs. Its output goes
	// through bubble.Println and bubble.Printf.
	Program func()
	// Policy says which orders are permitted. The zero Policy means order.AnyReady.
	Policy order.Policy
	// Fixes is the name of the race that the scenario repairs.
	Fixes string
	// Fails is how the run ends in the orders in which it fails. It is empty if no
	// order fails.
	Fails order.End
	// DataRace says that goroutines use the same memory at the same time, which the
	// race detector finds in every order in which they do. A program that was
	// built with -race prints that, and ends with a failure of its own.
	DataRace bool
}

// Engine returns what package explore needs to run the scenario in many orders.
// What options say comes after what the scenario itself needs, and wins. Engine
// panics if the program was built without the overlay; see [bubble.Controlled].
func (s Scenario) Engine(options ...bubble.Option) order.Engine {
	own := []bubble.Option{bubble.WithProgram(s.Name)}
	if s.Policy != (order.Policy{}) {
		own = append(own, bubble.WithPolicy(s.Policy))
	}
	return bubble.Engine(s.Program, slices.Concat(own, options)...)
}
