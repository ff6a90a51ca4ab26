package overlay

import (
	"strings"
	"testing"
)

func TestApply(t *testing.T) {
	for _, test := range []struct {
		name, text string
		edits      []Edit
		want       string
	}{
		{"none", "abc", nil, "abc"},
		{"the middle", "abc", []Edit{{Find: "b", Put: "B"}}, "aBc"},
		{"the beginning and the end", "abc", []Edit{{Find: "c", Put: "three"}, {Find: "a", Put: "1"}}, "1bthree"},
		{"all of it", "abc", []Edit{{Find: "abc"}}, ""},
		{"side by side", "abc", []Edit{{Find: "ab", Put: "x"}, {Find: "c", Put: "y"}}, "xy"},
		{"what was put is no anchor", "abc", []Edit{{Find: "a", Put: "c"}, {Find: "c", Put: "z"}}, "cbz"},
		{"bytes that mean something elsewhere", "a$1\\n", []Edit{{Find: "$1", Put: "%s$0"}}, "a%s$0\\n"},
		{"as often as it should", "a.b.a.", []Edit{{Find: "a", Put: "aa", Times: 2}, {Find: "b", Put: "B"}}, "aa.B.aa."},
		{"line ends stay", "a\r\nb\n", []Edit{{Find: "b", Put: "c\n"}}, "a\r\nc\n\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := apply(test.text, test.edits)
			if err != nil || got != test.want {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestEditsMustNotOverlap(t *testing.T) {
	for name, edits := range map[string][]Edit{
		"partly":     {{File: "a.go", Find: "one two"}, {File: "a.go", Find: "two three"}},
		"one inside": {{File: "a.go", Find: "two"}, {File: "a.go", Find: "one two three"}},
		"the same":   {{File: "a.go", Find: "two"}, {File: "a.go", Find: "two"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := apply("one two three", edits)
			refused(t, err, "a.go", "overlap", `two`)
		})
	}
}

func TestOccurrences(t *testing.T) {
	for _, test := range []struct {
		text, anchor string
		want         int
	}{
		{"abc", "b", 1}, {"abc", "d", 0}, {"abab", "ab", 2}, {"aaa", "aa", 2}, {"", "a", 0}, {"abc", "", 0}, {"a", "a", 1},
	} {
		if got := occurrences(test.text, test.anchor); got != test.want {
			t.Errorf("occurrences(%q, %q) = %d, want %d", test.text, test.anchor, got, test.want)
		}
	}
}

func TestQuoted(t *testing.T) {
	for _, test := range []struct{ anchor, want string }{
		{"\tgp := getg()\n", `"gp := getg()"`},
		{"\n\tif a {\n\t\tb()\n", `"if a {"...`},
		{strings.Repeat("é", 61), `"` + strings.Repeat("é", 60) + `"...`},
	} {
		if got := quoted(test.anchor); got != test.want {
			t.Errorf("quoted(%q) = %s, want %s", test.anchor, got, test.want)
		}
	}
}

// TestTimes: an anchor that should stand there several times must stand there so often.
func TestTimes(t *testing.T) {
	for _, test := range []struct {
		times, found int
		want         bool
	}{{0, 1, true}, {0, 2, false}, {1, 1, true}, {3, 3, true}, {3, 1, false}, {3, 4, false}} {
		if got := (Anchor{Edit: Edit{Times: test.times}, Found: test.found}).OK(); got != test.want {
			t.Errorf("it should stand there %d times, and stands there %d times: %v", test.times, test.found, got)
		}
	}
	err := &AnchorError{Path: "chan.go", Version: "go1.26.8", Edit: Edit{Find: "if raceenabled", Times: 11}, Found: 1}
	refused(t, err, "should stand there 11 times and stands there once")
}
