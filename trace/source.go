package trace

import (
	"os"
	"path/filepath"
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

// AddSources takes down where files are that places in traces of other processes lie in, for
// [SourceLine] and [SourceFile]. Their paths must be absolute.
func AddSources(files ...string) {
	for _, file := range files {
		folder, name := filepath.Split(file)
		named(folderOf(folder)+"/"+name, file)
	}
}

// SourceLine returns the line of the source at a place, as [Event.Pos] has it, without the
// space around it. It returns "" where that is not known: of a place that this process has
// not named itself by [Position], of one whose file is not there, and of files that go by
// the same name.
func SourceLine(pos string) string {
	_, number, _ := strings.Cut(pos, ":")
	n, err := strconv.Atoi(number)
	file := SourceFile(pos)
	if err != nil || file == "" {
		return ""
	}
	lines := linesOf(file)
	if n < 1 || n > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[n-1])
}

// SourceFile returns the name of the file that a place is in, as [Event.Pos] has it, or "" if
// this process has not named the place itself, or others in files that go by the same name.
func SourceFile(pos string) string {
	short, _, _ := strings.Cut(pos, ":")
	file, _ := places.Load(short)
	name, _ := file.(string)
	return name
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
