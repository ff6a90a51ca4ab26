package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// raceLog keeps what the race detector says during a go test. The detector says of a
// race that it is there once in a process; then another run with the same race would
// pass, and nothing could be said of how many do, or which is the simplest. So it is
// made to say it each time, into files, of which each report is shown once.
type raceLog struct{ folder string }

// newRaceLog returns the log and the value of GORACE that leads to it, or nil if the
// variable says otherwise already.
func newRaceLog(gorace string) (*raceLog, string, error) {
	if strings.Contains(gorace, "log_path") || strings.Contains(gorace, "suppress_equal") {
		return nil, gorace, nil
	}
	folder, err := os.MkdirTemp("", "weft-race-")
	if err != nil {
		return nil, "", fmt.Errorf("there is no folder for what the race detector says: %w", err)
	}
	own := "suppress_equal_stacks=0 suppress_equal_addresses=0 log_path=" + filepath.Join(folder, "race")
	return &raceLog{folder}, strings.TrimSpace(gorace + " " + own), nil
}

const raceRule = "=================="

// numbers are those of a report that differ from one run to another.
var numbers = regexp.MustCompile(`0x[0-9a-f]+|[Gg]oroutine \d+|\(running\)|\(finished\)`)

// show writes each report once, and removes the log.
func (l *raceLog) show(w io.Writer) error {
	defer os.RemoveAll(l.folder)
	files, err := filepath.Glob(filepath.Join(l.folder, "race.*"))
	if err != nil {
		return err
	}
	slices.Sort(files)
	var known []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("what the race detector has said cannot be read: %w", err)
		}
		for report := range strings.SplitSeq(string(text), raceRule) {
			report = strings.TrimSpace(report)
			key := numbers.ReplaceAllString(report, "")
			if report == "" || slices.Contains(known, key) {
				continue
			}
			known = append(known, key)
			fmt.Fprintf(w, "%s\n%s\n%s\n", raceRule, report, raceRule)
		}
	}
	return nil
}
