package trace

// firings tells, for the events of a trace, by which Fire event they came about.
type firings map[int]Event // by Seq

// firedBy returns the Fire event that an event goes back to without a step of a
// task or a callback between them.
func (f firings) firedBy(e Event) (fire Event, ok bool) {
	fire, ok = f[e.Cause]
	return fire, ok && e.Cause < e.Seq
}

// add notes an event. The events that it goes back to must have been added.
func (f firings) add(e Event) {
	if e.Kind == Fire {
		f[e.Seq] = e
	} else if fire, ok := f.firedBy(e); ok && !e.opensStep() {
		f[e.Seq] = fire
	}
}

// opensStep reports whether a step begins with the event.
func (e Event) opensStep() bool {
	return e.Kind == Start || e.Kind == Resume || e.Kind == Callback
}
