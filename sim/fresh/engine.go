package fresh

import (
	"bytes"
	"errors"
	"os/exec"
	"sync"
	"sync/atomic"

	"weft/sim/order"
	"weft/trace"
)

// Run is what whoever uses an [Engine] has to do with one run of it.
type Run struct {
	// Data goes to the process that makes the run; see [Child.Await].
	Data []byte
	// Complete is called with what that process has to say of the run beside the run
	// itself, see [Child.Make], or with nil if it ended before it could. It may add to
	// the run.
	Complete func(data []byte, run *order.Run)
}

// Options say how an [Engine] runs a program.
type Options struct {
	// Program and Policy are what the engine says of itself; TestCommand is what runs
	// tests, see order.TestCommander.
	Program, Policy, TestCommand string
	// Ask is the policy that the process is asked for, or "" for the program's own.
	Ask string
	// Label tells the process which program it is to run; see [Started].
	Label string
	// Command makes the command of the process, without its pipes.
	Command func() *exec.Cmd
	// Several is how many runs a process may make, one after another, if it can; see
	// [Serve]. 0 stands for 1.
	Several int
	// Finer returns the options of an engine on which accesses that race are points; see
	// [order.Finer]. It is nil if there is none.
	Finer func() Options
	// Begin begins a run. Several workers may call it at once, and Complete of what it
	// returns.
	Begin func() Run
}

// Engine returns an engine that makes each run in a process of its own. A process that
// cannot be started, or does not come to its program, is a run that ends with a
// [*StartError].
func Engine(options Options) order.Engine {
	e := &engine{Options: options}
	if options.Finer != nil {
		return &finer{e}
	}
	return e
}

type engine struct {
	Options
	differs atomic.Bool // the first run of a process did otherwise than later ones
	claims  claims
}

// claims is what follows from what runs have seen, each in its process.
type claims struct {
	mu    sync.Mutex
	saw   uint32
	texts map[uint32]string // by what had been seen
}

func (c *claims) add(saw uint32, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.texts == nil {
		c.texts = map[uint32]string{}
	}
	c.saw |= saw
	c.texts[saw] = text
}

// of returns what follows from all that has been seen.
func (c *claims) of() (saw uint32, text string, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text, known = c.texts[c.saw]
	return c.saw, text, known || c.texts == nil
}

// Claim returns what the program's own engine claims of what all runs together have seen.
func (e *engine) Claim() string {
	_, text, known := e.claims.of()
	if !known {
		order.RunOnce(e, order.Default()) // it is told what the others have seen
		_, text, _ = e.claims.of()
	}
	return text
}

// Saw adds what runs elsewhere have seen, and returns what all have; see [Sighted].
func (e *engine) Saw(others uint32) (all uint32) {
	e.claims.mu.Lock()
	defer e.claims.mu.Unlock()
	e.claims.saw |= others
	return e.claims.saw
}

// finer is an engine that has a finer one.
type finer struct{ *engine }

// Finer returns it.
func (f *finer) Finer() (order.Engine, bool) { return Engine(f.Options.Finer()), true }

// FirstDiffers reports whether the first run of a process did otherwise than a later one of
// the same process in the same order: it keeps something that is not put back.
func (e *engine) FirstDiffers() bool { return e.differs.Load() }

// ColdRunner returns a runner each run of which is the first one of its process.
func (e *engine) ColdRunner() order.Runner {
	cold := &engine{Options: e.Options}
	cold.Several = 0
	return cold.Runner()
}

func (e *engine) Program() string     { return e.Options.Program }
func (e *engine) Policy() string      { return e.Options.Policy }
func (e *engine) TestCommand() string { return e.Options.TestCommand }
func (e *engine) Runner() order.Runner {
	return &runner{engine: e}
}

// runner makes one run after another.
type runner struct {
	engine *engine
	starts *starter
	last   *process // of the last run: it may be asked for the trace
	next   *process // started ahead
	runs   int
	length int // of the last run, in decisions
	plan   []order.PlannedTurn
}

// Close lets the processes end.
func (r *runner) Close() {
	for _, p := range []*process{r.last, r.next} {
		if p != nil {
			p.release()
		}
	}
	r.last, r.next = nil, nil
	if r.starts != nil {
		r.starts.close()
		r.starts = nil
	}
}

// The longest plan, and the shortest.
const (
	planMost  = 1 << 12
	planLeast = 1 << 6
)

// Run makes a run in a process, and completes it. Whoever asks for more than one gets the
// second process started while the first one runs.
func (r *runner) Run(strategy order.Strategy, level trace.Level) *order.Run {
	own := r.engine.Begin()
	run, data := r.make(strategy, level, own.Data)
	own.Complete(data, run)
	return run
}

func (r *runner) make(strategy order.Strategy, level trace.Level, data []byte) (*order.Run, []byte) {
	p, err := r.take()
	if err != nil {
		return misused(err), nil
	}
	kept := false
	defer func() {
		if !kept { // or the strategy panicked
			p.release()
		}
	}()
	if p.made == 0 {
		if err := p.ready(); err != nil {
			return misused(err), nil
		}
	}
	p.made++
	if r.runs++; r.runs > 1 && p.made >= r.engine.Several && r.next == nil {
		r.next, _ = r.start() // if it fails, it will again
	}
	q := request{Policy: r.engine.Ask, Level: level, Strategy: strategy.Name(), Data: data, Several: r.engine.Several > 1}
	q.Saw, _, _ = r.engine.claims.of()
	if random, ok := strategy.(interface{ Seed() uint64 }); ok {
		seed := random.Seed()
		q.Seed = &seed
	}
	if planned, ok := strategy.(order.Planned); ok {
		if r.plan == nil {
			r.plan = make([]order.PlannedTurn, planMost)
		}
		n := min(max(planLeast, 2*r.length), planMost)
		q.Plan = r.plan[:planned.Plan(r.plan[:n])]
	}
	run, data, err := p.play(&q, strategy)
	if err != nil {
		return misused(err), nil
	}
	r.length = len(run.Decisions)
	r.engine.claims.add(p.saw, p.claim)
	if p.differs {
		r.engine.differs.Store(true)
	}
	if run.Trace != nil || p.again {
		r.last, kept = p, true
	}
	return run, data
}

// take returns a process for the next run: that of the last one, if it can make another.
func (r *runner) take() (*process, error) {
	if p := r.last; p != nil {
		r.last = nil
		if p.again && p.made < r.engine.Several {
			return p, nil
		}
		p.release()
	}
	if p := r.next; p != nil {
		r.next = nil
		return p, nil
	}
	return r.start()
}

func (r *runner) start() (*process, error) {
	if r.starts == nil {
		r.starts = newStarter()
	}
	return r.starts.process(r.engine.Command(), r.engine.Label)
}

// play makes a run of a process that is ready.
func (p *process) play(q *request, strategy order.Strategy) (*order.Run, []byte, error) {
	var decisions []order.Decision
	var asks any = q
	if p.again {
		asks = answer{Next: q}
	}
	p.again = false
	if p.encoder.Encode(asks) != nil {
		return p.dead(decisions), nil, nil
	}
	for {
		m, err := p.hear()
		switch {
		case err != nil:
			return p.dead(decisions), nil, nil
		case m.Failed != "":
			return nil, nil, errors.New(m.Failed)
		case m.Decision != nil:
			d := m.Decision
			planned := d.Taken
			d.Taken = strategy.Choose(d)
			d.Index = d.Taken
			if planned >= 0 && planned != d.Taken {
				panic("fresh: the strategy " + strategy.Name() + " took another alternative than it had planned; Plan must say what Choose returns")
			}
			decisions = append(decisions, *d)
			if planned < 0 {
				p.tell(answer{Taken: d.Taken}) // if it cannot be told, it will not be heard either
			}
		case m.Followed:
			var a answer
			if misfit, ok := strategy.(interface{ Err() error }); ok {
				a.Err = pack(misfit.Err())
			}
			p.tell(a)
		case m.Done != nil:
			p.again, p.differs, p.saw, p.claim = m.Done.Again, m.Done.Differs, m.Done.Saw, m.Done.Claim
			return p.finished(m.Done, decisions), m.Done.Data, nil
		}
	}
}

// finished puts together what is known of a run.
func (p *process) finished(d *done, decisions []order.Decision) *order.Run {
	run := &order.Run{
		End: d.End, Err: d.Err.unpack(), Summary: d.Summary, Bug: d.Bug, Output: d.Output, Elapsed: d.Elapsed, Steps: d.Steps, Ahead: d.Ahead, Decisions: decisions,
		Footprints: d.Footprints, Pending: d.Pending, Untracked: d.Untracked, Hash: d.Hash, Seen: d.Seen,
	}
	if !d.Asked {
		run.Decisions = d.Decisions
	}
	if d.Traced {
		var t *trace.Trace
		run.Trace = func() *trace.Trace {
			if t == nil {
				t = p.trace()
			}
			return t
		}
	}
	return run
}

// trace asks for the trace.
func (p *process) trace() *trace.Trace {
	if p.tell(answer{Trace: true}) == nil {
		if m, err := p.hear(); err == nil && m.Failed == "" {
			if t, err := trace.ReadJSONL(bytes.NewReader(m.Trace)); err == nil {
				return t
			}
		}
	}
	return &trace.Trace{}
}

// dead is a run whose process died in it.
func (p *process) dead(decisions []order.Decision) *order.Run {
	err := p.died()
	return &order.Run{
		End: order.Died, Err: err, Summary: err.brief(), Decisions: decisions,
		Untracked: []string{"what the process did that ended"},
		Trace:     func() *trace.Trace { return &trace.Trace{} },
	}
}

func misused(err error) *order.Run {
	return &order.Run{
		End: order.Misused, Err: &StartError{err.Error()}, Summary: err.Error(),
		Trace: func() *trace.Trace { return &trace.Trace{} },
	}
}
