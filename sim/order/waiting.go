package order

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Waiting is a task that waits.
type Waiting struct {
	Task    string        // its label
	On      string        // what it waits for, such as "lock L"
	Holders []string      // the tasks without which the wait cannot end, if known
	Taken   []string      // where each of the holders took it, or nil; "" if that is not known
	Since   time.Duration // virtual
	Pos     string        // where it waits, if recording is full

	To     string   // in place of On, what it waits to do, such as "to receive from jobs", or ""
	Origin string   // where that was made, or ""
	Lacks  string   // what would have to come, such as "nobody sends to it", or "" if Holders says that
	Gone   []bool   // which of the holders have ended, or nil
	Behind []string // tasks that wait for the same, and come first
	Holds  []Held   // what it holds meanwhile
	Runs   string   // the function that it runs, or ""
	By     string   // who started it, or ""
	Made   string   // where that was, or ""
}

// Waits returns the tasks that an error says wait for ever, or nil if it is no such error.
// It finds them in errors that have a method Waits.
func Waits(err error) []Waiting {
	var hung interface {
		error
		Waits() []Waiting
	}
	if errors.As(err, &hung) {
		return hung.Waits()
	}
	return nil
}

// Waits returns every unfinished task.
func (e *DeadlockError) Waits() []Waiting { return e.Waiting }

// Held is something that a task holds.
type Held struct {
	Object string
	Taken  string // where it took it, or ""
}

// String returns the sentence.
func (w Waiting) String() string { return w.Text(true) }

// Text returns the sentence. With places in the source, it goes on with what the task holds,
// what it runs, and who started it.
func (w Waiting) Text(places bool) string {
	at := placer(places)
	text := fmt.Sprintf("%s waits %s since %v", w.Task, w.For(places), w.Since)
	if len(w.Holders) > 0 {
		text += ", held by " + w.holders(places)
	}
	if len(w.Behind) > 0 {
		text += ", behind " + strings.Join(w.Behind, ", ")
	}
	text += at(" (", w.Pos, ")")
	if !places {
		return text
	}
	for i, h := range w.Holds {
		if i == 0 {
			text += "; holds "
		} else {
			text += ", "
		}
		text += nameOf(h.Object) + at(" (", h.Taken, ")")
	}
	if w.Runs != "" {
		text += "; runs " + w.Runs
	}
	if w.By != "" {
		text += "; started by " + w.By + at(" at ", w.Made, "")
	}
	return text
}

// For says what the task waits for, behind "waits": "for lock L", or "in a select", with
// places in the source also on what.
func (w Waiting) For(places bool) string {
	switch {
	case w.On == "select" && places && w.To != "":
		return w.To
	case w.On == "select":
		return "in a select"
	}
	return "for " + w.On
}

func (w Waiting) holders(places bool) string {
	at := placer(places)
	holders := slices.Clone(w.Holders)
	for i := range holders {
		if i < len(w.Taken) {
			holders[i] += at(" (who took it at ", w.Taken[i], ")")
		}
		if i < len(w.Gone) && w.Gone[i] {
			holders[i] += ", which has ended"
		}
	}
	return strings.Join(holders, ", ")
}

// placer returns what writes a place between two texts, or nothing.
func placer(places bool) func(before, place, behind string) string {
	return func(before, place, behind string) string {
		if place == "" || !places {
			return ""
		}
		return before + place + behind
	}
}

// gone reports whether one of the holders has ended.
func (w Waiting) gone() bool { return slices.Contains(w.Gone, true) }

// nameOf is an object's name without its kind, where the verb says that.
func nameOf(object string) string {
	for _, kind := range [...]string{"mutex ", "lock ", "once ", "chan "} {
		if name, ok := strings.CutPrefix(object, kind); ok {
			if strings.HasPrefix(name, "made ") {
				return "the " + object // such as "the mutex made at bank.go:9"
			}
			return name
		}
	}
	return object
}

// isLock reports whether what a task waits for is held by the one that has taken it.
func isLock(object string) bool {
	return strings.HasPrefix(object, "mutex ") || strings.HasPrefix(object, "lock ") || strings.HasPrefix(object, "once ")
}

// Blame names in one sentence what is wrong where tasks wait for ever: a circle of tasks of
// which each holds what the one before it waits for; or the one that waits for what will
// never come, rather than one that waits for another task: of several, the one that has
// waited for longest. cycle may be nil.
func Blame(waiting []Waiting, cycle []string, places bool) string {
	if len(waiting) == 0 {
		return ""
	}
	if len(cycle) > 0 {
		if text := blameCycle(waiting, cycle, places); text != "" {
			return text
		}
	}
	w := slices.MinFunc(waiting, func(a, b Waiting) int {
		if d := a.rank() - b.rank(); d != 0 {
			return d
		}
		return int(min(1, max(-1, a.Since-b.Since)))
	})
	at := placer(places)
	text := fmt.Sprintf("%s has waited since %v%s %s", w.Task, w.Since, at(" at ", w.Pos, ""), w.to()+at(" (", w.Origin, ")"))
	switch {
	case len(w.Behind) > 0:
		text += ", behind " + strings.Join(w.Behind, ", ")
	case len(w.Holders) > 0:
		text += ", held by " + w.holders(places)
	}
	if w.Lacks != "" {
		text += ", and " + w.Lacks
	}
	for _, h := range w.Holds {
		for _, other := range waiting {
			if other.Task != w.Task && other.On == h.Object && !strings.Contains(text, " holds ") {
				text += fmt.Sprintf("; it holds %s%s, for which %s waits", nameOf(h.Object), at(" (", h.Taken, ")"), other.Task)
			}
		}
	}
	return text
}

// to says what a task waits for, or to do.
func (w Waiting) to() string {
	if w.To != "" {
		return w.To
	}
	return "for " + w.On
}

// rank is the lower, the more it says of a failure that a task waits for this. The main task
// waits for others as a rule, and those who receive may just have nothing to do; who sends,
// or waits for others itself, has something to do.
func (w Waiting) rank() int {
	group, main := strings.HasPrefix(w.On, "wait group "), w.Task == "main"
	switch {
	case w.gone():
		return 0
	case len(w.Holders)+len(w.Behind) > 0:
		return 6
	case strings.HasPrefix(w.To, "to send "):
		return 1
	case group && !main:
		return 2
	case group:
		return 5
	case main:
		return 3
	}
	return 4
}

func blameCycle(waiting []Waiting, cycle []string, places bool) string {
	at := placer(places)
	ring := make([]Waiting, len(cycle))
	for i, task := range cycle {
		k := slices.IndexFunc(waiting, func(w Waiting) bool { return w.Task == task })
		if k < 0 {
			return ""
		}
		ring[i] = waiting[k]
	}
	locks := !slices.ContainsFunc(ring, func(w Waiting) bool { return !isLock(w.On) || len(w.Behind) > 0 })
	// taken says where the one behind a task in the ring took what that task waits for.
	taken := func(i int) string {
		w := ring[i]
		if k := slices.Index(w.Holders, cycle[(i+1)%len(cycle)]); k >= 0 && k < len(w.Taken) {
			return at(" (", w.Taken[k], ")")
		}
		return ""
	}
	last := len(ring) - 1
	switch {
	case locks && len(ring) == 1:
		w := ring[0]
		return fmt.Sprintf("%s waits for %s%s, which it holds itself%s", w.Task, nameOf(w.On), at(" (", w.Pos, ")"), taken(0))
	case locks:
		parts := make([]string, len(ring))
		for i, w := range ring {
			before := (i + last) % len(ring)
			parts[i] = fmt.Sprintf("%s holds %s%s and waits for %s%s", w.Task, nameOf(ring[before].On), taken(before), nameOf(w.On), at(" (", w.Pos, ")"))
		}
		if len(ring) == 2 {
			parts[1] = ring[1].Task + " the other way round" + otherPlaces(ring[1], taken(0), places)
		}
		return strings.Join(parts, "; ")
	}
	parts := make([]string, len(ring))
	for i, w := range ring {
		parts[i] = fmt.Sprintf("%s waits %s%s", w.Task, w.to(), at(" (", w.Pos, ")"))
		if len(w.Behind) > 0 {
			parts[i] += ", behind " + strings.Join(w.Behind, ", ")
		} else if isLock(w.On) {
			parts[i] += ", held by " + w.holders(places)
		}
	}
	return strings.Join(parts, "; ")
}

// otherPlaces are those of a task that does the same the other way round.
func otherPlaces(w Waiting, taken string, places bool) string {
	if !places || w.Pos == "" || taken == "" {
		return ""
	}
	return " (" + strings.Trim(taken, " ()") + ", " + w.Pos + ")"
}
