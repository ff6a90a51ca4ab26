package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// measure runs the tests of this folder that use the module, and counts their runs. It
// returns the names of those that fail.
func (m module) measure(r *result, with side, stop <-chan os.Signal) ([]string, error) {
	r.Ours, r.Runs, r.Seconds = 0, 0, 0
	var failed []string
	runs := map[test]int{}
	err := with.events(".", "", stop, m.Ours, func(e event) {
		t := test{e.Package, e.Test}
		switch {
		case e.Action == "attr" && e.Key == "weft.verdict":
			runs[t] = runsOf(e.Value)
		case e.Test == "" || strings.Contains(e.Test, "/"):
		case e.Action == "pass":
			r.Ours++
			r.Runs += runs[t]
			r.Seconds += e.Elapsed
		case e.Action == "fail":
			r.Ours++
			failed = append(failed, t.String())
		}
	})
	if err == nil && r.Ours == 0 {
		err = fmt.Errorf("no test has run in %s", strings.Join(m.Ours, " "))
	}
	return failed, err
}

var verdict = regexp.MustCompile(`^(?:all )?([0-9,]+) (?:runs|orders)`)

// runsOf reads how many runs were made from the verdict of a report. Those of a
// walk that tells orders apart which are one are not all counted there.
func runsOf(text string) int {
	match := verdict.FindStringSubmatch(text)
	if match == nil {
		return 0
	}
	n, _ := strconv.Atoi(strings.ReplaceAll(match[1], ",", ""))
	return n
}
