package queue_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/queue"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
)

// errDead is what an operation returns to a worker that dies in it: it does nothing more.
var errDead = errors.New("dead")

// lease is how long a unit is given to one worker, in virtual time: some units take longer,
// and are done twice where a worker is cut off.
const lease = time.Second

// cluster is a ledger and a line, as bad as they may be: whoever uses them may die before or
// after any operation, answers are lost, units come up twice or are lost.
type cluster struct {
	bad     float64 // the probability of each of these, for each operation
	lossy   bool    // the ledger forgets as well
	values  map[string][]byte
	written []string // keys, in the order of their writing
	line    []*waiting
	trouble int // how often something may still go wrong: an exploration comes to its end
	dead    int
	forgot  int
}

// fails decides whether something goes wrong.
func (c *cluster) fails(ctx context.Context, what string) bool {
	if c.trouble == 0 || !sim.Flip(ctx, what, c.bad) {
		return false
	}
	c.trouble--
	return true
}

// forgets is how many values a ledger loses, at most.
const forgets = 10

// waiting is a unit in line.
type waiting struct {
	data  []byte
	until time.Duration // handed out until then
	alive bool          // whoever has it renews its lease
	done  bool
}

func newCluster(bad float64, most int, lossy bool) *cluster {
	return &cluster{bad: bad, trouble: most, lossy: lossy, values: map[string][]byte{}}
}

// user is the cluster, as one worker or keeper sees it.
type user struct {
	*cluster
	gone bool // it has died: nothing that it still asks for happens
}

// dies decides whether the user dies now.
func (u *user) dies(ctx context.Context) bool {
	if !u.gone && u.fails(ctx, "dies") {
		u.gone = true
		u.dead++
	}
	return u.gone
}

// travel takes the time of a message, and says whether the sender dies meanwhile.
func (u *user) travel(ctx context.Context) error {
	if u.dies(ctx) {
		return errDead
	}
	return sim.Sleep(ctx, sim.Latency(ctx, "message", sim.Uniform{Min: time.Millisecond, Max: 20 * time.Millisecond}))
}

func (u *user) Create(ctx context.Context, key string, value []byte) (bool, error) {
	if err := u.travel(ctx); err != nil {
		return false, err
	}
	_, known := u.values[key]
	if !known {
		u.values[key] = value
		u.written = append(u.written, key)
		if u.lossy && u.forgot < forgets && len(u.written) > 1 && sim.Flip(ctx, "forgets", 0.1) {
			// A power failure: what was written last was not on the disk yet.
			last := u.written[len(u.written)-2]
			if last != queue.KeyEnd {
				delete(u.values, last)
				u.written = slices.Delete(u.written, len(u.written)-2, len(u.written)-1)
				u.forgot++
			}
		}
	}
	if err := u.travel(ctx); err != nil {
		return false, err
	}
	// If the answer is lost, it is asked again, and then the value is there.
	return !known && !u.fails(ctx, "answer lost"), nil
}

func (u *user) Get(ctx context.Context, key string) ([]byte, error) {
	err := u.travel(ctx)
	return u.values[key], err
}

func (u *user) Put(ctx context.Context, _ string, unit []byte) error {
	if err := u.travel(ctx); err != nil {
		return err
	}
	switch {
	case u.fails(ctx, "unit lost"):
	case u.fails(ctx, "unit doubled"):
		u.line = append(u.line, &waiting{data: unit}, &waiting{data: unit})
	default:
		u.line = append(u.line, &waiting{data: unit})
	}
	return u.travel(ctx)
}

func (u *user) Take(ctx context.Context) (queue.Claim, error) {
	if err := u.travel(ctx); err != nil {
		return nil, err
	}
	u.line = slices.DeleteFunc(u.line, func(w *waiting) bool { return w.done })
	for _, w := range u.line {
		if w.free(sim.Now(ctx)) {
			w.until, w.alive = sim.Now(ctx)+lease, false
			c := &claim{u, w}
			return c, u.travel(ctx)
		}
	}
	return nil, sim.Sleep(ctx, 2*time.Second)
}

func (w *waiting) free(now time.Duration) bool { return !w.done && !w.alive && now >= w.until }

func (u *user) Waiting(ctx context.Context) (int, error) {
	n := 0
	for _, w := range u.line {
		if w.free(sim.Now(ctx)) {
			n++
		}
	}
	return n, u.travel(ctx)
}

// idle reports whether nothing is in line or with somebody.
func (u *user) idle() bool {
	return !slices.ContainsFunc(u.line, func(w *waiting) bool { return !w.done })
}

type claim struct {
	u *user
	w *waiting
}

func (c *claim) Unit() []byte { return c.w.data }

// Keep holds the lease, unless the worker is cut off from the server for so long that it
// runs out.
func (c *claim) Keep(ctx context.Context) (stop func()) {
	c.w.alive = !c.u.fails(ctx, "cut off")
	return func() {
		if c.w.alive { // also if it has died: then the lease runs out
			c.w.alive, c.w.until = false, sim.Now(ctx)+lease
		}
	}
}

func (c *claim) Done(ctx context.Context) error {
	if err := c.u.travel(ctx); err != nil {
		return err
	}
	c.w.done = !c.u.fails(ctx, "done lost")
	return nil
}

func (c *claim) GiveBack(ctx context.Context) error {
	if err := c.u.travel(ctx); err != nil {
		return err
	}
	c.w.until = 0
	return nil
}

// scheduler explores a program with so many simulated workers, and returns the reports of
// the keeper, and of one that comes afterwards and has only the ledger.
func scheduler(ctx context.Context, c *cluster, workers int, engine order.Engine, options ...explore.Option) (first, second *explore.Report, err error) {
	plan := queue.Plan{Version: 1, Name: "simulated", Unit: time.Second, Lease: lease}
	do := func(u *user) func(context.Context, explore.Unit, search.UnitLimits) (*explore.UnitResult, error) {
		return func(ctx context.Context, unit explore.Unit, limits search.UnitLimits) (*explore.UnitResult, error) {
			if u.dies(ctx) {
				return nil, errDead
			}
			limits.Time, limits.Runs = 0, sim.Choose(ctx, "runs", 5, 1, 20)
			r, err := explore.SearchUnit(context.Background(), engine, unit, limits, options...)
			if err == nil {
				err = sim.Sleep(ctx, sim.Latency(ctx, "unit", sim.Uniform{Min: time.Second / 2, Max: 2 * time.Second}))
			}
			return r, err
		}
	}
	tasks := make([]*sim.Task[sim.None], workers)
	for i := range tasks {
		tasks[i] = sim.Go(ctx, fmt.Sprintf("worker%d", i), func(ctx context.Context) error {
			if err := sim.Sleep(ctx, time.Duration(i)*time.Millisecond); err != nil { // they do not come all at once
				return err
			}
			for {
				u := &user{cluster: c}
				w := queue.Worker{Ledger: u, Line: u, Plan: plan, Do: do(u)}
				err := w.Work(ctx)
				if !errors.Is(err, errDead) {
					return err
				}
				if err := sim.Sleep(ctx, time.Second); err != nil { // another one takes its place
					return err
				}
			}
		})
	}
	k, err := keep(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	first = k.Report()
	for _, t := range tasks {
		if _, err := t.Await(ctx); !errors.Is(err, queue.ErrOver) {
			return nil, nil, fmt.Errorf("%s ends with %v", t.Name(), err)
		}
	}
	late := &queue.Keeper{}
	for _, key := range slices.Sorted(maps.Keys(c.values)) {
		if err := late.Learn(key, c.values[key]); err != nil {
			return nil, nil, err
		}
	}
	return first, late.Report(), nil
}

// keep is a keeper that dies as well, and is replaced by one that knows nothing.
func keep(ctx context.Context, c *cluster) (*queue.Keeper, error) {
	for {
		u := &user{cluster: c}
		k := &queue.Keeper{Ledger: u, Line: u}
		known := map[string]bool{}
		mended := false
		for {
			for _, key := range slices.Sorted(maps.Keys(c.values)) {
				if !known[key] {
					known[key] = true
					if err := k.Learn(key, c.values[key]); err != nil {
						return nil, err
					}
				}
			}
			over, err := k.Over(ctx)
			if err == nil && over {
				return k, nil
			}
			if err == nil && (!mended || u.idle()) {
				mended, err = true, k.Mend(ctx)
			}
			if errors.Is(err, errDead) {
				break
			} else if err != nil {
				return nil, err
			}
			if err := sim.Sleep(ctx, time.Second); err != nil {
				return nil, err
			}
		}
	}
}

// tree is an engine whose programs are trees of choices: it costs next to nothing, and runs
// within a step of a simulation, where an event loop may not.
type tree struct {
	depth, width int
}

func (e tree) Program() string      { return fmt.Sprintf("a tree of depth %d", e.depth) }
func (e tree) Policy() string       { return "any-ready" }
func (e tree) Runner() order.Runner { return e }
func (e tree) Close()               {}

func (e tree) Run(strategy order.Strategy, _ trace.Level) *order.Run {
	r := &order.Run{End: order.Finished}
	at := trace.Hash(0).Text("root")
	for i := range e.depth {
		n := 2 + int(uint64(at)>>20%uint64(e.width-1))
		d := order.Decision{Kind: order.PickChoice, Key: fmt.Sprintf("main/level.%d", i), Of: n, Alternatives: make([]order.Alternative, n)}
		for k := range d.Alternatives {
			d.Alternatives[k].Name = fmt.Sprint(k)
		}
		d.Taken = strategy.Choose(&d)
		d.Index = d.Taken
		r.Decisions = append(r.Decisions, d)
		at = at.Word(uint64(d.Taken) + 1)
	}
	r.Hash, r.Steps = at, int64(e.depth)
	r.TraceID = func() uint64 { return uint64(at) }
	r.Output = []order.Line{{Text: fmt.Sprint("leaf ", uint64(at)>>30%7)}}
	if uint64(at)>>40%50 == 0 {
		r.End, r.Err, r.Summary = order.Panicked, errors.New("broken"), "broken"
	}
	return r
}
