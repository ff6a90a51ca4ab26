package kept

import (
	"fmt"
	"slices"
	"strings"

	"weft/trace/words"
)

// Format is a text of lines, each a key, a space and a value. Empty lines and those that
// begin with # say nothing.
type Format struct {
	Header, Version string   // the first line
	Required        []string // the keys that must be there
	Optional        []string // those that may
	MayBeEmpty      []string // of the required ones, those that need no value
	Belongs         string   // what belongs into the folder of such a file
	Older           string   // what to do with a file of another version
}

// Parse returns the values of a text by their keys. Its error names the line.
func (f Format) Parse(text string) (map[string]string, error) {
	fields := map[string]string{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, _ := strings.Cut(line, " ")
		if len(fields) == 0 {
			if key != f.Header {
				return nil, fmt.Errorf("line %d: it does not begin with %q; %s", number, f.Header+" "+f.Version, f.Belongs)
			}
			if value != f.Version {
				return nil, fmt.Errorf("line %d: it is of format version %s, and this version of Weft reads %s; %s", number, Quoted(value), f.Version, f.Older)
			}
		}
		if _, twice := fields[key]; twice {
			return nil, fmt.Errorf("line %d: %q stands there twice", number, key)
		}
		if key != f.Header && !slices.Contains(f.Required, key) && !slices.Contains(f.Optional, key) {
			return nil, fmt.Errorf("line %d: %s is unknown; was the file cut off?", number, Quoted(line))
		}
		fields[key] = strings.TrimSpace(value)
	}
	for _, key := range append([]string{f.Header}, f.Required...) {
		if value, ok := fields[key]; !ok || value == "" && !slices.Contains(f.MayBeEmpty, key) {
			return nil, fmt.Errorf("line %d: it ends without a line %q", number+1, key)
		}
	}
	return fields, nil
}

// Quoted shows a piece of a file, which may hold anything.
func Quoted(text string) string { return words.Elide(words.Quote(text), 100) }

// Comment writes a text as lines that say nothing.
func Comment(text string) string {
	var b strings.Builder
	for line := range strings.Lines(words.Text(strings.TrimRight(text, "\n") + "\n")) {
		b.WriteString(strings.TrimRight("# "+line, " \n") + "\n")
	}
	return b.String()
}
