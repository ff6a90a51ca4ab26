package scenario

import (
	"slices"

	"weft/sim"
	"weft/sim/order"
)

// Scenario is a small program that shows one idea, together with what is
// claimed about it.
type Scenario struct {
	// Name is what a command line takes: lower-case words with hyphens. The
	// program stands in the file of that name, with underscores, of its chapter; a
	// repair stands in the file of the race that it repairs, and has its name with
	// "-fixed".
	Name string
	// Title says the idea in a line.
	Title string
	// Topic is the group of the gallery that the scenario belongs to.
	Topic Topic
	// Story tells a beginner, in two or three sentences, what happens and why.
	Story string
	// Claim says in words what Check checks.
	Claim string
	// Program is the program. It keeps nothing between runs.
	Program sim.Program
	// Options are what the program needs of its loop, such as the time of day at
	// which it starts. Most need nothing.
	Options []sim.Option
	// Check returns nil if the claim holds for a run of the program, and else an
	// error that says what differs.
	Check func(*sim.Outcome) error
	// AnyOrder says that the claim holds in every order that [order.SameInstant]
	// and [order.AnyReady] permit. Without it, it is a claim about the default
	// order alone.
	AnyOrder bool
	// Explore says what a walk over all orders finds, if that is claimed.
	Explore *Exploration
	// Fixes is the name of the race that the scenario repairs.
	Fixes string
}

// Run runs the scenario once. What options say comes after what the scenario
// itself needs, and wins.
func (s Scenario) Run(options ...sim.Option) *sim.Outcome {
	return sim.Simulate(s.Program, slices.Concat([]sim.Option{sim.WithProgram(s.Name)}, s.Options, options)...)
}

// Engine returns what package explore needs to run the scenario in many orders.
// What options say comes after what the scenario itself needs, and wins.
func (s Scenario) Engine(options ...sim.Option) order.Engine {
	own := []sim.Option{sim.WithProgram(s.Name), sim.WithPolicy(order.SameInstant)}
	return sim.Engine(s.Program, slices.Concat(own, s.Options, options)...)
}
