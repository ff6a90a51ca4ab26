// Package program lets a Go program be explored that knows nothing of it: the command weft
// builds the program with this package imported beside it, and with the overlay.
//
// A process of such a program that was not started to make a run (see package fresh) does
// what it would do without this package. One that was does it in a bubble, in the order that
// it is told: the package's init function takes over before package main is initialised, has
// that done inside of the run, and calls main. So the variables of package main, channels
// among them, are made in the run. Packages that are initialised earlier lie outside.
//
// One process makes many runs where that can be: what package main and others that are
// initialised in the run have in their variables is put back before the next one, and of the
// standard library the flags, the log, and what package os has of the process. What is kept
// elsewhere is not.
//
// A coroutine program hands over its function by [Coroutine].
package program

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"weft/sim"
	"weft/sim/bubble"
	"weft/sim/fresh"
	"weft/sim/order"
)

func init() {
	if label, ok := fresh.Started(); !ok || label != fresh.Whole {
		return
	}
	debug.SetMaxStack(stackMost)
	// Not on this goroutine: while packages are initialised it stays on its thread, and each
	// turn would be a switch of threads.
	go fresh.Serve(engine)
	select {}
}

// stackMost is how large a stack may become, in bytes. A recursion without end is met by many
// runs, and a GB, which is what Go permits, takes seconds to fill.
const stackMost = 64 << 20

func engine(s fresh.Settings, policy string) (e order.Engine, several bool, err error) {
	var p order.Policy
	if policy != "" {
		if p, err = order.ParsePolicy(policy); err != nil {
			return nil, false, err
		}
	}
	input, err := standardInput(s.Stdin)
	if err != nil {
		return nil, false, err
	}
	first := newStandard()
	begins := func() {
		first.restore()
		input()
	}
	several = keep(s.Variables)
	if s.Coroutine {
		return onLoop(s, p, begins), several, nil
	}
	options := []bubble.Option{bubble.WithProgram(s.Name)}
	if !p.IsZero() {
		options = append(options, bubble.WithPolicy(p))
	}
	if s.Points {
		options = append(options, bubble.WithMemoryPoints())
	}
	return bubble.Main(begins, options...), several, nil
}

// standardInput opens the file that is to be the standard input, and returns what has each
// run read it from its beginning.
func standardInput(file string) (begins func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	input, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("program: the standard input cannot be opened: %w", err)
	}
	return func() {
		input.Seek(0, io.SeekStart)
		os.Stdin = input
	}, nil
}

// coroutine is the program's function, if it is one for the event loop.
var coroutine func(ctx context.Context) error

// Coroutine hands over the function Program of a coroutine program. It is called while
// package main is initialised.
func Coroutine(program func(ctx context.Context) error) { coroutine = program }

func onLoop(s fresh.Settings, p order.Policy, begins func()) order.Engine {
	options := []sim.Option{sim.WithProgram(s.Name), sim.WithPolicy(order.SameInstant)}
	if !p.IsZero() {
		options = append(options, sim.WithPolicy(p))
	}
	return sim.Engine(func(l *sim.Loop) error {
		begins()
		out := &output{loop: l}
		bubble.Outside(out.write)
		defer bubble.Outside(nil)
		bubble.Initialise()
		return sim.Main(func(ctx context.Context) error {
			defer out.end()
			return coroutine(ctx)
		})(l)
	}, options...)
}

// RunCoroutine runs a coroutine program once, in asyncio's order, as the main function of one
// that has none. It ends the process with status 1 if the program fails.
func RunCoroutine() {
	if err := sim.Run(coroutine); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
