package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"weft/trace"
	"weft/trace/words"
)

// target is what --view and -o ask for.
type target struct {
	view string
	file string
}

func (t *target) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.view, "view", "", "how to show the run: "+strings.Join(trace.Views(), ", "))
	cmd.Flags().StringVarP(&t.file, "output", "o", "", "write the view to `FILE`; without --view, the name's ending says which (.log .txt .jsonl .svg .mmd .md)")
	cmd.RegisterFlagCompletionFunc("view", cobra.FixedCompletions(trace.Views(), cobra.ShellCompDirectiveNoFileComp))
}

// viewByEnding says which view a file name asks for.
var viewByEnding = map[string]string{
	".log": "log", ".txt": "lanes", ".jsonl": "jsonl", ".svg": "svg", ".mmd": "mermaid", ".md": "mermaid",
}

// settle checks the two against each other before anything is run.
func (t *target) settle() error {
	if t.view == "" && t.file != "" {
		t.view = viewByEnding[strings.ToLower(filepath.Ext(t.file))]
		if t.view == "" {
			return fmt.Errorf("cannot tell from the name %q what to write; add --view with one of %s", t.file, strings.Join(trace.Views(), ", "))
		}
	}
	if t.file == "-" {
		return errors.New("-o takes the name of a file; leave it out to write to standard output")
	}
	if byName := viewByEnding[strings.ToLower(filepath.Ext(t.file))]; byName != "" && t.view != byName && filepath.Ext(t.file) != ".txt" {
		return fmt.Errorf("the name %q asks for the view %s, and --view for %s; change one of them", t.file, byName, t.view)
	}
	if t.view != "" && !slices.Contains(trace.Views(), t.view) {
		return fmt.Errorf("there is no view %q%s; the views are %s", t.view, words.DidYouMean(t.view, "", trace.Views()), strings.Join(trace.Views(), ", "))
	}
	return nil
}

// write renders the view. The file is written only when the view is whole, so
// that an error leaves an older file as it was.
func (t *target) write(c console, run *trace.Trace) error {
	var b bytes.Buffer
	o := c.view
	if t.file != "" {
		o = trace.ViewOptions{}
	}
	if err := trace.Render(&b, t.view, run, o); err != nil {
		return err
	}
	if t.file == "" {
		_, err := c.Out.Write(b.Bytes())
		return err
	}
	n, err := writeWhole(t.file, &b)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "weft: wrote %s (%s, %d bytes)\n", t.file, t.view, n)
	return nil
}

// writeWhole replaces a file as a whole, so that nobody reads half of it, and that an older
// one stays if there is no room for it. What is no regular file, such as /dev/stdout, is
// written to.
func writeWhole(name string, content io.WriterTo) (int64, error) {
	// A link stays a link.
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return 0, err
		}
		n, err := content.WriteTo(f)
		return n, errors.Join(err, f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return 0, fmt.Errorf("cannot write %s: %w", name, errors.Unwrap(err))
	}
	defer os.Remove(f.Name()) // fails if it was renamed, as it should be
	n, err := content.WriteTo(f)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return n, fmt.Errorf("cannot write %s: %w", name, err)
	}
	return n, nil
}
