package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"weft/sim/explore"
	"weft/trace/words"
)

func newMerge(c console) *cobra.Command {
	var output, parts, format string
	cmd := &cobra.Command{
		Use:   "merge FILE...",
		Short: "Make one report of the parts of an exploration",
		Long: `Merge files that weft explore -o has written, on one machine or on many. The report
is that which one machine would have given. In which order the files are named makes no
difference, and neither does a file that is named twice. If a part is missing or was
stopped, the report names it, and does not say "all". If a part was made twice, and not
every time was the same found, the program does not do the same twice. Make all parts
with one build, and give each the same arguments and input: where it shows that they
are of two versions, nothing is claimed.

` + exitHelp + `

It is 2 as well if no order fails, but a part is missing or was stopped.`,
		Example: `  weft merge part*.json
  weft merge part*.json -o all.json
  weft merge part1.json part2.json --parts half.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("merge takes the files that weft explore -o has written")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return mergeFiles(c, args, output, parts, format) },
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the report to `FILE`, as JSON")
	cmd.Flags().StringVar(&parts, "parts", "", "write the parts to one `FILE`, to be merged with others later")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func mergeFiles(c console, files []string, output, parts, format string) error {
	if format != "text" && format != "json" {
		return fmt.Errorf("there is no format %q%s; use text or json", format, words.DidYouMean(format, "", []string{"text", "json"}))
	}
	all := &explore.Parts{}
	for _, name := range files {
		some, err := readParts(name)
		if err == nil {
			err = all.Merge(some)
		}
		if err != nil {
			return fmt.Errorf("%s: %s", name, withoutPackage(err.Error()))
		}
	}
	if parts != "" {
		if err := writeFound(c, parts, all); err != nil {
			return err
		}
	}
	r := all.Report()
	if output != "" {
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil {
			return err
		}
		if err := writeFound(c, output, &b); err != nil {
			return err
		}
	}
	tell := r.WriteText
	if format == "json" {
		tell = r.WriteJSON
	}
	if err := tell(c.Out); err != nil {
		return err
	}
	if r.Nondeterminism != nil && format == "text" {
		fmt.Fprintf(c.Out, "\n%s\n", words.Text(r.Nondeterminism.Error()))
	}
	if lacks := all.Lacks(); lacks != "" && !r.Failed() {
		return &endError{exitUsage, lacks}
	}
	return found(r, "interrupted")
}

// readParts reads a file of parts, if it is a regular one: a pipe or a device need not have
// an end.
func readParts(name string) (*explore.Parts, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("there is no such file; weft explore NAME -o FILE writes one")
	} else if err != nil {
		return nil, errors.Unwrap(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("this is not a regular file")
	}
	if info.Size() > explore.PartBytes {
		return nil, fmt.Errorf("this is no part of an exploration: it is longer than %d bytes", explore.PartBytes)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer f.Close()
	return explore.ReadParts(f)
}

// writeFound writes what was found, and says so.
func writeFound(c console, name string, found io.WriterTo) error {
	n, err := writeWhole(name, found)
	if err == nil {
		fmt.Fprintf(c.Err, "weft: wrote %s (%d bytes)\n", name, n)
	}
	return err
}
