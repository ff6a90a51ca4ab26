package sim

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

// readyQueue is a queue in a ring, which can also be read and cut in its midst.
type readyQueue struct {
	ring []entry // length is a power of two
	head int
	n    int
}

func (q *readyQueue) push(e *entry) {
	if q.n == len(q.ring) {
		q.grow()
	}
	q.ring[(q.head+q.n)&(len(q.ring)-1)] = *e
	q.n++
}

// insert puts an entry behind those of lower and of equal rank.
func (q *readyQueue) insert(e *entry) {
	q.push(e)
	for i := q.n - 1; i > 0 && e.rank.compare(q.at(i-1).rank) < 0; i-- {
		*q.at(i), *q.at(i - 1) = *q.at(i - 1), *e
	}
}

func (q *readyQueue) pop() entry {
	e := q.ring[q.head]
	q.ring[q.head] = entry{}
	q.head = (q.head + 1) & (len(q.ring) - 1)
	q.n--
	return e
}

func (q *readyQueue) at(i int) *entry { return &q.ring[(q.head+i)&(len(q.ring)-1)] }

// take removes the i-th entry; those before it move back by one place.
func (q *readyQueue) take(i int) entry {
	e := *q.at(i)
	for ; i > 0; i-- {
		*q.at(i) = *q.at(i - 1)
	}
	q.pop()
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
	q.head, q.n = 0, 0
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
	}
	l.enqueue(&entry{work: w, from: c, cause: l.last})
}

func (l *Loop) pushStep(t *task) {
	l.notFromThread()
	t.queued = true
	l.enqueue(&entry{work: t, cause: l.last})
}

// enqueue puts an entry into the ready queue, behind what is there or, under
// AnyReady, where its rank says.
func (l *Loop) enqueue(e *entry) {
	e.by = l.by
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
