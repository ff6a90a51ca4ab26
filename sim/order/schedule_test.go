package order_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"weft/sim/order"
)

func TestScheduleText(t *testing.T) {
	s := order.Schedule{
		{Kind: order.PickTimer, Key: "say1.1", Taken: "say2.1"},
		{Kind: order.PickChoice, Key: "main/colour.2", Taken: "dark red, é=1:2%"},
		{Kind: order.PickReady, Key: "", Taken: ""},
	}
	const text = "w1,timer:say1.1=say2.1,choose:main/colour.2=dark%20red%2C%20%C3%A9%3D1%3A2%25,ready:%=%"
	if got := s.String(); got != text {
		t.Errorf("String is %s, want %s", got, text)
	}
	got, err := order.ParseSchedule(" " + text + "\n")
	if err != nil || !slices.Equal(got, s) {
		t.Errorf("ParseSchedule = %v, %v", got, err)
	}
	if got := order.Schedule(nil).String(); got != "w1" {
		t.Errorf("the empty schedule is %q, want w1", got)
	}
	packed, err := json.Marshal(struct{ S order.Schedule }{s})
	if err != nil || string(packed) != `{"S":"`+text+`"}` {
		t.Errorf("as JSON: %s, %v", packed, err)
	}
	var unpacked struct{ S order.Schedule }
	if err := json.Unmarshal(packed, &unpacked); err != nil || !slices.Equal(unpacked.S, s) {
		t.Errorf("from JSON: %v, %v", unpacked.S, err)
	}
}

// TestScheduleRoundTrip checks that any names survive, and that the text needs
// no quotes in a shell.
func TestScheduleRoundTrip(t *testing.T) {
	plain := regexp.MustCompile(`^[A-Za-z0-9._/+@%#:=,-]*$`)
	name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-c#%,:=/.]{0,4}`),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 6), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		var s order.Schedule
		for range rapid.IntRange(0, 4).Draw(t, "turns") {
			s = append(s, order.Turn{Kind: name.Draw(t, "kind"), Key: name.Draw(t, "key"), Taken: name.Draw(t, "taken")})
		}
		text := s.String()
		if !plain.MatchString(text) || strings.Contains(text, ",#") {
			t.Fatalf("%s needs quotes", text)
		}
		got, err := order.ParseSchedule(text)
		if err != nil || !slices.Equal(got, s) {
			t.Fatalf("%q came back as %q, %v", s, got, err)
		}
	})
}

func TestParseScheduleErrors(t *testing.T) {
	for _, test := range []struct{ text, says string }{
		{"", `does not begin with "w1"`},
		{"timer:a=b", "paste the whole line"},
		{"W1,timer:a=b", `does not begin with "w1"`},
		{"w2,timer:a=b", `format "w2"; this version of Weft reads w1`},
		{"w10", `format "w10"`},
		{"w1,", `turn 1 is ""; want KIND:KEY=TAKEN`},
		{"w1,timer:a=b,", `turn 2 is ""`},
		{"w1,timer:a=b,,timer:c=d", `turn 2 is ""`},
		{"w1,timer", `turn 1 is "timer"; want KIND:KEY=TAKEN`},
		{"w1,timer:a", `turn 1 is "timer:a"`},
		{"w1,timer=a", `turn 1 is "timer=a"`},
		{"w1,:a=b", `turn 1 is ":a=b"`},
		{"w1,timer:=b", `turn 1 is "timer:=b"`},
		{"w1,timer:a=", `turn 1 is "timer:a="`},
		{"w1,timer:a=b%", "two hexadecimal digits"},
		{"w1,timer:a=b%4", "two hexadecimal digits"},
		{"w1,timer:a=b%zz", `"%zz" is no character`},
		{"w1,timer:a=b%4g", `"%4g" is no character`},
		{"w1,timer:a=b% 4", `"% 4" is no character`},
		{"w1,timer:a:b=c", "turn 1"},
		{"w1,timer:a=b=c", "turn 1"},
	} {
		t.Run(test.text, func(t *testing.T) {
			s, err := order.ParseSchedule(test.text)
			if err == nil {
				t.Fatalf("was read as %v", s)
			}
			mustMention(t, err.Error(), "order: schedule", test.says)
			if err := new(order.Schedule).UnmarshalText([]byte(test.text)); err == nil {
				t.Error("UnmarshalText has no error")
			}
		})
	}
}

// What is said about a schedule is short, and can be shown as it is.
func TestParseScheduleErrorsCanBeShown(t *testing.T) {
	for _, text := range []string{
		"\x1b[31mred", "w1,\x1b[31mred", "w1,timer:\u202ea=b=c", "w1,timer:a=%\x1b[", "w\x00", strings.Repeat("w1", 1<<20),
		"w1," + strings.Repeat("x", 1<<20), "w1,a:b=" + strings.Repeat("%", 1<<20), "w1" + strings.Repeat(",", 1<<20), "w" + strings.Repeat("9", 1<<20),
	} {
		_, err := order.ParseSchedule(text)
		if err == nil {
			t.Fatalf("%.40q was read", text)
		}
		if said := err.Error(); len(said) > 500 || strings.IndexFunc(said, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
			t.Errorf("of %.40q it says %.1000q", text, said)
		}
	}
}

// FuzzParse reads schedules and policies: what is read is written in the form that is read
// again, and what is said of the rest can be shown.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"w1", "w1,timer:say1.1=say2.1,choose:main/colour.2=dark%20red%2C,ready:%=%", "w2", "w1,a:b=%zz", "\x1b[31m",
		"fifo", "any-ready", "jitter:10ms", "jitter:-1s", "hold-ups:1:50ms", "hold-ups:9999999999999999999:1h",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shows := func(err error) {
			if said := err.Error(); len(said) > 500 || strings.IndexFunc(said, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) }) >= 0 {
				t.Errorf("it says %q", said)
			}
		}
		if s, err := order.ParseSchedule(text); err != nil {
			shows(err)
		} else if again, err := order.ParseSchedule(s.String()); err != nil || !slices.Equal(again, s) {
			t.Errorf("%q came back as %q, %v", s, again, err)
		}
		if p, err := order.ParsePolicy(text); err != nil {
			shows(err)
		} else if again, err := order.ParsePolicy(p.String()); err != nil || again != p {
			t.Errorf("%v came back as %v, %v", p, again, err)
		}
	})
}

func mustMention(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not mention %q", text, part)
		}
	}
}
