package words

import (
	"strconv"
	"strings"
)

// Count writes a number with its noun.
func Count(n int, noun string) string { return Plural(n, noun, noun+"s") }

// Thousands writes a number with commas.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	var b strings.Builder
	for i, c := range s {
		if i > 0 && c != '-' && (len(s)-i)%3 == 0 && s[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// Percent writes a share with as many digits as mean something.
func Percent(share float64) string {
	switch {
	case share == 0:
		return "0%"
	case share < 0.0001:
		return "<0.01%"
	case share < 0.1:
		return strconv.FormatFloat(100*share, 'g', 2, 64) + "%"
	}
	return strconv.FormatFloat(100*share, 'f', 0, 64) + "%"
}

// Plural writes a number with one of two nouns.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Thousands(n) + " " + many
}
