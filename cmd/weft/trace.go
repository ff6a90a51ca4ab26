package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"weft/trace"
	"weft/trace/words"
)

func newTrace(c console) *cobra.Command {
	var t target
	cmd := &cobra.Command{
		Use:   "trace FILE",
		Short: "Show a recorded run",
		Long: `Show a run that was recorded with weft run NAME -o FILE.jsonl. FILE may be "-"
for standard input. The exit status is 0, or 2 if the run cannot be read or
shown.`,
		Example: "  weft trace hello.jsonl --view lanes",
		Args:    files(1, "trace takes one file, recorded with weft run NAME -o FILE.jsonl"),
		RunE: func(_ *cobra.Command, args []string) error {
			if t.view == "" && t.file == "" {
				t.view = "lanes"
			}
			if err := t.settle(); err != nil {
				return err
			}
			run, err := readTrace(args[0])
			if err != nil {
				return err
			}
			return t.write(c, run)
		},
	}
	t.flags(cmd)
	return cmd
}

func newDiff(c console) *cobra.Command {
	return &cobra.Command{
		Use:   "diff A B",
		Short: "Show where two recorded runs part",
		Long: `Show the first event in which two recorded runs differ, with what came before.
The exit status is 0 if they are equal, 1 if they differ, 2 for trouble.`,
		Args: files(2, "diff takes two files, recorded with weft run NAME -o FILE.jsonl"),
		RunE: func(_ *cobra.Command, args []string) error {
			if args[0] == "-" && args[1] == "-" {
				return errors.New("standard input can be one of the two traces, not both")
			}
			a, err := readTrace(args[0])
			if err != nil {
				return err
			}
			b, err := readTrace(args[1])
			if err != nil {
				return err
			}
			difference := trace.Compare(a, b)
			if difference == nil {
				_, err := fmt.Fprintf(c.Out, "equal: %d events, hash %v\n", len(a.Events), a.Hash)
				return err
			}
			if _, err := fmt.Fprintln(c.Out, difference); err != nil {
				return err
			}
			return &endError{status: exitDifference}
		},
	}
}

func files(n int, usage string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return errors.New(usage)
		}
		return nil
	}
}

func readTrace(name string) (*trace.Trace, error) {
	const record = "record one with weft run NAME -o FILE.jsonl"
	f, shown := os.Stdin, "standard input"
	if name != "-" {
		shown = words.Clean(name)
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no file %s; %s", shown, record)
		} else if err == nil && info.IsDir() {
			return nil, fmt.Errorf("%s is a folder; name a recorded run, or %s", shown, record)
		}
		if f, err = os.Open(name); err != nil {
			return nil, err
		}
		defer f.Close()
	}
	t, err := trace.ReadJSONL(f)
	if syntax, ok := errors.AsType[*trace.SyntaxError](err); ok {
		return nil, fmt.Errorf("%s is no recorded run: line %d: %s; %s", shown, syntax.Line, syntax.Reason, record)
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	return t, nil
}
