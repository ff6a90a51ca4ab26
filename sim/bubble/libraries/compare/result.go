package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// A result is what was found out about one module.
type result struct {
	Module  string `json:"module"`
	Path    string `json:"path"`
	Version string `json:"version"`
	Go      string `json:"go"`
	Note    string `json:"note,omitempty"`

	// Of its own tests, subtests among them:
	Tests   int      `json:"tests"`             // pass on both sides
	Skipped int      `json:"skipped,omitempty"` // skip themselves on both sides
	Broken  []string `json:"broken,omitempty"`  // fail with the overlay alone
	Flaky   []string `json:"flaky,omitempty"`   // fail now and then
	Failing []string `json:"failing,omitempty"` // fail always, on both sides

	// Of the tests of this folder:
	Ours    int     `json:"ours"`
	Runs    int     `json:"runs"`
	Seconds float64 `json:"seconds"` // of real time, in which the runs were made
}

func (r *result) print(w io.Writer) {
	fmt.Fprintf(w, "%s %s: %d tests pass on both sides, %d are skipped, %d differ\n",
		r.Module, r.Version, r.Tests, r.Skipped, len(r.Broken))
	r.list(w, "  ")
}

// list writes a line for each test that is not the same on both sides, or fails there.
func (r *result) list(w io.Writer, prefix string) {
	for _, l := range []struct {
		title string
		tests []string
	}{{"differs", r.Broken}, {"fails now and then", r.Flaky}, {"fails on both sides", r.Failing}} {
		for _, t := range l.tests {
			fmt.Fprintf(w, "%s%s: %s\n", prefix, l.title, t)
		}
	}
}

// rate is how many runs a second our tests make, to two digits.
func (r *result) rate() string {
	if r.Seconds == 0 {
		return "?"
	}
	n := float64(r.Runs) / r.Seconds
	switch {
	case n >= 1000:
		return fmt.Sprintf("%.1fk", n/1000)
	case n >= 100:
		return fmt.Sprintf("%.0f", n/10) + "0"
	}
	return fmt.Sprintf("%.2g", n)
}

// results are those of the modules, in their order.
type results []*result

func readResults(file string) (results, error) {
	var all results
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return all, nil
}

// of returns the result of a module, and adds one if there is none.
func (all *results) of(m module) *result {
	for _, r := range *all {
		if r.Module == m.Name {
			r.Note = m.Note
			return r
		}
	}
	r := &result{Module: m.Name, Path: m.Path, Note: m.Note}
	*all = append(*all, r)
	slices.SortFunc(*all, func(a, b *result) int { return cmp.Compare(place(a.Module), place(b.Module)) })
	return r
}

func (all results) write(file string) error {
	data, err := json.MarshalIndent(all, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}

// The table stands between these lines.
const (
	tableBegins = "<!-- made by go run ./compare -->"
	tableEnds   = "<!-- to here -->"
)

// writeTable puts the table in its place in a file.
func (all results) writeTable(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(data), tableBegins)
	_, after, ends := strings.Cut(rest, tableEnds)
	if !ok || !ends {
		return fmt.Errorf("%s lacks the lines %q and %q", file, tableBegins, tableEnds)
	}
	var b strings.Builder
	b.WriteString(before + tableBegins + "\n\n")
	b.WriteString("| module | version | own tests | differences | tests here | runs a second |\n|---|---|--:|--:|--:|--:|\n")
	for _, r := range all {
		tests, differences := "not yet", "?"
		if r.Version != "" {
			tests, differences = fmt.Sprint(r.Tests), fmt.Sprint(len(r.Broken))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %s |\n", r.Path, r.Version, tests, differences, r.Ours, r.rate())
	}
	b.WriteString("\nUnder " + all.versions() + ".\n")
	for _, r := range all {
		if r.Note != "" {
			fmt.Fprintf(&b, "Own tests of %s: %s.\n", r.Path, r.Note)
		}
	}
	b.WriteString("\n")
	for _, r := range all {
		r.list(&b, "- ")
	}
	b.WriteString("\n" + tableEnds + after)
	return os.WriteFile(file, []byte(b.String()), 0o644)
}

func (all results) versions() string {
	var versions []string
	for _, r := range all {
		if r.Go != "" {
			versions = append(versions, r.Go)
		}
	}
	slices.Sort(versions)
	return strings.Join(slices.Compact(versions), ", ")
}
