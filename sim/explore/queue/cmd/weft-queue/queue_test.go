package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"weft/sim/explore"
	"weft/sim/explore/queue/jet"
	"weft/sim/order"
)

// TestStrategies: with two workers here, the report is that of one machine, whatever the
// strategy.
func TestStrategies(t *testing.T) {
	for _, strategy := range []string{"exhaustive", "bounded:2", "bounded", "random", "pct:3", "portfolio"} {
		t.Run(strategy, func(t *testing.T) {
			args := []string{"-test.run", "^TestPhilosophers$", "-seats", "4", "-weft.strategy", strategy, "-weft.runs", "5000"}
			want := oneMachine(t, tested, args...)
			file := filepath.Join(t.TempDir(), "report.json")
			status, _, said := call(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--store", t.TempDir(), "--jobs", "2", "--unit", "5ms", "-o", file, tested}, args...)...)
			if status != exitOK {
				t.Fatalf("status %d: %s", status, said)
			}
			same(t, report(t, file), want)
		})
	}
}

// TestReductions: a reduction in units claims what that of one machine does.
func TestReductions(t *testing.T) {
	claimed := func(text string) (claimed struct {
		Coverage string
		Complete bool
		Traces   int
		Outcomes []struct{ Text, End string }
	}) {
		text = regexp.MustCompile(`,(\s*})`).ReplaceAllString(text, "$1") // where the time stood
		if err := json.Unmarshal([]byte(text), &claimed); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		slices.SortFunc(claimed.Outcomes, func(a, b struct{ Text, End string }) int { return strings.Compare(a.Text, b.Text) })
		return claimed
	}
	for _, strategy := range []string{"reduced", "optimal"} {
		args := []string{"-test.run", "^TestPhilosophers$", "-seats", "5", "-weft.strategy", strategy, "-weft.runs", "100000"}
		want := claimed(oneMachine(t, tested, args...))
		file := filepath.Join(t.TempDir(), "report.json")
		status, _, said := call(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--store", t.TempDir(), "--jobs", "2", "--unit", "20ms", "-o", file, tested}, args...)...)
		if status != exitOK {
			t.Fatalf("%s: status %d: %s", strategy, status, said)
		}
		if got := claimed(report(t, file)); !want.Complete || want.Traces < 100 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v; one machine says %+v", strategy, got, want)
		}
	}
}

// TestStatusFile: whoever reads the file knows how far it is, and what was found.
func TestStatusFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.status")
	args := []string{"serve", "--listen", "127.0.0.1:0", "--store", t.TempDir(), "--name", "x", "--jobs", "1", "--unit", "5ms", "--status", file,
		tested, "-test.run", "^TestPhilosophers$", "-seats", "3", "-greedy", "-weft.strategy", "exhaustive"}
	if status, _, said := call(t, args...); status != exitFailed || !strings.Contains(said, " outcomes, 1 of them FAILS") {
		t.Fatalf("status %d: %s", status, said)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := explore.ParseStatus(data)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "x" || s.Program != "TestPhilosophers" || s.Ended != "all was done" || s.Share != 1 || s.Runs == 0 || s.Units == 0 || s.Left != 0 || !s.Failed ||
		len(s.Shown) != s.Outcomes || s.Shown[0].End != order.Deadlocked || s.Shown[1].Failed {
		t.Errorf("%s", data)
	}
	args[slices.Index(args, file)] = filepath.Join(file, "no folder")
	if status, _, said := call(t, args...); status != exitUsage || !strings.Contains(said, "cannot write the status") {
		t.Errorf("status %d: %s", status, said)
	}
}

// TestStatus follows an exploration to its end, and keeps a file as well.
func TestStatus(t *testing.T) {
	p, url := serving(t, "--jobs", "1", tested, "-test.run", "^TestPhilosophers$", "-seats", "4", "-weft.strategy", "exhaustive")
	waitForPlan(t, url)
	file := filepath.Join(t.TempDir(), "x.status")
	status, out, said := call(t, "status", "--nats", url, "--follow", "-o", file)
	if status != exitOK || !strings.Contains(out, ": has ended: all was done\n") || !strings.Contains(out, " orders explored") {
		t.Errorf("status %d: %s%s", status, out, said)
	}
	if s := p.wait(t.Context(), t); s != exitOK {
		t.Errorf("the server ends with %d: %s", s, p.said)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := explore.ParseStatus(data); err != nil || s.Ended != "all was done" {
		t.Errorf("%v: %s", err, data)
	}
}

// serving starts a server with an exploration, and returns the address of the server.
func serving(t *testing.T, args ...string) (p *process, url string) {
	address := freeAddress(t)
	p = start(t, append([]string{"serve", "--listen", address, "--store", t.TempDir(), "--unit", "5ms", "--lease", "500ms"}, args...)...)
	return p, "nats://" + address
}

// TestWorkersElsewhere: processes that know the address and have the binary do it all.
func TestWorkersElsewhere(t *testing.T) {
	args := []string{"-test.run", "^TestPhilosophers$", "-seats", "4", "-weft.strategy", "exhaustive"}
	want := oneMachine(t, tested, args...)
	file := filepath.Join(t.TempDir(), "report.json")
	p, url := serving(t, append([]string{"-o", file, tested}, args...)...)
	// They may be there before the server is, and before it has an exploration.
	a, b := start(t, "work", "--forever", "--nats", url, tested), start(t, "work", "--forever", "--nats", url, "--jobs", "1", tested)
	if status := p.wait(t.Context(), t); status != exitOK {
		t.Fatalf("status %d: %s", status, p.said)
	}
	same(t, report(t, file), want)
	a.kill()
	b.kill()
	if said := a.said.String() + b.said.String(); !strings.Contains(said, "exploration programs-") {
		t.Errorf("the workers say %q", said)
	}
}

// TestOtherBinaryIsRefused by its name, with both hashes.
func TestOtherBinaryIsRefused(t *testing.T) {
	_, url := serving(t, tested, "-test.run", "^TestPhilosophers$", "-weft.strategy", "exhaustive")
	waitForPlan(t, url)
	other := filepath.Join(t.TempDir(), "other.test")
	if err := os.WriteFile(other, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	status, _, said := call(t, "work", "--nats", url, other)
	if status != exitUsage {
		t.Errorf("status %d", status)
	}
	for _, want := range []string{"programs.test with SHA-256 ", other + " has "} {
		if !strings.Contains(said, want) {
			t.Errorf("it says %q, without %q", said, want)
		}
	}
}

// TestFirstFailure: the first failure ends it, and is kept once.
func TestFirstFailure(t *testing.T) {
	args := []string{"serve", "--listen", "127.0.0.1:0", "--store", t.TempDir(), "--jobs", "2", "--unit", "5ms", "--first-failure",
		tested, "-test.run", "^TestPhilosophers$", "-greedy", "-seats", "6", "-weft.strategy", "random", "-weft.runs", "100000000"}
	status, out, said := call(t, args...)
	if status != exitFailed || !strings.Contains(out, "stopped at a failure after") {
		t.Fatalf("status %d\n%s%s", status, out, said)
	}
	if !strings.Contains(out, "failure ") || !strings.Contains(out, "deadlock, schedule ") {
		t.Errorf("the failure is not named: %s", out)
	}
	// The same command goes on from there: it has ended.
	if status, again, _ := call(t, args...); status != exitFailed || !strings.Contains(again, "stopped at a failure after") {
		t.Errorf("asked again, it is status %d\n%s", status, again)
	}
}

// TestWorkAfterTheEnd: a worker that comes too late has nothing to do, and that is no error:
// whoever restarts it is to stop.
func TestWorkAfterTheEnd(t *testing.T) {
	server, err := jet.Serve(jet.ServerOptions{Listen: "127.0.0.1:0", Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	url := server.URL()
	if status, _, said := call(t, "serve", "--nats", url, "--jobs", "1", tested, "-test.run", "^TestPhilosophers$", "-weft.strategy", "exhaustive"); status != exitOK {
		t.Fatalf("status %d: %s", status, said)
	}
	if status, _, said := call(t, "work", "--nats", url, tested); status != exitOK || !strings.Contains(said, "has ended") {
		t.Errorf("status %d: %s", status, said)
	}
	if status, _, said := call(t, "work", "--nats", url, "--name", "other", tested); status != exitUsage || !strings.Contains(said, "begin one with weft-queue serve") {
		t.Errorf("status %d: %s", status, said)
	}
}

// TestOpenServerIsSaid: a server that others reach, and that asks nothing of them, is said.
func TestOpenServerIsSaid(t *testing.T) {
	for _, c := range []struct {
		listen, token string
		said          bool
	}{
		{":4222", "", true}, {"0.0.0.0:4222", "", true}, {"server:4222", "", true}, {":4222", "secret", false},
		{"127.0.0.1:4222", "", false}, {"localhost:4222", "", false}, {"[::1]:4222", "", false},
	} {
		var said strings.Builder
		f := &serveFlags{listen: c.listen}
		f.token = c.token
		f.warn(console{&said, &said})
		if (said.Len() > 0) != c.said {
			t.Errorf("%+v: it says %q", c, said.String())
		}
	}
}

// TestProgramThatEndsItsProcess: what cannot be done ends the exploration, and is said.
func TestProgramThatEndsItsProcess(t *testing.T) {
	status, _, said := call(t, "serve", "--listen", "127.0.0.1:0", "--store", t.TempDir(), "--jobs", "1", tested, "-test.run", "^TestDies$", "-deadly", "-weft.strategy", "exhaustive")
	if status != exitUsage || !strings.Contains(said, "exit status 3") || !strings.Contains(said, "the program has had enough") {
		t.Errorf("status %d: %s", status, said)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"serve", tested, "-test.run", "^TestPhilosophers$", "-weft.strategy", "seed:1"}, "cannot be done in units"},
		{[]string{"serve", tested, "-test.run", "^TestPhilosophers$"}, "cannot be done in units"},
		{[]string{"serve", tested, "-test.run", "^TestNothing$"}, "without coming to an exploration"},
		{[]string{"serve", "--unit", "0s", tested}, "--unit must be positive"},
		{[]string{"serve", "/no/such/binary"}, "there is no binary"},
		{[]string{"serve", "--name", "a.b", tested}, "names no exploration"},
		{[]string{"work", tested}, "which server?"},
		{[]string{"work", "--nats", "nats://127.0.0.1:1", "--patience", "1ms", tested}, "cannot connect"},
		{[]string{"status", "--nats", "nats://127.0.0.1:1", "--patience", "1ms"}, "cannot connect"},
		{[]string{"work", "--jobs", "0", "--nats", "nats://127.0.0.1:1", tested}, "--jobs must be positive"},
	} {
		status, _, said := call(t, c.args...)
		if status != exitUsage || !strings.Contains(said, c.want) || !strings.HasPrefix(said, "weft-queue: ") {
			t.Errorf("%v: status %d, %q; want %q", c.args, status, said, c.want)
		}
	}
}
