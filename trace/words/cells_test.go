package words

// This is the one test from inside the package: how text is measured and cut
// shows outside only in drawings, where a fault of one cell is hard to find.

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWidth(t *testing.T) {
	for text, want := range map[string]int{
		"":                       0,
		"hello":                  5,
		"naïve":                  5,
		"nai\u0308ve":            5, // the same with a combining mark
		"受付":                     4,
		"ｱｲｳ":                    3, // halfwidth forms
		"Ａ":                      2, // fullwidth
		"가":                      2,
		"\u1100\u1161\u11a8":     2, // one Hangul syllable in three pieces
		"🙂":                      2,
		"👍🏽":                     2, // with a skin tone
		"❤":                      1,
		"❤\ufe0f":                2, // asked to be an emoji
		"→│▸⇄…":                  5,
		"\u0e19\u0e49\u0e33":     2, // Thai: a tone mark stands above its letter
		"\u05e9\u05c1":           1, // Hebrew with a point
		"𠀀":                      2,
		"Ωж":                     2,
		"\U0001f1e9\U0001f1ea":   2, // a flag
		"e\u0301\u0327\u0300xyz": 4,
	} {
		if got := Width(text); got != want {
			t.Errorf("width(%+q) = %d, want %d", text, got, want)
		}
	}
}

func TestWideIsSorted(t *testing.T) {
	for i, r := range wide {
		if r[0] > r[1] || i > 0 && r[0] <= wide[i-1][1] {
			t.Errorf("range %d, %U to %U, is out of order", i, r[0], r[1])
		}
	}
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"plain \"quoted\" \\":    `plain "quoted" \`,
		"a\nb\tc\rd":             `a\nb\tc\rd`,
		"\x1b[31mred\x07":        `\x1b[31mred\x07`,
		"\xff\xc3":               `\xff\xc3`,
		"\ufffd":                 "\ufffd",
		"\u202eevil":             `\u202eevil`,
		"\u200b\u2028\U000e0001": `\u200b\u2028\U000e0001`,
		"\u0301x":                "◌\u0301x",
		"受\u3000付":               "受\u3000付",
	} {
		if got := Clean(text); got != want {
			t.Errorf("clean(%+q) = %q, want %q", text, got, want)
		}
	}
	if got, want := Quote("a\"b\\c\n"), `"a\"b\\c\n"`; got != want {
		t.Errorf("quote = %s, want %s", got, want)
	}
}

func TestElide(t *testing.T) {
	for _, test := range []struct {
		text        string
		max         int
		end, middle string
	}{
		{"hello", 5, "hello", "hello"},
		{"hello world", 8, "hello w…", "hell…rld"},
		{"hello world", 7, "hello…", "hel…rld"},
		{"受付係です", 6, "受付…", "受…す"},
		{"受付", 1, "…", "…"},
	} {
		if got := Elide(test.text, test.max); got != test.end {
			t.Errorf("elide(%q, %d) = %q, want %q", test.text, test.max, got, test.end)
		}
		if got := ElideMiddle(test.text, test.max); got != test.middle {
			t.Errorf("elideMiddle(%q, %d) = %q, want %q", test.text, test.max, got, test.middle)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text       string
		max, lines int
		want       []string
	}{
		{"", 10, 3, []string{""}},
		{"one two three", 7, 3, []string{"one two", "three"}},
		{"one two three four", 7, 2, []string{"one two", "three…"}},
		{"onetwothree", 4, 9, []string{"onet", "woth", "ree"}},
		{"worker-for-customer-1001", 14, 9, []string{"worker-for-", "customer-1001"}},
		{"受付係です", 5, 9, []string{"受付", "係で", "す"}},
		{"受付", 1, 9, []string{"…"}},
		{"word  ", 4, 9, []string{"word"}},
	} {
		if got := Wrap(test.text, test.max, test.lines); !slices.Equal(got, test.want) {
			t.Errorf("wrap(%q, %d, %d) = %q, want %q", test.text, test.max, test.lines, got, test.want)
		}
	}
}

func TestCutTextFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := Clean(rapid.String().Draw(t, "text"))
		most := rapid.IntRange(1, 20).Draw(t, "cells")
		lines := rapid.IntRange(1, 5).Draw(t, "lines")
		if got := Elide(text, most); Width(got) > most {
			t.Fatalf("elide: %q has %d cells", got, Width(got))
		}
		if got := ElideMiddle(text, most); Width(got) > most {
			t.Fatalf("elideMiddle: %q has %d cells", got, Width(got))
		}
		wrapped := Wrap(text, most, lines)
		if len(wrapped) > lines {
			t.Fatalf("wrap: %d lines", len(wrapped))
		}
		for _, line := range wrapped {
			if Width(line) > most {
				t.Fatalf("wrap: %q has %d cells", line, Width(line))
			}
		}
		// Nothing but spaces is lost where there is room enough.
		if most > 1 {
			squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
			if got := strings.Join(Wrap(text, most, 1_000_000), ""); squeeze(got) != squeeze(text) {
				t.Fatalf("wrap: %q became %q", text, got)
			}
		}
		if head, rest := split(text, most); head+rest != text || Width(head)+Width(rest) != Width(text) {
			t.Fatalf("split: %q and %q", head, rest)
		}
	})
}

func FuzzCleanIsPrintable(f *testing.F) {
	f.Add("a\x00b\xff\u202e")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range Clean(text) {
			if r < ' ' || r >= 0x7f && r < 0xa0 {
				t.Fatalf("%U in %q", r, Clean(text))
			}
		}
		if again := Clean(Clean(text)); again != Clean(text) {
			t.Fatalf("clean twice is not clean once: %q", again)
		}
	})
}

func TestText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"one\ntwo\n", "one\ntwo\n"},
		{"one\r\n\ttwo", "one\n    two"},
		{"\x1b[31mred\n\u202eback\n", `\x1b[31mred` + "\n" + `\u202eback` + "\n"},
		{"\xff\x00\n", `\xff\x00` + "\n"},
		{"Ü 日本 ⇄ ≈", "Ü 日本 ⇄ ≈"},
	} {
		if got := Text(c.text); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
