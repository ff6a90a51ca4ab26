package explore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"weft/sim/order"
	"weft/trace"
)

// checkpointVersion is that of the format of checkpoint files.
const checkpointVersion = 2

// checkpoint is what a file holds of an exploration that was stopped.
type checkpoint struct {
	Version  int             `json:"weft_checkpoint"`
	Program  string          `json:"program"`
	Policy   string          `json:"policy"`
	Strategy string          `json:"strategy"`
	Seed     uint64          `json:"seed"`
	Elapsed  time.Duration   `json:"elapsed_ns"`
	Size     *Estimate       `json:"size,omitempty"`
	Tally    tallyState      `json:"tally"`
	Probed   *tallyState     `json:"probed,omitempty"` // failures that the estimate of Size met
	Planner  json.RawMessage `json:"planner"`
	Sum      trace.Hash      `json:"sum"` // of the file with a sum of 0
}

// sealed returns the file of a checkpoint.
func (c checkpoint) sealed() ([]byte, error) {
	c.Sum = 0
	data, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	c.Sum = trace.Hash(0).Text(string(data))
	return json.Marshal(c)
}

// tallyState is what is saved of a tally.
type tallyState struct {
	Runs      int              `json:"runs"`
	Blocked   int              `json:"blocked"`
	Outcomes  []outcomeState   `json:"outcomes"`
	Others    int              `json:"others"`
	Decisions spread           `json:"decisions"`
	Switches  spread           `json:"switches"`
	Classes   map[uint64]int32 `json:"classes,omitempty"`
	Seen      map[string]bool  `json:"seen,omitempty"`
	Untracked []string         `json:"untracked,omitempty"`
	Twice     int              `json:"twice"`
}

type outcomeState struct {
	Key     uint64         `json:"key"`
	Text    string         `json:"text"`
	End     order.End      `json:"end"`
	Failed  bool           `json:"failed"`
	Runs    int            `json:"runs"`
	Path    []int32        `json:"path"`
	Witness order.Schedule `json:"witness"`
}

func (t *tally) state() tallyState {
	s := tallyState{
		t.runs, t.blocked, nil, t.others, t.decisions, t.switches, t.classes, t.seen, t.untracked, t.twice,
	}
	for _, o := range t.outcomes {
		s.Outcomes = append(s.Outcomes, outcomeState{o.key, o.Text, o.End, o.Failed, o.Runs, o.path, o.Witness})
	}
	return s
}

func (s tallyState) tally() *tally {
	t := newTally(true)
	t.runs, t.blocked, t.others, t.twice = s.Runs, s.Blocked, s.Others, s.Twice
	t.decisions, t.switches, t.seen, t.untracked = s.Decisions, s.Switches, s.Seen, s.Untracked
	if s.Classes != nil {
		t.classes = s.Classes
	}
	for _, o := range s.Outcomes {
		known := &Outcome{
			Text: o.Text, End: o.End, Failed: o.Failed, Runs: o.Runs, Switches: switches(o.Path), Witness: o.Witness,
			key: o.Key, path: o.Path,
		}
		t.outcomes, t.byKey[o.Key] = append(t.outcomes, known), known
	}
	return t
}

// snapshot writes down how far the exploration is.
func (x *exploration) snapshot() ([]byte, error) {
	planner, err := x.planner.save()
	if err != nil {
		return nil, err
	}
	var probed *tallyState
	if x.probed != nil {
		state := x.probed.state()
		probed = &state
	}
	return checkpoint{
		checkpointVersion, x.engine.Program(), x.engine.Policy(), x.strategy.String(), x.seed, x.elapsed(), x.size,
		x.tally.state(), probed, planner, 0,
	}.sealed()
}

// resume goes on from the checkpoint, if there is one.
func (x *exploration) resume() error {
	if x.checkpoint == "" {
		return nil
	}
	if _, err := x.planner.save(); err != nil {
		return err // at once, and not after an hour
	}
	data, err := os.ReadFile(x.checkpoint)
	if errors.Is(err, fs.ErrNotExist) {
		// That it can be written is found out now, and not after an hour.
		data, err := x.snapshot()
		if err == nil {
			err = x.write(data)
		}
		return err
	} else if err != nil {
		return fmt.Errorf("explore: cannot read the checkpoint: %w", err)
	}
	var c checkpoint
	if err := json.Unmarshal(data, &c); err != nil {
		return fmt.Errorf("explore: %s is no checkpoint of an exploration (%w); remove it to begin anew", x.checkpoint, err)
	}
	if c.Version != checkpointVersion {
		return fmt.Errorf("explore: the checkpoint %s has format %d, and this version of Weft reads %d; remove it to begin anew", x.checkpoint, c.Version, checkpointVersion)
	}
	if again, err := c.sealed(); err != nil || !bytes.Equal(again, data) {
		return fmt.Errorf("explore: the checkpoint %s is damaged (it is not as it was written); remove it to begin anew", x.checkpoint)
	}
	for _, part := range []struct{ what, was, is string }{
		{"the program", c.Program, x.engine.Program()},
		{"the policy", c.Policy, x.engine.Policy()},
		{"the strategy", c.Strategy, x.strategy.String()},
		{"the seed", fmt.Sprint(c.Seed), fmt.Sprint(x.seed)},
	} {
		if part.was != part.is {
			return fmt.Errorf("explore: the checkpoint %s is of another exploration: %s was %q and is %q; change it back, or remove the file to begin anew", x.checkpoint, part.what, part.was, part.is)
		}
	}
	if err := x.planner.restore(c.Planner); err != nil {
		return fmt.Errorf("explore: the checkpoint %s is damaged (%w); remove it to begin anew", x.checkpoint, err)
	}
	x.tally, x.before, x.size = c.Tally.tally(), c.Elapsed, c.Size
	if c.Probed != nil {
		x.probed = c.Probed.tally()
	}
	return nil
}

// keep writes the checkpoint of an exploration that was stopped early, and
// removes that of one that is through.
func (x *exploration) keep() error {
	switch {
	case x.checkpoint == "":
		return nil
	case x.stopped == Through:
		if err := os.Remove(x.checkpoint); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("explore: the exploration is through, but its checkpoint cannot be removed: %w", err)
		}
		return nil
	}
	data := x.interrupted
	if data == nil {
		var err error
		if data, err = x.snapshot(); err != nil {
			return err
		}
	}
	return x.write(data)
}

// write replaces the checkpoint file as a whole, so that there is always a good
// one.
func (x *exploration) write(data []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(x.checkpoint), filepath.Base(x.checkpoint)+".*")
	if err == nil {
		defer os.Remove(temporary.Name()) // fails if it was renamed, as it should be
		_, err = temporary.Write(data)
		if closed := temporary.Close(); err == nil {
			err = closed
		}
		if err == nil {
			err = os.Rename(temporary.Name(), x.checkpoint)
		}
	}
	if err != nil {
		return fmt.Errorf("explore: cannot write the checkpoint: %w", err)
	}
	return nil
}

// between is the real time between two checkpoints of an exploration that goes on.
const between = 30 * time.Second

// keepNow writes a checkpoint if the last one is old.
func (x *exploration) keepNow() {
	if x.checkpoint == "" || time.Since(x.kept) < between {
		return
	}
	x.kept = time.Now()
	if data, err := x.snapshot(); err == nil {
		_ = x.write(data) // the last one, when the exploration ends, reports its error
	}
}
