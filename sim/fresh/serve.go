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
	// Variables are what is to be put back before each run, so that a process can make
	// several.
	Variables []Variables `json:",omitempty"`
}

// Variables are those of a package that may be initialised in a run, by where they lie in
// memory, with what they lead to.
type Variables struct {
	Package string
	Task    uint64      // where the runtime keeps whether it is initialised, or 0
	Ours    bool        // it is one of the program's module
	Pieces  [][2]uint64 // beginnings and sizes
}

// Serve makes the run for which this process was started, with the engine that it is given
// for these settings under that policy, and ends the process. If all that a run changes is
// put back before the next one, that function says so by several: then the process makes as
// many runs as it is asked for, one after another.
func Serve(engine func(s Settings, policy string) (e order.Engine, several bool, err error)) {
	child := NewChild()
	err := child.serve(engine)
	child.Close()
	if err != nil && !errors.Is(err, ErrUnwanted) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(0)
}

// Spent is an engine of which a run may leave something behind that a later one would meet.
type Spent interface {
	// Spent reports whether the process should make no further run.
	Spent() bool
}

func (c *Child) serve(engine func(s Settings, policy string) (order.Engine, bool, error)) error {
	policy, data, err := c.Await()
	if err != nil {
		return err
	}
	var s Settings
	if err := json.Unmarshal(data, &s); err != nil {
		err = fmt.Errorf("fresh: the settings of a run cannot be read: %w", err)
		c.Refuse(err)
		return err
	}
	e, several, err := engine(s, policy)
	if err != nil {
		c.Refuse(err)
		return err
	}
	nothing := func() []byte { return nil }
	if !several || !c.request.Several {
		return c.Make(e, nothing)
	}
	runner := e.Runner()
	defer runner.Close()
	for {
		again := true
		err = c.make(e, runner, nothing, func(d *done) {
			cold, ok := e.(order.Cold)
			d.Differs = ok && cold.FirstDiffers()
			spent, ok := e.(Spent)
			again = !ok || !spent.Spent()
			d.Again = again
		})
		if err != nil || !again || c.next == nil {
			return err
		}
		if _, _, err := c.Await(); err != nil {
			return err
		}
	}
}
