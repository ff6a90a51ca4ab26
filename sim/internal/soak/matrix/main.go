// Matrix has processes of all kinds make runs of the same programs by the same seeds, for as
// long as it is told, and compares what they say; see package soak. Use .ci/soak.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

func main() {
	duration := flag.Duration("time", 30*time.Second, "make runs for so long, beside the time to build; each configuration has its turn at least once")
	toolchains := flag.String("toolchains", "go1.26.8,go1.27.3", "versions of Go")
	seeds := flag.Int("seeds", 300, "seeds of each program")
	atLeast := flag.Int("runs", 0, "go on until so many runs are made")
	only := flag.String("only", "", "the suites whose names match this regular expression")
	dir := flag.String("dir", "", "where to keep what is built")
	flag.Parse()
	status, err := compare(os.Stdout, *duration, *atLeast, strings.Split(*toolchains, ","), *seeds, *only, *dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		status = 2
	}
	os.Exit(status)
}

// compare makes runs in all configurations, and returns the status with which to exit.
func compare(out io.Writer, duration time.Duration, atLeast int, toolchains []string, seeds int, only, dir string) (int, error) {
	if dir == "" {
		made, err := os.MkdirTemp("", "weft-soak-")
		if err != nil {
			return 0, err
		}
		defer os.RemoveAll(made)
		dir = made
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return 0, err
	}
	more, err := libraries()
	if err != nil {
		return 0, err
	}
	all := configurations(toolchains)
	m := &matrix{out: out, seeds: seeds, ledger: ledger{}, by: map[configuration]*figures{}, of: map[string]*figures{}}
	wanted, err := regexp.Compile(only)
	if err != nil {
		return 0, err
	}
	chosen := func(s []suite) []suite {
		return slices.DeleteFunc(slices.Clone(s), func(s suite) bool { return !wanted.MatchString(s.name) })
	}
	own, real := chosen(suites), chosen(more)
	b := &builder{dir: dir, built: map[string]string{}}
	if err := b.command(); err != nil {
		return 0, err
	}
	interrupted, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // the table comes all the same
	defer release()
	began := time.Now()
	perTurn := len(own) + min(1, len(real))
	slice := min(max(duration/time.Duration(len(all)*perTurn), 50*time.Millisecond), 20*time.Second)
rounds:
	for round := 0; ; round++ {
		for n, c := range all {
			turn := own
			if len(real) > 0 {
				turn = append(slices.Clone(own), real[(round*7+n/len(toolchains))%len(real)])
			}
			for _, s := range turn {
				if !s.builds(c.build) {
					continue
				}
				binary, err := b.binary(s, c)
				if err != nil {
					return 0, err
				}
				m.do(batch{suite: s, by: c, binary: binary, time: slice}, round)
				if interrupted.Err() != nil {
					break rounds
				}
			}
		}
		if time.Since(began)-b.spent >= duration && m.total().runs >= atLeast {
			break
		}
		fmt.Fprintf(out, "round %d: %d runs, %d differ, after %v, of which %v to build\n", round+1, m.total().runs, m.total().mismatches, time.Since(began).Round(time.Second), b.spent.Round(time.Second))
	}
	m.table()
	if f := m.total(); f.mismatches+f.hangs+f.deaths > 0 {
		return 1, nil
	}
	return 0, nil
}

// matrix adds up what came of batches.
type matrix struct {
	out    io.Writer
	seeds  int
	ledger ledger
	by     map[configuration]*figures
	of     map[string]*figures
}

func (m *matrix) do(b batch, round int) {
	// All configurations make the same runs in a round, up and then down, so that each is made
	// early in some process and late in another.
	b.runs = min(max(int(b.time/time.Millisecond), 2*programsMost), m.seeds*programsMost)
	b.first = round / 2 * b.runs % (m.seeds * programsMost)
	b.down = round%2 == 1
	if b.suite.checks {
		b.first = round * checksDivisor
	}
	f := b.do(m.ledger, func(text string) { fmt.Fprint(m.out, text) })
	at(m.by, b.by).add(f)
	at(m.of, b.suite.name).add(f)
}

// programsMost is about how many programs a suite has.
const programsMost = 200

func at[K comparable](m map[K]*figures, key K) *figures {
	if m[key] == nil {
		m[key] = &figures{}
	}
	return m[key]
}

func (m *matrix) total() (sum figures) {
	for _, f := range m.by {
		sum.add(*f)
	}
	return sum
}

// table writes what was found.
func (m *matrix) table() {
	w := tabwriter.NewWriter(m.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := func(what string) {
		fmt.Fprintf(w, "%s\truns\tmismatches\thangs\tdeaths\tKiB start\tKiB end\tKiB most\t\n", what)
	}
	row := func(name string, f figures) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", name, f.runs, f.mismatches, f.hangs, f.deaths, f.start, f.end, f.most)
	}
	head("configuration")
	keys := make([]configuration, 0, len(m.by))
	for c := range m.by {
		keys = append(keys, c)
	}
	slices.SortFunc(keys, func(a, b configuration) int { return cmp.Compare(a.String(), b.String()) })
	for _, c := range keys {
		row(c.String(), *m.by[c])
	}
	row("all", m.total())
	w.Flush()
	head("suite")
	programs := map[string]map[string]bool{}
	for r := range m.ledger {
		if programs[r.suite] == nil {
			programs[r.suite] = map[string]bool{}
		}
		programs[r.suite][r.program] = true
	}
	names := make([]string, 0, len(m.of))
	for name := range m.of {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		row(fmt.Sprintf("%s (%d programs)", name, len(programs[name])), *m.of[name])
	}
	w.Flush()
	fmt.Fprintf(m.out, "%d runs of %d programs with their seeds\n", m.total().runs, len(m.ledger))
}
