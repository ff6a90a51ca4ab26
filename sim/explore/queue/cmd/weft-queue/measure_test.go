package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	measureBinary = flag.String("measure-binary", "", "the binary that is explored in BenchmarkQueue; the default is that of package programs")
	measureArgs   = flag.String("measure-args", "-test.run ^TestPhilosophers$ -seats 5 -weft.strategy random -weft.runs 1000000", "its arguments")
)

// took is what something took: real time, and that of processors. atWork is which part of
// the real time workers of a queue were doing units, in percent, as they say it.
type took struct {
	real, processors time.Duration
	atWork           float64
}

// best takes the best of each: what else a machine does makes it worse, never better.
func (t took) best(o took) took {
	if t == (took{}) {
		return o
	}
	return took{min(t.real, o.real), min(t.processors, o.processors), max(t.atWork, o.atWork)}
}

var saidWork = regexp.MustCompile(`(\d+) units? done here, at work ([\d.]+)% of the time`)

// runAll runs commands side by side, and returns what it took until the last one ended, and
// what they said of their work.
func runAll(b *testing.B, cmds ...*exec.Cmd) (t took, said string) {
	b.Helper()
	began := time.Now()
	errs := make([]strings.Builder, len(cmds))
	for i, cmd := range cmds {
		cmd.Stderr = &errs[i]
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
	}
	for i, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			b.Fatalf("%v: %v\n%s", cmd.Args, err, errs[i].String())
		}
		t.processors += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	t.real = time.Since(began)
	if found := saidWork.FindStringSubmatch(errs[0].String()); found != nil {
		said = found[0]
		t.atWork, _ = strconv.ParseFloat(found[2], 64) // it matches
	}
	return t, said
}

// load is how busy the machine is, where the system says it.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}

// BenchmarkQueue measures what two workers reach, and what the queue costs. It explores in
// four ways, one after the other in each round, and takes the best of each over the rounds:
// one process without a queue; two that do a half each, also without one, which is what the
// machine gives; and a queue with units of a second, with one and with two workers.
func BenchmarkQueue(b *testing.B) {
	binary := tested
	if *measureBinary != "" {
		binary = *measureBinary
	}
	args := strings.Fields(*measureArgs)
	plain := func(more ...string) *exec.Cmd {
		return exec.Command(binary, append(append(args[:len(args):len(args)], "-weft.workers=1", "-weft.nofailfile", "-test.timeout=0"), more...)...)
	}
	queued := func(jobs string) *exec.Cmd {
		return command(b, append([]string{"serve", "--listen", "127.0.0.1:0", "--store", filepath.Join(b.TempDir(), jobs), "--jobs", jobs, binary}, args...)...)
	}
	var alone, halves, one, two took
	for b.Loop() {
		for _, way := range []struct {
			name string
			to   *took
			cmds []*exec.Cmd
		}{
			{"alone", &alone, []*exec.Cmd{plain()}},
			{"one", &one, []*exec.Cmd{queued("1")}},
			{"halves", &halves, []*exec.Cmd{plain("-weft.shard=1/2"), plain("-weft.shard=2/2")}},
			{"two", &two, []*exec.Cmd{queued("2")}},
		} {
			t, said := runAll(b, way.cmds...)
			b.Logf("%-6s %6.2f s, %6.2f s of processors, load %s %s", way.name, t.real.Seconds(), t.processors.Seconds(), load(), said)
			*way.to = way.to.best(t)
		}
	}
	b.ReportMetric(alone.real.Seconds(), "s/alone")
	b.ReportMetric(one.real.Seconds(), "s/one")
	b.ReportMetric(halves.real.Seconds(), "s/halves")
	b.ReportMetric(two.real.Seconds(), "s/two")
	b.ReportMetric(100*(one.real.Seconds()/alone.real.Seconds()-1), "cost%")
	b.ReportMetric(100*(one.processors.Seconds()/alone.processors.Seconds()-1), "cost-of-processors%")
	b.ReportMetric(100-one.atWork, "between-units-of-one%")
	b.ReportMetric(100-two.atWork, "between-units-of-two%")
	b.ReportMetric(alone.real.Seconds()/halves.real.Seconds(), "speedup-of-machine")
	b.ReportMetric(one.real.Seconds()/two.real.Seconds(), "speedup")
	b.ReportMetric(100*halves.real.Seconds()/two.real.Seconds(), "of-machine%")
	b.ReportMetric(0, "ns/op")
}
