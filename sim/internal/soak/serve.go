package soak

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

var (
	served   = flag.Duration("soak.time", 0, "make runs for so long")
	first    = flag.Int("soak.first", 0, "the number of the first run")
	runs     = flag.Int("soak.runs", 0, "the number of runs; all again when they are through and there is time left")
	downward = flag.Bool("soak.down", false, "the last one first")
)

// longRun is after how many steps a run is so long that its program rests for a seed.
const longRun = 300

// Serve makes runs of the subjects, and prints a line for each:
//
//	soak run 1234 hello 77 finished 0123456789abcdef fedcba9876543210
//
// The first number is that of the run; run n is that of subject n % len(subjects) with the
// seed n / len(subjects). The line is begun before the run and ended after it, so that one
// that does not come to an end is known. Further lines say how much memory the process had
// when it had made a run of each, and at the end.
func Serve(t *testing.T, subjects []Subject) {
	t.Helper()
	if *served == 0 && *runs == 0 {
		twice(t, subjects)
		return
	}
	s := server{out: os.Stdout, subjects: subjects, rests: make([]int, len(subjects)), first: *first, runs: max(1, *runs), down: *downward}
	s.serve(*served)
}

// twice makes a run of each subject two times.
func twice(t *testing.T, subjects []Subject) {
	for _, s := range subjects {
		a, b := s.Run(1), s.Run(1)
		if a != b {
			t.Errorf("%s, seed 1: %v, and %v at first", s.Name, b, a)
		}
		if a.Hash == 0 {
			t.Errorf("%s: a run has no hash", s.Name)
		}
	}
}

// server makes runs.
type server struct {
	out         io.Writer
	subjects    []Subject
	rests       []int // for how many seeds a subject rests
	first, runs int
	down        bool
}

// serve makes each run once, or, if it is told for how long, all of them again and again.
func (s *server) serve(served time.Duration) {
	made, until, once := 0, time.Now().Add(served), served == 0
	for {
		for i := range s.runs {
			n := s.first + i
			if s.down {
				n = s.first + s.runs - 1 - i
			}
			if s.run(n) {
				made++
			}
			if i+1 == len(s.subjects) {
				s.memory("start")
			}
			if i+1 == s.runs && once || time.Now().After(until) && !once {
				s.memory("end")
				fmt.Fprintln(s.out, "soak made", made)
				return
			}
		}
	}
}

// run makes run n, unless its subject rests.
func (s *server) run(n int) bool {
	at, seed := n%len(s.subjects), n/len(s.subjects)
	if s.rests[at] > 0 {
		s.rests[at]--
		return false
	}
	name := strings.ReplaceAll(s.subjects[at].Name, " ", "_")
	fmt.Fprintf(s.out, "soak run %d %s %d ", n, name, seed)
	r := s.subjects[at].Run(uint64(seed))
	fmt.Fprintf(s.out, "%s %v %v\n", r.End, r.Hash, r.Said)
	s.rests[at] = r.Steps / longRun
	return true
}

// memory says how much memory is in use, in kilobytes. What the collector could free counts
// for nothing.
func (s *server) memory(when string) {
	debug.FreeOSMemory()
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return // another system
	}
	defer f.Close()
	var now, most string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		switch fields := strings.Fields(lines.Text()); {
		case len(fields) < 2:
		case fields[0] == "VmRSS:":
			now = fields[1]
		case fields[0] == "VmHWM:":
			most = fields[1]
		}
	}
	fmt.Fprintln(s.out, "soak memory", when, now, most)
}
