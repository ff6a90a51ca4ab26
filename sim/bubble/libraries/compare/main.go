// Command compare finds out how the modules of this folder get on with the overlay, and
// writes the table of README.md.
//
//	go run ./compare [-own=false] [-ours=false] [-again n] [-keep folder] [module ...]
//
// It runs their own tests, without the overlay and with it, and says of each one whether
// that makes a difference. The sources are copied out of the module cache to a temporary
// folder, where the tests may write. What fails on either side is run again by itself, n
// times on each: so a test that fails now and then, or that needs what this machine
// lacks, is told from one that the overlay breaks. Then it runs the tests of this folder,
// and counts how many runs a second they make.
//
// What was found is merged into results.json, and the table made from that. The exit
// status is 1 if the overlay breaks a test, or one of this folder fails.
//
// The overlay is the one of the environment (weft overlay --env), whose flag is taken
// out of GOFLAGS for the runs without it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

const (
	resultsFile = "results.json"
	readmeFile  = "README.md"
)

func main() {
	own := flag.Bool("own", true, "run the modules' own tests")
	ours := flag.Bool("ours", true, "run the tests of this folder")
	again := flag.Int("again", 5, "how `often` a test that fails is run again, on each side")
	keep := flag.String("keep", "", "keep the output of the tests in this `folder`")
	flag.Parse()
	if err := run(*own, *ours, *keep, *again, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run(own, ours bool, keep string, again int, names []string) error {
	with := os.Getenv("GOFLAGS")
	without := withoutOverlay(with)
	if with == without {
		return errors.New(`GOFLAGS has no -overlay: run eval "$(weft overlay --env)" first`)
	}
	for _, name := range names {
		if place(name) < 0 {
			return fmt.Errorf("no module is called %s", name)
		}
	}
	all, err := readResults(resultsFile)
	if err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	var bad []string
	for _, m := range modules {
		r := all.of(m)
		if len(names) > 0 && !slices.Contains(names, m.Name) {
			continue
		}
		if own {
			if err := m.compare(r, side{goflags: without}, side{goflags: with, overlay: true}, keep, again, stop); err != nil {
				return fmt.Errorf("%s: %w", m.Name, err)
			}
			r.print(os.Stdout)
			bad = append(bad, r.Broken...)
		}
		if ours {
			failed, err := m.measure(r, side{goflags: with, overlay: true}, stop)
			if err != nil {
				return fmt.Errorf("%s: %w", m.Name, err)
			}
			fmt.Printf("%s: %d tests of ours, %d fail, %s runs a second\n", m.Name, r.Ours, len(failed), r.rate())
			bad = append(bad, failed...)
		}
		// What was found so far is kept, since all of it takes long.
		if err := all.write(resultsFile); err != nil {
			return err
		}
		if err := all.writeTable(readmeFile); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("%d tests fail: %s", len(bad), strings.Join(bad, ", "))
	}
	return nil
}

// withoutOverlay returns the flags without -overlay, and without what weft overlay tells the
// compiler with it.
func withoutOverlay(goflags string) string {
	var rest []string
	for _, f := range strings.Fields(goflags) {
		name, _, _ := strings.Cut(strings.TrimLeft(f, "-"), "=")
		if name != "overlay" && name != "gcflags" {
			rest = append(rest, f)
		}
	}
	return strings.Join(rest, " ")
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
