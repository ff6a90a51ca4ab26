package bubble

import (
	"cmp"
	"reflect"
	"slices"
	"sync"

	"weft/sim/order"
	"weft/trace"
)

// Who holds what, and so who waits for whom.

// holder is a goroutine that holds a lock, or is in the function of a sync.Once.
type holder struct {
	g       uint32
	pc      uintptr // where it took it
	reading bool
	object  string
}

// takes notes that a goroutine has taken a lock.
func (n *run) takes(e *event, by uint32) {
	n.holders[e.obj] = append(n.holders[e.obj], holder{by, e.pc, e.op == opRLock, n.touched(e, by)})
}

// released notes that a lock was given back, whoever took it.
func (n *run) released(lock uintptr, by uint32) {
	holders := n.holders[lock]
	i := slices.IndexFunc(holders, func(h holder) bool { return h.g == by })
	switch {
	case len(holders) <= 1:
		delete(n.holders, lock)
	default:
		n.holders[lock] = slices.Delete(holders, max(0, i), max(0, i)+1)
	}
}

// library notes that a goroutine begins to take a lock of the standard library, or gives it
// back. Who is first has it. That of a sync.Once is one of these.
func (n *run) usesLibrary(e *event) {
	if e.step == libraryGives {
		if holders := n.holders[e.obj]; slices.ContainsFunc(holders, func(h holder) bool { return h.g == e.g }) {
			n.released(e.obj, e.g)
		}
		return
	}
	if g := n.goroutine(e.g); len(n.holders[e.obj]) == 0 {
		h := holder{g: e.g, pc: g.about.pc}
		if g.about.op == opOnce && g.about.obj+onceLock == e.obj {
			h.object = n.touched(&g.about, e.g)
		}
		n.holders[e.obj] = []holder{h}
	}
}

// onceLock is where the lock of a sync.Once lies in it.
var onceLock = func() uintptr {
	f, _ := reflect.TypeFor[sync.Once]().FieldByName("m")
	return f.Offset
}()

// lockOf returns the lock that a goroutine waits for, or 0.
func (g *goroutine) lockOf() uintptr {
	if g.ended || !g.waiting {
		return 0
	}
	switch g.blocked.op {
	case opLock, opRLock:
		return g.blocked.obj
	case opOnce:
		return g.blocked.obj + onceLock
	}
	return 0
}

// heldBy returns who holds the lock that a goroutine waits for, if it waits for one, by
// name. behind are those instead whom a reader waits for although others read: they wait
// to write, and come first.
func (n *run) heldBy(g *goroutine) (holders []holder, behind []uint32) {
	lock := g.lockOf()
	if lock == 0 {
		return nil, nil
	}
	holders = slices.Clone(n.holders[lock])
	slices.SortStableFunc(holders, func(a, b holder) int {
		return cmp.Compare(n.goroutine(a.g).label, n.goroutine(b.g).label)
	})
	if g.blocked.op != opRLock || slices.ContainsFunc(holders, func(h holder) bool { return !h.reading }) {
		return holders, nil
	}
	for i, o := range n.goroutines {
		if i > 0 && o != g && !o.barred && o.lockOf() == lock && o.blocked.op == opLock {
			behind = append(behind, uint32(i))
		}
	}
	if len(behind) > 0 {
		return nil, behind
	}
	return holders, nil
}

// holds returns what a goroutine holds, by name.
func (n *run) holds(g uint32) []order.Held {
	var held []order.Held
	for _, holders := range n.holders {
		for _, h := range holders {
			if h.g == g && h.object != "" {
				held = append(held, order.Held{Object: h.object, Taken: trace.Position(h.pc)})
			}
		}
	}
	slices.SortFunc(held, func(a, b order.Held) int {
		return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Taken, b.Taken))
	})
	return held
}

// cycle returns goroutines each of which waits for the next: for a lock that it holds, or
// that it wants to write under and has been first to ask for.
func (n *run) cycle() []string {
	var path []uint32
	seen := make([]bool, len(n.goroutines))
	var from func(g uint32) []uint32
	from = func(g uint32) []uint32 {
		if i := slices.Index(path, g); i >= 0 {
			return path[i:]
		}
		if seen[g] {
			return nil
		}
		seen[g] = true
		path = append(path, g)
		holders, behind := n.heldBy(n.goroutines[g])
		for _, holder := range holders {
			behind = append(behind, holder.g)
		}
		for _, next := range behind {
			if cycle := from(next); cycle != nil {
				return cycle
			}
		}
		path = path[:len(path)-1]
		return nil
	}
	for g := range n.goroutines {
		if cycle := from(uint32(g)); cycle != nil {
			labels := make([]string, len(cycle))
			for i, g := range cycle {
				labels[i] = n.goroutine(g).label
			}
			return labels
		}
	}
	return nil
}
