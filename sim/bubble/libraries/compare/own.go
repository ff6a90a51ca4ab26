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

// settleTime is for how long, in real time, one test is run again.
const settleTime = 5 * time.Minute

// compare runs the module's tests on both sides, and again what fails on one of them.
func (m module) compare(r *result, without, with side, keep string, again int, stop <-chan os.Signal) error {
	r.Tests, r.Skipped, r.Broken, r.Flaky, r.Failing = 0, 0, nil, nil, nil
	var listed struct{ Dir, Version string }
	data, err := exec.Command("go", "list", "-m", "-json", m.Path).Output()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &listed); err != nil {
		return err
	}
	r.Version = listed.Version
	version, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil {
		return err
	}
	r.Go = strings.TrimSpace(string(version))
	dir, err := os.MkdirTemp("", "weft-"+m.Name+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := copyTree(listed.Dir, dir); err != nil {
		return err
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
		return err
	}
	b, err := with.run(dir, log(with, "all"), stop, all...)
	if err != nil {
		return err
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
			return err
		}
	}
	return nil
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
	start := time.Now()
	for n := range 4 * again {
		if n >= again && (fails[0] > 0 || fails[1] == 0) {
			break // or is it the overlay, and has been luck so far?
		}
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
		if n > 0 && time.Since(start) > settleTime {
			break
		}
	}
	line := fmt.Sprintf("%s (fails %d of %d without, %d of %d with)", t, fails[0], runs[0], fails[1], runs[1])
	switch {
	case fails[0] == runs[0] && fails[1] == runs[1]:
		r.Failing = append(r.Failing, line)
	case fails[0] == 0 && 2*fails[1] > runs[1]:
		r.Broken = append(r.Broken, line)
	case fails[0]+fails[1] > 0:
		r.Flaky = append(r.Flaky, line)
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
