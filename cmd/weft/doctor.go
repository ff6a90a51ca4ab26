package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"weft/sim/bubble/overlay"
)

func newDoctor(c console) *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say whether ordinary Go code can be run under decisions here",
		Long: `Say which Go is in use in this folder, whether there is a runtime overlay for it,
what that changes and why, and whether the race detector can be used with it.
Nothing of the Go distribution is changed.

The exit status is 0 if weft test will work, 1 if not.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return doctor(c, cmd.Context()) },
	}
}

func doctor(c console, ctx context.Context) error {
	found, err := overlay.Inspect(ctx, "")
	if err != nil {
		return &endError{exitFailed, err.Error()}
	}
	var path string
	refused := found.Err
	if refused == nil {
		// Making it is the only sure sign that the cache can be written.
		made, err := overlay.Generate(ctx, "")
		if refused = err; err == nil {
			path = made.Path
		}
	}

	var b bytes.Buffer
	t := found.Toolchain
	row := func(name, value string) { fmt.Fprintf(&b, "%-14s %s\n", name, value) }
	row("Go", t.GOVERSION)
	row("GOROOT", t.GOROOT)
	row("GOCACHE", t.GOCACHE)
	if found.Table != "" {
		row("supported", "yes, by the table for "+found.Table)
	} else {
		row("supported", "no; there are tables for "+strings.Join(overlay.Supported(), ", "))
	}
	row("race detector", raceDetector(ctx))
	if path != "" {
		row("overlay", path)
	}
	if found.Table != "" {
		fmt.Fprintln(&b)
		writeChanges(&b, found)
	}
	fmt.Fprintln(&b)
	if refused != nil {
		fmt.Fprintln(&b, "weft test will not work here.")
	} else {
		fmt.Fprintln(&b, "weft test will work here.")
	}
	if _, err := c.Out.Write(b.Bytes()); err != nil {
		return err
	}
	if refused != nil {
		return &endError{exitFailed, refused.Error()}
	}
	return nil
}

// writeChanges writes a row for each file that the overlay replaces or adds.
func writeChanges(b *bytes.Buffer, r *overlay.Report) {
	byFile := map[string][]overlay.Anchor{}
	var files []string // in the order of the table
	for _, a := range r.Anchors {
		if byFile[a.File] == nil {
			files = append(files, a.File)
		}
		byFile[a.File] = append(byFile[a.File], a)
	}
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "FILE\tEDITS\tWHY")
	for _, file := range files {
		name, count := file, fmt.Sprint(len(byFile[file]))
		for _, line := range reasons(byFile[file]) {
			fmt.Fprintf(w, "%s\t%s\t%s\n", name, count, line)
			name, count = "", ""
		}
	}
	for _, file := range r.Added {
		fmt.Fprintf(w, "%s\tadded\t%s\n", file.File, file.Why)
	}
	w.Flush() // into memory
}

// reasons says what the edits of one file are for, each thing once, and which
// of them cannot be made.
func reasons(anchors []overlay.Anchor) []string {
	var lines []string
	for _, a := range anchors {
		line := a.Why
		switch {
		case a.Err != nil:
			line += "  (the file cannot be read)"
		case !a.OK():
			line += fmt.Sprintf("  (its anchor stands there %d times, not once)", a.Found)
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// raceDetector says whether go test -race will work.
func raceDetector(ctx context.Context) string {
	// The go command knows which platforms have it, and whether it needs cgo there.
	if _, err := exec.CommandContext(ctx, "go", "list", "-race", "unsafe").Output(); err != nil {
		why := err.Error()
		if failed, ok := errors.AsType[*exec.ExitError](err); ok && len(failed.Stderr) > 0 {
			why = strings.Join(strings.Fields(string(failed.Stderr)), " ")
		}
		return "no: " + strings.TrimPrefix(why, "go: ")
	}
	var env struct{ CGO_ENABLED, CC string }
	out, err := exec.CommandContext(ctx, "go", "env", "-json", "CGO_ENABLED", "CC").Output()
	if err == nil {
		err = json.Unmarshal(out, &env)
	}
	if err != nil {
		return "unknown: go env: " + err.Error()
	}
	compiler := strings.Fields(env.CC)
	if env.CGO_ENABLED != "1" || len(compiler) == 0 {
		return "yes"
	}
	if _, err := exec.LookPath(compiler[0]); err != nil {
		return "no: the C compiler " + compiler[0] + " is not in PATH; install it, or set CC"
	}
	return "yes, with " + env.CC
}
