package explain

import (
	"fmt"
	"slices"
	"strings"

	"weft/trace"
	"weft/trace/words"
)

// comparison is a failing run beside a passing one.
type comparison struct{ failing, passing *history }

// reversed reports whether two accesses of the failing run came in the other
// order in the passing one.
func (c *comparison) reversed(first, second access) bool {
	a, ok1 := c.passing.at[first.key]
	b, ok2 := c.passing.at[second.key]
	return ok1 && ok2 && b < a
}

// triple is three accesses of one object, the second by another task than the
// others.
type triple [3]access

// only returns those of some triples that the passing run does not show.
func (c *comparison) only(of func(*history) []triple) []triple {
	known := map[[3]accessKey]bool{}
	for _, t := range of(c.passing) {
		known[t.keys()] = true
	}
	return slices.DeleteFunc(of(c.failing), func(t triple) bool { return known[t.keys()] })
}

// first returns the first of some triples that the passing run does not show, and
// whose beginning came in the other order there.
func (c *comparison) first(of func(*history) []triple) (triple, bool) {
	found := c.only(of)
	if i := slices.IndexFunc(found, func(t triple) bool { return c.reversed(t[0], t[1]) }); i >= 0 {
		return found[i], true
	}
	return triple{}, false
}

func (t triple) keys() [3]accessKey { return [3]accessKey{t[0].key, t[1].key, t[2].key} }

func (t triple) events() []trace.Event { return []trace.Event{t[0].Event, t[1].Event, t[2].Event} }

// updates returns the writes that overwrite what their task had not seen: its last
// read, the other's write, its own.
func (h *history) updates() []triple {
	var out []triple
	for i, write := range h.accesses {
		if write.Kind != trace.Write {
			continue
		}
		var between *access
		for k := i - 1; k >= 0; k-- {
			a := &h.accesses[k]
			if a.Object != write.Object || a.Kind != trace.Read && a.Kind != trace.Write {
				continue
			}
			if a.Task == write.Task {
				if a.Kind == trace.Read && between != nil {
					out = append(out, triple{*a, *between, write})
				}
				break
			}
			if a.Kind == trace.Write {
				between = a
			}
		}
	}
	return out
}

func (c *comparison) lostUpdate() *Race {
	t, ok := c.first((*history).updates)
	if !ok {
		return nil
	}
	return &Race{Pattern: LostUpdate, Object: t[0].Object, Events: t.events(),
		Text: fmt.Sprintf("%s on %s: %s read it at event %d before %s wrote it at event %d, and wrote over that at event %d",
			LostUpdate, name(t[0].Object), who(t[0].Event), t[0].Seq, who(t[1].Event), t[1].Seq, t[2].Seq)}
}

// acts returns what tasks did, in a later step, to what they had looked at and
// another task had changed meanwhile.
func (h *history) acts() []triple {
	var out []triple
	for i, act := range h.accesses {
		switch act.Kind {
		case trace.Read, trace.Check, trace.Release, trace.Print, trace.Cancel:
			continue
		}
		var between *access
		for k := i - 1; k >= 0; k-- {
			a := &h.accesses[k]
			if a.Object != act.Object {
				continue
			}
			switch {
			case a.Task != act.Task:
				if a.Kind.Access() == trace.Writes {
					between = a
				}
				continue
			case a.Kind.Access() != trace.Reads:
			case a.step == act.step:
				continue // looked again as it acted; what made it act was seen before
			case between != nil:
				out = append(out, triple{*a, *between, act})
			}
			break
		}
	}
	return out
}

func (c *comparison) checkThenAct() *Race {
	t, ok := c.first((*history).acts)
	if !ok {
		return nil
	}
	return &Race{Pattern: CheckThenAct, Object: t[0].Object, Events: t.events(),
		Text: fmt.Sprintf("%s on %s: %s looked at it at event %d before %s %s it at event %d, and then %s it at event %d",
			CheckThenAct, name(t[0].Object), who(t[0].Event), t[0].Seq, who(t[1].Event), did(t[1].Event), t[1].Seq, did(t[2].Event), t[2].Seq)}
}

// sections returns, for each time that a task takes a lock, the time before and the
// last time that another one took it in between.
func (h *history) sections() []triple {
	var out []triple
	for i, again := range h.accesses {
		if again.Kind != trace.Acquire {
			continue
		}
		var between *access
		for k := i - 1; k >= 0; k-- {
			a := &h.accesses[k]
			if a.Object != again.Object || a.Kind != trace.Acquire {
				continue
			}
			if a.Task == again.Task {
				if between != nil {
					out = append(out, triple{*a, *between, again})
				}
				break
			}
			if between == nil {
				between = a
			}
		}
	}
	return out
}

func (c *comparison) splitSection() *Race {
	for _, t := range c.only((*history).sections) {
		if !c.reversed(t[0], t[1]) && !c.reversed(t[1], t[2]) {
			continue
		}
		return &Race{Pattern: SplitSection, Object: t[0].Object, Events: t.events(),
			Text: fmt.Sprintf("%s on %s: %s held it from event %d on, and again from event %d on; in between, from event %d on, %s held it",
				SplitSection, name(t[0].Object), who(t[0].Event), t[0].Seq, t[2].Seq, t[1].Seq, who(t[1].Event))}
	}
	return nil
}

// readBeforeWrite finds a read that came before the first write, and in the
// passing run after it. The failing run may have ended before that write.
func (c *comparison) readBeforeWrite() *Race {
	if race := c.readOfNothing(); race != nil {
		return race
	}
	for i, write := range c.failing.accesses {
		if write.Kind != trace.Write || write.key.n != 1 {
			continue
		}
		var read *access
		for k := range i {
			a := &c.failing.accesses[k]
			if a.Object != write.Object {
				continue
			}
			if a.Kind == trace.Write {
				read = nil
				break
			}
			if a.Kind == trace.Read && a.Task != write.Task && read == nil && c.reversed(*a, write) {
				read = a
			}
		}
		if read != nil {
			return &Race{Pattern: ReadBeforeWrite, Object: write.Object, Events: []trace.Event{read.Event, write.Event},
				Text: fmt.Sprintf("%s on %s: %s read it at event %d before %s wrote it for the first time at event %d",
					ReadBeforeWrite, name(write.Object), who(read.Event), read.Seq, who(write.Event), write.Seq)}
		}
	}
	return nil
}

// readOfNothing finds a read of a variable that nobody writes in the failing run,
// and that another task had written for the first time in the passing one.
func (c *comparison) readOfNothing() *Race {
	for _, read := range c.failing.accesses {
		at, ok := c.passing.at[read.key]
		if read.Kind != trace.Read || !ok || c.failing.writes(read.Object) {
			continue
		}
		for _, write := range c.passing.accesses[:at] {
			if write.Object == read.Object && write.Kind == trace.Write && write.Task != read.Task {
				return &Race{Pattern: ReadBeforeWrite, Object: read.Object, Events: []trace.Event{read.Event}, absent: write.Task,
					Text: fmt.Sprintf("%s on %s: %s read it at event %d before %s, or anyone, had written it; in the passing run %s writes it first, at event %d",
						ReadBeforeWrite, name(read.Object), who(read.Event), read.Seq, who(write.Event), who(write.Event), write.Seq)}
			}
		}
	}
	return nil
}

// writes reports whether the run writes a variable.
func (h *history) writes(object string) bool {
	return slices.ContainsFunc(h.accesses, func(a access) bool { return a.Object == object && a.Kind == trace.Write })
}

// twices returns what two tasks did that can be done once.
func (h *history) twices() [][2]access {
	var out [][2]access
	for i, second := range h.accesses {
		for _, first := range h.accesses[:i] {
			if first.Object != second.Object || first.Kind != second.Kind || first.Task == second.Task {
				continue
			}
			switch {
			case first.Kind == trace.Set && setsOnce(first.Object),
				first.Kind == trace.Put && first.Detail != "" && first.Detail == second.Detail:
				out = append(out, [2]access{first, second})
			}
		}
	}
	return out
}

// setsOnce reports whether an object can be set once: a future, a queue that is shut
// down, a channel that is closed.
func setsOnce(object string) bool {
	kind, _, _ := strings.Cut(object, " ")
	return kind == "future" || kind == "queue" || kind == "chan"
}

func (c *comparison) doneTwice() *Race {
	known := map[string]bool{} // by object and item
	for _, pair := range c.passing.twices() {
		known[pair[0].Object+"\n"+pair[0].Detail] = true
	}
	for _, pair := range c.failing.twices() {
		first, second := pair[0], pair[1]
		if known[first.Object+"\n"+first.Detail] {
			continue
		}
		what := name(first.Object) + " was set twice"
		switch {
		case first.Kind == trace.Put:
			what = words.Line(first.Detail) + " was put into " + name(first.Object) + " twice"
		case strings.HasPrefix(first.Object, "queue "):
			what = name(first.Object) + " was shut down twice"
		case strings.HasPrefix(first.Object, "chan "):
			what = name(first.Object) + " was closed twice"
		}
		return &Race{Pattern: DoneTwice, Object: first.Object, Events: []trace.Event{first.Event, second.Event},
			Text: fmt.Sprintf("%s: by %s at event %d and by %s at event %d", what, who(first.Event), first.Seq, who(second.Event), second.Seq)}
	}
	return nil
}

// cancellation is a request to cancel a task that waits.
type cancellation struct {
	request, wait trace.Event
	took          *trace.Event // something that the task held
}

// what identifies a cancellation across runs.
func (c *cancellation) what() string {
	text := c.request.Object + "\n" + c.wait.Object
	if c.took != nil {
		text += "\n" + c.took.Object
	}
	return text
}

func (h *history) cancellations() []cancellation {
	var out []cancellation
	waits := map[string]trace.Event{}
	for _, e := range h.events {
		switch e.Kind {
		case trace.Wait:
			waits[e.Task] = e
		case trace.Start, trace.Resume, trace.Finish:
			delete(waits, e.Task)
		case trace.Cancel:
			task, ok := strings.CutPrefix(e.Object, "task ")
			wait, waiting := waits[task]
			if !ok || !waiting {
				continue
			}
			c := cancellation{request: e, wait: wait}
			for _, list := range h.holding(e.Seq) {
				for _, took := range list {
					if took.Task == task && (c.took == nil || took.Seq > c.took.Seq) {
						c.took = &took
					}
				}
			}
			out = append(out, c)
		}
	}
	return out
}

// cancelled finds a task that was cancelled while it waited for something or held
// something, which in the passing run it was not.
func (c *comparison) cancelled() *Race {
	known := map[string]bool{}
	for _, x := range c.passing.cancellations() {
		known[x.what()] = true
	}
	for _, x := range c.failing.cancellations() {
		if known[x.what()] {
			continue
		}
		by := who(x.request)
		if x.request.Detail == "timeout" {
			by = "a timeout"
		}
		task := strings.TrimPrefix(x.request.Object, "task ")
		race := &Race{Pattern: CancelledAtBadTime, Object: x.request.Object, Events: []trace.Event{x.wait, x.request}}
		in := "waited for " + name(x.wait.Object)
		switch x.wait.Object {
		case "sleep":
			in = "slept"
		case "yield":
			in = "had given up control"
		}
		race.Text = fmt.Sprintf("%s was cancelled: by %s at event %d, while it %s since event %d",
			words.Line(task), by, x.request.Seq, in, x.wait.Seq)
		if x.took != nil {
			race.Text += fmt.Sprintf(" and held %s since event %d", name(x.took.Object), x.took.Seq)
			race.Events = append(race.Events, *x.took)
		}
		return race.sorted()
	}
	return nil
}

// otherOrder finds the first two accesses that conflict and come in another order
// than in the passing run: of variables if there are such, of output only if there
// is nothing else.
func (c *comparison) otherOrder() *Race {
	var best *Race
	rank := 0
	for i, second := range c.failing.accesses {
		for k := i - 1; k >= 0; k-- {
			first := c.failing.accesses[k]
			if first.Object != second.Object || first.Task == second.Task ||
				first.Kind.Access() != trace.Writes && second.Kind.Access() != trace.Writes || !c.reversed(first, second) {
				continue
			}
			r := 2
			switch {
			case first.Kind == trace.Print:
				r = 1
			case first.Kind == trace.Read || first.Kind == trace.Write:
				r = 3
			}
			if r <= rank {
				continue
			}
			rank = r
			best = &Race{Pattern: OtherOrder, Object: first.Object, Events: []trace.Event{first.Event, second.Event},
				Text: fmt.Sprintf("the order of two accesses to %s: %s %s it at event %d, and then %s %s it at event %d; in the passing run it is the other way round",
					name(first.Object), who(first.Event), did(first.Event), first.Seq, who(second.Event), did(second.Event), second.Seq)}
		}
	}
	return best
}
