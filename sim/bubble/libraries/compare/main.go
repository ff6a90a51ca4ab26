// Command compare runs the own tests of the modules of this folder, without the overlay
// and with it, and says of each test whether that makes a difference.
//
//	go run ./compare [-o results.json] [-again n] [module ...]
//
// The sources are copied out of the module cache to a temporary folder, where the
// tests may write. What fails on either side is run again by itself, n times on each:
// so a test that fails now and then, or that needs what this machine lacks, is told
// from one that the overlay breaks. The exit status is 1 if the overlay breaks one.
//
// The overlay is the one of the environment (weft overlay --env), whose flag is taken
// out of GOFLAGS for the runs without it.
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	output := flag.String("o", "", "merge what was found into this `file`")
	again := flag.Int("again", 5, "how `often` a test that fails is run again, on each side")
	keep := flag.String("keep", "", "keep the output of the tests in this `folder`")
	flag.Parse()
	if err := compare(*output, *keep, *again, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func compare(output, keep string, again int, names []string) error {
	with := os.Getenv("GOFLAGS")
	without := withoutOverlay(with)
	if with == without {
		return errors.New(`GOFLAGS has no -overlay: run eval "$(weft overlay --env)" first`)
	}
	for _, name := range names {
		if !slices.ContainsFunc(modules, func(m module) bool { return m.Name == name }) {
			return fmt.Errorf("no module is called %s", name)
		}
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	broken := 0
	for _, m := range modules {
		if len(names) > 0 && !slices.Contains(names, m.Name) {
			continue
		}
		start := time.Now()
		r, err := m.compare(side{goflags: without}, side{goflags: with, overlay: true}, keep, again, stop)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		r.print(os.Stdout, time.Since(start))
		broken += len(r.Broken)
		if output != "" {
			if err := merge(output, r); err != nil {
				return err
			}
		}
	}
	if broken > 0 {
		return fmt.Errorf("%d tests fail with the overlay alone", broken)
	}
	return nil
}

// withoutOverlay returns the flags without -overlay and what weft overlay sets with it.
func withoutOverlay(goflags string) string {
	var rest []string
	for _, f := range strings.Fields(goflags) {
		if !strings.HasPrefix(strings.TrimLeft(f, "-"), "overlay=") {
			rest = append(rest, f)
		}
	}
	return strings.Join(rest, " ")
}

// A result is what comparing the two sides of one module has shown.
type result struct {
	Module  string   `json:"module"`
	Path    string   `json:"path"`
	Version string   `json:"version"`
	Go      string   `json:"go"`
	Tests   int      `json:"tests"` // passed on both sides, subtests among them
	Skipped int      `json:"skipped,omitempty"`
	Broken  []string `json:"broken,omitempty"`  // fail with the overlay alone
	Flaky   []string `json:"flaky,omitempty"`   // fail now and then, without it as well
	Failing []string `json:"failing,omitempty"` // fail always, on both sides
}

func (r *result) print(w io.Writer, took time.Duration) {
	fmt.Fprintf(w, "%s %s: %d tests pass on both sides, %d are skipped, %d differ (%v)\n",
		r.Module, r.Version, r.Tests, r.Skipped, len(r.Broken), took.Round(time.Second))
	for _, list := range []struct {
		title string
		tests []string
	}{{"differs", r.Broken}, {"fails now and then, without the overlay as well", r.Flaky}, {"fails on both sides", r.Failing}} {
		for _, t := range list.tests {
			fmt.Fprintf(w, "  %s: %s\n", list.title, t)
		}
	}
}

// merge puts r into the file in place of what that has of the module.
func merge(file string, r *result) error {
	var all []*result
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &all)
	} else if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(other *result) bool { return other.Module == r.Module })
	all = append(all, r)
	slices.SortFunc(all, func(a, b *result) int { return cmp.Compare(place(a.Module), place(b.Module)) })
	data, err = json.MarshalIndent(all, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}

// copyTree copies a folder of the module cache, in which nothing may be written.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644)
	})
}
