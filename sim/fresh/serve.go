package fresh

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"weft/sim/order"
)

// Whole is the label of processes that run a whole program, and no test.
const Whole = "a whole program"

// Settings is what such a process is told beside its run, as JSON in [Run].Data.
type Settings struct {
	Name      string // of the program, in reports
	Stdin     string `json:",omitempty"` // the file that is its standard input, or "" for an empty one
	Coroutine bool   `json:",omitempty"` // it is one for the event loop
	Points    bool   `json:",omitempty"` // accesses to memory that race are points
}

// Serve makes the run for which this process was started, with the engine that it is given
// for these settings under that policy, and ends the process. If all that a run changes is
// put back before the next one, several is true: then it makes as many runs as it is asked
// for, one after another.
func Serve(engine func(s Settings, policy string) (order.Engine, error), several bool) {
	child := NewChild()
	err := child.serve(engine, several)
	child.Close()
	if err != nil && !errors.Is(err, ErrUnwanted) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(0)
}

func (c *Child) serve(engine func(s Settings, policy string) (order.Engine, error), several bool) error {
	var e order.Engine
	var runner order.Runner
	nothing := func() []byte { return nil }
	for {
		policy, data, err := c.Await()
		if err != nil {
			return err
		}
		if e == nil {
			if e, err = engineFor(engine, policy, data); err != nil {
				c.Refuse(err)
				return err
			}
		}
		if !several || !c.request.Several {
			return c.Make(e, nothing)
		}
		if runner == nil {
			runner = e.Runner()
			defer runner.Close()
		}
		again := true
		err = c.make(e, runner, nothing, func(d *done) {
			cold, ok := e.(order.Cold)
			d.Differs = ok && cold.FirstDiffers()
			again = d.End != order.StuckEnd // somebody is still at it
			d.Again = again
		})
		if err != nil || !again || c.next == nil {
			return err
		}
	}
}

func engineFor(engine func(s Settings, policy string) (order.Engine, error), policy string, data []byte) (order.Engine, error) {
	var s Settings
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("fresh: the settings of a run cannot be read: %w", err)
	}
	if s.Stdin != "" {
		input, err := os.Open(s.Stdin)
		if err != nil {
			return nil, fmt.Errorf("fresh: the standard input cannot be opened: %w", err)
		}
		os.Stdin = input
	}
	return engine(s, policy)
}
