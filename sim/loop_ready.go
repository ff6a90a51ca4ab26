package sim

import (
	"cmp"
	"sort"
	"strconv"
	"time"

	"weft/sim/order"
)

// entry is a piece of work that is ready to run.
type entry struct {
	work   work
	from   *core  // the future whose end made it ready, if one did
	gen    uint32 // for timers
	cause  int32  // the event that made it ready
	by     int32  // the step that did, counted from 1
	silent bool   // a timer whose delivery was not taken down yet
	rank   *rank  // under AnyReady
}

// readyQueue is a queue in a ring, which can also be read and cut in its midst. Where
// very many entries are sorted by rank, they lie in pieces.
type readyQueue struct {
	ring  []entry // length is a power of two
	head  int
	n     int
	other int        // entries of which only a look tells whether they are events
	tall  *tallQueue // if it is in use, the ring is not
}

// plain reports whether the entry is an event for certain.
func (e *entry) plain() bool {
	switch e.work.(type) {
	case *task, *Loop, *stopEntry:
		return true
	}
	return false
}

func (q *readyQueue) push(e *entry) {
	if q.tall != nil {
		q.tall.push(e)
	} else {
		if q.n == len(q.ring) {
			q.grow()
		}
		q.ring[(q.head+q.n)&(len(q.ring)-1)] = *e
	}
	q.n++
	if !e.plain() {
		q.other++
	}
}

// insert puts an entry behind those of lower and of equal rank. Mostly that is the end.
func (q *readyQueue) insert(e *entry) {
	before := q.n
	switch {
	case before == 0 || e.rank.compare(q.at(before-1).rank) >= 0:
		if before == tallFrom && q.tall == nil {
			q.rise()
		}
		q.push(e)
		return
	case q.tall != nil:
		q.tall.insert(e)
		q.n++
		if !e.plain() {
			q.other++
		}
		return
	}
	q.push(e)
	to := sort.Search(before, func(i int) bool { return e.rank.compare(q.at(i).rank) < 0 })
	q.shift(to, before)
	*q.at(to) = *e
}

// rise goes over to pieces.
func (q *readyQueue) rise() {
	tall := &tallQueue{}
	tall.fill(q)
	clear(q.ring)
	q.head, q.tall = 0, tall
}

// shift moves the entries from one place on, and up to another one, back by one place.
func (q *readyQueue) shift(from, to int) {
	for to > from {
		end := (q.head + to) & (len(q.ring) - 1) // of those that lie in one piece
		if end == 0 {
			*q.at(to) = *q.at(to - 1)
			to--
			continue
		}
		k := min(to-from, end)
		copy(q.ring[end-k+1:end+1], q.ring[end-k:end])
		to -= k
	}
}

func (q *readyQueue) pop() entry {
	if q.tall != nil {
		return q.take(0)
	}
	e := q.ring[q.head]
	q.ring[q.head] = entry{}
	q.head = (q.head + 1) & (len(q.ring) - 1)
	q.n--
	if !e.plain() {
		q.other--
	}
	return e
}

func (q *readyQueue) at(i int) *entry {
	if q.tall != nil {
		return q.tall.at(i)
	}
	return &q.ring[(q.head+i)&(len(q.ring)-1)]
}

// take removes the i-th entry; in the ring, those before it move back by one place.
func (q *readyQueue) take(i int) entry {
	if q.tall == nil {
		e := *q.at(i)
		q.shift(0, i)
		*q.at(0) = e
		return q.pop()
	}
	e := q.tall.take(i)
	q.n--
	if !e.plain() {
		q.other--
	}
	if q.n == 0 {
		q.tall = nil
	}
	return e
}

func (q *readyQueue) grow() {
	ring := make([]entry, max(16, 2*len(q.ring)))
	for i := range q.n {
		ring[i] = *q.at(i)
	}
	q.ring, q.head = ring, 0
}

func (q *readyQueue) reset() {
	clear(q.ring)
	q.head, q.n, q.other, q.tall = 0, 0, 0, nil
}

// push makes w ready; c is the future whose end does so, if one does.
func (l *Loop) push(w work, c *core) {
	l.notFromThread()
	switch w := w.(type) {
	case *task:
		w.queued = true
	case *Loop:
		l.pushEnd(w, c)
		return
	case *gathering:
		w.expect(c, 1)
	}
	l.enqueue(&entry{work: w, from: c, cause: l.last}, l.by)
}

func (l *Loop) pushStep(t *task) {
	l.notFromThread()
	if g := t.guard; g != nil && g.queued { // cancelled, or interrupted
		if !l.policy.PicksReady() {
			return
		}
		l.unqueue(g)
	}
	t.queued = true
	l.enqueue(&entry{work: t, cause: l.last}, l.by)
}

// enqueue puts an entry into the ready queue, behind what is there or, under
// AnyReady, where its rank says. by is the step that makes it ready.
func (l *Loop) enqueue(e *entry, by int32) {
	e.by = by
	if l.policy.PicksReady() {
		e.rank = l.nextRank()
		l.ready.insert(e)
	} else {
		l.ready.push(e)
	}
}

// notFromThread panics if a thread of an executor is about to make something
// ready: that is the loop's own business, and in real life a data race.
func (l *Loop) notFromThread() {
	if l.thread != nil && !l.thread.killed {
		misuse("thread %s wakes or makes a task; a thread reaches the loop by its result, or by Loop.CallSoonThreadsafe", l.thread.label())
	}
}

// nextReady takes the entry that runs next off the ready queue, under AnyReady.
func (l *Loop) nextReady() entry {
	l.picked = -1
	if !l.ready.at(0).isEvent() {
		return l.ready.pop()
	}
	late := l.mayComeFirst()
	if l.ready.n == 1 && len(late) == 0 {
		return l.ready.pop()
	}
	// Where all entries are events, which they mostly are, nothing has to be looked through.
	events, own := l.ready.n, false
	place := func(i int) int { return i }
	if l.ready.other > 0 {
		candidates := l.candidates[:0]
		for i := range l.ready.n {
			switch e := l.ready.at(i); {
			case !e.isEvent():
				own = true
			case own && l.willBeDisarmed(i):
			default:
				candidates = append(candidates, i)
			}
		}
		l.candidates, events = candidates, len(candidates)
		place = func(i int) int { return candidates[i] }
	}
	var soon []work
	if own {
		soon = l.lookAhead(l.ready.n).ready
	}
	n := events + len(soon) + len(late)
	if n == 1 {
		return l.ready.pop()
	}
	alternative := func(i int) order.Alternative {
		if i < events {
			return l.ready.at(place(i)).alternative()
		}
		i -= events
		if i >= len(soon) {
			return firing(late[i-len(soon)]).alternative()
		}
		e := entry{work: soon[i]}
		if e.work == work(l) {
			e.gen = uint32(l.ends + 1)
		}
		return e.alternative()
	}
	var d order.Decision
	if l.overBudget(n) {
		d = l.askCompact(n, alternative)
	} else {
		alternatives := l.room(n)
		for i := range alternatives {
			alternatives[i] = alternative(i)
		}
		d = l.ask(order.PickReady, alternatives[0].Name, alternatives)
	}
	taken := d.Taken
	if len(d.Alternatives) < n {
		taken = d.Index
	}
	picked := len(l.decisions)
	l.keep(d, nil)
	var e entry
	switch i := taken - events; {
	case i < 0:
		e = l.ready.take(place(taken))
	case i < len(soon):
		e = l.runUntilReady(soon[i])
	default:
		e = l.holdUp(late[i-len(soon)])
	}
	l.picked = picked
	return e
}

// askCompact asks for one of n alternatives and keeps two of them at most, as compacted
// does. If the strategy can say what it is going to take, the others are not even named.
func (l *Loop) askCompact(n int, alternative func(i int) order.Alternative) order.Decision {
	for len(l.alternativesBuffer) < n {
		l.alternativesBuffer = append(l.alternativesBuffer, order.Alternative{})
	}
	alternatives := l.alternativesBuffer[:n]
	plan := [1]order.PlannedTurn{}
	if p, ok := l.strategy.(order.Planned); ok && p.Plan(plan[:]) == 1 && (plan[0].Of == 0 || plan[0].Of == n) {
		shown := [...]int{0, 1, plan[0].Index(n)}
		for _, i := range shown {
			alternatives[i] = alternative(i)
		}
		defer func() {
			for _, i := range shown {
				alternatives[i] = order.Alternative{}
			}
		}()
	} else {
		for i := range alternatives {
			alternatives[i] = alternative(i)
		}
		defer clear(alternatives)
	}
	return compacted(l.ask(order.PickReady, alternatives[0].Name, alternatives))
}

// isEvent reports whether a reader would call the entry an event: a task's step,
// a callback of the program, a timeout, the end of a task that makes its group
// cancel the others. What the loop does for itself is none, and neither is an
// entry that was taken back.
func (e *entry) isEvent() bool {
	switch w := e.work.(type) {
	case *task:
		return true
	case *Handle:
		return !w.cancelled
	case *timer:
		return w.event && w.gen == e.gen
	case *TaskGroup:
		return w.aborts(e.from)
	case *Loop, *stopEntry:
		return true
	}
	return false
}

func (e *entry) alternative() order.Alternative {
	switch w := e.work.(type) {
	case *task:
		return w.alternative()
	case *TaskGroup:
		return order.Alternative{Name: e.from.self.label() + "/abort", Task: w.parent.label(), Op: "abort", Object: "task group"}
	case *Handle:
		return order.Alternative{Name: w.id(), Op: "call", Object: w.label()}
	case *timer:
		return w.alternative()
	case *Loop:
		return order.Alternative{Name: "+end." + strconv.Itoa(int(e.gen)), Op: "stop", Object: "loop"}
	case *stopEntry:
		return order.Alternative{Name: "+stop." + strconv.Itoa(int(w.n)), Op: "stop", Object: "loop"}
	}
	panic("sim: not an event")
}

// alternative names the task's next step.
func (t *task) alternative() order.Alternative {
	if t.stepNamed != t.steps+1 {
		t.stepName, t.stepNamed = t.label()+"."+strconv.Itoa(int(t.steps)+1), t.steps+1
	}
	a := order.Alternative{Name: t.stepName, Task: t.label(), Op: "start"}
	if t.started && t.what != nil {
		a.Op, a.Object = "resume", t.what.describe()
	}
	return a
}

// rank is the place in the ready queue that a piece of work would have in the
// default order: its turn, who made it ready, and how many that one had made
// ready before. It depends on what caused what and on nothing else, so that it is
// the same in all runs that differ only in the order of steps which have nothing
// to do with each other.
//
// Under [order.AnyReady] the ready queue is sorted by rank and not by arrival. Or else
// what the loop does for itself, which nobody picks, would come before or after a
// step for reasons that no reader could see: two independent steps further back
// having changed places.
type rank struct {
	epoch int32 // how often time had moved on
	turn  int32
	root  *rankRoot   // where the chain of causes begins in this epoch
	path  *rankBranch // the way from there
}

// rankRoot begins a chain: a timer that was delivered, or a push from outside.
type rankRoot struct {
	turn  int32 // in which it runs
	class rankClass
	when  time.Duration // of a timer
	made  *rank         // of a timer: where it was armed
	n     int32         // of pushes from outside
}

type rankClass uint8

const (
	fromOutside rankClass = iota
	fromTimer             // timers are delivered behind what is there
	fromEnd               // a turn is finished before the loop stops
)

// rankBranch says that the work of one turn was not the first that its maker had
// made ready, but the one after n others. Links for the first ones are left out,
// so that a task which spins makes no list.
type rankBranch struct {
	up   *rankBranch
	turn int32
	n    int32
}

func (a *rank) compare(b *rank) int {
	if a == b {
		return 0
	}
	if c := cmp.Compare(a.epoch, b.epoch); c != 0 {
		return c
	}
	if c := cmp.Compare(a.turn, b.turn); c != 0 {
		return c
	}
	if c := a.root.compare(b.root); c != 0 {
		return c
	}
	// The difference nearest to the root counts, and the lists begin at the
	// other end.
	c := 0
	for p, q := a.path, b.path; p != q; {
		switch {
		case q == nil || p != nil && p.turn > q.turn:
			c, p = 1, p.up
		case p == nil || q.turn > p.turn:
			c, q = -1, q.up
		default:
			if d := cmp.Compare(p.n, q.n); d != 0 {
				c = d
			}
			p, q = p.up, q.up
		}
	}
	return c
}

func (r *rankRoot) compare(s *rankRoot) int {
	if r == s {
		return 0
	}
	if r == nil || s == nil {
		if r == nil {
			return -1
		}
		return 1
	}
	if c := cmp.Compare(r.turn, s.turn); c != 0 {
		return c
	}
	if c := cmp.Compare(r.class, s.class); c != 0 {
		return c
	}
	if c := cmp.Compare(r.when, s.when); c != 0 {
		return c
	}
	if c := r.made.compare(s.made); c != 0 {
		return c
	}
	return cmp.Compare(r.n, s.n)
}

// rankState is what the loop knows of ranks while it runs under AnyReady.
type rankState struct {
	here   *rank // of the work that runs now
	inside bool  // some work runs now
	pushed int32 // how much it has made ready so far
	last   int32 // the last turn of this epoch of which something ran
	count  int32 // pushes from outside
}

// nextRank gives out the rank of what is made ready or written down now.
func (l *Loop) nextRank() *rank {
	if !l.policy.PicksReady() {
		return nil
	}
	o := &l.ranks
	if !o.inside {
		o.count++
		return l.rankFrom(rankRoot{turn: o.last + 1, class: fromOutside, n: o.count})
	}
	r := *o.here
	r.turn++
	if o.pushed > 0 {
		r.path = &rankBranch{r.path, r.turn, o.pushed}
	}
	o.pushed++
	return &r
}

func (l *Loop) rankFrom(r rankRoot) *rank {
	return &rank{epoch: l.moves, turn: r.turn, root: &r}
}

// nextTurn is the turn in which what becomes ready now will run by default.
func (l *Loop) nextTurn() int32 {
	if l.ranks.inside {
		return l.ranks.here.turn + 1
	}
	return l.ranks.last + 1
}
