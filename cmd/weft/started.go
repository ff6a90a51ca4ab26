package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"weft/sim/bubble/overlay"
	"weft/trace/words"
)

// commandVariable tells the tests by which command they can be run again, for the line
// behind "again" in a report.
const commandVariable = "WEFT_TEST_COMMAND"

// again returns the command that starts weft test as this one was started, with the flags
// without which the same schedule would fit another program.
func (l *goTestLine) again(ctx context.Context, t overlay.Toolchain) string {
	command := append(started(ctx, t), "test")
	command = append(command, l.dir...)
	if l.memory != "" {
		command = append(command, "-weft.memory="+l.memory)
	}
	for i := 0; i < len(l.rest); i++ {
		name, _, joined := cutFlag(l.rest[i])
		if name == "args" {
			break
		}
		if !slices.Contains(buildFlags, name) {
			continue
		}
		command = append(command, l.rest[i])
		if !joined && name != "race" && name != "msan" && name != "asan" && i+1 < len(l.rest) {
			i++
			command = append(command, l.rest[i])
		}
	}
	for i, w := range command {
		command[i] = words.Shell(w)
	}
	return strings.Join(command, " ")
}

// buildFlags change what a program is, or where it comes from.
var buildFlags = []string{"race", "msan", "asan", "tags", "gcflags", "mod", "modfile"}

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
	mod, err := readGoMod(ctx, file)
	return err == nil && mod.tool()
}
