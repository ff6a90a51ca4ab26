package simtest

import (
	"fmt"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/order"
)

// extra are the options of the entry points of tests.
type extra struct {
	sim         []sim.Option // of the loop, for Check
	noFailFiles bool
	fresh       bool
}

// extraOption changes them.
type extraOption func(*extra)

func extraOf(options []explore.Option) (own []explore.Option, e extra) {
	own, values := explore.Extensions(options)
	for _, v := range values {
		change, ok := v.(extraOption)
		if !ok {
			panic(fmt.Sprintf("simtest: the option %T is for another entry point than Check and CheckOn", v))
		}
		change(&e)
	}
	return own, e
}

// WithPolicy sets the order policy of [Check]; see the policies of package order.
// It is WithSim(sim.WithPolicy(p)).
func WithPolicy(p order.Policy) explore.Option { return WithSim(sim.WithPolicy(p)) }

// WithSim sets options of the event loop on which [Check] runs. Strategy and
// recording are the exploration's to set. It has no meaning for [CheckOn], whose
// engines have options of their own.
func WithSim(options ...sim.Option) explore.Option {
	return explore.Extension(extraOption(func(e *extra) { e.sim = append(e.sim, options...) }))
}

// WithoutFailFiles has [Check] neither try the failures that were kept nor keep one.
func WithoutFailFiles() explore.Option {
	return explore.Extension(extraOption(func(e *extra) { e.noFailFiles = true }))
}

// WithFresh has [Check] make each run in a process of its own, as the flag -weft.fresh
// does. It is for a program that keeps something from run to run, of which the orders are
// to be explored in which that is not there yet; see package fresh. Such runs are some
// hundred a second, and [FreshRuns] of them are made unless told otherwise.
func WithFresh() explore.Option {
	return explore.Extension(extraOption(func(e *extra) { e.fresh = true }))
}
