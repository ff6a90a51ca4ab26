package words

import "strings"

// drawing are the characters that views draw with, each beside one of ASCII that takes as
// many cells.
var drawing = strings.NewReplacer(
	"─", "-", "│", "|", "┼", "+", "├", "+", "┤", "+", "┬", "+", "┴", "+", "┌", "+", "┐", "+", "└", "+", "┘", "+",
	"⇄", "%", "▸", ">", "◂", "<", "→", ">", "·", ".", "…", "~", "≈", "~", "◆", "*", "°", "o",
	"✓", "v", "✗", "x", "µ", "u",
)

// ASCII returns a text with the characters that views draw with as ASCII ones, cell for
// cell. What the program itself has said is left as it is, if it does not use the same.
func ASCII(text string) string { return drawing.Replace(text) }

// UTF8 reports whether the locale of the process, if it names one, has texts in UTF-8. It
// goes by the first of LC_ALL, LC_CTYPE and LANG that is set, as POSIX says; getenv is
// os.Getenv.
func UTF8(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := getenv(name); locale != "" {
			_, charset, _ := strings.Cut(strings.ToLower(locale), ".")
			charset, _, _ = strings.Cut(charset, "@")
			return charset == "utf-8" || charset == "utf8"
		}
	}
	return true
}
