package main

import (
	"bytes"
	"errors"
	"fmt"
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
	if err := os.WriteFile(t.file, b.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "weft: wrote %s (%s, %d bytes)\n", t.file, t.view, b.Len())
	return nil
}
