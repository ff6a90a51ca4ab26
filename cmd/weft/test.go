package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"weft/sim/bubble/overlay"
)

// overlayVariable tells the tests which overlay they were built with.
const overlayVariable = "WEFT_OVERLAY"

func newTest(c console) *cobra.Command {
	return &cobra.Command{
		Use:   "test [go test flags] [packages]",
		Short: "Run go test with the runtime overlay",
		Long: `Run go test with the runtime overlay, under which the goroutines of a bubble run
one at a time in an order that decisions choose (package weft/sim/bubble). The
overlay is made from the Go distribution in use; the first build with it compiles
the standard library anew, which takes some seconds, and go keeps the result.

Everything that follows is for go test: see go help test and go help testflag. An
-overlay among it, or in GOFLAGS, is joined with Weft's own if they do not touch
the same files. The tests find the path of the overlay in ` + overlayVariable + `.

With WEFT_SEED in the environment, tests are run even if their results are in the
cache. With -race, what the race detector reports is shown at the end, each race
once; set log_path in GORACE to have it otherwise.

The packages of the main module are compiled so that a run sees what they read and
write: every data race of a run is found, without the race detector. With
-weft.memory=all, or ` + memoryVariable + `=all in the environment, so are all others, those of
the standard library among them; with -weft.memory=off none, as with -race. The flag
is for weft, and not for the tests, since it changes how they are built. With
-weft.points=memory, or ` + pointsVariable + `=memory in the environment, the reads and writes
of variables that race are points, so that runs show what a data race can do; that is
refused where they are not seen.

The exit status is that of go test, or 2 if there is no overlay: weft doctor says
more.`,
		Example: `  weft test ./...
  weft test -race -run TestTransfer -v ./bank
  go tool weft test ./...`,
		// The flags are those of go test, of whatever version.
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			command := parseGoTest(args)
			if command.help {
				return cmd.Help()
			}
			return goTest(c, cmd.Context(), command)
		},
	}
}

// goTestLine is a command line for go test.
type goTestLine struct {
	dir       []string // the -C flag, which must come first, as it was written
	overlay   *string  // what -overlay says, or nil; the last one counts
	counts    bool     // it has a flag -count
	race      bool     // it has a flag -race
	sanitizer bool     // it has one of another sanitizer
	memory    string   // what -weft.memory says, or ""
	points    string   // what -weft.points says, or ""
	gcflags   []string // what each -gcflags says
	rest      []string // all else
	help      bool
}

// parseGoTest takes out of a command line what weft test needs to know.
func parseGoTest(args []string) goTestLine {
	var l goTestLine
	if len(args) > 0 {
		switch name, _, joined := cutFlag(args[0]); {
		case name == "C" && joined:
			l.dir, args = args[:1], args[1:]
		case name == "C" && len(args) > 1:
			l.dir, args = args[:2], args[2:]
		}
	}
	for len(args) > 0 {
		name, value, joined := cutFlag(args[0])
		switch {
		case name == "args" || args[0] == "--":
			// What follows is for the tests.
			l.rest = append(l.rest, args...)
			return l
		case name == "h" || name == "help":
			l.help = true
			return l
		case name == "weft.memory" && joined:
			l.memory = value
			args = args[1:]
		case name == "weft.memory" && len(args) > 1:
			l.memory = args[1]
			args = args[2:]
		case name == "weft.points" && joined:
			l.points = value
			args = args[1:]
		case name == "weft.points" && len(args) > 1:
			l.points = args[1]
			args = args[2:]
		case name == "gcflags" && joined:
			l.gcflags = append(l.gcflags, value)
			l.rest = append(l.rest, args[0])
			args = args[1:]
		case name == "gcflags" && len(args) > 1:
			l.gcflags = append(l.gcflags, args[1])
			l.rest = append(l.rest, args[0], args[1])
			args = args[2:]
		case name == "msan" || name == "asan":
			l.sanitizer = l.sanitizer || !joined || isTrue(value)
			l.rest = append(l.rest, args[0])
			args = args[1:]
		case name == "race":
			l.race = !joined || isTrue(value)
			l.rest = append(l.rest, args[0])
			args = args[1:]
		case name == "count" || name == "test.count":
			l.counts = true
			l.rest = append(l.rest, args[0])
			args = args[1:]
		case name == "overlay" && joined:
			l.overlay = &value
			args = args[1:]
		case name == "overlay" && len(args) > 1:
			l.overlay = &args[1]
			args = args[2:]
		default:
			l.rest = append(l.rest, args[0])
			args = args[1:]
		}
	}
	return l
}

// folder returns where go test will run.
func (l *goTestLine) folder() string {
	switch len(l.dir) {
	case 1:
		_, dir, _ := cutFlag(l.dir[0])
		return dir
	case 2:
		return l.dir[1]
	}
	return ""
}

// cutFlag splits -name, -name=value, and the same with two dashes; name is "" if
// it is no flag.
func cutFlag(arg string) (name, value string, joined bool) {
	flag, dash := strings.CutPrefix(arg, "-")
	if !dash {
		return "", "", false
	}
	return strings.Cut(strings.TrimPrefix(flag, "-"), "=")
}

// overlayInGOFLAGS returns the last -overlay among the flags, or nil.
func overlayInGOFLAGS(flags string) *string {
	if found := flagsInGOFLAGS(flags, "overlay"); len(found) > 0 {
		return &found[len(found)-1]
	}
	return nil
}

// flagsInGOFLAGS returns the values of a flag, in their order.
func flagsInGOFLAGS(flags, of string) []string {
	var found []string
	for flag := range partsOfGOFLAGS(flags) {
		if name, value, joined := cutFlag(flag); name == of && joined {
			found = append(found, value)
		}
	}
	return found
}

// boolInGOFLAGS reports whether a flag is set, without a value or with one, by the last of
// its name.
func boolInGOFLAGS(flags, of string) bool {
	set := false
	for flag := range partsOfGOFLAGS(flags) {
		if name, value, joined := cutFlag(flag); name == of {
			set = !joined || isTrue(value)
		}
	}
	return set
}

// isTrue reports whether that is the value of a flag that is set.
func isTrue(value string) bool { return value == "true" || value == "1" }

// partsOfGOFLAGS yields the flags. They are parted by spaces; one in quotes, single or
// double, may hold spaces, and there is no escape (see go help environment).
func partsOfGOFLAGS(flags string) iter.Seq[string] {
	return func(yield func(flag string) bool) {
		for {
			flags = strings.TrimLeft(flags, " \t\r\n")
			if flags == "" {
				return
			}
			var flag string
			if quote := flags[:1]; quote == "'" || quote == `"` {
				flag, flags, _ = strings.Cut(flags[1:], quote)
			} else {
				end := strings.IndexAny(flags, " \t\r\n")
				if end < 0 {
					end = len(flags)
				}
				flag, flags = flags[:end], flags[end:]
			}
			if !yield(flag) {
				return
			}
		}
	}
}

// goTest runs go test to its end and hands on its status.
func goTest(c console, ctx context.Context, line goTestLine) error {
	// From here on, signals are for go test: it decides when it ends. Those of a
	// terminal reach it without us; go takes no harm from a second one.
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)
	defer signal.Stop(signals)

	made, err := prepare(ctx, line)
	if ctx.Err() != nil {
		return &endError{exitInterrupted, "interrupted"}
	}
	if err != nil {
		return err
	}
	mode, err := memoryModeOf(line.memory)
	if err != nil {
		return err
	}
	detects := line.race || line.sanitizer || boolInGOFLAGS(made.Toolchain.GOFLAGS, "race")
	if err := pointsFit(line.points, mode, detects); err != nil {
		return err
	}
	if detects {
		mode = memoryOff // they see for themselves
	}
	flags := append([]string{"-overlay=" + made.Path}, memoryFlags(ctx, made, line.folder(), mode, line.gcflags)...)
	if os.Getenv("WEFT_SEED") != "" && !line.counts {
		// The runtime reads the variable, of which the cache of test results knows nothing.
		flags = append(flags, "-count=1")
	}
	rest := line.rest
	if mode != memoryOff {
		rest = withoutFlag(rest, "gcflags") // they are among ours
	}
	args := slices.Concat([]string{"test"}, line.dir, flags, rest)
	test := made.Command(context.Background(), args...)
	test.Stdin, test.Stdout, test.Stderr = os.Stdin, c.Out, c.Err
	test.Env = append(test.Env, overlayVariable+"="+made.Path, commandVariable+"="+line.again(ctx, made.Toolchain), memoryVariable+"="+string(mode))
	if line.points != "" {
		test.Env = append(test.Env, pointsVariable+"="+line.points)
	}
	if line.race {
		log, gorace, err := newRaceLog(os.Getenv("GORACE"))
		if err != nil {
			return err
		}
		if log != nil {
			test.Env = append(test.Env, "GORACE="+gorace)
			defer func() {
				if err := log.show(c.Err); err != nil {
					fmt.Fprintln(c.Err, "weft:", err)
				}
			}()
		}
	}
	if err := test.Start(); err != nil {
		return fmt.Errorf("go test cannot be started: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- test.Wait() }()
	for {
		select {
		case s := <-signals:
			test.Process.Signal(s) // it may have ended already, which Wait will tell
		case err := <-ended:
			return goTestEnd(err)
		}
	}
}

// withoutFlag takes a flag with its value out of a command line for go test.
func withoutFlag(args []string, flag string) []string {
	var kept []string
	for i := 0; i < len(args); i++ {
		switch name, _, joined := cutFlag(args[i]); {
		case name == "args" || args[i] == "--":
			return append(kept, args[i:]...)
		case name == flag && !joined:
			i++
		case name != flag:
			kept = append(kept, args[i])
		}
	}
	return kept
}

// prepare returns the overlay for go test.
func prepare(ctx context.Context, line goTestLine) (*overlay.Overlay, error) {
	made, err := overlay.Generate(ctx, line.folder())
	if err != nil {
		return nil, err
	}
	other := line.overlay
	if other == nil {
		other = overlayInGOFLAGS(made.Toolchain.GOFLAGS)
	}
	if other == nil || *other == "" || filepath.IsAbs(*other) && filepath.Clean(*other) == made.Path {
		return made, nil
	}
	return made.Merge(*other, line.folder())
}

// goTestEnd turns how go test ended into how this command does.
func goTestEnd(err error) error {
	if err == nil {
		return nil
	}
	failed, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return fmt.Errorf("go test: %w", err)
	}
	// go test has said why.
	if how, ok := failed.Sys().(syscall.WaitStatus); ok && how.Signaled() {
		return &endError{status: 128 + int(how.Signal())} // as shells count it
	}
	return &endError{status: failed.ExitCode()}
}
