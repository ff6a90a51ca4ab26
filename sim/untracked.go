package sim

import "slices"

// Untracked returns what the program has used, so far in this run, whose effects
// footprints do not show, each once and sorted: threads of executors, channels,
// calls from goroutines and the like. If there is any, two steps whose footprints
// do not conflict may depend on each other all the same. It is taken down under
// the same conditions as steps; see [Loop.StepLog].
func (l *Loop) Untracked() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(slices.Values(l.untracked))
}

// untrack takes down that something was used; also from a goroutine.
func (l *Loop) untrack(what string) {
	if !l.tracking {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.untracked, what) {
		l.untracked = append(l.untracked, what)
	}
}

// untrackInside is untrack for what does no harm outside steps.
func (l *Loop) untrackInside(what string) {
	if l.open {
		l.untrack(what)
	}
}
