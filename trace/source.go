package trace

import (
	"os"
	"strconv"
	"strings"
	"sync"
)

// places are the files behind the places that this process has named, by "folder/file.go";
// "" stands for several of that name.
var places sync.Map

// named takes down which file a place is in.
func named(short, file string) {
	if known, found := places.LoadOrStore(short, file); found && known != file {
		places.Store(short, "")
	}
}

// SourceLine returns the line of the source at a place, as [Event.Pos] has it, without the
// space around it. It returns "" where that is not known: of a place that this process has
// not named itself by [Position], of one whose file is not there, and of files that go by
// the same name.
func SourceLine(pos string) string {
	short, number, _ := strings.Cut(pos, ":")
	n, err := strconv.Atoi(number)
	file, known := places.Load(short)
	if err != nil || !known || file == "" {
		return ""
	}
	lines := linesOf(file.(string))
	if n < 1 || n > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[n-1])
}

// sources are the lines of files that were read.
var sources sync.Map

func linesOf(file string) []string {
	if lines, known := sources.Load(file); known {
		return lines.([]string)
	}
	text, _ := os.ReadFile(file) // what is not there has no lines
	lines := strings.Split(string(text), "\n")
	sources.Store(file, lines)
	return lines
}
