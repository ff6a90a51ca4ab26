package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"weft/cmd/weft/gallery"
	"weft/scenarios/course"
	"weft/sim/page"
)

// pageFlags are the flags of weft page.
type pageFlags struct {
	file    string
	policy  string
	gallery bool
	budget  int
}

func newPage(c console) *cobra.Command {
	var f pageFlags
	cmd := &cobra.Command{
		Use:   "page NAME|FILE|--gallery -o FILE.html [-- ARGUMENTS]",
		Short: "Write a page on which a reader chooses the next event",
		Long: `Run a program in every order that is permitted, or in as many as the budget
allows, and write what was found as one HTML file. It needs no network and no
server: one can step through each run, choose what happens next, and see what may
be swapped. Only runs that are in the file can be chosen; it has all of them
where there are not too many.

FILE is a Go program (see weft help explore), or a recorded run (.jsonl): its program
is shown, under its policy.

With --gallery, the page has all programs of the gallery on the event loop and the
event loop itself, compiled to WebAssembly by the go command: any order can be
chosen. Programs in ordinary Go cannot run there; for those, see weft serve.`,
		Example: `  weft page hello -o hello.html
  weft page go/lost-update -o lost-update.html
  weft page --gallery -o gallery.html`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case f.gallery && len(args) > 0:
				return errors.New("page takes either --gallery or the name of a program")
			case !f.gallery && len(args) == 0:
				return errors.New("page takes one program, or --gallery; see weft list")
			case !f.gallery:
				return oneProgram("page")(cmd, args)
			}
			return nil
		},
		ValidArgsFunction: completePrograms(true),
		RunE:              func(cmd *cobra.Command, args []string) error { return writePage(c, cmd, args, &f) },
	}
	cmd.Flags().StringVarP(&f.file, "output", "o", "", "write the page to `FILE`")
	cmd.Flags().StringVar(&f.policy, "policy", "", policyHelp)
	cmd.Flags().BoolVar(&f.gallery, "gallery", false, "write the whole gallery, with the engine in the page")
	cmd.Flags().IntVar(&f.budget, "budget", 0, "stop exploring after so many runs (default 10000)")
	fileFlags(cmd)
	cmd.RegisterFlagCompletionFunc("policy", cobra.FixedCompletions(policies, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// target checks where the page is to go.
func (f *pageFlags) target(name string) error {
	switch {
	case f.file == "":
		return fmt.Errorf("say where the page goes: -o %s.html", filepath.Base(name))
	case !strings.EqualFold(filepath.Ext(f.file), ".html"):
		return fmt.Errorf("-o %q: the name of a page ends in .html", f.file)
	}
	return nil
}

func writePage(c console, cmd *cobra.Command, args []string, f *pageFlags) error {
	name := "gallery"
	if !f.gallery {
		name = strings.TrimSuffix(args[0], ".go")
	}
	if err := f.target(name); err != nil {
		return err
	}
	var d *page.Document
	var said string
	var err error
	if f.gallery {
		d, said, err = galleryPage(c, cmd.Context())
	} else {
		d, said, err = programPage(cmd, args, f)
	}
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		return err
	}
	n, err := writeWhole(f.file, &b)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "weft: wrote %s (%d bytes): %s\n", f.file, n, said)
	return nil
}

// programPage makes the page of one program.
func programPage(cmd *cobra.Command, args []string, f *pageFlags) (d *page.Document, said string, err error) {
	s, err := findSubject(cmd, args, f.policy)
	if err != nil {
		return nil, "", err
	}
	subject := s.page()
	p, err := page.Explore(cmd.Context(), subject, page.Limits{Runs: f.budget})
	if err != nil {
		return nil, "", err
	}
	d = &page.Document{
		Title: p.Name + " · weft", Programs: []page.Summary{p.Summary}, Data: map[string]*page.Program{p.Name: p}, Backend: page.Embedded,
	}
	d.Witness, err = page.Witness(subject.Engine, p)
	return d, p.Report.Verdict, err
}

// page returns the program as pages show it.
func (s *subject) page() page.Subject {
	of := gallery.Subject(s.Scenario, s.engine)
	if s.files != nil {
		of.Source, of.Again = s.source, s.again
	}
	return of
}

// galleryPage makes the page of the programs on the event loop, with the engine in it.
// Where that cannot be built, the page has the orders that fit into it.
func galleryPage(c console, ctx context.Context) (d *page.Document, said string, err error) {
	subjects := gallery.Coroutines()
	d = &page.Document{Title: "weft: the gallery", Backend: page.Wasm}
	said = "the engine is in it"
	if d.Engine, err = buildEngine(ctx); err != nil {
		fmt.Fprintf(c.Err, "weft: the engine could not be compiled to WebAssembly (%v); the page has recorded orders alone\n", err)
		d.Backend, said = page.Embedded, "recorded orders alone"
	}
	for _, s := range subjects {
		d.Programs = append(d.Programs, s.Summary)
	}
	if d.Lessons, err = course.Pages(ctx, false); err != nil {
		return nil, "", err
	}
	if d.Backend == page.Wasm {
		return d, said, nil
	}
	d.Data = map[string]*page.Program{}
	for _, s := range subjects {
		if d.Data[s.Name], err = page.Explore(ctx, s, gallery.InPage); err != nil {
			return nil, "", err
		}
	}
	return d, said, ctx.Err()
}
