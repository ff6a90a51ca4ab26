package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"weft/sim/order"
	"weft/trace"
)

// patience is for how much longer than it was told a process may go on before it hangs.
var patience = 2 * time.Minute

// checkPatience is so for the tests of a library: those that look for a known bug make as
// many runs as that takes, whatever they are told, and the race detector is slow.
const checkPatience = 15 * time.Minute

// batch is some time of one configuration with one suite.
type batch struct {
	suite  suite
	by     configuration
	binary string
	first  int
	runs   int
	down   bool
	time   time.Duration
}

// figures are what came of batches.
type figures struct {
	runs, mismatches, hangs, deaths int
	told                            map[string]bool // programs
	start, end, most                int             // memory in KiB, of the process that had the most at its end
}

// mismatch counts a mismatch, and tells the first one of a program in a batch.
func (f *figures) mismatch(program, text string, out func(string)) {
	f.mismatches++
	if f.told[program] {
		return
	}
	if f.told == nil {
		f.told = map[string]bool{}
	}
	f.told[program] = true
	out(text)
}

func (f *figures) add(g figures) {
	f.runs += g.runs
	f.mismatches += g.mismatches
	f.hangs += g.hangs
	f.deaths += g.deaths
	if g.end > f.end {
		f.start, f.end = g.start, g.end
	}
	f.most = max(f.most, g.most)
}

// do makes the runs of a batch and enters them. What is wrong is written to out.
func (b batch) do(ledger ledger, out func(string)) (f figures) {
	until := time.Now().Add(b.time)
	for n := 0; ; n++ {
		switch {
		case b.suite.checks:
			f.add(b.check(ledger, out, (b.first+n)/checksDivisor, until))
		case b.by.cold:
			f.add(b.serve(ledger, out, b.first+n*stride%b.runs, 1, 0))
		default:
			f.add(b.serve(ledger, out, b.first, b.runs, b.time))
			return f
		}
		if time.Now().After(until) || f.hangs+f.deaths+f.mismatches > 0 {
			return f
		}
	}
}

// stride is from one cold run to the next: a prime, so that all have their turn.
const stride = 7919

// checksDivisor spreads few seeds over the runs of checks, since one seed stands for many.
const checksDivisor = 500

// run is a program with a seed, as the ledger knows it.
func (b batch) run(program string, seed int) run {
	return run{b.suite.name, program, seed, b.suite.overlay && b.by.build == watched}
}

// again is a command for a shell.
func (b batch) again(args []string) string {
	return fmt.Sprintf("(cd %s && %s)", filepath.Join(b.suite.module, b.suite.folder), b.by.line(args))
}

// args are those of a process that serves.
func (b batch) args(first, runs int, served time.Duration) []string {
	args := []string{b.binary, "-test.run=^TestSoak$", "-test.timeout=0", fmt.Sprint("-soak.first=", first), fmt.Sprint("-soak.runs=", runs)}
	if served > 0 {
		args = append(args, fmt.Sprint("-soak.time=", served))
	}
	if b.down {
		args = append(args, "-soak.down")
	}
	if b.time < time.Second {
		args = append(args, "-test.short")
	}
	return args
}

// serve has a process make runs.
func (b batch) serve(ledger ledger, out func(string), first, runs int, served time.Duration) (f figures) {
	args := b.args(first, runs, served)
	lines, stderr, _, err := b.start(args, served+patience)
	made := -1
	for _, line := range lines {
		text, ours := strings.CutPrefix(line, "soak ")
		fields := strings.Fields(text)
		switch {
		case !ours || len(fields) == 0:
		case fields[0] == "run" && len(fields) == 7:
			f.runs++
			seed := atoi(fields[3])
			if m := ledger.enter(b.run(fields[2], seed), said{b.by, b.again(args), order.End(fields[4]), fields[5] + " " + fields[6]}); m != "" {
				f.mismatch(fields[2], m, out)
			}
		case fields[0] == "memory" && len(fields) == 4:
			f.most = max(f.most, atoi(fields[3]))
			if fields[1] == "start" {
				f.start = atoi(fields[2])
			} else if f.start > 0 {
				f.end = atoi(fields[2])
			}
		case fields[0] == "made":
			made = atoi(fields[1])
		}
	}
	if made != f.runs {
		f.add(b.ended(out, args, lines, stderr, err))
	}
	return f
}

// ended says that a process did not come to its end.
func (b batch) ended(out func(string), args, lines []string, stderr string, err error) (f figures) {
	what := "DIED"
	if f.deaths = 1; errors.Is(err, context.DeadlineExceeded) {
		what, f.deaths, f.hangs = "HANG", 0, 1
	}
	last := ""
	if len(lines) > 0 {
		last = lines[len(lines)-1]
	}
	out(fmt.Sprintf("%s: %s, under %v: %v\n  last line: %s\n  %s\n%s\n", what, b.suite.name, b.by, err, last, b.again(args), tail(stderr, 60)))
	return f
}

// check has a test binary make its checks with a seed, each in a process of its own or all
// in one, and compares what they have found.
func (b batch) check(ledger ledger, out func(string), seed int, until time.Time) (f figures) {
	dir, err := os.MkdirTemp("", "weft-soak-")
	if err != nil {
		out(err.Error())
		f.deaths++
		return f
	}
	defer os.RemoveAll(dir)
	runs := 100
	if b.by.cold {
		runs = 1
	}
	// Cold and warm are different checks, and have different seeds.
	args := []string{b.binary, "-test.timeout=0", "-weft.strategy=random", "-weft.workers=1", fmt.Sprint("-weft.runs=", runs), fmt.Sprint("-weft.seed=", seed), "-weft.nofailfile", "-weft.report=" + dir}
	lines, stderr, most, err := b.start(args, checkPatience+time.Until(until))
	f.most = most
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited || len(files) == 0 && !strings.Contains(strings.Join(lines, "\n"), "PASS") {
		f.add(b.ended(out, args, lines, stderr, err))
		return f
	}
	for _, file := range files {
		found, err := partOf(file)
		if err != nil {
			out(fmt.Sprint(file, ": ", err, "\n"))
			f.deaths++
			continue
		}
		f.runs += found.runs
		program := fmt.Sprintf("%s, %d runs", found.program, runs)
		if b.suite.versioned {
			program += " under " + b.by.toolchain
		}
		for what, text := range map[string]string{program: found.text, program + ", traces under " + b.by.toolchain: found.traces} {
			m := ledger.enter(b.run(what, seed), said{b.by, b.again(args), "", trace.Hash(0).Text(text).String()})
			if m == "" {
				continue
			}
			f.mismatch(what, m, out)
			if keep, err := os.MkdirTemp("", "weft-soak-mismatch-"); err == nil {
				os.WriteFile(filepath.Join(keep, "part.json"), []byte(text), 0o644)
				out("  what the second one found: " + keep + "/part.json\n")
			}
		}
	}
	return f
}

// start runs a process to its end, or until it hangs. most is how much memory it had.
func (b batch) start(args []string, limit time.Duration) (lines []string, stderr string, most int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Dir = filepath.Join(b.suite.module, b.suite.folder)
	c.Env = b.by.environment()
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGQUIT) } // it says where it is
	c.WaitDelay = 10 * time.Second
	var out, problems bytes.Buffer
	c.Stdout, c.Stderr = &out, &problems
	err = c.Run()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if c.ProcessState == nil {
		return nil, "", 0, err // it could not be started
	}
	if used, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		most = int(used.Maxrss) // in KiB, on Linux
	}
	for s := bufio.NewScanner(&out); s.Scan(); {
		lines = append(lines, s.Text())
	}
	return lines, problems.String(), most, err
}

func atoi(text string) int { n, _ := strconv.Atoi(text); return n }

// tail returns the last lines of a text.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
