package kept

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"weft/trace"
)

// Name returns a name that every file system takes: letters, digits, "-" and
// "_" as they are, other bytes as %XX.
func Name(element string) string {
	var b strings.Builder
	reserved := slices.Contains(reservedNames, strings.ToUpper(element))
	for i, r := range element {
		if r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_') && !(reserved && i == 0) {
			b.WriteRune(r)
			continue
		}
		_, size := utf8.DecodeRuneInString(element[i:])
		for k := range size {
			fmt.Fprintf(&b, "%%%02X", element[i+k])
		}
	}
	name := b.String()
	if len(name) > nameMost {
		end := nameMost - 20
		for !utf8.RuneStart(name[end]) {
			end--
		}
		name = name[:end] + "-" + trace.Hash(0).Text(element).String()
	}
	if name == "" {
		return "%"
	}
	return name
}

// nameMost is the longest name, in bytes. File systems take 255 at least.
const nameMost = 120

// reservedNames are files that Windows has in every folder.
var reservedNames = []string{
	"CON", "PRN", "AUX", "NUL",
	"COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
	"LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
}
