package source

import (
	"encoding/json"
	"os/exec"

	_ "weft/sim/bubble" // knows the errors of its runs
	"weft/sim/fresh"
	"weft/sim/order"
)

// Options say how a program that has been built is run.
type Options struct {
	Binary string
	Name   string   // of the program, in reports
	Policy string   // as order.ParsePolicy reads it, or "" for what the sort of program has
	Args   []string // for the program
	Stdin  string   // a file for its standard input, as an absolute path; "" for an empty one
}

// runsOfAProcess is how many runs a process makes. Goroutines that a run leaves behind stay
// where they are for ever, so it is no more than that.
const runsOfAProcess = 500

// Engine returns the engine that runs the program. A process makes one run after another,
// with the variables of package main as they were at first.
func (p *Program) Engine(o Options) (order.Engine, error) { return p.engine(o, runsOfAProcess) }

// ColdEngine is [Program.Engine] with a process for each run, which finds all as the first
// one did, also what other packages keep.
func (p *Program) ColdEngine(o Options) (order.Engine, error) { return p.engine(o, 1) }

func (p *Program) engine(o Options, several int) (order.Engine, error) {
	policy := order.AnyReady
	if p.coroutine {
		policy = order.SameInstant
	}
	if o.Policy != "" {
		var err error
		if policy, err = order.ParsePolicy(o.Policy); err != nil {
			return nil, err
		}
	}
	var keeps []fresh.Variables
	if several > 1 {
		// Where it is not known what a run changes, each process makes one.
		keeps, _ = variables(o.Binary, p.modules)
	}
	options := func(points bool) (fresh.Options, error) {
		data, err := json.Marshal(fresh.Settings{Name: o.Name, Stdin: o.Stdin, Coroutine: p.coroutine, Points: points, Variables: keeps})
		return fresh.Options{
			Program: o.Name, Policy: policy.String(), Ask: policy.String(), Label: fresh.Whole, Several: several,
			Command: func() *exec.Cmd {
				cmd := exec.Command(o.Binary, o.Args...)
				cmd.Args[0] = p.Name
				return cmd
			},
			Begin: func() fresh.Run {
				return fresh.Run{Data: data, Complete: func([]byte, *order.Run) {}}
			},
		}, err
	}
	plain, err := options(false)
	if err != nil {
		return nil, err
	}
	if !p.coroutine {
		plain.Finer = func() fresh.Options {
			finer, _ := options(true)
			return finer
		}
	}
	return fresh.Engine(plain), nil
}
