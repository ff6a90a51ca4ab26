package main

import (
	"context"
	"fmt"
	"os"
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
// there. All that is not instrumented is compiled with it, but for the standard library and
// for Weft itself: what dependencies do by atomics must be a step, and order what it orders,
// or orders would be left out, and accesses in the program would look like data races.
const called = "-d=ssa/intrinsics/off"

// own are the packages of Weft's own module that are programs, or tests of them. What
// watches a run must not be watched.
var own = []string{"weft/scenarios/...", "weft/sim/bubble"}

// gcflags returns the flags of the go command for a mode and main modules, with what the
// user says to the compiler: given are the values of his own -gcflags, in their order. What
// they say of dependencies holds for those of any module, since an environment may be set in
// the folder of one, and used in that of another.
func gcflags(mode memoryMode, mains, given []string) []string {
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
	everything := func(to string) {
		if mode == memoryAll {
			say("all", instrument+" "+to)
			say("sync/atomic", to) // its operations would be calls of themselves
		} else {
			say("all", called+" "+to)
			say("std", to)
		}
		say("weft/...", to)
	}
	everything("")
	base := ""
	var rest []userFlags
	for _, value := range given {
		u := userFlagsOf(value)
		switch {
		case u.pattern == "all":
			everything(u.flags)
			base = " " + u.flags
		case u.concerns(mains):
			rest = append(rest, u)
		case mode == memoryModule && u.isFetched():
			say(u.pattern, called+" "+u.flags)
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

// isFetched reports whether the flags are for packages that can be fetched: their paths begin
// with the name of a host.
func (u userFlags) isFetched() bool {
	host, _, _ := strings.Cut(u.pattern, "/")
	return strings.Contains(host, ".")
}

// memoryFlags returns the flags for a folder, where the main module is found out. given are the values of -gcflags on the command line.
func memoryFlags(ctx context.Context, made *overlay.Overlay, folder string, mode memoryMode, given []string) []string {
	if mode == memoryOff {
		return nil
	}
	given = append(flagsInGOFLAGS(made.Toolchain.GOFLAGS, "gcflags"), given...)
	return gcflags(mode, modules(ctx, made, folder), given)
}

// modules returns the main modules of a folder, or none: then the go command will say itself
// what is wrong.
func modules(ctx context.Context, made *overlay.Overlay, folder string) []string {
	list := made.Command(ctx, "list", "-m")
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
