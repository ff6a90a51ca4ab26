package source

import (
	"encoding/json"
	"os/exec"

	"weft/sim/fresh"
	"weft/sim/order"
)

// Options say how a program that has been built is run.
type Options struct {
	Binary string
	Policy string   // as order.ParsePolicy reads it, or "" for what the sort of program has
	Args   []string // for the program
	Stdin  string   // a file for its standard input, as an absolute path; "" for an empty one
}

// Engine returns the engine that runs the program: each run in a process of its own, which
// finds all as the first one did.
func (p *Program) Engine(o Options) (order.Engine, error) {
	data, err := json.Marshal(fresh.Settings{Name: p.Name, Stdin: o.Stdin})
	if err != nil {
		return nil, err
	}
	policy := order.AnyReady
	if p.coroutine {
		policy = order.SameInstant
	}
	if o.Policy != "" {
		if policy, err = order.ParsePolicy(o.Policy); err != nil {
			return nil, err
		}
	}
	return fresh.Engine(fresh.Options{
		Program: p.Name, Policy: policy.String(), Ask: policy.String(), Label: fresh.Whole,
		Command: func() *exec.Cmd {
			cmd := exec.Command(o.Binary, o.Args...)
			cmd.Args[0] = p.Name
			return cmd
		},
		Begin: func() fresh.Run {
			return fresh.Run{Data: data, Complete: func([]byte, *order.Run) {}}
		},
	}), nil
}
