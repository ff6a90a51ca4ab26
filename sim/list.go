package sim

// list is a doubly linked list whose links stand in its elements, so that to join
// costs no memory and to leave costs no search. The zero value is empty.
type list[T any, E element[T]] struct {
	first, last *T
	n           int
}

// link is what an element embeds to stand in a list, in one at a time.
type link[T any] struct{ next, prev *T }

// element is a pointer to a type that embeds a link.
type element[T any] interface {
	*T
	links() *link[T]
}

func (k *link[T]) links() *link[T] { return k }

// add puts x behind the others.
func (q *list[T, E]) add(x *T) {
	k := E(x).links()
	k.next, k.prev = nil, q.last
	if k.prev != nil {
		E(k.prev).links().next = x
	} else {
		q.first = x
	}
	q.last = x
	q.n++
}

// remove takes x out, and does nothing if x stands in no list. It must not stand
// in another: that would cost a word in every link to find out.
func (q *list[T, E]) remove(x *T) {
	k := E(x).links()
	if k.prev == nil && q.first != x {
		return
	}
	if k.prev != nil {
		E(k.prev).links().next = k.next
	} else {
		q.first = k.next
	}
	if k.next != nil {
		E(k.next).links().prev = k.prev
	} else {
		q.last = k.prev
	}
	k.next, k.prev = nil, nil
	q.n--
}
