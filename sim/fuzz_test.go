package sim_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

// FuzzPrograms feeds the interpreter of testdata/conformance random programs: no
// panic, no hang, and the same trace twice, in the default order and by seed.
func FuzzPrograms(f *testing.F) {
	f.Add([]byte("weft"), uint64(1))
	for seed := range 20 {
		// Long inputs, or the fuzzer takes long to get past the first operations.
		data := make([]byte, 400)
		source := rand.New(rand.NewPCG(uint64(seed), 0))
		for i := range data {
			data[i] = byte(source.Uint32())
		}
		f.Add(data, uint64(seed))
	}
	f.Add([]byte{200, 1, 9, 30, 2, 41, 3, 77, 12, 5, 250, 8, 19, 4, 7, 33, 60, 90}, uint64(7))
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		program := (&programSource{data: data}).program()
		for _, options := range [][]sim.Option{
			nil,
			{sim.WithPolicy(order.SameInstant), sim.WithSeed(seed)},
			{sim.WithPolicy(order.AnyReady), sim.WithSeed(seed)},
			{sim.WithPolicy(order.Jitter(20 * time.Millisecond)), sim.WithSeed(seed)},
		} {
			// A strategy is used up by a run, so each run makes its own.
			first := fuzzRun(t, program, seed, options)
			second := fuzzRun(t, program, seed, options)
			if difference := trace.Compare(first, second); difference != nil {
				t.Fatal(difference)
			}
		}
	})
}

func fuzzRun(t *testing.T, program asyncProgram, seed uint64, options []sim.Option) *trace.Trace {
	t.Helper()
	options = append([]sim.Option{sim.WithStepLimit(5_000)}, options...)
	if len(options) > 1 {
		options = append(options, sim.WithSeed(seed))
	}
	result, run := runAsync(program, options...)
	if result.Outcome.Kind == "" {
		t.Fatalf("the run did not come to an end: %v", run.Events[len(run.Events)-1])
	}
	last := run.Events[len(run.Events)-1]
	switch order.End(last.Object) {
	case order.Panicked, order.Misused, order.Exited:
		t.Fatal(last)
	}
	return run
}

// programSource makes a program of bytes; when they run out, of zeros.
type programSource struct {
	data []byte
	ops  int
	self int // the coroutine whose body is being made
}

func (s *programSource) next(n int) int {
	if len(s.data) == 0 {
		return 0
	}
	b := int(s.data[0])
	s.data = s.data[1:]
	return b % n
}

func pick[T any](s *programSource, from ...T) T { return from[s.next(len(from))] }

var coroutineNames = []string{"main", "c1", "c2", "c3", "c4"}

func (s *programSource) program() asyncProgram {
	p := asyncProgram{Entry: pick(s, "run", "run_until_complete"), Coros: map[string][]asyncOp{}, Objects: map[string]asyncObject{
		"L": {Kind: "lock"}, "V": {Kind: "event"}, "C": {Kind: "condition"}, "F": {Kind: "future"},
		"S": {Kind: "semaphore", Value: s.next(3)}, "B": {Kind: "bounded_semaphore", Value: 1 + s.next(2)}, "Q": {Kind: "queue", Maxsize: s.next(3)},
	}}
	for i, name := range coroutineNames {
		s.self = i
		p.Coros[name] = s.body(0)
		if s.next(2) == 1 {
			p.Coros[name] = append(p.Coros[name], asyncOp{Op: "return", Value: float64(s.next(9))})
		}
	}
	return p
}

// body draws a list of operations; those inside others are fewer, so that no
// program is endless.
func (s *programSource) body(depth int) []asyncOp {
	var ops []asyncOp
	for range s.next(7 - 2*min(depth, 3)) {
		if s.ops++; s.ops > 120 || len(s.data) == 0 {
			break
		}
		ops = append(ops, s.op(depth))
	}
	return ops
}

func (s *programSource) op(depth int) asyncOp {
	ns := int64(s.next(5)-1) * 15_625_000
	// A coroutine may only start those after it, so that none calls itself for
	// ever; the last one calls one that does nothing.
	spawned := pick(s, append(coroutineNames[s.self+1:len(coroutineNames):len(coroutineNames)], "nothing")...)
	handle := pick(s, "main", "c1", "c2", "c3", "c4", "F")
	label := fmt.Sprint("op", s.ops)
	op := asyncOp{Log: label, Ns: &ns, H: handle, N: s.next(3), Value: float64(s.next(9)), Exc: pick(s, "E1", "ValueError", "CancelledError"), Var: "x", Ge: s.next(3)}
	sync := []string{"log", "cancel", "cancelling", "state", "raise", "block", "event_set", "event_clear", "notify", "notify_all", "release",
		"set_result", "set_exception", "put_nowait", "get_nowait", "task_done", "incr", "cancel_timer", "probe", "all_tasks", "tg_spawn"}
	async := []string{"sleep", "yield", "await", "wait_for", "shield", "gather", "wait", "as_completed", "timeout", "taskgroup", "with", "acquire",
		"event_wait", "cond_wait", "cond_wait_for", "put", "get", "join", "try", "repeat", "spawn", "call_soon", "call_later", "call_at",
		"add_done_callback", "uncancel", "gather_all"}
	if depth < 0 {
		op.Op = pick(s, sync...)
	} else {
		op.Op = pick(s, append(append(async, async...), sync...)...)
	}
	switch op.Op {
	case "log":
		op.Msg = label
	case "event_set", "event_clear", "event_wait":
		op.Obj = "V"
	case "notify", "notify_all", "cond_wait", "cond_wait_for":
		op.Obj = "C"
	case "release", "acquire", "with":
		op.Obj = pick(s, "L", "C", "S", "B")
	case "probe":
		op.Obj = pick(s, "L", "C", "S", "B", "V", "Q")
	case "put", "get", "join", "put_nowait", "get_nowait", "task_done":
		op.Obj = "Q"
	case "spawn", "tg_spawn":
		op.Coro, op.Tg = spawned, pick(s, "g1", "g2")
	case "taskgroup":
		op.Name = pick(s, "g1", "g2")
	case "gather", "wait", "as_completed":
		for range s.next(4) {
			op.Items = append(op.Items, pick(s, "main", "c1", "c2", "c3", "F"))
		}
		if op.Op != "wait" && s.next(2) == 1 {
			op.Items = append(op.Items, "+"+spawned)
		}
		op.ReturnWhen = pick(s, "ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION")
		op.ReturnExceptions = s.next(2) == 1
	case "wait_for", "shield":
		op.Item = pick(s, handle, "+"+spawned)
	case "call_soon", "call_later", "call_at", "add_done_callback":
		op.As = pick(s, "t1", "t2")
		op.Do = s.callback()
	case "cancel_timer":
		op.As = pick(s, "t1", "t2")
	}
	switch op.Op {
	case "timeout", "taskgroup", "with", "as_completed", "repeat", "try":
		op.Body = s.body(depth + 1)
	}
	if op.Op == "try" {
		op.Except = []asyncHandler{{Match: pick(s, "Exception", "CancelledError", "BaseException", "TimeoutError"), Log: label, Body: s.body(depth + 1)}}
		op.Finally = s.body(depth + 1)
	}
	return op
}

// callback draws operations that do not wait.
func (s *programSource) callback() []asyncOp {
	var ops []asyncOp
	for range s.next(3) {
		if s.ops++; s.ops > 120 || len(s.data) == 0 {
			break
		}
		ops = append(ops, s.op(-1))
	}
	return ops
}
