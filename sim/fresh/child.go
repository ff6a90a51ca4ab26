package fresh

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"

	"weft/sim/order"
	"weft/trace"
)

// Child is a process that was started to make a run, seen from inside.
type Child struct {
	// Label is what whoever started the process calls the program.
	Label string

	in      *json.Decoder
	out     *bufio.Writer
	encoder *json.Encoder
	request request
	next    *request // one that has been told already
}

// ErrUnwanted says that no run is wanted of this process any more, because the
// exploration has ended.
var ErrUnwanted = errors.New("fresh: no run is wanted of this process")

// started is what the process was started for. Programs that it starts are not to take
// themselves for such a process.
var started, isChild = os.LookupEnv(variable)

// pipes are those of such a process. What it starts, in TestMain, say, is not to hold them
// open when it ends.
var pipes [2]*os.File

func init() {
	if !isChild {
		return
	}
	os.Unsetenv(variable)
	pipes = [2]*os.File{os.NewFile(requestFile, "request"), os.NewFile(replyFile, "reply")}
	for _, f := range pipes {
		if f != nil {
			keepFrom(f)
		}
	}
}

// Started reports whether this process was started to make a run, and what whoever did
// so calls the program.
func Started() (label string, ok bool) { return started, isChild }

// NewChild takes up the pipes. It is called once.
func NewChild() *Child {
	c := &Child{Label: started, in: json.NewDecoder(pipes[0]), out: bufio.NewWriter(pipes[1])}
	c.encoder = json.NewEncoder(c.out)
	return c
}

// Await waits until it is known which run is wanted, and returns the policy, or "", and
// the data that were given to the run's [Engine]. It returns [ErrUnwanted] if none is.
func (c *Child) Await() (policy string, data []byte, err error) {
	if c.next != nil {
		c.request, c.next = *c.next, nil
	} else if c.say(&message{Ready: true}) != nil || c.in.Decode(&c.request) != nil {
		return "", nil, ErrUnwanted
	}
	return c.request.Policy, c.request.Data, nil
}

// Refuse says that the run cannot be made.
func (c *Child) Refuse(why error) { c.say(&message{Failed: why.Error()}) }

// Make makes the run, and says what came of it, with the data that complete returns. It
// returns when the trace of the run is not wanted any more.
func (c *Child) Make(engine order.Engine, complete func() []byte) error {
	runner := order.ColdRunner(engine)
	defer runner.Close()
	return c.make(engine, runner, complete, func(*done) {})
}

// Sighted is an engine whose claim (see [order.Claimant]) depends on what its runs have seen.
type Sighted interface {
	order.Claimant
	// Saw adds what runs of the same program in other processes have seen, and returns what
	// all have. 0 is nothing; what the bits mean is the engine's own affair.
	Saw(others uint32) (all uint32)
}

// make makes a run. amend adds to what is said of it.
func (c *Child) make(engine order.Engine, runner order.Runner, complete func() []byte, amend func(*done)) error {
	s := &asks{child: c, name: c.request.Strategy, plan: c.request.Plan}
	var strategy order.Strategy = s
	if c.request.Seed != nil {
		strategy = &seeded{s, *c.request.Seed}
	}
	run := runner.Run(strategy, c.request.Level)
	if s.err != nil {
		return s.err
	}
	d := &done{
		End: run.End, Err: pack(run.Err), Summary: run.Summary, Bug: run.Bug, Output: run.Output, Elapsed: run.Elapsed, Steps: run.Steps, Ahead: run.Ahead, Asked: s.recorded(run.Decisions),
		Footprints: run.Footprints, Pending: run.Pending, Untracked: run.Untracked, Hash: run.Hash, Traced: run.Trace != nil, Seen: run.Seen, Data: complete(),
	}
	if !d.Asked {
		d.Decisions = run.Decisions
	}
	if e, ok := engine.(Sighted); ok {
		d.Saw = e.Saw(c.request.Saw)
		d.Claim = e.Claim()
	}
	amend(d)
	if err := c.say(&message{Done: d}); err != nil {
		return err
	}
	for {
		var a answer
		if c.in.Decode(&a) != nil || a.Next == nil && (!a.Trace || run.Trace == nil) {
			return nil
		}
		if c.next = a.Next; c.next != nil {
			return nil
		}
		var b bytes.Buffer
		m := &message{}
		if err := trace.WriteJSONL(&b, run.Trace()); err != nil {
			m.Failed = err.Error()
		}
		if m.Trace = b.Bytes(); c.say(m) != nil {
			return nil
		}
	}
}

// Close lets go of the pipes.
func (c *Child) Close() {
	for _, f := range pipes {
		f.Close()
	}
}

func (c *Child) say(m *message) error {
	if err := c.encoder.Encode(m); err != nil {
		return err
	}
	return c.out.Flush()
}

// asks is a strategy that lets the other side choose.
type asks struct {
	child *Child
	name  string
	plan  []order.PlannedTurn
	made  int
	last  []order.Decision
	err   error // of the pipes

	misfit  error // what Err returns
	checked bool
}

// Name returns the name of the other side's strategy.
func (s *asks) Name() string { return s.name }

// Choose goes by the plan where there is one, and asks else. The strategy is no
// order.Planned itself: an engine that takes decisions by a plan tells of them later, and
// those of a process that dies in between would be lost.
func (s *asks) Choose(d *order.Decision) int {
	asked := *d
	asked.Taken = -1
	if s.made < len(s.plan) {
		turn, n := s.plan[s.made], len(d.Alternatives)
		if turn.Of == 0 && weighted(d) || turn.Of != 0 && turn.Of != n {
			s.plan = nil
		} else {
			asked.Taken = turn.Index(n)
		}
	}
	s.made++
	if s.err != nil {
		return 0
	}
	// At once, also if there is nothing to ask: the process may die of what comes next.
	if s.err = s.child.say(&message{Decision: &asked}); s.err == nil && asked.Taken < 0 {
		var a answer
		s.err = s.child.in.Decode(&a)
		asked.Taken = a.Taken
	}
	if s.err != nil {
		return 0 // nobody wants to know any more; the run is brought to its end
	}
	asked.Index = asked.Taken
	s.last = append(s.last, asked)
	return asked.Taken
}

func weighted(d *order.Decision) bool {
	for i := range d.Alternatives {
		if d.Alternatives[i].Weight != 0 {
			return true
		}
	}
	return false
}

// Err asks whether the other side's schedule was followed.
func (s *asks) Err() error {
	if s.checked || s.err != nil {
		return s.misfit
	}
	s.checked = true
	if s.err = s.child.say(&message{Followed: true}); s.err == nil {
		var a answer
		s.err = s.child.in.Decode(&a)
		s.misfit = a.Err.unpack()
	}
	return s.misfit
}

// recorded reports whether the engine took down the decisions as they were asked.
func (s *asks) recorded(decisions []order.Decision) bool {
	if len(decisions) != len(s.last) {
		return false
	}
	for i := range decisions {
		a, b := &decisions[i], &s.last[i]
		if a.Kind != b.Kind || a.Key != b.Key || a.At != b.At || a.Taken != b.Taken || a.Index != b.Index || a.Of != b.Of || len(a.Alternatives) != len(b.Alternatives) {
			return false
		}
	}
	return true
}

// seeded is asks for a strategy that has a seed.
type seeded struct {
	*asks
	seed uint64
}

func (s *seeded) Seed() uint64 { return s.seed }
