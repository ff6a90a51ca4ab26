package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"weft/sim/bubble/overlay"
)

// memoryVariable says in the environment what the flag -weft.memory says on the command
// line of weft test.
const memoryVariable = "WEFT_MEMORY"

// pointsVariable says in the environment what the flag -weft.points says.
const pointsVariable = "WEFT_POINTS"

// memoryMode is which packages are compiled so that a run sees what they read and write.
type memoryMode string

const (
	memoryModule memoryMode = "module" // those of the main module
	memoryAll    memoryMode = "all"    // those of the standard library and of dependencies as well
	memoryOff    memoryMode = "off"
)

// memoryModeOf returns the mode that the flag asks for, or else the environment.
func memoryModeOf(flag string) (memoryMode, error) {
	where := "-weft.memory"
	if flag == "" {
		where, flag = memoryVariable, os.Getenv(memoryVariable)
	}
	switch mode := memoryMode(flag); mode {
	case "":
		return memoryModule, nil
	case memoryModule, memoryAll, memoryOff:
		return mode, nil
	}
	return "", fmt.Errorf("%s is %q; want module, all or off", where, flag)
}

// pointsFit returns an error if reads and writes are to be points, by the flag or by the
// environment, where no run sees any.
func pointsFit(flag string, mode memoryMode, detects bool) error {
	name := "-weft.points"
	if flag == "" {
		name, flag = pointsVariable, os.Getenv(pointsVariable)
	}
	where := name + "=" + flag
	switch {
	case flag == "":
	case flag != "memory":
		return fmt.Errorf("%s is %q; want memory", name, flag)
	case detects:
		return fmt.Errorf("%s has no effect with -race, -msan or -asan, under which runs do not see what is read and written; leave one of them out", where)
	case mode == memoryOff:
		return fmt.Errorf("%s has no effect with -weft.memory=off or %s=off, under which runs do not see what is read and written; leave one of them out", where, memoryVariable)
	}
	return nil
}

// instrument are the flags of the compiler that have accesses to memory reported. Without
// the flag of the go command of this name, it does so to what the overlay puts there, and
// not to the race detector. It would also check conversions of unsafe.Pointer, as those in
// math.Abs, which is no part of what a run sees, and takes as long.
const instrument = "-race -d=checkptr=0"

// called has the compiler call functions of sync/atomic, in place of putting instructions
// there. Dependencies that are not instrumented are compiled with it: what they order must
// be seen, or accesses in the program would look like data races.
const called = "-d=ssa/intrinsics/off"

// own are the packages of Weft's own module that are programs, or tests of them. What
// watches a run must not be watched.
var own = []string{"weft/scenarios/...", "weft/sim/bubble"}

// gcflags returns the flags of the go command for a mode, with what the user says to the
// compiler: given are the values of his own -gcflags, in their order.
func gcflags(mode memoryMode, mains, dependencies, given []string) []string {
	if mode == memoryOff {
		return nil
	}
	var program []string // patterns
	for _, main := range mains {
		if main == "weft" {
			program = append(program, own...)
		} else {
			program = append(program, main+"/...")
		}
	}
	if len(program) == 0 {
		program = []string{"./..."}
	}
	var flags []string
	say := func(pattern, to string) {
		if pattern != "" {
			pattern += "="
		}
		flags = append(flags, "-gcflags="+pattern+strings.TrimSpace(to))
	}
	// Of those that match a package, the last one counts.
	if mode == memoryAll {
		say("all", instrument)
		say("sync/atomic", "") // its operations would be calls of themselves
		say("weft/...", "")
	} else {
		for _, module := range dependencies {
			say(module+"/...", called)
		}
	}
	base := ""
	var rest []userFlags
	for _, value := range given {
		u := userFlagsOf(value)
		switch {
		case u.pattern == "all" && mode == memoryAll:
			say("all", instrument+" "+u.flags)
			say("sync/atomic", u.flags)
			say("weft/...", u.flags)
			base = " " + u.flags
		case u.pattern == "all":
			say("all", u.flags)
			base = " " + u.flags
		case u.concerns(mains):
			rest = append(rest, u)
		default:
			say(u.pattern, u.flags)
		}
	}
	for _, pattern := range program {
		say(pattern, instrument+base)
	}
	for _, u := range rest {
		say(u.pattern, instrument+" "+u.flags)
	}
	return flags
}

// userFlags is a value of the user's own -gcflags: for packages of a pattern, or for those
// that are named on the command line.
type userFlags struct{ pattern, flags string }

func userFlagsOf(value string) userFlags {
	value = strings.TrimSpace(value)
	if strings.HasPrefix(value, "-") {
		return userFlags{"", value}
	}
	pattern, flags, _ := strings.Cut(value, "=")
	return userFlags{strings.TrimSpace(pattern), strings.TrimSpace(flags)}
}

// concerns reports whether the flags are for packages of the main module.
func (u userFlags) concerns(mains []string) bool {
	return u.pattern == "" || strings.HasPrefix(u.pattern, ".") ||
		slices.ContainsFunc(mains, func(main string) bool { return u.pattern == main || strings.HasPrefix(u.pattern, main+"/") })
}

// compiledFor begins a pattern that no package matches. It stands last, so that a program says
// it of itself (runtime/debug.ReadBuildInfo): for which main modules the flags are. In another
// one, such as with an environment that was set elsewhere, steps of dependencies are not seen.
const compiledFor = "weft-modules:"

// memoryFlags returns the flags for a folder, where the main modules and their dependencies
// are found out. given are the values of -gcflags on the command line.
func memoryFlags(ctx context.Context, made *overlay.Overlay, folder string, mode memoryMode, given []string) []string {
	if mode == memoryOff {
		return nil
	}
	given = append(flagsInGOFLAGS(made.Toolchain.GOFLAGS, "gcflags"), given...)
	given = slices.DeleteFunc(given, func(flag string) bool { return strings.HasPrefix(flag, compiledFor) })
	mains := modules(ctx, made, folder, "list", "-m")
	flags := gcflags(mode, mains, dependencies(ctx, made, folder), given)
	if len(mains) > 0 {
		flags = append(flags, "-gcflags="+compiledFor+strings.Join(mains, ",")+"="+instrument)
	}
	return flags
}

// modules returns the modules that a go command lists, or none: then it will say itself
// what is wrong.
func modules(ctx context.Context, made *overlay.Overlay, folder string, args ...string) []string {
	list := made.Command(ctx, args...)
	list.Dir = folder
	said, err := list.Output()
	if err != nil {
		return nil
	}
	var found []string
	for line := range strings.Lines(string(said)) {
		if line = strings.TrimSpace(line); line != "" && line != "command-line-arguments" {
			found = append(found, line)
		}
	}
	return found
}

// dependencies returns the modules that the main one depends on, but for Weft.
func dependencies(ctx context.Context, made *overlay.Overlay, folder string) []string {
	found := modules(ctx, made, folder, "list", "-m", "-f", "{{if not .Main}}{{.Path}}{{end}}", "all")
	if found == nil {
		// With a vendor folder, the go command knows no others.
		root := filepath.Dir(made.Toolchain.GOMOD)
		data, err := os.ReadFile(filepath.Join(root, "vendor", "modules.txt"))
		if err != nil {
			return nil
		}
		for line := range strings.Lines(string(data)) {
			if words := strings.Fields(line); len(words) >= 3 && words[0] == "#" {
				found = append(found, words[1])
			}
		}
	}
	return slices.DeleteFunc(found, func(path string) bool { return path == "weft" })
}
