package main

import (
	"os"
	"strings"
	"testing"
)

func TestRaceLog(t *testing.T) {
	log, gorace, err := newRaceLog("history_size=2")
	if err != nil {
		t.Fatal(err)
	}
	path, ok := strings.CutPrefix(gorace, "history_size=2 suppress_equal_stacks=0 suppress_equal_addresses=0 log_path=")
	if !ok {
		t.Fatalf("GORACE is %q", gorace)
	}
	report := func(address, where string) string {
		return raceRule + "\nWARNING: DATA RACE\nRead at " + address + " by goroutine 7:\n  " + where + "\n" + raceRule + "\n"
	}
	for name, text := range map[string]string{
		".1": report("0x1", "a.go:1") + report("0x2", "a.go:1") + report("0x1", "b.go:2") + "Found 3 data race(s)\n",
		".2": report("0x3", "a.go:1"),
	} {
		if err := os.WriteFile(path+name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	if err := log.show(&out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "WARNING: DATA RACE"); n != 2 || !strings.Contains(out.String(), "b.go:2") {
		t.Errorf("%d reports, want 2:\n%s", n, out.String())
	}
	if _, err := os.Stat(log.folder); !os.IsNotExist(err) {
		t.Errorf("the log is still there: %v", err)
	}
}

// Who sets where reports go gets them there.
func TestRaceLogOfOneself(t *testing.T) {
	for _, own := range []string{"log_path=/tmp/mine", "suppress_equal_stacks=1"} {
		if log, gorace, err := newRaceLog(own); log != nil || gorace != own || err != nil {
			t.Errorf("%s: %v, %q, %v", own, log, gorace, err)
		}
	}
}
