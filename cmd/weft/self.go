package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"weft/cmd/weft/source"
	"weft/sim/bubble/overlay"
)

// errUncontrolled says that a command needs the overlay in weft itself, since it runs
// goroutines in an order of its choice.
var errUncontrolled = errors.New("weft was built without the overlay")

// selfVariable is set for the weft that weft builds. If that one needed another, there
// would be no end.
const selfVariable = "WEFT_SELF"

// controlledSelf builds weft with the overlay, unless that has been done, has it carry
// out the command line, and returns its exit status. It needs Weft's own sources, or to be in
// a module that requires it.
func controlledSelf(ctx context.Context, c console, args []string) (exit int, err error) {
	if os.Getenv(selfVariable) != "" {
		return 0, fmt.Errorf("%w, although it was to be built with it; weft doctor says more", errUncontrolled)
	}
	from := source.OwnFolder(ctx) // else it is built as the current folder has it
	made, err := overlay.Generate(ctx, from)
	if err != nil {
		return 0, err
	}
	path, err := buildSelf(ctx, made, from)
	if ctx.Err() != nil {
		return 0, &endError{exitInterrupted, "interrupted while the program was built"}
	}
	if err != nil {
		return 0, err
	}
	environment := append(os.Environ(), selfVariable+"=1")
	if c.Out == io.Writer(os.Stdout) && c.Err == io.Writer(os.Stderr) {
		// A child would go on if this process were killed, and write to the checkpoint of
		// the next one.
		if err := become(path, args, environment); !errors.Is(err, errors.ErrUnsupported) {
			return 0, fmt.Errorf("cannot start %s: %w", path, err)
		}
	}
	self := exec.CommandContext(ctx, path, args...)
	self.Stdin, self.Stdout, self.Stderr = os.Stdin, c.Out, c.Err
	self.Env = environment
	// An interrupt lets it end in good order, and say what it has found.
	self.Cancel = func() error { return self.Process.Signal(os.Interrupt) }
	err = self.Run()
	failed, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case ok && failed.Exited():
		return failed.ExitCode(), nil
	case ok:
		if how, ok := failed.Sys().(syscall.WaitStatus); ok && how.Signaled() {
			return 128 + int(how.Signal()), nil // as shells count it
		}
		return exitUsage, nil
	case self.ProcessState != nil && self.ProcessState.Success():
		return exitOK, nil // it came to its end although it was interrupted
	}
	return 0, err
}

// buildSelf returns the path of weft with the overlay, built in the folder from. It is built every time: the go
// command finds out whether anything has changed, and leaves the file alone if not.
func buildSelf(ctx context.Context, made *overlay.Overlay, from string) (string, error) {
	// The folder of the overlay is named by what is in it.
	path := filepath.Join(filepath.Dir(filepath.Dir(filepath.Dir(made.Path))), "self", filepath.Base(filepath.Dir(made.Path)), "weft")
	var said bytes.Buffer
	mode, err := memoryModeOf("")
	if err != nil {
		return "", err
	}
	args := append([]string{"build", "-overlay=" + made.Path}, gcflags(mode, []string{"weft/scenarios"}, nil, nil)...)
	build := made.Command(ctx, append(args, "-o", path, "weft/cmd/weft")...)
	build.Stderr = &said
	build.Dir = from
	if err := build.Run(); err != nil {
		why := strings.ReplaceAll(strings.TrimSpace(said.String()), "\n", "; ")
		return "", fmt.Errorf("programs in ordinary Go need weft to be built with the overlay, and go build cannot do that here (%w: %s); "+
			"run weft in its own module, or in one that requires it", err, why)
	}
	return path, nil
}
