package counts

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"weft/sim"
	"weft/sim/order"
)

// Loop returns the engine that runs a program on the event loop, any ready task next:
// an operation is a step.
func Loop(p *Program) order.Engine { return sim.Engine(sim.Main(p.main)) }

// loopWorld is what the threads of a program share.
type loopWorld struct {
	vars   map[string]*sim.Var[int]
	locks  map[string]*sim.Mutex
	queues map[string]*sim.Queue[string]
	begun  *sim.Var[bool] // all threads are there
}

func (p *Program) main(ctx context.Context) error {
	w := &loopWorld{vars: map[string]*sim.Var[int]{}, locks: map[string]*sim.Mutex{}, queues: map[string]*sim.Queue[string]{}}
	for _, x := range p.Objects("R", "W", "RMW", "CAS") {
		w.vars[x] = sim.NewVar(ctx, x, p.Value(x))
	}
	for _, x := range p.Objects("LOCK", "UNLOCK", "TRYLOCK") {
		w.locks[x] = sim.NewMutex(ctx, x)
	}
	for _, x := range p.Objects("SEND", "RECV") {
		w.queues[x] = sim.NewQueue[string](ctx, x, 0)
	}
	w.begun = sim.NewVar(ctx, "begun", false)
	waiting := sim.NewVar(ctx, "waiting", 0)
	results := make([][]string, len(p.Threads))
	tasks := make([]sim.Awaitable[sim.None], len(p.Threads))
	for i := range p.Threads {
		tasks[i] = sim.Go(ctx, fmt.Sprint("t", i), func(ctx context.Context) error {
			waiting.Set(i + 1)
			return p.thread(ctx, w, i, &results[i])
		})
		// One after another, so that no thread's first operation is ready before
		// those of all are.
		if err := sim.Until(ctx, "thread is there", func() bool { return waiting.Get() > i }); err != nil {
			return err
		}
	}
	w.begun.Set(true)
	if _, err := sim.Gather(ctx, tasks...).Await(ctx); err != nil {
		return err
	}
	sim.Print(ctx, p.Out(results, func(x string) int {
		if v := w.vars[x]; v != nil {
			return v.Get()
		}
		return p.Value(x)
	}))
	return nil
}

func (p *Program) thread(ctx context.Context, w *loopWorld, i int, results *[]string) error {
	for {
		op, err := p.Next(i, *results)
		if err != nil || op.Kind == "END" {
			return err
		}
		first := len(*results) == 0
		if err := w.ready(ctx, op, first); err != nil {
			return err
		}
		result, err := w.do(ctx, op, first)
		if err != nil {
			return err
		}
		*results = append(*results, result)
	}
}

// ready waits until an operation is enabled and the thread's turn has come.
func (w *loopWorld) ready(ctx context.Context, op Op, first bool) error {
	enabled := func() bool { return true }
	switch {
	case op.Kind == "RECV":
		enabled = func() bool { return !w.queues[op.Object].Empty() }
	case op.Kind == "LOCK" && !first:
		return nil // Mutex.Lock waits
	case op.Kind == "LOCK":
		enabled = func() bool { return !w.locks[op.Object].Locked() }
	case !first:
		return sim.Yield(ctx)
	}
	return sim.Until(ctx, op.Kind+" "+op.Object, func() bool { return (!first || w.begun.Get()) && enabled() })
}

func (w *loopWorld) do(ctx context.Context, op Op, first bool) (string, error) {
	v := w.vars[op.Object]
	switch op.Kind {
	case "R":
		return strconv.Itoa(v.Get()), nil
	case "W":
		v.Set(op.A)
		return Done, nil
	case "RMW":
		return strconv.Itoa(v.Update(func(n int) int { return n + op.A }) - op.A), nil
	case "CAS":
		return bit(sim.CompareAndSwap(v, op.A, op.B)), nil
	case "LOCK":
		if first && w.locks[op.Object].TryLock(ctx) {
			return Done, nil
		}
		return Done, w.locks[op.Object].Lock(ctx)
	case "UNLOCK":
		return Done, w.locks[op.Object].Unlock()
	case "TRYLOCK":
		return bit(w.locks[op.Object].TryLock(ctx)), nil
	case "SEND":
		return Done, w.queues[op.Object].PutNowait(op.Item)
	case "RECV":
		return w.queues[op.Object].GetNowait()
	case "STEP":
		var read []string
		for _, m := range op.Ops {
			if m.Write {
				w.vars[m.Object].Set(m.Value)
			} else {
				read = append(read, strconv.Itoa(w.vars[m.Object].Get()))
			}
		}
		if read == nil {
			return "()", nil
		}
		return strings.Join(read, ","), nil
	}
	return "", errors.New("counts: unknown operation " + op.Kind)
}

func bit(yes bool) string {
	if yes {
		return "1"
	}
	return "0"
}
