package explore

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// partVersion is that of the format of part files.
const partVersion = 1

// PartBytes is how long a part file may be. What an exploration keeps is bounded, and a
// file that is longer is none of its own.
const PartBytes = 1 << 30

// PartsMost is into how many parts an exploration can be cut.
const PartsMost = 1 << 12

// Part is what was found in one part of an exploration; see [WithShard]. [Merge] puts
// parts together.
type Part struct {
	identity
	payload
	report *Report
}

// identity is what parts of one exploration have in common.
type identity struct {
	Program  string     `json:"program"`
	Policy   string     `json:"policy"`
	Strategy string     `json:"strategy"`
	Seed     uint64     `json:"seed"`
	Runs     int        `json:"runs"` // at most
	Of       int        `json:"of"`
	Plan     trace.Hash `json:"plan"`
}

// payload is what is a part's own.
type payload struct {
	Shard    int                `json:"shard"`
	Done     bool               `json:"done"` // nothing was left to do
	Stopped  search.Stop        `json:"stopped,omitempty"`
	Coverage search.Coverage    `json:"coverage"`
	Size     *search.Estimate   `json:"size,omitempty"`
	Traces   *int               `json:"traces,omitempty"` // if the strategy knows
	Claim    string             `json:"claim,omitempty"`
	Saw      uint32             `json:"saw,omitempty"` // what the engine had seen when it made its claim
	Tally    search.TallyState  `json:"tally"`
	Probed   *search.TallyState `json:"probed,omitempty"`
	Unequal  *unequalState      `json:"unequal,omitempty"`
	Version  trace.Hash         `json:"version"` // of the program; 0 if there are no other parts
	Elapsed  time.Duration      `json:"elapsed_ns"`
}

// unequalState is what is saved of a nondeterminism.
type unequalState struct {
	Schedule order.Schedule `json:"schedule"`
	Text     string         `json:"text"`
}

// part puts down what was found.
func (x *exploration) part() *Part {
	f := x.found()
	shard := max(x.Shard.Part, 1)
	p := &Part{
		identity: identity{f.program, f.policy, f.strategy, f.seed, x.Runs, max(x.Shard.Of, 1), 0},
		payload: payload{
			Shard: shard, Done: f.stopped == search.Through, Stopped: f.stopped, Coverage: f.coverage, Size: f.size,
			Claim: f.claim, Tally: f.tally.State(), Elapsed: f.elapsed,
		},
	}
	unequal := f.tally.Unequal
	if f.probed != nil {
		state := f.probed.State()
		p.Probed = &state
		if unequal == nil {
			unequal = f.probed.Unequal
		}
	}
	if e, ok := x.Engine.(sighted); ok {
		p.Saw = e.Saw(0)
	}
	if f.tracesKnown {
		p.Traces = &f.traces
	}
	if unequal != nil {
		p.Unequal = &unequalState{unequal.Schedule, unequal.Text}
		if unequal.Difference != nil {
			p.Unequal.Text = strings.TrimRight(unequal.Difference.String(), "\n")
		}
	}
	if s, ok := x.Planner.(search.Sharded); ok && !x.Shard.Whole() {
		p.Plan, p.Done = trace.Hash(s.Plan()), s.Done() && unequal == nil
		p.Version = versionOf(x.Engine)
		p.report = Merged(p).Report()
	} else {
		p.report = f.report()
	}
	return p
}

// runsOfVersion is how many runs are drawn to tell versions of a program apart.
const runsOfVersion = 16

// versionOf tells versions of a program apart, by what it does in the default order and in a
// few that are drawn. Two versions that do the same in all of these look like one.
func versionOf(engine order.Engine) trace.Hash {
	runner := engine.Runner()
	defer runner.Close()
	hash := trace.Hash(0)
	for i := range uint64(runsOfVersion + 1) {
		var strategy order.Strategy = order.Default()
		if i > 0 {
			strategy = order.Random(i)
		}
		run := runner.Run(strategy, trace.Order)
		hash = hash.Text(string(run.End))
		switch run.End {
		case order.StuckEnd:
			return hash // each such run takes seconds
		case order.Died, order.Kept: // how far it came depends on the machine
		default:
			hash = hash.Word(uint64(run.Hash))
		}
	}
	return hash
}

// findings are what the report of a part says, as if there were no others.
func (p *Part) findings() findings {
	f := findings{
		program: p.Program, policy: p.Policy, strategy: p.Strategy, seed: p.Seed,
		coverage: p.Coverage, size: p.Size, stopped: p.Stopped, tally: p.Tally.Tally(), claim: p.Claim, elapsed: p.Elapsed,
	}
	if p.Traces != nil {
		f.traces, f.tracesKnown = *p.Traces, true
	}
	if p.Probed != nil {
		f.probed = p.Probed.Tally()
	}
	if p.Unequal != nil {
		f.tally.Unequal = &search.NondeterminismError{Schedule: p.Unequal.Schedule, Text: p.Unequal.Text}
	}
	return f
}

// Report says what the part has found.
func (p *Part) Report() *Report { return p.report }

// partsFile is a file of parts: of one, as SearchPart makes it, or of several that were
// merged.
type partsFile struct {
	Version int `json:"weft_part"`
	identity
	Parts []payload  `json:"parts"`
	Sum   trace.Hash `json:"sum"` // of the file with a sum of 0
}

// sealed returns the file.
func (f partsFile) sealed() ([]byte, error) {
	f.Sum = 0
	return sealed(f, "\n")
}

// WriteTo writes the part as a file that [ReadParts] reads: one line of JSON, whose
// fields are these.
//
//	weft_part   the version of the format, 1
//	program, policy, strategy, seed, runs   what was explored, and how
//	of, plan    into how many parts it was cut, and a hash of how, and of the program
//	parts       what was found: a list, of one part unless parts were merged
//	sum         a hash of the file, with 0 for itself
func (p *Part) WriteTo(w io.Writer) (int64, error) { return Merged(p).WriteTo(w) }

// ReadParts reads a file of parts. Its error says what is wrong with a file that was
// damaged, or that is none.
func ReadParts(r io.Reader) (*Parts, error) {
	data, err := readSaved(r, "weft_part")
	if err != nil {
		return nil, fmt.Errorf("explore: this is no part of an exploration, as weft explore -o writes it: %w", err)
	}
	var head struct {
		Version int `json:"weft_part"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("explore: the part is damaged or cut off (%w); make it again", damage(err))
	}
	if head.Version != partVersion {
		return nil, fmt.Errorf("explore: the part has format %d, and this version of Weft reads %d; make it again", head.Version, partVersion)
	}
	var f partsFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("explore: the part is damaged (%w); make it again", damage(err))
	}
	if !sealHolds(data, "\n") {
		return nil, fmt.Errorf("explore: the part is damaged (it is not as it was written); make it again")
	}
	if f.Of < 1 || f.Of > PartsMost || len(f.Parts) == 0 {
		return nil, fmt.Errorf("explore: the file has %d parts of %d; want 1 to %d; make it again", len(f.Parts), f.Of, PartsMost)
	}
	m := &Parts{}
	for _, p := range f.Parts {
		if p.Shard < 1 || p.Shard > f.Of {
			return nil, fmt.Errorf("explore: the file has part %d of %d, which cannot be; make it again", p.Shard, f.Of)
		}
		if err := m.Add(&Part{identity: f.identity, payload: p}); err != nil {
			return nil, err
		}
	}
	return m, nil
}
