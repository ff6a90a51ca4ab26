package main

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"weft/scenarios"
	"weft/sim/order"
	"weft/sim/page"
	"weft/trace"
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
		Use:   "page NAME|FILE -o FILE.html",
		Short: "Write a page on which a reader chooses the next event",
		Long: `Run a program in every order that is permitted, or in as many as the budget
allows, and write what was found as one HTML file. It needs no network and no
server: one can step through each run, choose what happens next, and see what may
be swapped. Only runs that are in the file can be chosen; it has all of them
where there are not too many.

FILE is a recorded run (.jsonl): its program is shown, under its policy.`,
		Example: `  weft page hello -o hello.html
  weft page go/lost-update -o lost-update.html`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("page takes the name of one program; see weft list")
			}
			return nil
		},
		ValidArgsFunction: completePrograms(true),
		RunE:              func(cmd *cobra.Command, args []string) error { return writePage(c, cmd, args[0], &f) },
	}
	cmd.Flags().StringVarP(&f.file, "output", "o", "", "write the page to `FILE`")
	cmd.Flags().StringVar(&f.policy, "policy", "", policyHelp)
	cmd.Flags().IntVar(&f.budget, "budget", 0, "stop exploring after so many runs (default 10000)")
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

func writePage(c console, cmd *cobra.Command, name string, f *pageFlags) error {
	if err := f.target(name); err != nil {
		return err
	}
	s, err := findSubject(cmd, name, f.policy)
	if err != nil {
		return err
	}
	subject := pageSubject(s)
	p, err := page.Explore(cmd.Context(), subject, page.Limits{Runs: f.budget})
	if err != nil {
		return err
	}
	d := &page.Document{
		Title: p.Name + " · weft", Programs: []page.Summary{p.Summary}, Data: map[string]*page.Program{p.Name: p}, Backend: page.Embedded,
	}
	if d.Witness, err = witness(subject.Engine, p); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		return err
	}
	if err := os.WriteFile(f.file, b.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "weft: wrote %s (%d bytes): %s\n", f.file, b.Len(), p.Report.Verdict)
	return nil
}

// pageSubject is a program of the command line, as a page shows it.
func pageSubject(s subject) page.Subject {
	return page.Subject{
		Summary: page.Summary{Name: s.Name, Title: s.Title, Topic: string(s.Topic), Story: s.Story, Claim: s.Claim, Fixes: s.Fixes},
		Engine:  s.engine,
		Source:  scenarios.Source,
		Again: func(schedule order.Schedule) string {
			return fmt.Sprintf("weft replay %s --policy %s --schedule %s", s.name, s.engine.Policy(), schedule)
		},
	}
}

// witness draws the run that a page shows where scripts do not run.
func witness(engine order.Engine, p *page.Program) (template.HTML, error) {
	var schedule order.Schedule
	if p.Failure != nil {
		var err error
		if schedule, err = order.ParseSchedule(p.Failure.Schedule); err != nil {
			return "", err
		}
	}
	r := order.RunOnce(engine, order.Replay(schedule))
	var b strings.Builder
	if err := trace.WriteSVG(&b, r.Trace(), trace.ViewOptions{}); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil
}

