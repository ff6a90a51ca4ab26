package words

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean returns s without anything that could move the cursor, colour the
// terminal, turn the direction of writing or break an XML file: such runes, and
// bytes that are not UTF-8, appear as Go escapes. Zero-width joiners are among
// them, because terminals disagree about the width of what they join.
func Clean(s string) string { return escape(s, false) }

// Line returns s on one line: line ends and tabs become blanks, and the rest is as
// [Clean] has it.
func Line(s string) string { return Clean(lineEnds.Replace(s)) }

// Text returns s with its lines as they are; tabs become four blanks, and the rest is as
// [Clean] has it.
func Text(s string) string {
	clean := true
	for _, r := range s {
		if r != '\n' && (r == utf8.RuneError || !unicode.IsPrint(r)) {
			clean = false // nearly never
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		bare := strings.TrimRight(line, "\r\n")
		b.WriteString(Clean(strings.ReplaceAll(bare, "\t", "    ")))
		if strings.HasSuffix(line, "\n") {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

var lineEnds = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ")

// Quote returns s in double quotes, with the same escapes as [Clean].
func Quote(s string) string { return `"` + escape(s, true) + `"` }

func escape(s string, quoted bool) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case quoted && (r == '"' || r == '\\'):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(r) || unicode.Is(unicode.Zs, r):
			if b.Len() == 0 && runeWidth(r) == 0 {
				b.WriteRune('◌') // a mark with nothing to stand on would join its neighbour's cell
			}
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

// wide holds the ranges that take two cells: East Asian Width W and F of
// Unicode 15, which includes the emoji that are shown as such by default.
var wide = [][2]rune{
	{0x1100, 0x115F}, {0x231A, 0x231B}, {0x2329, 0x232A}, {0x23E9, 0x23EC}, {0x23F0, 0x23F0},
	{0x23F3, 0x23F3}, {0x25FD, 0x25FE}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267F, 0x267F},
	{0x2693, 0x2693}, {0x26A1, 0x26A1}, {0x26AA, 0x26AB}, {0x26BD, 0x26BE}, {0x26C4, 0x26C5},
	{0x26CE, 0x26CE}, {0x26D4, 0x26D4}, {0x26EA, 0x26EA}, {0x26F2, 0x26F3}, {0x26F5, 0x26F5},
	{0x26FA, 0x26FA}, {0x26FD, 0x26FD}, {0x2705, 0x2705}, {0x270A, 0x270B}, {0x2728, 0x2728},
	{0x274C, 0x274C}, {0x274E, 0x274E}, {0x2753, 0x2755}, {0x2757, 0x2757}, {0x2795, 0x2797},
	{0x27B0, 0x27B0}, {0x27BF, 0x27BF}, {0x2B1B, 0x2B1C}, {0x2B50, 0x2B50}, {0x2B55, 0x2B55},
	{0x2E80, 0x303E}, {0x3041, 0x3247}, {0x3250, 0x4DBF}, {0x4E00, 0xA4C6}, {0xA960, 0xA97C},
	{0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE10, 0xFE19}, {0xFE30, 0xFE6B}, {0xFF01, 0xFF60},
	{0xFFE0, 0xFFE6}, {0x16FE0, 0x18D08}, {0x1AFF0, 0x1B2FB}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF},
	{0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F200, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C},
	{0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4},
	{0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E},
	{0x1F550, 0x1F567}, {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F},
	{0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC}, {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6DF}, {0x1F6EB, 0x1F6EC},
	{0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7F0}, {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF},
	{0x1FA70, 0x1FAFF}, {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD},
}

// runeWidth returns how many cells a rune takes when it stands alone: 0, 1 or 2.
func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1 // the common case; clean has removed the control characters
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), r >= 0x1160 && r <= 0x11FF:
		return 0 // combining marks, and the vowels and finals of Hangul syllables in pieces
	}
	i := sort.Search(len(wide), func(i int) bool { return wide[i][1] >= r })
	if i < len(wide) && wide[i][0] <= r {
		return 2
	}
	return 1
}

// Cluster cuts the first character as a reader sees it off s: a rune and what
// combines with it. It returns its length in bytes and its width in cells.
func Cluster(s string) (size, cells int) {
	for i, r := range s {
		w := runeWidth(r)
		switch {
		case i == 0:
			cells = w
		case r == 0xFE0F:
			cells = 2 // the variation selector that asks for an emoji
		case w == 0:
		case r >= 0x1F3FB && r <= 0x1F3FF && cells == 2:
			// a skin tone colours the emoji before it
		default:
			return i, cells
		}
	}
	return len(s), cells
}

// Width returns how many cells the text takes. The text must be clean.
func Width(s string) int {
	total := 0
	for s != "" {
		size, cells := Cluster(s)
		total += cells
		s = s[size:]
	}
	return total
}

// split cuts s so that the first part takes at most max cells.
func split(s string, max int) (head, rest string) {
	total, at := 0, 0
	for at < len(s) {
		size, cells := Cluster(s[at:])
		if total+cells > max {
			break
		}
		total += cells
		at += size
	}
	return s[:at], s[at:]
}

// Elide returns s in at most max cells, with an ellipsis where its end was.
func Elide(s string, max int) string {
	if Width(s) <= max {
		return s
	}
	head, _ := split(s, max-1)
	return strings.TrimRight(head, " ") + "…"
}

// ElideMiddle is like elide but keeps both ends, because names of tasks tend to
// differ in their last characters.
func ElideMiddle(s string, max int) string {
	if Width(s) <= max {
		return s
	}
	head, rest := split(s, max/2)
	for left := Width(rest); left > max-Width(head)-1; {
		size, cells := Cluster(rest)
		rest = rest[size:]
		left -= cells
	}
	return head + "…" + rest
}

// Wrap breaks s into at most lines lines of at most max cells, at spaces where
// it can. The last line ends with an ellipsis if there was more to say.
func Wrap(s string, max, lines int) []string {
	var out []string
	for {
		if Width(s) <= max {
			return append(out, s)
		}
		if len(out) == lines-1 {
			return append(out, Elide(s, max))
		}
		head, rest := split(s, max)
		if head == "" { // one wide character in a single cell: nothing fits
			return append(out, "…")
		}
		if rest[0] != ' ' {
			if at := strings.LastIndexByte(head, ' '); at > 0 {
				head, rest = s[:at], s[at:]
			} else if at := strings.LastIndexAny(head, "-_/."); at > len(head)/2 {
				head, rest = s[:at+1], s[at+1:]
			}
		}
		out = append(out, strings.TrimRight(head, " "))
		s = strings.TrimLeft(rest, " ")
		if s == "" {
			return out
		}
	}
}

// Lines breaks s at spaces into as many lines of at most max cells as it takes, and
// words that are longer wherever a line is full.
func Lines(s string, max int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		if line != "" && Width(line)+1+Width(word) <= max {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for Width(word) > max {
			head, rest := split(word, max)
			if head == "" {
				break // one wide character in a single cell
			}
			lines, word = append(lines, head), rest
		}
		line = word
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// Pad returns s with spaces up to the given number of cells.
func Pad(s string, cells int) string {
	return s + strings.Repeat(" ", max(0, cells-Width(s)))
}
