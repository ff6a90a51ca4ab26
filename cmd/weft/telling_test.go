package main

import (
	"testing"

	"weft/sim/explore/search"
)

// TestTelling: what is proposed as right is the line of the first outcome that tells it from
// most of the others.
func TestTelling(t *testing.T) {
	for _, test := range []struct {
		texts []string
		want  string
	}{
		{[]string{"ann has it\nleft 0", "bob has it\nleft 0", "bob has it\nann has it\nleft -1", "ann has it\nbob has it\nleft -1"}, "left 0"},
		{[]string{"balance 40", "balance 70"}, "balance 40"},
		{[]string{"tea\ncoffee", "coffee\ntea"}, "tea\ncoffee"},
	} {
		var outcomes []search.Outcome
		for _, text := range test.texts {
			outcomes = append(outcomes, search.Outcome{Text: text})
		}
		if got := telling(outcomes); got != test.want {
			t.Errorf("%q of %q, want %q", got, test.texts, test.want)
		}
	}
}
