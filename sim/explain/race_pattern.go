package explain

import (
	"fmt"
	"slices"
	"strings"

	"weft/trace"
	"weft/trace/words"
)

// comparison is a failing run beside a passing one.
type comparison struct {
	failing, passing *history
	hangs            bool            // the failing one ends since somebody waits for ever
	passed           map[[2]int]bool // pairs of events that otherOrder passes over
}

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
	last := map[objectOfTask]mark{}
	writes := map[string][]int{} // of each object, as indices
	for i := range h.accesses {
		a := &h.accesses[i]
		if a.Kind != trace.Read && a.Kind != trace.Write {
			continue
		}
		by := objectOfTask{a.Object, a.Task}
		if was, ok := last[by]; ok && a.Kind == trace.Write && h.accesses[was.at].Kind == trace.Read && was.writes < len(writes[a.Object]) {
			out = append(out, triple{h.accesses[was.at], h.accesses[writes[a.Object][was.writes]], *a})
		}
		if a.Kind == trace.Write {
			writes[a.Object] = append(writes[a.Object], i)
		}
		last[by] = mark{i, len(writes[a.Object])}
	}
	return out
}

// objectOfTask is an object as one task uses it.
type objectOfTask struct{ object, task string }

// mark is an access, and how many writes its object had seen by then. What comes behind
// it in the list of writes is what others did since.
type mark struct{ at, writes int }

func (c *comparison) lostUpdate() *Race {
	t, ok := c.first((*history).updates)
	if !ok {
		return nil
	}
	return &Race{Pattern: LostUpdate, Object: t[0].Object, Events: t.events(),
		Text: fmt.Sprintf("%s on %s: %s read it at event %s before %s wrote it at event %s, and wrote over that at event %s",
			LostUpdate, name(t[0].Object), who(t[0].Event), c.failing.number(t[0].Seq), who(t[1].Event), c.failing.number(t[1].Seq), c.failing.number(t[2].Seq))}
}

// acts returns what tasks did, in a later step, to what they had looked at and
// another task had changed meanwhile.
func (h *history) acts() []triple {
	// Of what a task did to an object, the last, and the last that counts for what it
	// does in the same step: there it has looked again as it acted, and what made it act
	// was seen before.
	type lasts struct {
		any, before mark
		seen, had   bool
	}
	var out []triple
	own := map[objectOfTask]lasts{}
	writes := map[string][]int{}
	for i := range h.accesses {
		a := &h.accesses[i]
		by := objectOfTask{a.Object, a.Task}
		l := own[by]
		from, ok := l.any, l.seen
		if last := &h.accesses[l.any.at]; ok && last.Kind.Access() == trace.Reads && last.step == a.step {
			from, ok = l.before, l.had
		}
		switch a.Kind {
		case trace.Read, trace.Check, trace.Release, trace.Print, trace.Cancel:
		default:
			if ok && h.accesses[from.at].Kind.Access() == trace.Reads && from.writes < len(writes[a.Object]) {
				out = append(out, triple{h.accesses[from.at], h.accesses[writes[a.Object][from.writes]], *a})
			}
		}
		if a.Kind.Access() == trace.Writes {
			writes[a.Object] = append(writes[a.Object], i)
		}
		own[by] = lasts{mark{i, len(writes[a.Object])}, from, true, ok}
	}
	return out
}

func (c *comparison) checkThenAct() *Race {
	t, ok := c.first((*history).acts)
	if !ok {
		return nil
	}
	return &Race{Pattern: CheckThenAct, Object: t[0].Object, Events: t.events(),
		Text: fmt.Sprintf("%s on %s: %s looked at it at event %s before %s %s it at event %s, and then %s it at event %s",
			CheckThenAct, name(t[0].Object), who(t[0].Event), c.failing.number(t[0].Seq), who(t[1].Event), did(t[1].Event), c.failing.number(t[1].Seq), did(t[2].Event), c.failing.number(t[2].Seq))}
}

// sections returns, for each time that a task takes a lock, the time before and the
// last time that another one took it in between.
func (h *history) sections() []triple {
	var out []triple
	own, last := map[objectOfTask]int{}, map[string]int{}
	for i := range h.accesses {
		again := &h.accesses[i]
		if again.Kind != trace.Acquire {
			continue
		}
		by := objectOfTask{again.Object, again.Task}
		before, held := own[by]
		if between, ok := last[again.Object]; ok && held && h.accesses[between].Task != again.Task {
			out = append(out, triple{h.accesses[before], h.accesses[between], *again})
		}
		own[by], last[again.Object] = i, i
	}
	return out
}

func (c *comparison) splitSection() *Race {
	for _, t := range c.only((*history).sections) {
		if !c.reversed(t[0], t[1]) && !c.reversed(t[1], t[2]) {
			continue
		}
		return &Race{Pattern: SplitSection, Object: t[0].Object, Events: t.events(),
			Text: fmt.Sprintf("%s on %s: %s held it from event %s on, and again from event %s on; in between, from event %s on, %s held it",
				SplitSection, name(t[0].Object), who(t[0].Event), c.failing.number(t[0].Seq), c.failing.number(t[2].Seq), c.failing.number(t[1].Seq), who(t[1].Event))}
	}
	return nil
}

// readBeforeWrite finds a read that came before the first write, and in the
// passing run after it. The failing run may have ended before that write.
func (c *comparison) readBeforeWrite() *Race {
	if race := c.readOfNothing(); race != nil {
		return race
	}
	reads, written := map[string][]*access{}, map[string]bool{}
	for i := range c.failing.accesses {
		a := &c.failing.accesses[i]
		if written[a.Object] {
			continue
		}
		switch a.Kind {
		case trace.Read:
			reads[a.Object] = append(reads[a.Object], a)
		case trace.Write:
			written[a.Object] = true
			k := slices.IndexFunc(reads[a.Object], func(read *access) bool { return read.Task != a.Task && c.reversed(*read, *a) })
			if k < 0 {
				continue
			}
			read := reads[a.Object][k]
			return &Race{Pattern: ReadBeforeWrite, Object: a.Object, Events: []trace.Event{read.Event, a.Event},
				Text: fmt.Sprintf("%s on %s: %s read it at event %s before %s wrote it for the first time at event %s",
					ReadBeforeWrite, name(a.Object), who(read.Event), c.failing.number(read.Seq), who(a.Event), c.failing.number(a.Seq))}
		}
	}
	return nil
}

// readOfNothing finds a read of a variable that nobody writes in the failing run,
// and that another task had written for the first time in the passing one.
func (c *comparison) readOfNothing() *Race {
	written := map[string]bool{}
	for i := range c.failing.accesses {
		if a := &c.failing.accesses[i]; a.Kind == trace.Write {
			written[a.Object] = true
		}
	}
	firsts := map[string]*firstTwo{} // writes of the passing run
	for i := range c.passing.accesses {
		if a := &c.passing.accesses[i]; a.Kind == trace.Write {
			if firsts[a.Object] == nil {
				firsts[a.Object] = &firstTwo{}
			}
			firsts[a.Object].add(a.Task, i)
		}
	}
	for _, read := range c.failing.accesses {
		at, ok := c.passing.at[read.key]
		if read.Kind != trace.Read || !ok || written[read.Object] || firsts[read.Object] == nil {
			continue
		}
		first, ok := firsts[read.Object].other(read.Task)
		if !ok || first >= at {
			continue
		}
		write := c.passing.accesses[first]
		return &Race{Pattern: ReadBeforeWrite, Object: read.Object, Events: []trace.Event{read.Event}, absent: write.Task,
			Text: fmt.Sprintf("%s on %s: %s read it at event %s before %s, or anyone, had written it; in the passing run %s writes it first, at event %s",
				ReadBeforeWrite, name(read.Object), who(read.Event), c.failing.number(read.Seq), who(write.Event), who(write.Event), c.passing.number(write.Seq))}
	}
	return nil
}

// firstTwo are the first of some indices, and the first one that belongs to another task
// than that.
type firstTwo struct {
	task   [2]string
	at     [2]int
	filled int
}

func (f *firstTwo) add(task string, at int) {
	if f.filled == 0 || f.filled == 1 && f.task[0] != task {
		f.task[f.filled], f.at[f.filled] = task, at
		f.filled++
	}
}

// other returns the first that is not of that task.
func (f *firstTwo) other(task string) (at int, ok bool) {
	for i := range f.filled {
		if f.task[i] != task {
			return f.at[i], true
		}
	}
	return 0, false
}

// twices returns what two tasks did that can be done once: for each that was done again,
// the first time that another one did it.
func (h *history) twices() [][2]access {
	type once struct {
		object, detail string
		kind           trace.Kind
	}
	var out [][2]access
	done := map[once]*firstTwo{}
	for i := range h.accesses {
		a := &h.accesses[i]
		what := once{object: a.Object, kind: a.Kind}
		switch {
		case a.Kind == trace.Set && setsOnce(a.Object):
		case a.Kind == trace.Put && a.Detail != "":
			what.detail = a.Detail
		default:
			continue
		}
		if done[what] == nil {
			done[what] = &firstTwo{}
		}
		if first, ok := done[what].other(a.Task); ok {
			out = append(out, [2]access{h.accesses[first], *a})
		}
		done[what].add(a.Task, i)
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
			Text: fmt.Sprintf("%s: by %s at event %s and by %s at event %s", what, who(first.Event), c.failing.number(first.Seq), who(second.Event), c.failing.number(second.Seq))}
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
	held := holdings{}
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
				break
			}
			c := cancellation{request: e, wait: wait}
			for _, list := range held {
				for _, took := range list {
					if took.Task == task && (c.took == nil || took.Seq > c.took.Seq) {
						c.took = &took
					}
				}
			}
			out = append(out, c)
		}
		held.add(e)
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
		race.Text = fmt.Sprintf("%s was cancelled: by %s at event %s, while it %s since event %s",
			words.Line(task), by, c.failing.number(x.request.Seq), in, c.failing.number(x.wait.Seq))
		if x.took != nil {
			race.Text += fmt.Sprintf(" and held %s since event %s", name(x.took.Object), c.failing.number(x.took.Seq))
			race.Events = append(race.Events, *x.took)
		}
		return race.sorted()
	}
	return nil
}

// otherOrder finds the first two accesses that conflict and come in another order
// than in the passing run: of variables if there are such, of output only if there
// is nothing else. That a wait group comes down to zero is why nobody hangs, and not why
// somebody does.
func (c *comparison) otherOrder() *Race {
	var best *Race
	rank := 0
	latest := map[conflict]*latestTwo{}
	for i := range c.failing.accesses {
		second := &c.failing.accesses[i]
		if c.hangs && strings.HasPrefix(second.Object, "wait group ") {
			continue
		}
		then, ok := c.passing.at[second.key]
		if !ok {
			continue
		}
		// Whether there is one is known at once, and to look for it is done three times at
		// most: as often as the rank can go up.
		for r := 3; r > rank; r-- {
			there := latest[conflict{second.Object, r, true}].after(second.Task, then) ||
				second.Kind.Access() == trace.Writes && latest[conflict{second.Object, r, false}].after(second.Task, then)
			if !there {
				continue
			}
			for k := i - 1; k >= 0; k-- {
				first := &c.failing.accesses[k]
				if first.Object != second.Object || first.Task == second.Task || rankOf(first) != r ||
					first.Kind.Access() != trace.Writes && second.Kind.Access() != trace.Writes || !c.reversed(*first, *second) ||
					c.passed[[2]int{first.Seq, second.Seq}] {
					continue
				}
				rank = r
				best = &Race{Pattern: OtherOrder, Object: first.Object, Events: []trace.Event{first.Event, second.Event},
					Text: fmt.Sprintf("the order of two accesses to %s: %s %s it at event %s, and then %s %s it at event %s; in the passing run it is the other way round",
						name(first.Object), who(first.Event), did(first.Event), c.failing.number(first.Seq), who(second.Event), did(second.Event), c.failing.number(second.Seq))}
				break
			}
		}
		of := conflict{second.Object, rankOf(second), second.Kind.Access() == trace.Writes}
		if latest[of] == nil {
			latest[of] = &latestTwo{}
		}
		latest[of].add(second.Task, then)
	}
	return best
}

// rankOf says how much the order of an access tells.
func rankOf(a *access) int {
	switch a.Kind {
	case trace.Print:
		return 1
	case trace.Read, trace.Write:
		return 3
	}
	return 2
}

// conflict is a sort of access to an object.
type conflict struct {
	object string
	rank   int
	writes bool
}

// latestTwo is where some accesses are in the passing run: the latest of them, and the
// latest of another task than that.
type latestTwo struct {
	task   [2]string
	at     [2]int
	filled int
}

func (l *latestTwo) add(task string, at int) {
	for i := range l.filled {
		if l.task[i] == task {
			l.at[i] = max(l.at[i], at)
			l.sort()
			return
		}
	}
	if l.filled < 2 {
		l.task[l.filled], l.at[l.filled] = task, at
		l.filled++
	} else if at > l.at[1] {
		l.task[1], l.at[1] = task, at
	}
	l.sort()
}

func (l *latestTwo) sort() {
	if l.filled == 2 && l.at[1] > l.at[0] {
		l.task[0], l.task[1] = l.task[1], l.task[0]
		l.at[0], l.at[1] = l.at[1], l.at[0]
	}
}

// after reports whether one that is not of that task came after a place.
func (l *latestTwo) after(task string, at int) bool {
	if l == nil {
		return false
	}
	for i := range l.filled {
		if l.task[i] != task && l.at[i] > at {
			return true
		}
	}
	return false
}
