package sim

import (
	"container/heap"
	"context"

	"weft/sim/order"
	"weft/trace"
)

// Queue passes items between tasks (asyncio.Queue). Nothing is handed over: a
// woken task looks again, and if another was faster, it queues up again at the
// end.
type Queue[T any] struct {
	object
	max        int
	items      items[T]
	getters    waitList
	putters    waitList
	unfinished int
	finished   Event
	shut       bool
}

// items is the order in which a queue gives its items out.
type items[T any] interface {
	put(T)
	get() T
	len() int
}

// NewQueue returns a queue, first in, first out. It holds max items at most, any
// number if max is 0 or less. name is for traces and reports and may be empty.
func NewQueue[T any](ctx context.Context, name string, max int) *Queue[T] {
	return newQueue[T](ctx, "NewQueue", "queue", name, max, &fifo[T]{})
}

// NewLifoQueue returns a queue that gives the newest item first
// (asyncio.LifoQueue).
func NewLifoQueue[T any](ctx context.Context, name string, max int) *Queue[T] {
	return newQueue[T](ctx, "NewLifoQueue", "lifo queue", name, max, &lifo[T]{})
}

// NewPriorityQueue returns a queue that gives the smallest item first
// (asyncio.PriorityQueue); compare returns a negative number if a comes before
// b, as cmp.Compare does. Items that compare as equal come in the order in which
// they were put.
func NewPriorityQueue[T any](ctx context.Context, name string, max int, compare func(a, b T) int) *Queue[T] {
	if compare == nil {
		misuse("NewPriorityQueue was given no order; pass a function such as cmp.Compare")
	}
	return newQueue[T](ctx, "NewPriorityQueue", "priority queue", name, max, &priority[T]{compare: compare})
}

func newQueue[T any](ctx context.Context, op, kind, name string, max int, store items[T]) *Queue[T] {
	q := &Queue[T]{object: newObject(ctx, op, kind, name), max: max, items: store}
	q.finished = Event{object: object{loop: q.loop, name: q.name}, set: true}
	return q
}

// Len returns how many items are in the queue (qsize).
func (q *Queue[T]) Len() int {
	q.note(trace.Check)
	return q.items.len()
}

// Max returns how many items the queue holds at most; 0 or less for any number.
func (q *Queue[T]) Max() int { return q.max }

// Empty reports whether no item is in the queue.
func (q *Queue[T]) Empty() bool { return q.Len() == 0 }

// Full reports whether the queue holds as many items as it may.
func (q *Queue[T]) Full() bool {
	q.note(trace.Check)
	return q.full()
}

func (q *Queue[T]) full() bool { return q.max > 0 && q.items.len() >= q.max }

// Put puts an item in, and waits for room if need be. Its error is a
// cancellation, or [ErrQueueShutDown].
func (q *Queue[T]) Put(ctx context.Context, item T) error {
	t := q.currentTask(ctx, "Queue.Put")
	pc := q.loop.caller(1)
	for q.full() {
		if q.shut {
			q.look(pc)
			return ErrQueueShutDown
		}
		if err := q.await(ctx, t, &q.putters, "room in ", pc); err != nil {
			if !q.full() && t.own.state == finished {
				q.putters.wakeAndDrop()
			}
			return err
		}
	}
	return q.put(item, pc)
}

// await waits in a line of getters or putters. Whoever wakes a waiter takes it
// off its line.
func (q *Queue[T]) await(ctx context.Context, t *task, line *waitList, what string, pc uintptr) error {
	q.touch(order.Writes)
	w := t.waiter()
	line.add(w)
	err := t.wait(ctx, &queueWait{what + q.name, &q.object}, 0, pc)
	q.touch(order.Writes)
	line.remove(w)
	return err
}

type queueWait struct {
	what string
	*object
}

func (w *queueWait) describe() string { return w.what }
func (w *queueWait) holders() []*task { return nil }

// wakeAndDrop takes waiters off the line until one of them could be woken.
func (q *waitList) wakeAndDrop() {
	for q.first != nil {
		w := q.first
		q.remove(w)
		if w.resolve() {
			return
		}
	}
}

// PutNowait puts an item in without waiting: [ErrQueueFull] if there is no room,
// [ErrQueueShutDown] if the queue was shut down.
func (q *Queue[T]) PutNowait(item T) error { return q.put(item, q.loop.caller(1)) }

func (q *Queue[T]) put(item T, pc uintptr) error {
	if q.shut || q.full() {
		q.look(pc)
	}
	if q.shut {
		return ErrQueueShutDown
	}
	if q.full() {
		return ErrQueueFull
	}
	q.noteItem(trace.Put, item, pc)
	q.items.put(item)
	q.unfinished++
	q.finished.set = false
	q.getters.wakeAndDrop()
	return nil
}

// look notes that an operation saw the queue's state and changed nothing.
func (q *Queue[T]) look(pc uintptr) {
	q.touch(order.Reads)
	if q.loop.recording() {
		q.loop.record(trace.Entry{Kind: trace.Check, Object: q.name, PC: pc})
	}
}

func (q *Queue[T]) noteItem(kind trace.Kind, item T, pc uintptr) {
	q.touch(order.Writes)
	if q.loop.recording() {
		q.loop.record(trace.Entry{Kind: kind, Object: q.name, Detail: q.loop.show(item), PC: pc})
	}
}

// Get takes an item out, and waits for one if need be. Its error is a
// cancellation, or [ErrQueueShutDown].
func (q *Queue[T]) Get(ctx context.Context) (T, error) {
	return q.take(ctx, q.currentTask(ctx, "Queue.Get"), q.loop.caller(1))
}

func (q *Queue[T]) take(ctx context.Context, t *task, pc uintptr) (T, error) {
	var none T
	for q.items.len() == 0 {
		if q.shut {
			q.look(pc)
			return none, ErrQueueShutDown
		}
		if err := q.await(ctx, t, &q.getters, "an item of ", pc); err != nil {
			if q.items.len() > 0 && t.own.state == finished {
				q.getters.wakeAndDrop()
			}
			return none, err
		}
	}
	return q.get(pc)
}

// GetNowait takes an item out without waiting: [ErrQueueEmpty] if there is none,
// [ErrQueueShutDown] if the queue was shut down and is empty.
func (q *Queue[T]) GetNowait() (T, error) { return q.get(q.loop.caller(1)) }

func (q *Queue[T]) get(pc uintptr) (T, error) {
	var none T
	if q.items.len() == 0 {
		q.look(pc)
		if q.shut {
			return none, ErrQueueShutDown
		}
		return none, ErrQueueEmpty
	}
	item := q.items.get()
	q.noteItem(trace.Get, item, pc)
	q.putters.wakeAndDrop()
	return item, nil
}

// TaskDone says that an item that was taken out has been dealt with. It returns
// [ErrTaskDone] if it is called more often than items were put in.
func (q *Queue[T]) TaskDone() error {
	if q.unfinished <= 0 {
		q.note(trace.Check)
		return ErrTaskDone
	}
	q.note(trace.Notify)
	q.unfinished--
	if q.unfinished == 0 {
		q.finished.wakeAll()
	}
	return nil
}

// Join waits until TaskDone was called for every item. Its error is a
// cancellation.
func (q *Queue[T]) Join(ctx context.Context) error {
	t := q.currentTask(ctx, "Queue.Join")
	if q.unfinished == 0 {
		q.note(trace.Check)
		return nil
	}
	return q.finished.wait(ctx, t, &queueWait{"all items of " + q.name, &q.object}, q.loop.caller(1))
}

// Shutdown lets Put fail from now on, and Get when the queue is empty. If
// immediate, the items in it are dropped and count as done. Those who wait are
// woken.
func (q *Queue[T]) Shutdown(immediate bool) {
	q.note(trace.Set)
	q.shut = true
	if immediate {
		for q.items.len() > 0 {
			q.items.get()
			if q.unfinished > 0 {
				q.unfinished--
			}
		}
		if q.unfinished == 0 {
			q.finished.wakeAll()
		}
	}
	for q.getters.first != nil {
		q.getters.wakeAndDrop()
	}
	for q.putters.first != nil {
		q.putters.wakeAndDrop()
	}
}

type fifo[T any] struct {
	list []T
	head int
}

func (s *fifo[T]) put(item T) { s.list = append(s.list, item) }
func (s *fifo[T]) len() int   { return len(s.list) - s.head }
func (s *fifo[T]) get() T {
	var none T
	item := s.list[s.head]
	s.list[s.head] = none
	s.head++
	if s.head > 32 && 2*s.head >= len(s.list) {
		n := copy(s.list, s.list[s.head:])
		clear(s.list[n:])
		s.list, s.head = s.list[:n], 0
	}
	return item
}

type lifo[T any] struct{ list []T }

func (s *lifo[T]) put(item T) { s.list = append(s.list, item) }
func (s *lifo[T]) len() int   { return len(s.list) }
func (s *lifo[T]) get() T {
	last := len(s.list) - 1
	item := s.list[last]
	clear(s.list[last:])
	s.list = s.list[:last]
	return item
}

// priority is a heap ordered by compare, then by arrival.
type priority[T any] struct {
	compare func(a, b T) int
	list    []priorityItem[T]
	count   int
}

type priorityItem[T any] struct {
	item T
	seq  int
}

func (s *priority[T]) put(item T) {
	s.count++
	heap.Push((*priorityHeap[T])(s), priorityItem[T]{item, s.count})
}
func (s *priority[T]) len() int { return len(s.list) }
func (s *priority[T]) get() T   { return heap.Pop((*priorityHeap[T])(s)).(priorityItem[T]).item }

type priorityHeap[T any] priority[T]

func (h *priorityHeap[T]) Len() int { return len(h.list) }
func (h *priorityHeap[T]) Less(i, k int) bool {
	if c := h.compare(h.list[i].item, h.list[k].item); c != 0 {
		return c < 0
	}
	return h.list[i].seq < h.list[k].seq
}
func (h *priorityHeap[T]) Swap(i, k int) { h.list[i], h.list[k] = h.list[k], h.list[i] }
func (h *priorityHeap[T]) Push(x any)    { h.list = append(h.list, x.(priorityItem[T])) }
func (h *priorityHeap[T]) Pop() any {
	last := len(h.list) - 1
	x := h.list[last]
	clear(h.list[last:])
	h.list = h.list[:last]
	return x
}

// poller is a wait for something that the loop can only look at.
type poller interface {
	// look reports whether the wait is over, and ends it if so.
	look() bool
}

// Recv receives from a Go channel inside a task: it parks the task until the
// channel is ready, where a bare receive would block the whole loop. ok is false
// if the channel is closed. The loop looks at the channel at every turn; tasks
// that wait for one channel get its items in the order in which they came. If the
// task is cancelled after an item was taken for it, Recv returns the item and the
// error.
//
// A channel that a real goroutine feeds makes the run depend on the Go
// scheduler; use [Loop.ExpectThreadsafe] and [Loop.CallSoonThreadsafe] there.
func Recv[T any](ctx context.Context, channel <-chan T) (value T, ok bool, err error) {
	t := running(ctx, "Recv")
	if channel == nil {
		misuse("Recv was given a nil channel, from which nothing ever comes")
	}
	t.loop.untrack("a channel (Recv)")
	r := &receiver[T]{channel: channel}
	t.loop.poll() // those who wait already come first
	if r.ready() {
		return r.value, r.ok, nil
	}
	r.own = t.waiter()
	t.loop.pollers = append(t.loop.pollers, r)
	err = t.wait(ctx, namedWait("a channel"), 0, t.loop.caller(1))
	if err != nil {
		if r.taken {
			// What was taken from the channel must not be lost.
			return r.value, r.ok, err
		}
		t.loop.forget(r)
	}
	return r.value, r.ok, err
}

type receiver[T any] struct {
	channel <-chan T
	own     *waiter
	value   T
	ok      bool
	taken   bool
}

func (r *receiver[T]) ready() bool {
	select {
	case r.value, r.ok = <-r.channel:
		return true
	default:
		return false
	}
}

func (r *receiver[T]) look() bool {
	if r.own.state != pending {
		return true
	}
	if !r.ready() {
		return false
	}
	r.taken = true
	r.own.resolve()
	return true
}

// poll looks at what can only be looked at: channels and derived contexts.
func (l *Loop) poll() {
	if len(l.derived) > 0 {
		l.pollDerived()
	}
	if len(l.pollers) == 0 {
		return
	}
	kept := l.pollers[:0]
	for _, p := range l.pollers {
		if !p.look() {
			kept = append(kept, p)
		}
	}
	clear(l.pollers[len(kept):])
	l.pollers = kept
}

func (l *Loop) forget(p poller) {
	for i, known := range l.pollers {
		if known == p {
			l.pollers = append(l.pollers[:i], l.pollers[i+1:]...)
			return
		}
	}
}
