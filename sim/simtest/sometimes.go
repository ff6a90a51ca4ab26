package simtest

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"weft/sim/explore"
	"weft/sim/explore/search"
)

// Sometimes says that the condition ought to hold at least once in an
// exploration, in whichever run. One that never does fails the test at the end:
// what the test was made to see did not happen. The name identifies it.
//
// It is judged if the exploration came to its end or spent its runs or its time,
// and not if it was stopped for another reason or if [testing.Short] cut it down.
func (t *T) Sometimes(name string, condition bool) {
	t = t.root()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mustRun("Sometimes")
	if t.seen == nil {
		t.seen = make(map[string]bool)
	}
	t.seen[name] = t.seen[name] || condition
}

// invariant is what must hold after every step.
type invariant struct {
	name  string
	check func() error
}

// Invariant has check called after every step of every task that begins from here
// on, and when the function under test returns. If it returns an error, or says to the T that it fails, the run
// ends there, as a failing one. It may look at everything and must change
// nothing.
func (t *T) Invariant(name string, check func() error) {
	if check == nil {
		panic(fmt.Sprintf("simtest: Invariant %q was given a nil function", name))
	}
	t = t.root()
	if t.after == nil {
		panic("simtest: Invariant: the engine has no steps to look behind")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mustRun("Invariant")
	t.invariants = append(t.invariants, invariant{name, check})
	if len(t.invariants) == 1 {
		t.after(t.holds)
	}
}

// brokenInvariant is the error by which the engine is made to end the run.
type brokenInvariant struct{ message Message }

func (e *brokenInvariant) Error() string { return e.message.Text }

// holds checks the invariants, in the order in which they were given.
func (t *T) holds() error {
	for _, i := range t.invariants {
		if broken := t.hold(i); broken != nil {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.failed, t.broken = true, true
			t.messages = append(t.messages, broken.message)
			return broken
		}
	}
	return nil
}

func (t *T) hold(i invariant) (broken *brokenInvariant) {
	said, before := len(t.messages), t.failed
	t.checking = true
	var err error
	defer func() {
		t.checking = false
		m := Message{Failure: true}
		switch value := recover().(type) {
		default:
			m.Text = fmt.Sprintf("panic: %v", value)
			t.Logf("%s", debug.Stack())
		case nil, exitInvariant:
			if err != nil {
				m.Text = strings.TrimRight(err.Error(), "\n")
			} else if t.failed && !before {
				m.Text = "it was failed without a message"
				if own := failures(t.messages[said:]); len(own) > 0 {
					m.Text, m.Pos = strings.Join(textsOf(own), "\n"), own[0].Pos
					t.messages = slices.Delete(t.messages, said, len(t.messages))
				}
			} else {
				return
			}
		}
		m.Text = fmt.Sprintf("invariant %q does not hold: %s", i.name, m.Text)
		broken = &brokenInvariant{m}
	}()
	err = i.check()
	return nil
}

// failures returns those of the messages that say why a run fails.
func failures(messages []Message) []Message {
	var out []Message
	for _, m := range messages {
		if m.Failure {
			out = append(out, m)
		}
	}
	return out
}

// unseen returns the conditions of [T.Sometimes] that never held, if that can be
// said, and why it cannot, if that is worth a word.
func (c *check) unseen(reports []*explore.Report) (names []string, excuse string) {
	seen := make(map[string]bool)
	for _, r := range reports {
		for name, held := range r.Seen {
			seen[name] = seen[name] || held
		}
	}
	for name, held := range seen {
		if !held {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	r := reports[len(reports)-1]
	if len(names) == 0 {
		return nil, ""
	}
	switch {
	case !c.shard.Whole():
		return nil, "only one part was explored"
	case r.Coverage.Complete():
		return names, ""
	case r.Coverage.Kind == search.OneOrder:
		return nil, "only one order was run"
	case r.Stopped != search.Through && r.Stopped != search.RunsSpent && r.Stopped != search.TimeSpent:
		return nil, "the exploration was stopped early"
	case c.short && r.Stopped == search.RunsSpent:
		return nil, "-short has made the exploration a short one"
	case c.hurried && r.Stopped == search.TimeSpent:
		return nil, "the time limit of the test binary is near"
	}
	return names, ""
}
