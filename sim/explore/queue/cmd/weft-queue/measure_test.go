package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var (
	measureBinary = flag.String("measure-binary", "", "the binary that is explored in BenchmarkQueue; the default is that of package programs")
	measureArgs   = flag.String("measure-args", "-test.run ^TestPhilosophers$ -seats 5 -weft.strategy random -weft.runs 1000000", "its arguments")
)

// took is what something took: real time, and that of processors.
type took struct{ real, processors time.Duration }

// least is the least of each: what else a machine does makes it longer, never shorter.
func (t took) least(o took) took {
	if t == (took{}) {
		return o
	}
	return took{min(t.real, o.real), min(t.processors, o.processors)}
}

// runAll runs commands side by side, and returns what it took until the last one ended.
func runAll(b *testing.B, cmds ...*exec.Cmd) took {
	b.Helper()
	var t took
	began := time.Now()
	for _, cmd := range cmds {
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
	}
	for _, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			b.Fatalf("%v: %v", cmd.Args, err)
		}
		t.processors += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	t.real = time.Since(began)
	return t
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
// four ways, one after the other in each round, and takes the least of each over the rounds:
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
			t := runAll(b, way.cmds...)
			b.Logf("%-6s %6.2f s, %6.2f s of processors, load %s", way.name, t.real.Seconds(), t.processors.Seconds(), load())
			*way.to = way.to.least(t)
		}
	}
	b.ReportMetric(alone.real.Seconds(), "s/alone")
	b.ReportMetric(one.real.Seconds(), "s/one")
	b.ReportMetric(halves.real.Seconds(), "s/halves")
	b.ReportMetric(two.real.Seconds(), "s/two")
	b.ReportMetric(100*(one.real.Seconds()/alone.real.Seconds()-1), "cost%")
	b.ReportMetric(100*(one.processors.Seconds()/alone.processors.Seconds()-1), "cost-of-processors%")
	b.ReportMetric(alone.real.Seconds()/halves.real.Seconds(), "speedup-of-machine")
	b.ReportMetric(one.real.Seconds()/two.real.Seconds(), "speedup")
	b.ReportMetric(100*halves.real.Seconds()/two.real.Seconds(), "of-machine%")
	b.ReportMetric(0, "ns/op")
}
