package simtest

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace/words"
)

// overrides are what was asked for on the command line and in the environment.
type overrides struct {
	seed       *uint64
	freshSeed  bool // one that nobody has used
	fresh      bool // each run is made in a process of its own
	schedule   order.Schedule
	replay     bool // schedule is set
	strategy   search.Strategy
	runs       int
	time       time.Duration
	policy     string
	workers    int
	verbose    bool
	noFailFile bool
	shard      search.Shard // which part is done; of 0 parts if nobody has asked for one
	report     string       // the folder for what is found, or ""
	corpus     string       // the folder for what is tried first the next time, or ""
}

// override is one thing that can be asked for. Flags do not get through
// "go test ./...", because packages that do not know them refuse them; so there
// is a variable for each.
type override struct {
	name  string // the flag is -weft.name, the variable WEFT_NAME
	usage string
	given string // on the command line; "" is as good as nothing
	yesNo bool
	read  func(w *overrides, text string) error
}

var overridable = []*override{
	{name: "seed", usage: "base `seed` of strategies that draw, a number, or random for a fresh one; the default is derived from the test's name",
		read: func(w *overrides, text string) error {
			if text == "random" {
				w.freshSeed, w.seed = true, nil
				return nil
			}
			n, err := strconv.ParseUint(text, 0, 64)
			if err != nil {
				return errors.New("want a number from 0 to 18446744073709551615, or random")
			}
			w.freshSeed, w.seed = false, &n
			return nil
		}},
	{name: "schedule", usage: "run the order of this `schedule` only, and show it",
		read: func(w *overrides, text string) (err error) {
			w.schedule, err = order.ParseSchedule(text)
			w.replay = err == nil
			return err
		}},
	{name: "strategy", usage: "how runs are chosen: auto, exhaustive, random, ... (`name`)",
		read: func(w *overrides, text string) (err error) {
			w.strategy, err = explore.ParseStrategy(text)
			return err
		}},
	{name: "runs", usage: "make `n` runs at most",
		read: func(w *overrides, text string) (err error) {
			w.runs, err = positive(text)
			return err
		}},
	{name: "time", usage: "explore for so long at most, in real time: a `duration`",
		read: func(w *overrides, text string) (err error) {
			w.time, err = time.ParseDuration(text)
			if err != nil || w.time <= 0 {
				return errors.New("want a positive duration, such as 30s")
			}
			return nil
		}},
	{name: "policy", usage: "which orders are permitted: fifo, same-instant, any-ready, jitter:DURATION or hold-ups:TIMES:DURATION (`policy`)",
		read: func(w *overrides, text string) error {
			p, err := order.ParsePolicy(text)
			w.policy = p.String()
			return err
		}},
	{name: "workers", usage: "make `n` runs side by side",
		read: func(w *overrides, text string) (err error) {
			w.workers, err = positive(text)
			return err
		}},
	{name: "fresh", usage: "make each run in a process of its own, as is right for a program that keeps something from run to run", yesNo: true,
		read: func(w *overrides, text string) (err error) {
			w.fresh, err = yes(text)
			return err
		}},
	{name: "v", usage: "log the whole report, also if all runs pass", yesNo: true,
		read: func(w *overrides, text string) (err error) {
			w.verbose, err = yes(text)
			return err
		}},
	{name: "shard", usage: "do one part of the exploration, such as `3/16`",
		read: func(w *overrides, text string) (err error) {
			w.shard, err = explore.ParseShard(text)
			return err
		}},
	{name: "report", usage: "write what each test's exploration has found into this `folder`, for weft merge",
		read: func(w *overrides, text string) error {
			w.report = text
			return nil
		}},
	{name: "corpus", usage: "keep schedules of failures and of rare outcomes in this `folder`, and try those that are there first",
		read: func(w *overrides, text string) error {
			w.corpus = text
			return nil
		}},
	{name: "nofailfile", usage: "do not write fail files", yesNo: true,
		read: func(w *overrides, text string) (err error) {
			w.noFailFile, err = yes(text)
			return err
		}},
}

func positive(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		return 0, errors.New("want a positive number")
	}
	return n, nil
}

func yes(text string) (bool, error) {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return false, errors.New("want true or false")
	}
	return b, nil
}

// Only a test binary gets the flags: a command that explores has its own.
func init() {
	if testing.Testing() {
		for _, k := range overridable {
			flag.Var(k, "weft."+k.name, "simtest: "+k.usage)
		}
		all := flag.Usage
		flag.Usage = func() {
			if !flagRefused && !unknownFlag(flag.CommandLine.Output(), os.Args[1:]) {
				all()
			}
		}
	}
}

// flagRefused says that a flag of this package has said what it wants instead. The list of
// all flags that package flag shows then would only hide it.
var flagRefused bool

// unknownFlag reports whether one of these arguments is a flag that looks like those of
// this package and is none, and says so.
func unknownFlag(w io.Writer, args []string) bool {
	for _, arg := range args {
		dashed, _, _ := strings.Cut(arg, "=")
		typed, isFlag := strings.CutPrefix(dashed, "-")
		name, ours := strings.CutPrefix(strings.TrimPrefix(typed, "-"), "weft.")
		if !isFlag || !ours || flag.Lookup("weft."+name) != nil {
			continue
		}
		known := []string{"memory", "points"} // which weft test keeps to itself
		for _, k := range overridable {
			known = append(known, k.name)
		}
		if slices.Contains(known, name) {
			fmt.Fprintf(w, "simtest: -weft.%s says how tests are built, and only weft test takes it\n", name)
		} else {
			fmt.Fprintf(w, "simtest: there is no flag -weft.%s%s; go doc weft/sim/simtest.Check lists those that there are\n", name, words.DidYouMean(name, "-weft.", known))
		}
		return true
	}
	return false
}

// String, Set and IsBoolFlag make an override a flag.Value.
func (k *override) String() string { return k.given }

func (k *override) Set(text string) error {
	if text != "" {
		if err := k.read(new(overrides), text); err != nil {
			flagRefused = true
			return withoutPackage(err)
		}
	}
	k.given = text
	return nil
}

func (k *override) IsBoolFlag() bool { return k.yesNo }

func (k *override) variable() string { return "WEFT_" + strings.ToUpper(k.name) }

// readOverrides reads the environment, and over it the command line. Its error names
// the variable.
func readOverrides() (*overrides, error) {
	w := new(overrides)
	for _, k := range overridable {
		text, name := k.given, "-weft."+k.name
		if text == "" {
			text, name = os.Getenv(k.variable()), k.variable()
		}
		if text == "" {
			continue
		}
		if err := k.read(w, text); err != nil {
			return nil, fmt.Errorf("simtest: %s=%q: %w", name, text, withoutPackage(err))
		}
	}
	return w, w.settleShard()
}

// withoutPackage takes the name of a package off an error that stands behind a name of the
// user's.
func withoutPackage(err error) error {
	return errors.New(strings.TrimPrefix(strings.TrimPrefix(err.Error(), "explore: "), "order: "))
}

// strangeVariables returns the variables that look like those of [Check] and are
// none, each with the nearest that there is: a mistyped one would go unnoticed else.
func strangeVariables() []string {
	known := []string{"WEFT_CONFORMANCE_DIR", "WEFT_COUNTS_DIR", "WEFT_MEMORY", "WEFT_OVERLAY", "WEFT_POINTS", "WEFT_REQUIRE_OVERLAY", "WEFT_SHARDS", "WEFT_TEST_COMMAND"}
	for _, k := range overridable {
		known = append(known, k.variable())
	}
	var strange []string
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "WEFT_") && !slices.Contains(known, name) {
			strange = append(strange, words.Clean(name)+words.DidYouMean(name, "", known))
		}
	}
	return strange
}

// options returns the options that the overrides stand for.
func (w *overrides) options() []explore.Option {
	var options []explore.Option
	if w.seed != nil {
		options = append(options, explore.WithSeed(*w.seed))
	}
	if w.strategy != nil {
		options = append(options, explore.WithStrategy(w.strategy))
	}
	if w.runs > 0 {
		options = append(options, explore.WithRuns(w.runs))
	}
	if w.time > 0 {
		options = append(options, explore.WithTime(w.time))
	}
	if w.workers > 0 {
		options = append(options, explore.WithWorkers(w.workers))
	}
	if !w.shard.Whole() {
		options = append(options, explore.WithShard(w.shard.Part, w.shard.Of))
	}
	return slices.Clip(options)
}
