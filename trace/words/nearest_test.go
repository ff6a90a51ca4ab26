package words_test

import (
	"strings"
	"testing"

	"weft/trace/words"
)

func TestNearest(t *testing.T) {
	strategies := []string{"auto", "default", "seed", "replay", "replay-leniently", "exhaustive", "bounded", "reduced", "random", "pct", "pos", "urw", "surw"}
	flags := []string{"seed", "schedule", "policy", "view", "output", "stop-at-failure"}
	for _, c := range []struct {
		typed string
		known []string
		want  string
	}{
		{"foo", strategies, ""},
		{"pso", strategies, "pos"}, // neighbours exchanged are one error
		{"pcr", strategies, "pct"},
		{"POS", strategies, "pos"},
		{"exhaustve", strategies, "exhaustive"},
		{"exhasutive", strategies, "exhaustive"},
		{"lenient", strategies, "replay-leniently"},
		{"len", strategies, "replay-leniently"},
		{"le", strategies, ""}, // a part of too many words
		{"sed", flags, "seed"},
		{"polcy", flags, "policy"},
		{"stop", flags, "stop-at-failure"},
		{"verbose", flags, ""},
		{"x", flags, ""},
		{"", flags, ""},
		{"seed", nil, ""},
		{strings.Repeat("seed", 100), []string{strings.Repeat("seed", 100)}, ""}, // it would take long
		{"WEFT_SED", []string{"WEFT_RUNS", "WEFT_SEED"}, "WEFT_SEED"},
		// One word in place of another is no typing error.
		{"a", []string{"b"}, ""},
	} {
		if got := words.Nearest(c.typed, c.known); got != c.want {
			t.Errorf("Nearest(%q) = %q, want %q", c.typed, got, c.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"same", "same", 0}, {"kitten", "sitting", 3},
		{"ab", "ba", 1}, {"expolre", "explore", 1}, {"ca", "abc", 3}, {"abcd", "badc", 2},
	} {
		if got, back := words.Distance(c.a, c.b), words.Distance(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("Distance(%q, %q) = %d, and %d the other way round; want %d", c.a, c.b, got, back, c.want)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	if got, want := words.DidYouMean("sed", "--", []string{"seed"}), " (did you mean --seed?)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := words.DidYouMean("foo", "", []string{"pos"}); got != "" {
		t.Errorf("%q for a name that is near to none", got)
	}
}
