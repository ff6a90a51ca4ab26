package vclock

import (
	"cmp"
	"slices"
	"time"
)

// A Timer is something to be done at a virtual instant, as a [Queue] keeps it.
// What is to be done is the owner's business: the Value, or the struct that
// embeds the Timer.
//
// The zero Timer is ready to use. A Timer is in one queue at a time, knows its
// place there, and can be used again after it has left; so a program that uses
// its timers again allocates nothing. A Timer must not be copied while it is
// armed (go vet reports it).
type Timer struct {
	// Value is for the timer's owner; the queue never looks at it.
	Value any

	noCopy noCopy
	queue  *Queue // the queue in which the timer is armed, or nil
	index  int    // its place in queue.heap
	when   time.Duration
}

// When returns the virtual instant for which the timer is scheduled. For a
// timer that has left its queue, it is the instant for which it last was.
func (t *Timer) When() time.Duration { return t.when }

// Armed reports whether the timer is in a queue.
func (t *Timer) Armed() bool { return t.queue != nil }

// A Queue holds timers in the order in which they are due: first by deadline,
// then by creation, which is the order of the calls of [Queue.Schedule] and
// [Queue.Reset]. No two timers ever tie, so the order is always the same.
//
// The zero Queue is ready to use. Schedule, Stop, Reset and Pop take
// logarithmic time and allocate only when the queue outgrows the largest size
// it has had. A Queue is not safe for concurrent use and must not be copied.
type Queue struct {
	noCopy  noCopy
	heap    []slot // a heap of arity fanout, least slot first
	created uint64 // the creation number given last
}

// fanout is the number of children of a heap's node. Four of them lie next to
// each other in memory, which makes a large queue faster than two do.
const fanout = 4

// A slot is a timer's place in the heap. It repeats the keys, so that
// comparing two slots does not fetch two timers from memory.
type slot struct {
	when    time.Duration
	created uint64
	timer   *Timer
}

func (a slot) before(b slot) bool {
	return a.when < b.when || a.when == b.when && a.created < b.created
}

// Schedule arms t for virtual instant when. The instant may be negative or lie
// in the past: the queue has no clock, and such a timer is merely due before
// others. Schedule panics if t is armed, in this queue or in another.
func (q *Queue) Schedule(t *Timer, when time.Duration) {
	if t.queue != nil {
		panic("vclock: Schedule of a timer that is armed: Stop it first, or use Reset")
	}
	q.created++
	t.queue, t.when = q, when
	q.heap = append(q.heap, slot{})
	q.up(len(q.heap)-1, slot{when, q.created, t})
}

// Stop disarms t and reports whether it was armed. It panics if t is armed in
// another queue.
func (q *Queue) Stop(t *Timer) bool {
	if t.queue == nil {
		return false
	}
	q.mustOwn(t, "Stop")
	q.remove(t.index)
	return true
}

// Reset arms t for virtual instant when, whether or not it is armed, and
// reports whether it was. Like a timer scheduled just now, it comes last among
// those of the same deadline, even if its own deadline is what it was. Reset
// panics if t is armed in another queue.
func (q *Queue) Reset(t *Timer, when time.Duration) bool {
	if t.queue == nil {
		q.Schedule(t, when)
		return false
	}
	q.mustOwn(t, "Reset")
	q.created++
	t.when = when
	s := slot{when, q.created, t}
	if s.before(q.heap[t.index]) {
		q.up(t.index, s)
	} else {
		q.down(t.index, s)
	}
	return true
}

// Len returns the number of timers in the queue.
func (q *Queue) Len() int { return len(q.heap) }

// Peek returns the timer that is due first, and leaves it where it is. It
// returns nil if the queue is empty.
func (q *Queue) Peek() *Timer {
	if len(q.heap) == 0 {
		return nil
	}
	return q.heap[0].timer
}

// Pop disarms the timer that is due first, and returns it. It returns nil if
// the queue is empty.
func (q *Queue) Pop() *Timer {
	if len(q.heap) == 0 {
		return nil
	}
	t := q.heap[0].timer
	q.remove(0)
	return t
}

// AppendDue appends to dst all timers whose deadline is by or earlier, in the
// queue's order, and returns the extended slice. The timers stay armed. For k
// such timers it takes time O(k log k), however many others there are.
func (q *Queue) AppendDue(dst []*Timer, by time.Duration) []*Timer {
	if len(q.heap) == 0 || q.heap[0].when > by {
		return dst
	}
	// A child is never due before its parent, so the due timers are a tree at
	// the heap's top. What has been appended is the list of nodes to visit.
	first := len(dst)
	dst = append(dst, q.heap[0].timer)
	for next := first; next < len(dst); next++ {
		child := dst[next].index*fanout + 1
		for end := min(child+fanout, len(q.heap)); child < end; child++ {
			if q.heap[child].when <= by {
				dst = append(dst, q.heap[child].timer)
			}
		}
	}
	slices.SortFunc(dst[first:], func(a, b *Timer) int {
		if c := cmp.Compare(a.when, b.when); c != 0 {
			return c
		}
		return cmp.Compare(q.heap[a.index].created, q.heap[b.index].created)
	})
	return dst
}

// Clear disarms all timers. It keeps the queue's memory for later timers.
func (q *Queue) Clear() {
	for _, s := range q.heap {
		s.timer.queue = nil
	}
	clear(q.heap)
	q.heap = q.heap[:0]
}

func (q *Queue) mustOwn(t *Timer, method string) {
	if t.queue != q {
		panic("vclock: " + method + " of a timer that is armed in another queue: use the queue that it was scheduled in")
	}
}

// remove takes the timer at index i out of the heap and disarms it.
func (q *Queue) remove(i int) {
	gone := q.heap[i]
	gone.timer.queue = nil
	n := len(q.heap) - 1
	last := q.heap[n]
	q.heap[n] = slot{} // Let go of the timer.
	q.heap = q.heap[:n]
	switch {
	case i == n:
	case last.before(gone):
		q.up(i, last)
	default:
		q.down(i, last)
	}
}

// up puts s at index i, which is free, or nearer to the top if it belongs there.
func (q *Queue) up(i int, s slot) {
	for i > 0 {
		parent := (i - 1) / fanout
		if !s.before(q.heap[parent]) {
			break
		}
		q.put(i, q.heap[parent])
		i = parent
	}
	q.put(i, s)
}

// down puts s at index i, which is free, or further down if it belongs there.
func (q *Queue) down(i int, s slot) {
	for {
		child := i*fanout + 1
		if child >= len(q.heap) {
			break
		}
		least := child
		for end := min(child+fanout, len(q.heap)); child < end; child++ {
			if q.heap[child].before(q.heap[least]) {
				least = child
			}
		}
		if !q.heap[least].before(s) {
			break
		}
		q.put(i, q.heap[least])
		i = least
	}
	q.put(i, s)
}

func (q *Queue) put(i int, s slot) {
	q.heap[i] = s
	s.timer.index = i
}

// noCopy makes go vet report copies of the struct that has it as a field.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}
