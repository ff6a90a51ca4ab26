package simtest

import (
	"errors"
	"os"
	"strings"

	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// replayed is a run that was made for show.
type replayed struct {
	*order.Run
	t      *T
	trace  *trace.Trace
	policy string
}

// misfit returns how the run's schedule did not fit, or nil.
func (s *replayed) misfit() error { return mismatchOf(s.Err) }

// said returns what the run has to say for itself: what was said to its T, and
// why it ended if that is another reason.
func (s *replayed) said() string {
	return s.says(func(Message) bool { return true }, func(error) bool { return true })
}

func (s *replayed) says(repeat func(Message) bool, tell func(error) bool) string {
	var b strings.Builder
	for _, m := range s.t.messages {
		if repeat(m) {
			b.WriteString(m.String() + "\n")
		}
	}
	for _, err := range parts(s.Err) {
		var said *FailError
		if !errors.As(err, &said) && !errors.Is(err, order.ErrScheduleMismatch) && tell(err) {
			b.WriteString(errorText(err) + "\n")
		}
	}
	return b.String()
}

// viewOptions are those of a test's log.
func viewOptions() trace.ViewOptions { return trace.ViewOptions{ASCII: !words.UTF8(os.Getenv)} }

// whole writes everything about a run.
func (s *replayed) whole() string {
	var b strings.Builder
	b.WriteString(s.heading())
	if err := trace.Render(&b, "lanes", s.trace, viewOptions()); err != nil {
		b.WriteString(err.Error() + "\n")
	}
	return b.String()
}

// heading returns what was said, set off.
func (s *replayed) heading() string { return setOff(s.said()) }

// remarks is said without what a [explain.Failure] tells as well.
func (s *replayed) remarks() string {
	return s.says(func(m Message) bool { return !m.Failure }, func(err error) bool {
		var panicked *order.PanicError
		return errors.As(err, &panicked) // it has a stack
	})
}

func setOff(text string) string {
	if text == "" {
		return "\n"
	}
	return "\n" + indent(text, "    ") + "\n"
}
