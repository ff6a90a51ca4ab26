package explore

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file measures and cuts text that comes from a program, for a terminal.

// clean returns text on one line, without what could move the cursor, colour the
// terminal or turn the direction of writing.
func clean(s string) string {
	if !strings.ContainsFunc(s, unfit) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case unfit(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unfit(r rune) bool { return !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) }

// cellsOf returns how many cells clean text takes: two for the characters of East
// Asia and for emoji, none for marks that combine.
func cellsOf(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1100 && r <= 0x115F, r >= 0x2E80 && r <= 0xA4C6, r >= 0xA960 && r <= 0xA97C, r >= 0xAC00 && r <= 0xD7A3,
		r >= 0xF900 && r <= 0xFAFF, r >= 0xFE30 && r <= 0xFE6B, r >= 0xFF01 && r <= 0xFF60, r >= 0xFFE0 && r <= 0xFFE6,
		r >= 0x1F300 && r <= 0x1F64F, r >= 0x1F680 && r <= 0x1F6FF, r >= 0x1F900 && r <= 0x1FAFF, r >= 0x20000 && r <= 0x3FFFD:
		return 2
	}
	return 1
}

// fit returns text in at most so many cells, with an ellipsis where its end was.
func fit(s string, cells int) string {
	if cellsOf(s) <= cells {
		return s
	}
	n := 0
	for i, r := range s {
		if n += runeCells(r); n > cells-1 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}

// padded returns text with blanks up to so many cells.
func padded(s string, cells int) string {
	return s + strings.Repeat(" ", max(0, cells-cellsOf(s)))
}

// wrapped breaks text at blanks into lines of at most so many cells.
func wrapped(s string, cells int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		for cellsOf(word) > cells {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			cut, n := len(word), 0
			for i, r := range word {
				if n += runeCells(r); n > cells && i > 0 {
					cut = i
					break
				}
			}
			if cut == len(word) {
				break // one wide character in a single cell
			}
			lines, word = append(lines, word[:cut]), word[cut:]
		}
		switch {
		case line == "":
			line = word
		case cellsOf(line)+1+cellsOf(word) <= cells:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}
