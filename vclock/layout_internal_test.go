package vclock

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
)

// TestLayoutOfPackageClock is the guard: it fails when package clock, or
// time.Time, changes in a way that would make the bridge lose timers.
func TestLayoutOfPackageClock(t *testing.T) {
	l, err := mockLayout()
	if err != nil {
		t.Fatal("the bridge cannot be used with this package clock: ", err)
	}
	for _, d := range []time.Duration{0, 1, -1, time.Second, -time.Second, 1<<62 + 12345, math.MaxInt64, math.MinInt64, sentinel, sentinel + 1} {
		mock := clock.NewMock()
		for _, s := range []subject{timerOf(mock, &l, nil), tickerOf(mock, &l)} {
			s.reset(d)
			if got, want := s.sees(), (sight{d, false}); got != want {
				t.Errorf("%T: after Reset(%d) the bridge sees %v, want %v", s, d, got, want)
			}
		}
	}
}

func TestLayoutThatTheBridgeDoesNotKnow(t *testing.T) {
	type (
		date     struct{ wall, ext uint64 }
		subject  struct{ C <-chan time.Time }
		stopped  struct{ next, stopped time.Time }
		nextless struct{ stopped bool }
		mock     struct{ timers map[int]int }
	)
	timerType, tickerType := reflect.TypeFor[clock.Timer](), reflect.TypeFor[clock.Ticker]()
	mockType, dateType := reflect.TypeFor[clock.Mock](), reflect.TypeFor[time.Time]()
	if _, err := findLayout(timerType, tickerType, mockType, dateType); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name                      string
		timer, ticker, mock, date reflect.Type
		want                      string
	}{
		{"timer", reflect.TypeFor[subject](), tickerType, mockType, dateType, `vclock.subject has no field "next"`},
		{"timer's stopped", reflect.TypeFor[stopped](), tickerType, mockType, dateType, `vclock.stopped has no field "stopped"`},
		{"ticker", timerType, reflect.TypeFor[nextless](), mockType, dateType, `vclock.nextless has no field "next"`},
		{"mock", timerType, tickerType, reflect.TypeFor[mock](), dateType, `vclock.mock has no field "timers"`},
		{"date", timerType, tickerType, mockType, reflect.TypeFor[date](), `vclock.date has no field "ext"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := findLayout(tt.timer, tt.ticker, tt.mock, tt.date)
			if err == nil || !strings.HasPrefix(err.Error(), "vclock: "+tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			defer func(known func() (layout, error)) {
				mockLayout = known
				if got := recover(); got != err.Error() {
					t.Errorf("NewBridge panics with %v, want %v", got, err)
				}
			}(mockLayout)
			mockLayout = func() (layout, error) { return layout{}, err }
			NewBridge(stillHost{})
		})
	}
}

// TestLayoutIsTried checks that fields of the right names and types are not enough.
func TestLayoutIsTried(t *testing.T) {
	l, err := mockLayout()
	if err != nil {
		t.Fatal(err)
	}
	field, ok := reflect.TypeFor[clock.Ticker]().FieldByName("d")
	if !ok {
		t.Fatal("clock.Ticker has no field d")
	}
	l.ticker.ext = field.Index // an int64 too, but not the one
	if err := l.try(); err == nil || !strings.HasPrefix(err.Error(), "vclock: the fields of vclock.mockTicker show") {
		t.Errorf("error %v, want one about mockTicker", err)
	}
}
