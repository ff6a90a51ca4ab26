package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// suite is a test binary whose programs are run.
type suite struct {
	name    string
	module  string // the folder of its module
	folder  string // that of the package, in the module
	overlay bool   // it runs goroutines
	checks  bool   // its programs are tests that call bubble.Check
	// Its programs go through so much of the standard library that they are other ones under
	// another version of Go.
	versioned bool
}

// suites are the test binaries of this module. Those of real libraries are looked for.
var suites = []suite{
	{name: "gallery", module: ".", folder: "sim/internal/soak"},
	{name: "random programs", module: ".", folder: "sim"},
	{name: "gallery of goroutines", module: ".", folder: "sim/internal/soak", overlay: true},
	{name: "random goroutines", module: ".", folder: "sim/bubble", overlay: true},
}

// builds reports whether the suite is built so: without the overlay, nothing is watched.
func (s suite) builds(b build) bool { return s.overlay || b != unwatched }

const librariesFolder = "sim/bubble/libraries"

// libraries returns the packages of the nested module that have tests.
func libraries() ([]suite, error) {
	list := exec.Command("go", "list", "-f", "{{if .XTestGoFiles}}{{.Dir}}{{end}}", "./...")
	list.Dir, list.Stderr = librariesFolder, os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list in %s: %w", librariesFolder, err)
	}
	root, err := filepath.Abs(librariesFolder)
	if err != nil {
		return nil, err
	}
	var found []suite
	for dir := range strings.FieldsSeq(string(out)) {
		folder, err := filepath.Rel(root, dir)
		if err != nil {
			return nil, err
		}
		found = append(found, suite{
			name: folder, module: librariesFolder, folder: folder, overlay: true, checks: true,
			versioned: slices.Contains([]string{"nats", "sqlite"}, folder), // net, crypto and database/sql
		})
	}
	return found, nil
}

// builder builds test binaries, each when it is first needed.
type builder struct {
	dir   string // where they go
	built map[string]string
	spent time.Duration
}

// binary returns the path of a suite's test binary.
func (b *builder) binary(s suite, c configuration) (string, error) {
	key := strings.NewReplacer("/", "-", " ", "-", "=", "-").Replace(fmt.Sprintf("%s-%s%s", s.name, c.toolchain, c.build))
	if path, ok := b.built[key]; ok {
		return path, nil
	}
	began := time.Now()
	defer func() { b.spent += time.Since(began) }()
	path := filepath.Join(b.dir, key)
	args := []string{"test", "-c", "-o", path}
	if c.build != watched {
		args = append(args, string(c.build))
	}
	command := exec.Command("go", append(args, "./"+s.folder)...)
	if s.overlay {
		command = exec.Command(filepath.Join(b.dir, "weft"), append(args, "./"+s.folder)...)
	}
	command.Dir = s.module
	command.Env = append(os.Environ(), "GOTOOLCHAIN="+c.toolchain, "CGO_ENABLED=1")
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("%s: %w", strings.Join(command.Args, " "), err)
	}
	b.built[key] = path
	return path, nil
}

// command builds the command weft, which builds with the overlay.
func (b *builder) command() error {
	build := exec.Command("go", "build", "-o", filepath.Join(b.dir, "weft"), "./cmd/weft")
	build.Stderr = os.Stderr
	return build.Run()
}

// found is what a check has found: one file of a folder. What differs from machine to machine,
// or with what the race detector sees, is left out.
type found struct {
	program string
	runs    int
	text    string
	// traces are the identities of the traces. They hold the names of what the standard
	// library makes, which its versions make otherwise.
	traces string
}

// partOf reads such a file.
func partOf(file string) (f found, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return f, err
	}
	var part struct {
		Program, Policy string

		Parts []map[string]json.RawMessage
	}
	if err := json.Unmarshal(data, &part); err != nil {
		return f, err
	}
	f.program = part.Program + " under " + part.Policy
	for _, p := range part.Parts {
		delete(p, "elapsed_ns")
		delete(p, "claim")
		delete(p, "saw")
		var tally map[string]json.RawMessage
		if err := json.Unmarshal(p["tally"], &tally); err != nil {
			return f, err
		}
		var runs int
		if err := json.Unmarshal(tally["runs"], &runs); err != nil {
			return f, err
		}
		f.runs += runs
		f.traces += string(tally["classes"])
		delete(tally, "classes")
		if p["tally"], err = json.Marshal(tally); err != nil {
			return f, err
		}
	}
	canonical, err := json.Marshal(part.Parts)
	f.text = string(canonical)
	return f, err
}
