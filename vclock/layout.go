package vclock

import (
	"fmt"
	"math"
	"reflect"
	"sync"
	"time"

	"github.com/benbjohnson/clock"
)

// sentinel is the duration to which the bridge sets every timer and ticker of
// the mock clock. A timer that shows another duration was reset by the user.
// So it must be a duration that no program asks for: minus 292 years and some.
const sentinel time.Duration = math.MinInt64 + 8191

// A layout says where package clock keeps what the bridge has to see: two
// private fields of its timers and tickers, and one of its mock clock.
// Reflection can read them, without package unsafe.
//
// Package clock is archived at v1.3.5, so they will stay. Were they to change
// all the same, findLayout would say so, rather than let timers be lost.
type layout struct {
	timer, ticker subjectLayout
	timers        []int // Mock.timers, the list of armed timers and tickers
}

// A subjectLayout is the layout of clock.Timer or of clock.Ticker.
type subjectLayout struct {
	wall, ext []int // the two integers of field next, a time.Time
	stopped   []int
}

// mockLayout is the layout of the package clock that this program is built with.
var mockLayout = sync.OnceValues(func() (layout, error) {
	l, err := findLayout(reflect.TypeFor[clock.Timer](), reflect.TypeFor[clock.Ticker](),
		reflect.TypeFor[clock.Mock](), reflect.TypeFor[time.Time]())
	if err == nil {
		err = l.try()
	}
	return l, err
})

// findLayout looks the fields up by name and type.
func findLayout(timer, ticker, mock, date reflect.Type) (l layout, err error) {
	field := func(t reflect.Type, name string, want reflect.Type) []int {
		f, ok := t.FieldByName(name)
		if err != nil {
			return nil
		}
		if !ok || want != nil && f.Type != want || want == nil && f.Type.Kind() != reflect.Slice {
			err = fmt.Errorf("vclock: %v has no field %q as the bridge knows it: use github.com/benbjohnson/clock v1.3.5", t, name)
		}
		return f.Index
	}
	wall := field(date, "wall", reflect.TypeFor[uint64]())
	ext := field(date, "ext", reflect.TypeFor[int64]())
	subject := func(t reflect.Type) subjectLayout {
		next := field(t, "next", date)
		return subjectLayout{
			wall:    append(next[:len(next):len(next)], wall...),
			ext:     append(next[:len(next):len(next)], ext...),
			stopped: field(t, "stopped", reflect.TypeFor[bool]()),
		}
	}
	l.timer, l.ticker = subject(timer), subject(ticker)
	l.timers = field(mock, "timers", nil)
	return l, err
}

// try checks on a real timer and ticker that the fields mean what the bridge
// takes them to mean.
func (l *layout) try() error {
	const d = 5*time.Second - 7
	for _, newSubject := range []func(*clock.Mock) subject{
		func(m *clock.Mock) subject { return timerOf(m, l, nil) },
		func(m *clock.Mock) subject { return tickerOf(m, l) },
	} {
		mock := clock.NewMock()
		s := newSubject(mock)
		got := []any{s.sees()}
		s.stop()
		got = append(got, s.sees(), l.hasArmed(mock))
		s.reset(d)
		got = append(got, s.sees(), l.hasArmed(mock))
		s.reset(sentinel)
		got = append(got, s.sees())
		want := []any{
			sight{sentinel, false},
			sight{sentinel, true}, false,
			sight{d, false}, true,
			sight{sentinel, false},
		}
		if !reflect.DeepEqual(got, want) {
			return fmt.Errorf("vclock: the fields of %T show %v, want %v: use github.com/benbjohnson/clock v1.3.5", s, got, want)
		}
	}
	return nil
}

// hasArmed reports whether any timer or ticker of m is armed.
func (l *layout) hasArmed(m *clock.Mock) bool {
	return reflect.ValueOf(m).Elem().FieldByIndex(l.timers).Len() > 0
}

// A sight is what the private fields of a timer or ticker show.
type sight struct {
	reset   time.Duration // what it was last set to: sentinel, or what the user asked for
	stopped bool
}

// sees reads the fields of v, a clock.Timer or clock.Ticker of a mock clock
// that stands at the Unix epoch, where all of them stand when they are new.
func (l *subjectLayout) sees(v reflect.Value) sight {
	// Without a monotonic reading, the low 30 bits of wall are nanoseconds
	// and ext is seconds since the year 1. The product may wrap around for the
	// sentinel, and adding the nanoseconds wraps it back.
	const epoch = (1969*365 + 1969/4 - 1969/100 + 1969/400) * 24 * 60 * 60
	nanoseconds := int64(v.FieldByIndex(l.wall).Uint() & (1<<30 - 1))
	seconds := v.FieldByIndex(l.ext).Int() - epoch
	return sight{
		reset:   time.Duration(seconds*int64(time.Second) + nanoseconds),
		stopped: v.FieldByIndex(l.stopped).Bool(),
	}
}
