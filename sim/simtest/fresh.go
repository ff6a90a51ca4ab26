package simtest

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"weft/sim/explore"
	"weft/sim/fresh"
	"weft/sim/order"
)

// FreshRuns is how many runs [Check] makes at most, unless told otherwise, if each is made
// in a process of its own: because that was asked for, or because the program turned out
// to keep something from run to run.
const FreshRuns = 1_000

func init() { fresh.Register(new(FailError)) }

// The process as it was when it began, for those that it starts.
var (
	beganIn, _ = os.Getwd()
	beganWith  = os.Environ()
	binary, _  = os.Executable()
)

// ordinals counts the checks that a test makes, by its name: whoever has one wrapped
// may do so anew for each.
var ordinals = struct {
	sync.Mutex
	of map[string]int
}{of: map[string]int{}}

func ordinalOf(t testing.TB) int {
	ordinals.Lock()
	defer ordinals.Unlock()
	name := t.Name()
	if ordinals.of[name]++; ordinals.of[name] == 1 {
		t.Cleanup(func() {
			ordinals.Lock()
			defer ordinals.Unlock()
			delete(ordinals.of, name)
		})
	}
	return ordinals.of[name]
}

// label tells a process which check it is to make a run of.
func (c *check) label() string { return strconv.Itoa(c.ordinal) + " " + c.Name() }

// inProcesses returns the engine that makes each run in a process of its own: this test
// binary, which comes to the same check.
func (c *check) inProcesses(e order.Engine, begin func() *Invocation, policy string) order.Engine {
	o := fresh.Options{
		Program: e.Program(), Policy: e.Policy(), TestCommand: "go test", Ask: policy, Label: c.label(), Command: c.command,
		Begin: func() fresh.Run {
			a := begin()
			data, _ := json.Marshal(told{Loud: a.t.loud})
			return fresh.Run{Data: data, Complete: a.completeElsewhere}
		},
	}
	if own, ok := e.(order.TestCommander); ok {
		o.TestCommand = own.TestCommand()
	}
	return fresh.Engine(o)
}

// command runs this test binary with the flags that it was run with, but for those that
// are about which tests are run, how often, and what comes out of it.
func (c *check) command() *exec.Cmd {
	var args []string
	given := os.Args[1:]
	for i := 0; i < len(given); i++ {
		arg := given[i]
		name, _, valued := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if !strings.HasPrefix(arg, "-") || name == "" {
			args = append(args, given[i:]...)
			break
		}
		end := i + 1
		if f := flag.Lookup(name); f != nil && !valued && end < len(given) {
			if is, ok := f.Value.(interface{ IsBoolFlag() bool }); !ok || !is.IsBoolFlag() {
				end++
			}
		}
		if of, ok := strings.CutPrefix(name, "test."); !ok || slices.Contains(inherited, of) {
			args = append(args, given[i:end]...)
		}
		i = end - 1
	}
	selects := []string{"-test.run=" + pattern(c.Name())}
	if _, isBenchmark := c.TB.(*testing.B); isBenchmark {
		selects = []string{"-test.run=^$", "-test.benchtime=" + strconv.Itoa(c.ordinal) + "x", "-test.bench=" + pattern(c.Name())}
	}
	selects = append(selects, "-test.count=1", "-test.cpu="+strconv.Itoa(runtime.GOMAXPROCS(0)))
	cmd := exec.Command(binary, append(selects, args...)...)
	cmd.Dir, cmd.Env = beganIn, slices.Clone(beganWith)
	return cmd
}

// inherited are the flags of package testing that are for runs as well.
var inherited = []string{"short", "timeout", "parallel", "fullpath"}

// told is what a run in another process is told beside its schedule.
type told struct {
	Loud bool // places and logs are kept
}

// heard is what is heard of such a run: what was said to its T.
type heard struct {
	Messages                []Message
	Failed, Skipped, Exited bool
}

// serve makes the run for which this process was started, and ends the test.
func (c *check) serve() {
	child := fresh.NewChild()
	policy, data, err := child.Await()
	var t told
	if err == nil {
		err = json.Unmarshal(data, &t)
	}
	if err == nil {
		var last *Invocation
		e, wrong := c.make(func() *Invocation {
			last = c.begin(t.Loud)
			return last
		}, policy)
		if wrong != nil {
			child.Refuse(wrong)
		} else {
			child.Make(e, func() []byte { return last.heard() })
		}
	}
	child.Close()
	c.SkipNow()
}

// heard returns what was said to the T of a run.
func (a *Invocation) heard() []byte {
	t := a.t
	t.mu.Lock()
	defer t.mu.Unlock()
	data, _ := json.Marshal(heard{t.messages, t.failed, t.skipped, t.exited})
	return data
}

// completeElsewhere is Complete for a run that another process has made and completed.
func (a *Invocation) completeElsewhere(data []byte, run *order.Run) {
	t := a.t
	var h heard
	json.Unmarshal(data, &h) // nothing was heard of a run whose process died
	t.mu.Lock()
	defer t.mu.Unlock()
	t.messages, t.failed, t.skipped, t.exited = h.Messages, h.Failed, h.Skipped, h.Exited
	t.over, t.ended = true, true
	t.shared.count(t.skipped && !t.failed, run.Steps, run.Ahead)
}

// cannotStart says why this test cannot be run by itself in another process, or "".
func (c *check) cannotStart() string {
	fuzzes := func(name string) bool {
		f := flag.Lookup(name)
		return f != nil && f.Value.String() != f.DefValue
	}
	switch {
	case c.Name() == "":
		return "what has no name, as a benchmark within a test, cannot be selected there"
	case fuzzes("test.fuzz") || fuzzes("test.fuzzworker"):
		return "inputs that -fuzz has drawn are not there"
	}
	return ""
}

// showFirst is show in this process, if it has made no run before, even where each is made
// in a process of its own: so that it can be looked at with a debugger. A run that ends its
// process ends this one.
func (c *check) showFirst(s order.Schedule, policy string) (*replayed, error) {
	if !c.fresh || ran.Swap(true) {
		return c.show(s, policy)
	}
	return c.showOn(s, policy, c.make, order.ColdRunner)
}

// ran is whether runs were made in this process.
var ran atomic.Bool

// keeps says what speaks for it that the program keeps something from run to run, if
// runs were made in this process, or "".
func (c *check) keeps(engine order.Engine, r *explore.Report) string {
	if c.fresh {
		return ""
	}
	var kept *order.KeptError
	failure := r.Failure()
	switch {
	case r.Nondeterminism != nil:
		return "runs with the same decisions differ"
	case failure == nil:
		return ""
	case failure.End == order.Kept:
		if run, err := c.show(failure.Witness, c.policy); err == nil && errors.As(run.Err, &kept) && kept.What != "" {
			return kept.Error()
		}
		return "the first run of the process failed otherwise than a later one in the same order"
	case firstDiffers(engine):
		return firstDiffered
	}
	if run, err := c.show(failure.Witness, c.policy); err == nil && !run.Failed() {
		return "a run that fails does not do so again"
	}
	return ""
}

const firstDiffered = "the first run of the process does otherwise than later ones in the same order"

func firstDiffers(engine order.Engine) bool {
	e, ok := engine.(order.Cold)
	return ok && e.FirstDiffers()
}

// startProcesses has all further runs made in processes of their own, if that can be.
func (c *check) startProcesses(why string) bool {
	c.fresh = true
	e, err := c.engine(c.policy)
	if cannot := c.cannotStart(); cannot != "" {
		err = errors.New(cannot)
	}
	if err == nil {
		var cannot *fresh.StartError
		if run := order.RunOnce(e, order.Default()); errors.As(run.Err, &cannot) {
			err = cannot
		}
	}
	if err != nil {
		c.fresh = false
		c.why = fmt.Sprintf("Something is kept from run to run (%s), and runs cannot be made in processes of their own: %v", why, err)
		return false
	}
	c.why = why
	c.shared = &shared{tb: c.TB}
	return true
}

// aboutProcesses says, for a report, in which processes runs were made if that is worth a
// word, or "".
func (c *check) aboutProcesses(engine order.Engine) string {
	switch {
	case c.fresh && c.why != "":
		return "each run was made in a process of its own, since something is kept from run to run: " + c.why
	case c.fresh:
		return "each run was made in a process of its own"
	case c.why != "":
		return c.why
	case firstDiffers(engine):
		return firstDiffered + ", which were explored: something is made at its first use and kept; -weft.fresh explores runs in which it is not there yet"
	}
	return ""
}

// nondeterminism says what is known of runs that differ.
func (c *check) nondeterminism(r *explore.Report) string {
	text := r.Nondeterminism.Error()
	switch {
	case c.fresh:
		text += "\nEach run was made in a process of its own, so it is nothing that is kept in the memory of a process."
	case c.why != "":
		text += "\n" + c.why
	}
	return text
}
