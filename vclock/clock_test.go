package vclock_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weft/vclock"
)

const least time.Duration = math.MinInt64

func TestAdd(t *testing.T) {
	for _, tt := range []struct {
		name        string
		t, d, total time.Duration
	}{
		{"plain", 3, 4, 7},
		{"negative", 3, -4, -1},
		{"up to forever", vclock.Forever - 1, 1, vclock.Forever},
		{"beyond forever", vclock.Forever - 1, 2, vclock.Forever},
		{"forever and an hour", vclock.Forever, time.Hour, vclock.Forever},
		{"an hour before forever", vclock.Forever, -time.Hour, vclock.Forever},
		{"forever from a negative instant", -time.Hour, vclock.Forever, vclock.Forever},
		{"forever from the least instant", least, vclock.Forever, vclock.Forever},
		{"down to the least", least + 1, -1, least},
		{"below the least", least + 1, -2, least},
		{"least and least", least, least, least},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := vclock.Add(tt.t, tt.d); got != tt.total {
				t.Errorf("Add(%d, %d) = %d, want %d", tt.t, tt.d, got, tt.total)
			}
			if got := vclock.Add(tt.d, tt.t); got != tt.total {
				t.Errorf("Add(%d, %d) = %d, want %d", tt.d, tt.t, got, tt.total)
			}
		})
	}
}

func TestClockStandsStillUntilMoved(t *testing.T) {
	c := vclock.New(time.Time{})
	now := func(want time.Duration) {
		t.Helper()
		if got := c.Now(); got != want {
			t.Errorf("Now() = %v, want %v", got, want)
		}
		if got := c.Time(); !got.Equal(vclock.DefaultStart.Add(want)) {
			t.Errorf("Time() = %v, want DefaultStart + %v", got, want)
		}
	}
	now(0)
	c.MoveTo(5)
	now(5)
	c.MoveTo(4)
	now(5)
	c.Advance(3)
	now(8)
	c.Advance(-3)
	now(8)
	c.Advance(0)
	now(8)
	c.Advance(vclock.Forever - 1)
	now(vclock.Forever)
	c.Reset(time.Time{})
	now(0)
}

func TestClockStart(t *testing.T) {
	zone := time.FixedZone("Weft", 3600)
	start := time.Date(2031, 5, 6, 7, 8, 9, 10, zone)
	for _, tt := range []struct {
		name        string
		start, want time.Time
	}{
		{"zero", time.Time{}, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"date", start, start},
		{"wall clock", time.Now(), time.Now()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			reset := vclock.New(start)
			reset.MoveTo(99)
			reset.Reset(tt.start)
			for _, c := range []*vclock.Clock{vclock.New(tt.start), reset} {
				got := c.Time()
				if got.Sub(tt.want).Abs() > time.Minute || got.Location() != tt.want.Location() {
					t.Errorf("starts at %v, want %v", got, tt.want)
				}
				if got != got.Round(0) {
					t.Errorf("%v has a monotonic reading", got)
				}
				if c.Now() != 0 {
					t.Errorf("Now() = %v, want 0", c.Now())
				}
			}
		})
	}
}

func TestClockTranslatesInstantsAndDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := vclock.New(time.Unix(rapid.Int64Range(-1<<33, 1<<33).Draw(t, "start"), 0))
		c.MoveTo(time.Duration(rapid.Int64Range(0, 1<<50).Draw(t, "now")))
		x := time.Duration(rapid.Int64().Draw(t, "instant"))
		if got := c.Offset(c.At(x)); got != x {
			t.Fatalf("Offset(At(%d)) = %d", x, got)
		}
		date := c.At(x)
		if got, want := c.Since(date), c.Time().Sub(date); got != want {
			t.Fatalf("Since = %v, want %v", got, want)
		}
		if got, want := c.Until(date), date.Sub(c.Time()); got != want {
			t.Fatalf("Until = %v, want %v", got, want)
		}
	})
	c := vclock.New(time.Time{})
	if got := c.Offset(vclock.DefaultStart.AddDate(1000, 0, 0)); got != vclock.Forever {
		t.Errorf("Offset in 1000 years = %v, want Forever", got)
	}
	if got := c.Offset(vclock.DefaultStart.AddDate(-1000, 0, 0)); got != least {
		t.Errorf("Offset 1000 years ago = %v, want the least duration", got)
	}
}
