package fresh

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"weft/sim/order"
)

// Whole is the label of processes that are one run of a whole program, and no test.
const Whole = "a whole program"

// Settings is what such a process is told beside its run, as JSON in [Run].Data.
type Settings struct {
	Name  string // of the program, in reports
	Stdin string `json:",omitempty"` // the file that is its standard input, or "" for an empty one
}

// Serve makes the run for which this process was started, with the engine that it is given
// for a program of that name under that policy, and ends the process.
func Serve(engine func(name, policy string) (order.Engine, error)) {
	child := NewChild()
	policy, data, err := child.Await()
	if err == nil {
		var e order.Engine
		var s Settings
		if s, err = settings(data); err == nil {
			e, err = engine(s.Name, policy)
		}
		if err != nil {
			child.Refuse(err)
		} else {
			err = child.Make(e, func() []byte { return nil })
		}
	}
	child.Close()
	if err != nil && !errors.Is(err, ErrUnwanted) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(0)
}

// settings reads the settings, and opens the standard input.
func settings(data []byte) (Settings, error) {
	var s Settings
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("fresh: the settings of a run cannot be read: %w", err)
	}
	if s.Stdin != "" {
		input, err := os.Open(s.Stdin)
		if err != nil {
			return s, fmt.Errorf("fresh: the standard input cannot be opened: %w", err)
		}
		os.Stdin = input
	}
	return s, nil
}
