package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"weft/sim/bubble/overlay"
)

// commandVariable tells the tests by which command they can be run again, for the line
// behind "again" in a report.
const commandVariable = "WEFT_TEST_COMMAND"

// again returns the command that starts weft test as this one was started, with the flags
// without which the same schedule would fit another program.
func (l *goTestLine) again(ctx context.Context, t overlay.Toolchain) string {
	words := append(started(ctx, t), "test")
	words = append(words, l.dir...)
	for i := 0; i < len(l.rest); i++ {
		name, _, joined := cutFlag(l.rest[i])
		if name == "args" {
			break
		}
		if !slices.Contains(buildFlags, name) {
			continue
		}
		words = append(words, l.rest[i])
		if !joined && name != "race" && name != "msan" && name != "asan" && i+1 < len(l.rest) {
			i++
			words = append(words, l.rest[i])
		}
	}
	for i, w := range words {
		if strings.ContainsAny(w, " \t'\"$`\\*?[]()<>|&;#~") {
			words[i] = quoteShell(w)
		}
	}
	return strings.Join(words, " ")
}

// buildFlags change what a program is, or where it comes from.
var buildFlags = []string{"race", "msan", "asan", "tags", "gcflags", "mod", "modfile", "weft.memory"}

// started returns how weft was started, as far as that can be told: the go command keeps
// what it builds for go run and go tool in its cache, and anything else is a program that
// was installed.
func started(ctx context.Context, t overlay.Toolchain) []string {
	exe, err := os.Executable()
	if err != nil || below(exe, t.GOCACHE) || strings.Contains(exe, string(filepath.Separator)+"go-build") {
		if isTool(ctx, t.GOMOD) {
			return []string{"go", "tool", "weft"}
		}
		return []string{"go", "run", ownCommand}
	}
	return []string{os.Args[0]}
}

func below(path, folder string) bool {
	return folder != "" && strings.HasPrefix(path, filepath.Clean(folder)+string(filepath.Separator))
}

// isTool reports whether a go.mod names weft as a tool.
func isTool(ctx context.Context, file string) bool {
	if file == "" || file == os.DevNull {
		return false
	}
	out, err := goIn(ctx, "", "mod", "edit", "-json", file)
	if err != nil {
		return false
	}
	var mod goMod
	return json.Unmarshal([]byte(out), &mod) == nil && mod.tool()
}
