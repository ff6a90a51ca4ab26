package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// A side is the tests without the overlay, or with it.
type side struct {
	goflags string
	overlay bool
}

func (s side) String() string {
	if s.overlay {
		return "with"
	}
	return "without"
}

// A test is one of a package; without a name it stands for the package itself.
type test struct{ pkg, name string }

func (t test) String() string {
	if t.name == "" {
		return t.pkg
	}
	return t.pkg + " " + t.name
}

// An event is one of go test -json, whose format is that of cmd/test2json.
type event struct{ Action, Package, Test, Output string }

// run runs go test in a folder, and returns the last action of each test.
func (s side) run(dir, log string, stop <-chan os.Signal, args ...string) (map[test]string, error) {
	cmd := exec.Command("go", append([]string{"test", "-json", "-count=1"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS="+s.goflags, "GOWORK=off", "PWD="+dir)
	if !s.overlay {
		cmd.Env = append(cmd.Env, "WEFT_OVERLAY=")
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	interrupted := false
	go func() {
		select {
		case <-stop:
			interrupted = true
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		case <-done:
		}
	}()
	err := cmd.Wait()
	close(done)
	if interrupted {
		return nil, errors.New("interrupted")
	}
	if log != "" {
		if err := os.WriteFile(log, append(out.Bytes(), errs.Bytes()...), 0o644); err != nil {
			return nil, err
		}
	}
	actions := map[test]string{}
	for line := range bytes.Lines(out.Bytes()) {
		var e event
		if json.Unmarshal(line, &e) != nil {
			continue // what a test has printed in the middle of a line
		}
		switch e.Action {
		case "run", "pass", "fail", "skip":
			if e.Package != "" {
				actions[test{e.Package, e.Test}] = e.Action
			}
		}
	}
	if len(actions) == 0 {
		return nil, fmt.Errorf("go test %s: %v\n%s", strings.Join(args, " "), err, errs.Bytes())
	}
	return actions, nil
}

// compare runs the module's tests on both sides, and again what fails on one of them.
func (m module) compare(without, with side, keep string, again int, stop <-chan os.Signal) (*result, error) {
	r := &result{Module: m.Name, Path: m.Path}
	var listed struct{ Dir, Version string }
	data, err := exec.Command("go", "list", "-m", "-json", m.Path).Output()
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &listed); err != nil {
		return nil, err
	}
	r.Version = listed.Version
	version, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil {
		return nil, err
	}
	r.Go = strings.TrimSpace(string(version))
	dir, err := os.MkdirTemp("", "weft-"+m.Name+"-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := copyTree(listed.Dir, dir); err != nil {
		return nil, err
	}
	log := func(s side, what string) string {
		if keep == "" {
			return ""
		}
		return filepath.Join(keep, fmt.Sprintf("%s-%s-%s.json", m.Name, s, what))
	}
	all := append(slices.Clone(m.Flags), m.Packages...)
	a, err := without.run(dir, log(without, "all"), stop, all...)
	if err != nil {
		return nil, err
	}
	b, err := with.run(dir, log(with, "all"), stop, all...)
	if err != nil {
		return nil, err
	}
	// A package that does not come to its end takes tests with it that never ran, and
	// a test that fails may leave out its subtests. So what is looked at again are
	// tests of the top.
	suspects := map[test]bool{}
	for _, x := range []map[test]string{a, b} {
		for t := range x {
			if t.name == "" || a[t] == b[t] && a[t] != "fail" && a[t] != "run" {
				continue
			}
			top, _, _ := strings.Cut(t.name, "/")
			suspects[test{t.pkg, top}] = true
		}
	}
	for t, action := range a {
		top, _, _ := strings.Cut(t.name, "/")
		if t.name == "" && (action == "fail" || b[t] == "fail") && !anyOf(suspects, t.pkg) {
			suspects[t] = true
		}
		if t.name == "" || suspects[test{t.pkg, top}] {
			continue
		}
		switch action {
		case "pass":
			r.Tests++
		case "skip":
			r.Skipped++
		}
	}
	order := make([]test, 0, len(suspects))
	for t := range suspects {
		order = append(order, t)
	}
	slices.SortFunc(order, func(a, b test) int { return strings.Compare(a.String(), b.String()) })
	for _, t := range order {
		if err := m.settle(r, t, [2]side{without, with}, [2]map[test]string{a, b}, dir, again, log, stop); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func anyOf(suspects map[test]bool, pkg string) bool {
	for t := range suspects {
		if t.pkg == pkg {
			return true
		}
	}
	return false
}

// settle runs one test again, alone, on both sides in turn, and files it.
func (m module) settle(r *result, t test, sides [2]side, first [2]map[test]string, dir string, again int,
	log func(side, string) string, stop <-chan os.Signal) error {
	var runs, fails [2]int
	var last map[test]string
	for i := range sides {
		switch first[i][t] {
		case "pass", "skip":
			runs[i]++
		case "fail", "run":
			runs[i]++
			fails[i]++
		}
	}
	for range again {
		for i, s := range sides {
			args := slices.Clone(m.Flags)
			if t.name != "" {
				args = append(args, "-run", "^"+t.name+"$")
			}
			name := strings.NewReplacer("/", "_", " ", "_").Replace(t.String())
			x, err := s.run(dir, log(s, name), stop, append(args, t.pkg)...)
			if err != nil {
				return err
			}
			runs[i]++
			switch x[t] {
			case "pass", "skip":
				last = x
			default:
				fails[i]++
			}
		}
	}
	line := fmt.Sprintf("%s (fails %d of %d without, %d of %d with)", t, fails[0], runs[0], fails[1], runs[1])
	switch {
	case fails[0] == runs[0] && fails[1] == runs[1]:
		r.Failing = append(r.Failing, line)
	case fails[0] > 0:
		r.Flaky = append(r.Flaky, line)
	case fails[1] > 0:
		r.Broken = append(r.Broken, line)
	default:
		// It did not come to its end the first time, for another one's sake.
		for u, action := range last {
			if top, _, _ := strings.Cut(u.name, "/"); u.pkg == t.pkg && top == t.name {
				switch action {
				case "pass":
					r.Tests++
				case "skip":
					r.Skipped++
				}
			}
		}
	}
	return nil
}
