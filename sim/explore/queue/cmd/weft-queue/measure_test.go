package main

import (
	"flag"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var (
	measureBinary = flag.String("binary", "", "the binary that is explored in BenchmarkQueue; the default is that of package programs")
	measureArgs   = flag.String("args", "-test.run ^TestPhilosophers$ -seats 5 -weft.strategy random -weft.runs 1000000", "its arguments")
)

// BenchmarkQueue measures what two workers reach, and what the queue costs: it explores with
// one worker and no queue, and with one and two workers of a queue with units of a second.
func BenchmarkQueue(b *testing.B) {
	binary := tested
	if *measureBinary != "" {
		binary = *measureBinary
	}
	args := strings.Fields(*measureArgs)
	timed := func(cmd *exec.Cmd) float64 {
		began := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %v\n%s", cmd.Args, err, out)
		}
		return time.Since(began).Seconds()
	}
	for b.Loop() {
		alone := timed(exec.Command(binary, append(args, "-weft.workers=1", "-weft.nofailfile", "-test.timeout=0")...))
		queued := func(jobs string) float64 {
			return timed(command(b, append([]string{"serve", "--listen", "127.0.0.1:0", "--store", filepath.Join(b.TempDir(), jobs), "--jobs", jobs, binary}, args...)...))
		}
		one, two := queued("1"), queued("2")
		b.ReportMetric(alone, "s/alone")
		b.ReportMetric(one, "s/one")
		b.ReportMetric(two, "s/two")
		b.ReportMetric(one/two, "speedup")
		b.ReportMetric(100*(one/alone-1), "cost%")
	}
}
