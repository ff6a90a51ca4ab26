package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"weft/sim/bubble/overlay"
)

func newDoctor(c console) *cobra.Command {
	var edits bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say whether ordinary Go code can be run under decisions here",
		Long: `Say whether weft test will work in this folder, with which Go, and whether the race
detector can be used with it. A small program is built with the runtime overlay and
run, to see that it does what it should; the first time, this compiles the standard
library anew. Nothing of the Go distribution is changed.

With --edits, also say what the overlay changes and why. If the Go distribution is not
as it is expected, the places that differ are said in any case.

The exit status is 0 if weft test will work, 1 if not.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return doctor(c, cmd.Context(), edits) },
	}
	cmd.Flags().BoolVar(&edits, "edits", false, "say what the overlay changes, and why")
	return cmd
}

// diagnosis is what doctor has found.
type diagnosis struct {
	found   *overlay.Report
	path    string // of the overlay, if there is one
	refused error  // why weft test will not work, or nil
	untried error  // why no program was built to try it, or nil
}

func diagnose(ctx context.Context) (*diagnosis, error) {
	found, err := overlay.Inspect(ctx, "")
	if err != nil {
		return nil, err
	}
	d := &diagnosis{found: found, refused: found.Err}
	if d.refused != nil {
		return d, nil
	}
	// Making it is the only sure sign that the cache can be written.
	made, err := overlay.Generate(ctx, "")
	if err != nil {
		d.refused = err
		return d, nil
	}
	d.path = made.Path
	self, err := buildSelf(ctx, made, "")
	if err != nil {
		d.untried = err
		return d, nil
	}
	trial := exec.CommandContext(ctx, self, "probe")
	trial.Env = append(os.Environ(), selfVariable+"=1")
	var said bytes.Buffer
	trial.Stderr = &said
	if err := trial.Run(); err != nil {
		what := strings.TrimPrefix(strings.TrimSpace(said.String()), "weft: ")
		if what == "" {
			what = err.Error()
		}
		d.refused = errors.New(what)
	}
	return d, nil
}

func (d *diagnosis) verdict() string {
	switch {
	case d.refused != nil:
		return "weft test will not work here."
	case d.untried != nil:
		return "weft test will probably work here; no program could be built to try it."
	}
	return "weft test will work here: a program that was built with the overlay did what it should."
}

func doctor(c console, ctx context.Context, edits bool) error {
	d, err := diagnose(ctx)
	if err != nil {
		return &endError{exitFailed, err.Error()}
	}
	found := d.found
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n", d.verdict())
	t := found.Toolchain
	row := func(name, value string) { fmt.Fprintf(&b, "%-14s %s\n", name, value) }
	row("Go", t.GOVERSION)
	root := t.GOROOT
	if t.Fetched() {
		root += " (fetched by the go command; used by a link)"
	}
	row("GOROOT", root)
	row("GOCACHE", t.GOCACHE)
	if found.Table != "" {
		row("supported", "yes, by the table for "+found.Table)
	} else {
		row("supported", "no; there are tables for "+strings.Join(overlay.Supported(), ", "))
	}
	row("race detector", raceDetector(ctx))
	if d.path != "" {
		row("overlay", d.path)
	}
	if d.untried != nil {
		row("not tried", strings.Join(strings.Fields(d.untried.Error()), " "))
	}
	wrong := slices.DeleteFunc(slices.Clone(found.Anchors), overlay.Anchor.OK)
	switch {
	case found.Table != "" && edits:
		fmt.Fprintln(&b)
		writeChanges(&b, found)
	case len(wrong) > 0:
		fmt.Fprintf(&b, "\n%d of %d edits do not fit this Go:\n", len(wrong), len(found.Anchors))
		writeWrong(&b, t, wrong)
	}
	if _, err := c.Out.Write(b.Bytes()); err != nil {
		return err
	}
	if d.refused != nil {
		return &endError{exitFailed, d.refused.Error()}
	}
	return nil
}

// writeWrong says which edits cannot be made, where, and what was expected there.
func writeWrong(b *bytes.Buffer, t overlay.Toolchain, wrong []overlay.Anchor) {
	for _, a := range wrong {
		fmt.Fprintf(b, "\n%s: %s\n", filepath.Join(t.GOROOT, "src", filepath.FromSlash(a.File)), a.Why)
		if a.Err != nil {
			fmt.Fprintf(b, "  cannot be read: %v\n", a.Err)
			continue
		}
		should := "once"
		if a.Times > 1 {
			should = fmt.Sprintf("%d times", a.Times)
		}
		fmt.Fprintf(b, "  stands there %d times, and should %s:\n", a.Found, should)
		for line := range strings.Lines(a.Find) {
			fmt.Fprintf(b, "    | %s\n", strings.TrimRight(line, "\n"))
		}
	}
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
			line += fmt.Sprintf("  (its anchor stands there %d times, not %d)", a.Found, max(1, a.Times))
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
