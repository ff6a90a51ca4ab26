package sim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

// An asyncProgram is a small program in the format of testdata/conformance (see
// the README there), written once for CPython and run here through the public
// interface of the package.
type asyncProgram struct {
	Entry   string
	Objects map[string]asyncObject
	Coros   map[string][]asyncOp
}

type asyncObject struct {
	Kind    string
	Value   int
	Maxsize int
}

type asyncOp struct {
	Op               string
	Msg, Log         string
	Coro, Tg, H, Obj string
	As, Exc, Var     string
	Item, Name       string
	Ns               *int64
	N, Ge            int
	Value            any
	Items            []string
	ReturnWhen       string `json:"return_when"`
	ReturnExceptions bool   `json:"return_exceptions"`
	Do, Body         []asyncOp
	Except           []asyncHandler
	Finally          []asyncOp
}

type asyncHandler struct {
	Match, Log string
	Body       []asyncOp
}

type asyncLine struct {
	At   int64  `json:"t_ns"`
	Task string `json:"task"`
	Msg  string `json:"msg"`
}

type asyncOutcome struct {
	Kind    string   `json:"kind"`
	Value   any      `json:"value,omitempty"`
	Exc     string   `json:"exc,omitempty"`
	Phase   string   `json:"phase,omitempty"`
	Pending []string `json:"pending,omitempty"`
}

type asyncResult struct {
	Log     []asyncLine  `json:"log"`
	Outcome asyncOutcome `json:"outcome"`
	End     int64        `json:"end_ns"`
}

// pyError is an exception that a program raises by name.
type pyError string

func (e pyError) Error() string { return string(e) }

// excName returns the name of the exception that err stands for.
func excName(err error) string {
	if group, ok := err.(*sim.ErrorGroup); ok {
		names := make([]string, len(group.Errors))
		for i, inner := range group.Errors {
			names[i] = excName(inner)
		}
		return "ExceptionGroup(" + strings.Join(names, ",") + ")"
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		// What a clean-up raises takes the place of what it cleaned up after.
		return excName(joined.Unwrap()[0])
	}
	var raised pyError
	switch {
	case errors.Is(err, sim.ErrNotLocked), errors.Is(err, sim.ErrGroupClosed), errors.Is(err, sim.ErrAwaitSelf):
		return "RuntimeError"
	case errors.Is(err, sim.ErrOverReleased), errors.Is(err, sim.ErrTaskDone), errors.Is(err, sim.ErrNothingToWaitFor):
		return "ValueError"
	case errors.As(err, &raised):
		return string(raised)
	case errors.Is(err, sim.ErrCancelled):
		return "CancelledError"
	case errors.Is(err, sim.ErrTimeout):
		return "TimeoutError"
	case errors.Is(err, sim.ErrAlreadyDone), errors.Is(err, sim.ErrPending):
		return "InvalidStateError"
	case errors.Is(err, sim.ErrQueueFull):
		return "QueueFull"
	case errors.Is(err, sim.ErrQueueEmpty):
		return "QueueEmpty"
	}
	return "unknown exception: " + err.Error()
}

func isCancelled(err error) bool { return err != nil && excName(err) == "CancelledError" }

func format(v any) string {
	switch v := v.(type) {
	case nil, struct{}:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case json.Number:
		return v.String()
	case float64:
		return strconv.FormatInt(int64(v), 10)
	case string:
		return v
	case error:
		return "!" + excName(v)
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = format(v[i])
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	return fmt.Sprintf("%v", v)
}

type asyncRun struct {
	program asyncProgram
	loop    *sim.Loop
	objects map[string]any
	handles map[string]sim.AnyFuture
	futures map[string]*sim.Future[any]
	timers  map[string]interface{ Cancel() }
	groups  map[string]*sim.TaskGroup
	vars    map[string]int
	log     []asyncLine
}

// runAsync runs a program and returns what CPython would be asked for, and the
// trace.
func runAsync(p asyncProgram, options ...sim.Option) (asyncResult, *trace.Trace) {
	options = append([]sim.Option{sim.WithRecording(trace.Full), sim.WithOutput(io.Discard), sim.WithLog(io.Discard), sim.WithStepLimit(10_000_000)}, options...)
	r := &asyncRun{
		program: p, objects: map[string]any{}, handles: map[string]sim.AnyFuture{}, futures: map[string]*sim.Future[any]{},
		timers: map[string]interface{ Cancel() }{}, groups: map[string]*sim.TaskGroup{}, vars: map[string]int{},
	}
	var result asyncResult
	o := sim.Simulate(func(l *sim.Loop) error {
		r.loop = l
		ctx := l.Context()
		names := make([]string, 0, len(p.Objects))
		for name := range p.Objects {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			r.makeObject(ctx, name, p.Objects[name])
		}
		body := func(ctx context.Context) (any, error) {
			self, _ := sim.CurrentTask(ctx)
			r.handles["main"] = self
			return r.coroutine(ctx, "main")
		}
		var value any
		var err error
		if p.Entry == "run" {
			value, err = sim.RunMain(l, body)
		} else {
			value, err = sim.RunUntilComplete(l, sim.Call(ctx, "main", body))
		}
		result = asyncResult{Log: slices.Clone(r.log), Outcome: r.outcome(value, err), End: int64(l.Now())}
		return nil
	}, options...)
	return result, o.Trace
}

func (r *asyncRun) outcome(value any, err error) asyncOutcome {
	var deadlock *order.DeadlockError
	switch {
	case errors.As(err, &deadlock):
		phase := "main"
		if deadlock.Shutdown {
			phase = "shutdown"
		}
		return asyncOutcome{Kind: "deadlock", Phase: phase, Pending: r.unfinished(r.loop.Context())}
	case err == nil:
		return asyncOutcome{Kind: "result", Value: format(value)}
	case isCancelled(err):
		return asyncOutcome{Kind: "cancelled"}
	}
	return asyncOutcome{Kind: "exception", Exc: excName(err)}
}

func (r *asyncRun) unfinished(ctx context.Context) []string {
	names := []string{}
	for _, t := range sim.AllTasks(ctx) {
		names = append(names, t.Name())
	}
	slices.Sort(names)
	return names
}

func (r *asyncRun) makeObject(ctx context.Context, name string, o asyncObject) {
	switch o.Kind {
	case "lock":
		r.objects[name] = sim.NewLock(ctx, name)
	case "event":
		r.objects[name] = sim.NewEvent(ctx, name)
	case "condition":
		r.objects[name] = sim.NewCondition(ctx, name, nil)
	case "semaphore":
		r.objects[name] = sim.NewSemaphore(ctx, name, max(0, o.Value))
	case "bounded_semaphore":
		r.objects[name] = sim.NewBoundedSemaphore(ctx, name, max(0, o.Value))
	case "queue":
		r.objects[name] = sim.NewQueue[any](ctx, name, o.Maxsize)
	case "future":
		f := sim.NewFuture[any](ctx, name)
		r.futures[name], r.handles[name] = f, f.Any()
	}
}

func (r *asyncRun) print(ctx context.Context, msg string) {
	name := "-"
	if t, ok := sim.CurrentTask(ctx); ok {
		name = t.Name()
	}
	r.log = append(r.log, asyncLine{int64(r.loop.Now()), name, msg})
	sim.Print(ctx, msg)
}

func (r *asyncRun) value(ctx context.Context, label string, v any, err error) error {
	if err == nil && label != "" {
		r.print(ctx, label+"="+format(v))
	}
	return err
}

func (r *asyncRun) spawn(ctx context.Context, name string) sim.AnyFuture {
	t := sim.CreateTask(ctx, r.call(ctx, name)).Any()
	r.handles[name] = t
	return t
}

func (r *asyncRun) call(ctx context.Context, name string) *sim.Coroutine[any] {
	return sim.Call(ctx, name, func(ctx context.Context) (any, error) { return r.coroutine(ctx, name) })
}

func (r *asyncRun) coroutine(ctx context.Context, name string) (any, error) {
	for _, op := range r.program.Coros[name] {
		if op.Op == "return" {
			return op.Value, nil
		}
		if err := r.do(ctx, op, nil); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (r *asyncRun) body(ctx context.Context, ops []asyncOp, caught error) error {
	for _, op := range ops {
		if err := r.do(ctx, op, caught); err != nil {
			return err
		}
	}
	return nil
}

// refs resolves references to handles, and makes the tasks that they ask for.
func (r *asyncRun) refs(ctx context.Context, items []string) ([]sim.AnyFuture, bool) {
	out := make([]sim.AnyFuture, len(items))
	for i, item := range items {
		if !strings.HasPrefix(item, "+") {
			if !r.known(ctx, item) {
				return nil, false
			}
			out[i] = r.handles[item]
		}
	}
	for i, item := range items {
		if name, ok := strings.CutPrefix(item, "+"); ok {
			out[i] = r.spawn(ctx, name)
		}
	}
	return out, true
}

func (r *asyncRun) known(ctx context.Context, name string) bool {
	if _, ok := r.handles[name]; ok {
		return true
	}
	r.print(ctx, "nohandle:"+name)
	return false
}

func (r *asyncRun) callback(name string, ops []asyncOp) func(context.Context) {
	return func(ctx context.Context) {
		if err := r.body(ctx, ops, nil); err != nil {
			r.print(ctx, "callback!"+excName(err))
		}
	}
}

func duration(ns *int64) time.Duration {
	if ns == nil {
		return sim.Forever
	}
	return time.Duration(*ns)
}

func raised(name string) error {
	if name == "CancelledError" {
		return &sim.CancelledError{}
	}
	return pyError(name)
}

func (r *asyncRun) do(ctx context.Context, op asyncOp, caught error) error {
	switch op.Op {
	case "log":
		r.print(ctx, op.Msg)
	case "spawn":
		r.spawn(ctx, op.Coro)
	case "tg_spawn":
		g, ok := r.groups[op.Tg]
		if !ok {
			r.print(ctx, "nohandle:"+op.Tg)
			return nil
		}
		t, err := sim.CreateTaskIn(ctx, g, r.call(ctx, op.Coro))
		if err != nil {
			return err
		}
		r.handles[op.Coro] = t.Any()
	case "cancel":
		if r.known(ctx, op.H) {
			return r.value(ctx, op.Log, r.handles[op.H].Cancel(), nil)
		}
	case "cancelling":
		if r.known(ctx, op.H) {
			return r.value(ctx, op.Log, r.handles[op.H].Cancelling(), nil)
		}
	case "uncancel":
		return r.value(ctx, op.Log, sim.Uncancel(ctx), nil)
	case "state":
		if r.known(ctx, op.H) {
			r.print(ctx, op.Log+"="+stateOf(r.handles[op.H]))
		}
	case "raise":
		return raised(op.Exc)
	case "reraise":
		return caught
	case "block":
		sim.Block(ctx, duration(op.Ns))
	case "set_result":
		if r.known(ctx, op.H) {
			if f := r.futures[op.H]; f != nil && f.Any() == r.handles[op.H] {
				return f.SetResult(op.Value)
			}
			return pyError("RuntimeError") // a task's result cannot be set
		}
	case "set_exception":
		if r.known(ctx, op.H) {
			if f := r.futures[op.H]; f != nil && f.Any() == r.handles[op.H] {
				return f.SetError(raised(op.Exc))
			}
			return pyError("RuntimeError")
		}
	case "event_set":
		r.objects[op.Obj].(*sim.Event).Set()
	case "event_clear":
		r.objects[op.Obj].(*sim.Event).Clear()
	case "notify":
		return r.objects[op.Obj].(*sim.Condition).Notify(op.N)
	case "notify_all":
		return r.objects[op.Obj].(*sim.Condition).NotifyAll()
	case "release":
		return r.objects[op.Obj].(interface{ Release() error }).Release()
	case "put_nowait":
		return r.objects[op.Obj].(*sim.Queue[any]).PutNowait(op.Value)
	case "get_nowait":
		v, err := r.objects[op.Obj].(*sim.Queue[any]).GetNowait()
		return r.value(ctx, op.Log, v, err)
	case "task_done":
		return r.objects[op.Obj].(*sim.Queue[any]).TaskDone()
	case "incr":
		r.vars[op.Var]++
	case "call_soon":
		r.timers[op.As] = r.loop.CallSoon(op.As, r.callback(op.As, op.Do))
	case "call_later":
		r.timers[op.As] = r.loop.CallLater(duration(op.Ns), op.As, r.callback(op.As, op.Do))
	case "call_at":
		r.timers[op.As] = r.loop.CallAt(duration(op.Ns), op.As, r.callback(op.As, op.Do))
	case "cancel_timer":
		if t, ok := r.timers[op.As]; ok {
			t.Cancel()
		} else {
			r.print(ctx, "nohandle:"+op.As)
		}
	case "add_done_callback":
		if r.known(ctx, op.H) {
			r.handles[op.H].AddDoneCallback("done", r.callback("done", op.Do))
		}
	case "probe":
		r.print(ctx, op.Log+"="+r.probe(op.Obj))
	case "all_tasks":
		names := []any{}
		for _, name := range r.unfinished(ctx) {
			names = append(names, name)
		}
		return r.value(ctx, op.Log, names, nil)
	default:
		return r.doAsync(ctx, op, caught)
	}
	return nil
}

func stateOf(f sim.AnyFuture) string {
	v, err := f.Result()
	switch {
	case !f.Done():
		return "pending"
	case f.Cancelled():
		return "cancelled"
	case err != nil:
		return "exc(!" + excName(err) + ")"
	}
	return "result(" + format(v) + ")"
}

func (r *asyncRun) probe(name string) string {
	switch o := r.objects[name].(type) {
	case interface{ Locked() bool }:
		if o.Locked() {
			return "locked"
		}
		return "unlocked"
	case *sim.Event:
		if o.IsSet() {
			return "set"
		}
		return "clear"
	case *sim.Queue[any]:
		return "size" + strconv.Itoa(o.Len())
	}
	return "nothing"
}

func (r *asyncRun) doAsync(ctx context.Context, op asyncOp, caught error) error {
	switch op.Op {
	case "sleep":
		return sim.Sleep(ctx, duration(op.Ns))
	case "yield":
		return sim.Yield(ctx)
	case "call":
		v, err := r.call(ctx, op.Coro).Await(ctx)
		return r.value(ctx, op.Log, v, err)
	case "await":
		if !r.known(ctx, op.H) {
			return nil
		}
		v, err := r.handles[op.H].Await(ctx)
		return r.value(ctx, op.Log, v, err)
	case "gather":
		items, ok := r.refs(ctx, op.Items)
		if !ok {
			return nil
		}
		return r.gather(ctx, op, items)
	case "gather_all":
		self, _ := sim.CurrentTask(ctx)
		items := slices.DeleteFunc(sim.AllTasks(ctx), func(t sim.AnyFuture) bool { return t == self })
		return r.gather(ctx, op, items)
	case "wait_for":
		return r.waitFor(ctx, op)
	case "shield":
		items, ok := r.refs(ctx, []string{op.Item})
		if !ok {
			return nil
		}
		v, err := sim.Shield[any](ctx, items[0]).Await(ctx)
		return r.value(ctx, op.Log, v, err)
	case "wait":
		return r.wait(ctx, op)
	case "as_completed":
		return r.asCompleted(ctx, op)
	case "timeout":
		return sim.WithTimeout(ctx, duration(op.Ns), func(ctx context.Context) error { return r.body(ctx, op.Body, caught) })
	case "taskgroup":
		return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
			r.groups[op.Name] = g
			return r.body(ctx, op.Body, caught)
		})
	case "with":
		type holder interface {
			With(context.Context, func(context.Context) error) error
		}
		return r.objects[op.Obj].(holder).With(ctx, func(ctx context.Context) error { return r.body(ctx, op.Body, caught) })
	case "acquire":
		return r.objects[op.Obj].(interface{ Acquire(context.Context) error }).Acquire(ctx)
	case "event_wait":
		return r.objects[op.Obj].(*sim.Event).Wait(ctx)
	case "cond_wait":
		return r.objects[op.Obj].(*sim.Condition).Wait(ctx)
	case "cond_wait_for":
		return r.objects[op.Obj].(*sim.Condition).WaitFor(ctx, func() bool { return r.vars[op.Var] >= op.Ge })
	case "put":
		return r.objects[op.Obj].(*sim.Queue[any]).Put(ctx, op.Value)
	case "get":
		v, err := r.objects[op.Obj].(*sim.Queue[any]).Get(ctx)
		return r.value(ctx, op.Log, v, err)
	case "join":
		return r.objects[op.Obj].(*sim.Queue[any]).Join(ctx)
	case "try":
		return r.try(ctx, op, caught)
	case "repeat":
		for range op.N {
			if err := r.body(ctx, op.Body, caught); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("unknown op %q", op.Op)
}

func (r *asyncRun) gather(ctx context.Context, op asyncOp, items []sim.AnyFuture) error {
	several := sim.Awaitables[any](items)
	var list []any
	var err error
	if op.ReturnExceptions {
		var results []sim.Result[any]
		results, err = sim.GatherSettled(ctx, several...).Await(ctx)
		for _, result := range results {
			if result.Err != nil {
				list = append(list, result.Err)
			} else {
				list = append(list, result.Value)
			}
		}
	} else {
		list, err = sim.Gather(ctx, several...).Await(ctx)
	}
	return r.value(ctx, op.Log, list, err)
}

func (r *asyncRun) waitFor(ctx context.Context, op asyncOp) error {
	var item sim.Awaitable[any]
	if name, ok := strings.CutPrefix(op.Item, "+"); ok {
		if duration(op.Ns) > 0 {
			item = r.call(ctx, name)
		} else {
			item = r.spawn(ctx, name)
		}
	} else if r.known(ctx, op.Item) {
		item = r.handles[op.Item]
	} else {
		return nil
	}
	v, err := sim.WaitFor(ctx, item, duration(op.Ns))
	return r.value(ctx, op.Log, v, err)
}

func (r *asyncRun) wait(ctx context.Context, op asyncOp) error {
	for _, item := range op.Items {
		if !r.known(ctx, item) {
			return nil
		}
	}
	items, _ := r.refs(ctx, op.Items)
	when := map[string]sim.ReturnWhen{"ALL_COMPLETED": sim.AllCompleted, "FIRST_COMPLETED": sim.FirstCompleted, "FIRST_EXCEPTION": sim.FirstError}[op.ReturnWhen]
	done, pending, err := sim.Wait(ctx, when, duration(op.Ns), items...)
	if err != nil {
		return err
	}
	indices := func(set []sim.AnyFuture) string {
		var parts []string
		for i, item := range items {
			if slices.Contains(set, item) {
				parts = append(parts, strconv.Itoa(i))
			}
		}
		return strings.Join(parts, ",")
	}
	r.print(ctx, fmt.Sprintf("%s=done[%s]pending[%s]", op.Log, indices(done), indices(pending)))
	return nil
}

func (r *asyncRun) asCompleted(ctx context.Context, op asyncOp) error {
	items, ok := r.refs(ctx, op.Items)
	if !ok {
		return nil
	}
	for v, err := range sim.AsCompletedWithin(ctx, duration(op.Ns), sim.Awaitables[any](items)...) {
		if isCancelled(err) {
			return err
		}
		if err != nil {
			v = err
		}
		if err := r.value(ctx, op.Log, v, nil); err != nil {
			return err
		}
		if err := r.body(ctx, op.Body, nil); err != nil {
			return err
		}
	}
	return nil
}

func (r *asyncRun) try(ctx context.Context, op asyncOp, caught error) error {
	err := r.body(ctx, op.Body, caught)
	if err != nil {
		name := excName(err)
		for _, handler := range op.Except {
			if handler.Match != name && handler.Match != "BaseException" && (handler.Match != "Exception" || name == "CancelledError") &&
				(handler.Match != "ExceptionGroup" || !strings.HasPrefix(name, "ExceptionGroup")) {
				continue
			}
			if handler.Log != "" {
				r.print(ctx, handler.Log+"=!"+name)
			}
			err = r.body(ctx, handler.Body, err)
			break
		}
	}
	if finally := r.body(ctx, op.Finally, caught); finally != nil {
		return finally
	}
	return err
}

func parseAsync(data []byte) (asyncProgram, asyncResult, error) {
	var file struct {
		Program asyncProgram
		Expect  asyncResult
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // integers above 2^53 keep their digits
	err := decoder.Decode(&file)
	if file.Expect.Outcome.Kind == "result" {
		file.Expect.Outcome.Value = format(file.Expect.Outcome.Value)
	}
	return file.Program, file.Expect, err
}
