package dpor

import "sync"

// names gives numbers to the names of steps, tasks and objects. Which number a
// name has depends on which worker met it first, so nothing may go by their order
// that shows.
type names struct {
	mu  sync.RWMutex
	ids map[string]int32
	all []string
}

// vocabulary is one worker's view of names, which it reads without a lock.
type vocabulary struct {
	names *names
	ids   map[string]int32
}

func (v *vocabulary) id(name string) int32 {
	id, ok := v.ids[name]
	if !ok {
		id = v.names.id(name)
		v.ids[name] = id
	}
	return id
}

func (n *names) id(name string) int32 {
	n.mu.RLock()
	id, ok := n.ids[name]
	n.mu.RUnlock()
	if ok {
		return id
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, ok = n.ids[name]; !ok {
		id = int32(len(n.all))
		n.ids[name] = id
		n.all = append(n.all, name)
	}
	return id
}

func (n *names) text(id int32) string {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.all[id]
}

func newNames() *names { return &names{ids: map[string]int32{}} }
