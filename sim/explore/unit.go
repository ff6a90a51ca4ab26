package explore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// unitVersion is that of the format of units and of what was found in them.
const unitVersion = 1

// Unit is a piece of an exploration that any machine can do: some subtrees of the tree of
// decisions, or a range of the runs that are drawn. The zero value is the whole. What is
// found in a unit, and how it was cut off, say nothing about who did it.
type Unit struct{ u search.Unit }

// ID identifies what there is to do. Units with one ID are the same.
func (u Unit) ID() string {
	if u.u.Left == nil {
		return "whole"
	}
	sum := sha256.Sum256(u.u.Left)
	return hex.EncodeToString(sum[:16])
}

// Share is about which part of the exploration it is: 1 is the whole.
func (u Unit) Share() float64 {
	if u.u.Left == nil {
		return 1
	}
	return u.u.Share
}

// MarshalJSON writes the unit as one line.
func (u Unit) MarshalJSON() ([]byte, error) {
	return json.Marshal(unitFile{unitVersion, u.u})
}

// UnmarshalJSON reads a unit. Whether there is anything to do that it describes is found
// out when it is done.
func (u *Unit) UnmarshalJSON(data []byte) error {
	var f unitFile
	if err := json.Unmarshal(data, &f); err != nil {
		return fmt.Errorf("explore: this is no unit of an exploration (%w)", damage(err))
	}
	if f.Version != unitVersion {
		return fmt.Errorf("explore: the unit has format %d, and this version of Weft reads %d; use one version everywhere", f.Version, unitVersion)
	}
	if share := f.Share; !(share >= 0 && share <= 1) {
		return fmt.Errorf("explore: the unit is %v times the exploration; want 0 to 1", share)
	}
	if bytes.Equal(f.Left, []byte("null")) {
		f.Left = nil
	}
	if f.Left != nil {
		var b bytes.Buffer
		if err := json.Compact(&b, f.Left); err != nil {
			return err
		}
		f.Left = b.Bytes()
	}
	u.u = f.Unit
	return nil
}

// unitFile is a unit as it is written.
type unitFile struct {
	Version int `json:"weft_unit"`
	search.Unit
}

// SearchUnit does a unit of an exploration, and gives back as further units what is left
// of it when a limit is reached. Options are those of the exploration, the same for each
// unit; where the runs are made, and how many side by side, makes no difference. WithTime,
// WithStopAtFailure and WithCheckpoint are for a whole exploration, and mean nothing here.
//
// Its error says that the unit could not be done, by a program or with options that do not
// fit it, or because ctx has ended. Then nothing of it was done.
func SearchUnit(ctx context.Context, engine order.Engine, u Unit, limits search.UnitLimits, options ...Option) (*UnitResult, error) {
	x := newExploration(engine, append(options[:len(options):len(options)], WithTime(0), asUnit()))
	defer x.Close()
	if !x.Shard.Whole() {
		return nil, errors.New("explore: an exploration is cut into parts or into units, not both; leave out which part is to be done")
	}
	planner, ok := x.Planner.(search.Divisible)
	if !ok {
		return nil, fmt.Errorf("explore: strategy %s cannot be done in units, because what is next depends on all that was found; take reduced, exhaustive, bounded, or one that draws, such as random", x.strategy)
	}
	if err := planner.Take(u.u); err != nil {
		return nil, fmt.Errorf("explore: the unit does not fit the exploration (%w)", damage(err))
	}
	if err := x.ExploreUnit(ctx, limits); err != nil {
		return nil, fmt.Errorf("explore: the unit was not done: %w", err)
	}
	return x.unitResult(u, planner, limits), nil
}

// asUnit takes back what is for whole explorations.
func asUnit() Option {
	return optionFunc(func(o *settings) {
		o.StopAtFailure, o.Known, o.Unit = false, nil, true
		o.checkpoint, o.Resumable = "", false
	})
}

// unitResult puts down what was found in a unit.
func (x *exploration) unitResult(u Unit, planner search.Divisible, limits search.UnitLimits) *UnitResult {
	r := &UnitResult{unit: u.ID(), share: u.Share()}
	if x.Tally.Unequal == nil {
		for _, rest := range planner.Divide(limits.Parts) {
			r.rest = append(r.rest, Unit{rest})
		}
	}
	r.part = *x.part()
	r.part.report = nil
	return r
}

// sighted is an engine whose claim depends on what its runs have seen; see fresh.Sighted.
type sighted interface {
	Saw(others uint32) (all uint32)
}

// UnitResult is what was found in a unit, and which units are left of it: each order of
// the unit was either run and is counted here, once, or belongs to one of those.
type UnitResult struct {
	unit  string
	share float64
	part  Part
	rest  []Unit
	line  []byte // as which it was read, or nil
}

// Unit returns the ID of the unit that was done.
func (r *UnitResult) Unit() string { return r.unit }

// Rest returns what is left of the unit, to be done by anybody.
func (r *UnitResult) Rest() []Unit { return r.rest }

// Runs returns how many runs were made.
func (r *UnitResult) Runs() int { return r.part.Tally.Runs }

// Failures returns the failing outcomes that were found.
func (r *UnitResult) Failures() []search.Outcome {
	var failures []search.Outcome
	for _, o := range r.part.Tally.Tally().Ordered() {
		if o.Failed {
			failures = append(failures, o)
		}
	}
	return failures
}

// Unequal says how the program did not do the same twice, or is nil.
func (r *UnitResult) Unequal() *search.NondeterminismError { return r.part.findings().tally.Unequal }

// Same reports whether another machine that did the same unit, and gave back the same of
// it, has found the same. If it gave back something else, nothing is said, and it is true.
func (r *UnitResult) Same(o *UnitResult) bool {
	a, b := r.file(), o.file()
	if !bytes.Equal(a.restText(), b.restText()) {
		return true
	}
	a.Found.Claim, b.Found.Claim = "", "" // it depends on what the machine did before
	a.Found.Saw, b.Found.Saw = 0, 0
	return bytes.Equal(a.Found.text(), b.Found.text())
}

// unitResultFile is what was found in a unit, as it is written.
type unitResultFile struct {
	Version int `json:"weft_unit_result"`
	identity
	Unit  string     `json:"unit"`
	Share float64    `json:"share"`
	Rest  []Unit     `json:"rest,omitempty"`
	Found payload    `json:"found"`
	Sum   trace.Hash `json:"sum"` // of the file with a sum of 0
}

func (f unitResultFile) restText() []byte {
	data, err := json.Marshal(f.Rest)
	if err != nil {
		panic(err) // it was made of units
	}
	return data
}

func (f unitResultFile) sealed() ([]byte, error) {
	f.Sum = 0
	return sealed(f, "\n")
}

func (r *UnitResult) file() unitResultFile {
	return unitResultFile{Version: unitVersion, identity: r.part.identity, Unit: r.unit, Share: r.share, Rest: r.rest, Found: r.part.payload}
}

// WriteTo writes the result as one line of JSON that [ReadUnitResult] reads.
func (r *UnitResult) WriteTo(w io.Writer) (int64, error) {
	data := r.line
	if data == nil {
		var err error
		if data, err = r.file().sealed(); err != nil {
			return 0, err
		}
	}
	n, err := w.Write(data)
	return int64(n), err
}

// ReadUnitResult reads what was found in a unit. Its error says what is wrong with a
// message that was damaged, or that is none.
func ReadUnitResult(r io.Reader) (*UnitResult, error) {
	data, err := readSaved(r, "weft_unit_result")
	if err != nil {
		return nil, fmt.Errorf("explore: this is no result of a unit: %w", err)
	}
	var f unitResultFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("explore: the result of a unit is damaged or cut off (%w)", damage(err))
	}
	if f.Version != unitVersion {
		return nil, fmt.Errorf("explore: the result of a unit has format %d, and this version of Weft reads %d; use one version everywhere", f.Version, unitVersion)
	}
	if !sealHolds(data, "\n") {
		return nil, errors.New("explore: the result of a unit is damaged (it is not as it was written)")
	}
	return &UnitResult{line: data, unit: f.Unit, share: f.Share, rest: f.Rest, part: Part{identity: f.identity, payload: f.Found}}, nil
}
