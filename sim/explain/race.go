package explain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// Pattern is a sort of race.
type Pattern string

// The patterns that [Why] knows. Each is claimed only where the events of the
// failing run show all of it and, except for those that end in a deadlock, the
// passing run does not show the same.
const (
	// LostUpdate: a task reads a variable, another one writes it, and the first
	// writes it without having read it again.
	LostUpdate Pattern = "lost update"
	// CheckThenAct: a task looks at something, another one changes it, and in a later
	// step the first acts on it.
	CheckThenAct Pattern = "check-then-act"
	// ReadBeforeWrite: a task reads a variable before another one writes it for the
	// first time.
	ReadBeforeWrite Pattern = "read before write"
	// SplitSection: a task holds a lock, gives it back and takes it again, and in
	// between another one holds it.
	SplitSection Pattern = "split critical section"
	// LockOrder: tasks wait in a circle for locks that they hold.
	LockOrder Pattern = "lock-order deadlock"
	// NeverReleased: a task waits for what another one took and, having ended, will
	// not give back.
	NeverReleased Pattern = "never released"
	// MissedWakeUp: a task begins to wait for a notification that has been given.
	MissedWakeUp Pattern = "missed wake-up"
	// DoneTwice: two tasks each set one future, shut down one queue, close one channel
	// or put one item into a queue.
	DoneTwice Pattern = "done twice"
	// CancelledAtBadTime: a task is cancelled while it waits or holds a lock.
	CancelledAtBadTime Pattern = "cancelled"
	// OtherOrder is none of these: two accesses that conflict come in another order
	// than in the passing run.
	OtherOrder Pattern = "order"
)

// Race says what raced in a failing run.
type Race struct {
	Pattern Pattern
	// Object is what it was about, as in the trace; empty for LockOrder.
	Object string
	// Text is a sentence without its full stop, with the failing run's [trace.Numbers].
	Text string
	// Events are those that the text speaks of, in the order of the run, and Numbers what
	// readers call them.
	Events  []trace.Event
	Numbers []string
	// Checked says that a run has shown that this decides: as the failing run, but with
	// whoever came first kept back until the other one was past, it passes.
	Checked bool

	absent string // a task with a part in it of which the failing run shows nothing
}

// access is an event that touches an object. Its key is the same in other runs.
type access struct {
	trace.Event
	key  accessKey
	step int // of its task
}

type accessKey struct {
	task, object string
	kind         trace.Kind
	n            int // of this sort
}

// history is what happened in a run until it failed, by object and by task.
type history struct {
	trace    *trace.Trace
	numbers  map[int]string // of the trace, once they are asked for
	goes     *bool          // what inGo says, once it is asked for
	events   []trace.Event
	accesses []access
	at       map[accessKey]int      // indices of accesses
	waits    map[string]trace.Event // by task: what those that never went on wait for
	ended    map[string]trace.Event // by task
	went     map[string]trace.Event // by task: when those that have not waited since went on
	blamed   string                 // the task that failed first, if one did
}

// historyOf leaves out what comes of the end of a run: tasks that are unwound, or
// cancelled because the run has failed.
func historyOf(t *trace.Trace, end order.End, message string) *history {
	h := &history{trace: t, at: map[accessKey]int{}, waits: map[string]trace.Event{}, ended: map[string]trace.Event{}, went: map[string]trace.Event{}}
	h.events = lived(t.Events)
	if end != order.Finished && !hangs(end) {
		for i, e := range h.events {
			if e.Kind == trace.Finish && slices.Contains([]string{"failed", "panicked", "exited"}, e.Object) && strings.Contains(message, e.Detail) {
				h.events, h.blamed = h.events[:i+1], e.Task
				break
			}
		}
	}
	steps := map[string]int{}
	counts := map[accessKey]int{}
	for _, e := range h.events {
		switch e.Kind {
		case trace.Start, trace.Resume:
			steps[e.Task]++
			delete(h.waits, e.Task)
			h.went[e.Task] = e
		case trace.Wait:
			h.waits[e.Task] = e
			delete(h.went, e.Task)
		case trace.Finish:
			h.ended[e.Task] = e
			delete(h.went, e.Task)
		}
		if e.Kind.Access() == trace.NoAccess && e.Kind != trace.Wait || e.Object == "" {
			continue
		}
		key := accessKey{task: e.Task, object: e.Object, kind: e.Kind}
		counts[key]++
		key.n = counts[key]
		h.at[key] = len(h.accesses)
		h.accesses = append(h.accesses, access{e, key, steps[e.Task]})
	}
	return h
}

// number is what readers call an event of the run.
func (h *history) number(seq int) string {
	if h.numbers == nil {
		h.numbers = trace.Numbers(h.trace)
	}
	return h.numbers[seq]
}

// inGo reports whether the run is one of goroutines.
func (h *history) inGo() bool {
	if h.goes == nil {
		goes := h.trace.InGo()
		h.goes = &goes
	}
	return *h.goes
}

// numbered is a race in the run with the numbers of its events.
func (h *history) numbered(r *Race) *Race {
	if r != nil {
		r.Numbers = nil
		for _, e := range r.Events {
			r.Numbers = append(r.Numbers, h.number(e.Seq))
		}
	}
	return r
}

// histories returns those of the failing run and of the passing one, or nil if there is
// none. They are made once.
func (f *Failure) histories() (failing, passing *history) {
	if f.failing == nil {
		f.failing = historyOf(f.Trace, f.End, f.Message)
		if f.Passing != nil {
			f.passing = historyOf(f.Passing.Trace, order.Finished, "")
		}
	}
	return f.failing, f.passing
}

// lived cuts off what happens after the last step of a run: when a run is given
// up, its tasks are unwound, and what their deferred functions do is in the trace.
func lived(events []trace.Event) []trace.Event {
	last := len(events) - 1
	for last >= 0 && events[last].Kind != trace.Start && events[last].Kind != trace.Resume && events[last].Kind != trace.Callback {
		last--
	}
	if last < 0 {
		return events
	}
	task := events[last].Task
	for i := last + 1; i < len(events); i++ {
		e := events[i]
		if e.Task == task && (e.Kind == trace.Wait || e.Kind == trace.Finish) {
			for i++; i < len(events) && events[i].Kind == trace.Wait; i++ {
				// Others wait as well from now on: for a lock that is held, say.
			}
			return events[:i]
		}
		if e.Task != task && e.Kind == trace.Finish {
			return events[:i]
		}
	}
	return events
}

// raceOf says what raced.
func raceOf(f *Failure) *Race {
	h, p := f.histories()
	if hangs(f.End) {
		for _, find := range []func() *Race{h.lockOrder, h.neverReleased, h.missedWakeUp} {
			if race := find(); race != nil {
				return h.numbered(race)
			}
		}
	}
	if f.Passing == nil {
		return nil
	}
	c := &comparison{failing: h, passing: p, hangs: hangs(f.End)}
	for _, find := range []func() *Race{c.lostUpdate, c.doneTwice, c.checkThenAct, c.readBeforeWrite, c.splitSection, c.cancelled, c.otherOrder} {
		if race := find(); race != nil {
			return h.numbered(race)
		}
	}
	return nil
}

// hangs reports whether a run that ends so has tasks that wait for ever.
func hangs(end order.End) bool {
	return end == order.Deadlocked || end == order.Stalled || end == order.Spinning
}

// holdings are, for every object that is held, the acquisitions that were not given
// back, the oldest first.
type holdings map[string][]trace.Event

func (held holdings) add(e trace.Event) {
	list := held[e.Object]
	switch e.Kind {
	case trace.Acquire:
		held[e.Object] = append(list, e)
	case trace.Release:
		if len(list) == 0 {
			return
		}
		i := max(0, slices.IndexFunc(list, func(a trace.Event) bool { return a.Task == e.Task }))
		if list = slices.Delete(list, i, i+1); len(list) == 0 {
			delete(held, e.Object)
		} else {
			held[e.Object] = list
		}
	}
}

// holding returns what is held at the end.
func (h *history) holding() holdings {
	held := holdings{}
	for _, e := range h.events {
		held.add(e)
	}
	return held
}

// stuck returns what tasks wait for that never went on, in the order in which they
// began to.
func (h *history) stuck() []trace.Event {
	var waits []trace.Event
	for task, e := range h.waits {
		if _, ended := h.ended[task]; !ended {
			waits = append(waits, e)
		}
	}
	slices.SortFunc(waits, func(a, b trace.Event) int { return a.Seq - b.Seq })
	return waits
}

// running returns when tasks went on that have neither waited nor ended since.
func (h *history) running() []trace.Event {
	return slices.SortedFunc(maps.Values(h.went), func(a, b trace.Event) int { return a.Seq - b.Seq })
}

// lockOrder finds a circle of tasks of which each waits for what only the next one
// holds.
func (h *history) lockOrder() *Race {
	held := h.holding()
	next := func(wait trace.Event) (took trace.Event, then trace.Event, ok bool) {
		if len(held[wait.Object]) != 1 {
			return took, then, false
		}
		took = held[wait.Object][0]
		then, ok = h.waits[took.Task]
		return took, then, ok
	}
	for _, first := range h.stuck() {
		var took []trace.Event // took[i] is of what the i-th task waits for
		waits := []trace.Event{first}
		for {
			a, wait, ok := next(waits[len(waits)-1])
			if !ok || len(waits) > len(h.waits) {
				break
			}
			took = append(took, a)
			if wait.Task != first.Task {
				waits = append(waits, wait)
				continue
			}
			return h.circle(waits, took)
		}
	}
	return nil
}

func (h *history) circle(waits, took []trace.Event) *Race {
	race := &Race{Pattern: LockOrder, Events: slices.Concat(waits, took)}
	if len(waits) == 1 {
		race.Text = fmt.Sprintf("%s: %s waits from event %s on for %s, which it took itself at event %s",
			LockOrder, who(waits[0]), h.number(waits[0].Seq), words.Line(waits[0].Object), h.number(took[0].Seq))
		return race.sorted()
	}
	parts := make([]string, len(waits))
	for i, w := range waits {
		own := took[(i+len(took)-1)%len(took)] // what this task holds, and the one before it waits for
		parts[i] = fmt.Sprintf("%s holds %s since event %s and waits for %s from event %s on", who(w), name(own.Object), h.number(own.Seq), name(w.Object), h.number(w.Seq))
	}
	race.Text = string(LockOrder) + ": " + strings.Join(parts, "; ")
	return race.sorted()
}

func (h *history) neverReleased() *Race {
	held := h.holding()
	for _, wait := range h.stuck() {
		for _, took := range held[wait.Object] {
			end, ended := h.ended[took.Task]
			if !ended {
				continue
			}
			how := end.Object
			if how != "returned" && how != "failed" && how != "panicked" {
				how = "was " + how
			}
			race := &Race{Pattern: NeverReleased, Object: wait.Object, Events: []trace.Event{took, end, wait}}
			race.Text = fmt.Sprintf("%s was %s: %s took it at event %s and %s at event %s without giving it back, and %s waits for it from event %s on",
				name(wait.Object), NeverReleased, who(took), h.number(took.Seq), how, h.number(end.Seq), who(wait), h.number(wait.Seq))
			return race.sorted()
		}
	}
	return nil
}

func (h *history) missedWakeUp() *Race {
	calls := map[string][]*trace.Event{}
	for i := range h.events {
		if e := &h.events[i]; e.Kind == trace.Notify || e.Kind == trace.Set {
			calls[e.Object] = append(calls[e.Object], e)
		}
	}
	for _, wait := range h.stuck() {
		if strings.HasPrefix(wait.Object, "queue ") || strings.HasPrefix(wait.Object, "wait group ") {
			continue // there, a Notify and a Set mean something else
		}
		var call *trace.Event
		for _, e := range calls[wait.Object] {
			if e.Task == wait.Task {
				continue
			}
			if call = e; e.Seq > wait.Seq {
				call = nil // there was a wake-up after all, and it went elsewhere
				break
			}
		}
		if call == nil {
			continue
		}
		race := &Race{Pattern: MissedWakeUp, Object: wait.Object, Events: []trace.Event{*call, wait}}
		race.Text = fmt.Sprintf("%s on %s: %s %s it at event %s, before %s began to wait for it at event %s",
			MissedWakeUp, name(wait.Object), who(*call), did(*call), h.number(call.Seq), who(wait), h.number(wait.Seq))
		return race
	}
	return nil
}

func (r *Race) sorted() *Race {
	slices.SortFunc(r.Events, func(a, b trace.Event) int { return a.Seq - b.Seq })
	return r
}

// who names the one who did it.
func who(e trace.Event) string {
	if e.Task == "" {
		return trace.Loop
	}
	return words.Line(e.Task)
}

// name is an object's name without its kind, if it has a name of its own.
func name(object string) string {
	kind, rest, ok := strings.Cut(object, " ")
	switch {
	case !ok || rest == "" || strings.Trim(rest, "0123456789") == "" || strings.Contains(rest, " "):
	case slices.Contains([]string{"var", "lock", "mutex", "semaphore", "event", "condition", "cond", "queue", "future", "barrier", "task", "chan", "atomic", "once"}, kind):
		return words.Line(rest)
	}
	return words.Line(object)
}

// ownLock is the prefix with which the lock of a condition is named after it. In
// the program, it goes by the condition.
const ownLock = "lock of "

// did says what a task did to an object, as a verb of the past.
func did(e trace.Event) string {
	if _, was := e.InGo(); was != "" {
		return was
	}
	switch e.Kind {
	case trace.Read:
		return "read"
	case trace.Write:
		return "wrote"
	case trace.Acquire:
		return "took"
	case trace.Release:
		return "released"
	case trace.Set:
		return "set"
	case trace.Clear:
		return "cleared"
	case trace.Notify:
		return "notified"
	case trace.Put:
		return "put an item into"
	case trace.Get:
		return "took an item out of"
	case trace.Cancel:
		return "asked to cancel"
	case trace.Check:
		return "looked at"
	case trace.Wait:
		return "began to wait for"
	case trace.Print:
		return "printed to"
	}
	return "touched"
}
