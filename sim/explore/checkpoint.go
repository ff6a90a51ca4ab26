package explore

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// checkpointVersion is that of the format of checkpoint files.
const checkpointVersion = 4

// checkpoint is what a file holds of an exploration that was stopped.
type checkpoint struct {
	Version  int                `json:"weft_checkpoint"`
	Program  string             `json:"program"`
	Policy   string             `json:"policy"`
	Strategy string             `json:"strategy"`
	Seed     uint64             `json:"seed"`
	Default  trace.Hash         `json:"default"` // of the run in the default order: it tells an edited program
	Elapsed  time.Duration      `json:"elapsed_ns"`
	Size     *search.Estimate   `json:"size,omitempty"`
	Tally    search.TallyState  `json:"tally"`
	Probed   *search.TallyState `json:"probed,omitempty"` // failures that the estimate of Size met
	Planner  json.RawMessage    `json:"planner"`
	Sum      trace.Hash         `json:"sum"` // of the file with a sum of 0
}

// sealed returns the file of a checkpoint.
func (c checkpoint) sealed() ([]byte, error) {
	c.Sum = 0
	return sealed(c, "")
}

// snapshot writes down how far the exploration is.
func (x *exploration) snapshot() ([]byte, error) {
	planner, err := x.Planner.Save()
	if err != nil {
		return nil, err
	}
	var probed *search.TallyState
	if x.Probed != nil {
		state := x.Probed.State()
		probed = &state
	}
	return checkpoint{
		checkpointVersion, x.Engine.Program(), x.Engine.Policy(), x.strategy.String(), x.Seed, x.defaultRun, x.Elapsed(), x.Size,
		x.Tally.State(), probed, planner, 0,
	}.sealed()
}

// resume goes on from the checkpoint, if there is one.
func (x *exploration) resume() error {
	if x.checkpoint == "" {
		return nil
	}
	if _, err := x.Planner.Save(); err != nil {
		return err // at once, and not after an hour
	}
	x.defaultRun = defaultHash(x.Engine)
	data, own, err := readCheckpoint(x.checkpoint)
	x.own = own
	if errors.Is(err, fs.ErrNotExist) {
		// That it can be written is found out now, and not after an hour.
		data, err := x.snapshot()
		if err == nil {
			err = x.write(data)
		}
		return err
	} else if err != nil {
		return err
	}
	var c checkpoint
	if err := json.Unmarshal(data, &c); err != nil {
		return fmt.Errorf("explore: the checkpoint %s is damaged or cut off (%w); remove it to begin anew", x.checkpoint, damage(err))
	}
	if c.Version != checkpointVersion {
		return fmt.Errorf("explore: the checkpoint %s has format %d, and this version of Weft reads %d; remove it to begin anew", x.checkpoint, c.Version, checkpointVersion)
	}
	if !sealHolds(data, "") {
		return fmt.Errorf("explore: the checkpoint %s is damaged (it is not as it was written); remove it to begin anew", x.checkpoint)
	}
	for _, part := range []struct{ what, was, is string }{
		{"the program", c.Program, x.Engine.Program()},
		{"the policy", c.Policy, x.Engine.Policy()},
		{"the strategy", c.Strategy, x.strategy.String()},
		{"the seed", fmt.Sprint(c.Seed), fmt.Sprint(x.Seed)},
	} {
		if part.was != part.is {
			return fmt.Errorf("explore: the checkpoint %s is of another exploration: %s was %s and is %s; change it back, or remove the file to begin anew", x.checkpoint, part.what, brief(strconv.Quote(part.was)), brief(strconv.Quote(part.is)))
		}
	}
	if c.Default != x.defaultRun {
		return fmt.Errorf("explore: the checkpoint %s is of another version of the program: in the default order, it does something else now; remove the file to begin anew (if nothing was changed, the program does not do the same twice)", x.checkpoint)
	}
	x.resumed = true
	if err := x.Planner.Restore(c.Planner); err != nil {
		return fmt.Errorf("explore: the checkpoint %s is damaged (%w); remove it to begin anew", x.checkpoint, damage(err))
	}
	x.Tally, x.Before, x.Size = c.Tally.Tally(), c.Elapsed, c.Size
	if c.Probed != nil {
		x.Probed = c.Probed.Tally()
	}
	return nil
}

// misled makes an error of a panic of an exploration that goes on from a checkpoint. What a
// reduction has saved holds together in ways that it would take the reduction itself to
// check, and a file that somebody has forged, with the right sum, may mislead it.
func (x *exploration) misled(part **Part, err *error) {
	if !x.resumed {
		return
	}
	switch v := recover().(type) {
	case nil:
	case runtime.Error:
		*part, *err = nil, fmt.Errorf("explore: the checkpoint %s does not hold together (%s), unless it is the program that panics outside of its tasks; remove it to begin anew", x.checkpoint, brief(v.Error()))
	default:
		panic(v)
	}
}

// defaultHash returns the hash of a program's run in the default order.
func defaultHash(engine order.Engine) trace.Hash {
	runner := engine.Runner()
	defer runner.Close()
	return runner.Run(order.Default(), trace.Order).Hash
}

// readCheckpoint reads a file, if it is a regular one: a pipe or a device need not have an
// end. It returns which one it was.
func readCheckpoint(name string) ([]byte, os.FileInfo, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	} else if err != nil {
		return nil, nil, fmt.Errorf("explore: cannot read the checkpoint: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("explore: the checkpoint %s is no regular file; name another one", name)
	}
	if info.Size() > PartBytes {
		return nil, nil, fmt.Errorf("explore: %s is no checkpoint of an exploration: it is longer than %d bytes; name another file", name, PartBytes)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, fmt.Errorf("explore: cannot read the checkpoint: %w", err)
	}
	defer f.Close()
	own, err := f.Stat() // another process may have replaced it
	if err != nil {
		return nil, nil, fmt.Errorf("explore: cannot read the checkpoint: %w", err)
	}
	data, err := readSaved(f, "weft_checkpoint")
	if err != nil {
		return nil, nil, fmt.Errorf("explore: %s is no checkpoint of an exploration (%w); remove it to begin anew, or name another file", name, err)
	}
	return data, own, nil
}

// keep writes the checkpoint of an exploration that was stopped early, and
// removes that of one that is through.
func (x *exploration) keep() error {
	switch {
	case x.checkpoint == "":
		return nil
	case x.Stopped == search.Through && x.foreign():
		return fmt.Errorf("explore: the exploration is through, but its checkpoint %s is that of another process by now, and stays; give each a file of its own", x.checkpoint)
	case x.Stopped == search.Through:
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
	err := x.write(data)
	if errors.Is(err, errForeign) {
		beside, failed := os.CreateTemp(filepath.Dir(x.checkpoint), filepath.Base(x.checkpoint)+".beside.*")
		if failed == nil {
			_, failed = beside.Write(data)
			failed = errors.Join(failed, beside.Close())
		}
		if failed != nil {
			return errors.Join(err, fmt.Errorf("explore: cannot write the checkpoint beside it: %w", failed))
		}
		return fmt.Errorf("%w; this one goes on from %s", err, beside.Name())
	}
	return err
}

// errForeign says that two explorations are at one file.
var errForeign = errors.New("another process has written it meanwhile; give each exploration a file of its own")

// foreign reports whether the checkpoint was written by another process since this one has
// read or written it. If so, it is the other one's from then on. (Between this look and a
// write, another process may write; it will notice.)
func (x *exploration) foreign() bool {
	if x.lost {
		return true
	}
	now, err := os.Stat(x.checkpoint)
	if err != nil {
		return false // somebody has removed it, and it is written anew
	}
	// The number of a file that was removed is given out again, so its age counts as well.
	x.lost = x.own == nil || !os.SameFile(now, x.own) || !now.ModTime().Equal(x.own.ModTime()) || now.Size() != x.own.Size()
	return x.lost
}

// write replaces the checkpoint file as a whole, so that there is always a good
// one.
func (x *exploration) write(data []byte) error {
	if x.foreign() {
		return fmt.Errorf("explore: cannot write the checkpoint %s: %w", x.checkpoint, errForeign)
	}
	temporary, err := os.CreateTemp(filepath.Dir(x.checkpoint), filepath.Base(x.checkpoint)+".*")
	if err == nil {
		defer os.Remove(temporary.Name()) // fails if it was renamed, as it should be
		_, err = temporary.Write(data)
		err = errors.Join(err, temporary.Close())
		var own os.FileInfo
		if err == nil {
			own, err = os.Stat(temporary.Name())
			os.SameFile(own, own) // Windows looks for its number here, while it has this name
		}
		if err == nil {
			err = os.Rename(temporary.Name(), x.checkpoint)
		}
		if err == nil {
			x.own = own
		}
	}
	if err != nil {
		return fmt.Errorf("explore: cannot write the checkpoint: %w", err)
	}
	return nil
}

// The real time between two checkpoints of an exploration that goes on: so long that writing
// them takes a fiftieth of the time at most, and that is what a process that is killed loses.
const (
	betweenLeast = time.Second
	betweenCosts = 50
)

// keepNow writes a checkpoint if the last one is old.
func (x *exploration) keepNow() {
	if x.checkpoint == "" || time.Since(x.kept) < x.between {
		return
	}
	begun := time.Now()
	if data, err := x.snapshot(); err == nil {
		_ = x.write(data) // the last one, when the exploration ends, reports its error
	}
	x.kept = time.Now()
	x.between = max(betweenLeast, betweenCosts*x.kept.Sub(begun))
}
