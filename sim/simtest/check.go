package simtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/remote"
	"weft/sim/explore/search"
	"weft/sim/fresh"
	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// Check explores fn, which runs as the main task of an event loop, and fails the
// test if a run of it fails: if it says so to its [T], panics, or ends in any
// other way than by returning. The report then shows the simplest failing order
// that was found, and the line that runs it again.
//
// Tasks that are left when fn returns are cancelled, as asyncio.run does it: await
// those that matter. A run ends after [sim.EngineStepLimit] steps.
//
// fn is called many times, by several goroutines at once. It must keep nothing
// between calls, and depend on nothing but its decisions; see
// [search.NondeterminismError], which fails the test as well. If it turns out that it
// keeps something, each run is made in a process of its own: this test binary, run again
// for this test (see package fresh). The report says so, and why. Such runs are fewer,
// [FreshRuns] unless told otherwise, and do not count for -cover. TestMain, and what the
// test does before it calls Check, is done again for each of them; a Check that the test
// calls before returns at once there, and the test must come to its Checks in the same
// order each time.
//
// Options are overruled by environment variables, and those by flags:
//
//	-weft.seed       WEFT_SEED        base seed, or random for a fresh one
//	-weft.schedule   WEFT_SCHEDULE    run this order only, and show it
//	-weft.strategy   WEFT_STRATEGY    how runs are chosen
//	-weft.runs       WEFT_RUNS        how many runs are made at most
//	-weft.time       WEFT_TIME        how long it may take at most, in real time
//	-weft.policy     WEFT_POLICY      which orders are permitted
//	-weft.workers    WEFT_WORKERS     how many runs go on side by side
//	-weft.fresh      WEFT_FRESH       make each run in a process of its own
//	-weft.v          WEFT_V           log the whole report, also if all runs pass
//	-weft.nofailfile WEFT_NOFAILFILE  do not write fail files
//	-weft.shard      WEFT_SHARD       do one part of the exploration, such as 3/16
//	-weft.report     WEFT_REPORT      write what was found into a folder, for weft merge
//	-weft.corpus     WEFT_CORPUS      keep failures and rare outcomes in a folder, see below
//
// Machines that do one part each need not talk to each other; see [explore.WithShard]. With
// a folder for what was found, the part may also come from what sets the machines up; see
// [explore.ShardFrom]. A part is explored under one policy only: which hold-ups there could
// be is explored where nothing was cut into parts, or if -weft.policy says so.
//
// Packages whose tests do not use this one refuse the flags, so with ./... the
// variables are what works. A schedule is of one test: with it, select the test
// by -run, since others fail if it does not fit them.
//
// The policy is order.AnyReady unless [WithPolicy] says otherwise. An engine may know one
// that permits more (see [order.Further]): if no run fails, and nobody has set a policy,
// that is explored next, with what is left of the runs or a quarter of them. The seed is
// derived from the name of the test, so that every machine makes the same runs.
// The exploration ends at the first round of runs in which one fails, and before
// the time limit of the test binary. With -short, it makes a tenth of its runs,
// unless a flag or variable says how many.
//
// A failure is kept in a file below testdata/weft, as its schedule, and is tried
// first from then on. It is written there, and to standard error in two lines, before it
// is explained, since a run may end the process, or somebody else. If it is still there,
// the report begins with it, and the exploration goes on for others. If it no longer fits
// the program, it is looked for near where it was (see [explain.Nearby]). One that passes
// again, or is not to be found, is mentioned in the log and left for its owner to delete.
//
// With a folder for a corpus, schedules of failures and of outcomes that few runs had are
// kept there as well, 64 for a test at most: it is for machines that begin with a fresh copy
// of the sources each time, and cache that folder. They are tried after the fail files, and
// are none of the runs that the verdict counts. See package corpus.
//
// In GitHub Actions (GITHUB_ACTIONS=true), the failing line has an annotation, and the
// summary of the job has the report with a picture. Where the locale has no UTF-8, reports
// are drawn with ASCII.
//
// With -artifacts, the trace of the failing run is written to t.ArtifactDir(), as
// trace.jsonl and trace.svg, and as report.html a page on which one steps through it and
// chooses what happens next; see package page.
func Check(t testing.TB, fn func(t *T), options ...explore.Option) {
	t.Helper()
	_, e := extraOf(options)
	CheckOn(t, invocationsOnLoop(append([]sim.Option{sim.WithProgram(t.Name())}, e.sim...)), fn, options...)
}

// CheckOn is [Check] on another engine than the event loop. engine makes it:
// for each run, it calls begin, and then the methods of what that returns. policy
// is what was asked for by flag, by variable, or by a fail file; if it is not
// empty, it takes the place of the engine's own. An error of engine fails the
// test.
func CheckOn(t testing.TB, engine func(begin func() *Invocation, policy string) (order.Engine, error), fn func(t *T), options ...explore.Option) {
	t.Helper()
	if fn == nil {
		panic("simtest: Check was given a nil function")
	}
	if engine == nil {
		panic("simtest: CheckOn was given a nil engine")
	}
	c := &check{TB: t, make: engine, fn: fn, shared: &shared{tb: t}, ordinal: ordinalOf(t)}
	if label, ok := fresh.Started(); ok {
		if label == c.label() {
			c.serve()
		}
		return // what this process is for comes later
	}
	w, err := readOverrides()
	if err != nil {
		t.Fatal(err)
	}
	c.overrides, c.pkg = w, testPackage()
	c.settle(options)
	for _, name := range strangeVariables() {
		c.Logf("the variable %s means nothing here; see go doc weft/sim/simtest.Check for those that do", name)
	}
	if s := remote.Wanted(); s != nil {
		c.serveUnits(s)
		return
	}
	if w.replay {
		c.replayOnly()
		return
	}
	if !c.ignoreFailFiles {
		c.tryFailFiles()
	}
	c.tryCorpus()
	c.explore()
}

// check is one call of Check.
type check struct {
	testing.TB
	*overrides
	make    func(begin func() *Invocation, policy string) (order.Engine, error)
	fn      func(*T)
	pkg     string // of the test, as the go command takes it
	shared  *shared
	ordinal int // of this one among those that the test makes, counted from 1
	seed    uint64
	options []explore.Option
	short   bool // runs were cut down

	further bool   // the policy is one that nobody has set, see holdUps
	early   bool   // what it permits is explored before the rest, see heldUpEarly
	why     string // runs are made in processes of their own, or cannot be

	known     []string  // what is wrong that has been reported
	announced string    // what was found, as it was written
	explainBy time.Time // until when it is explained

	ignoreFailFiles bool
	hurried         bool // time was cut down
}

// settle puts the options together.
func (c *check) settle(given []explore.Option) {
	c.seed = uint64(trace.Hash(0).Text(c.Name()))
	own, e := extraOf(given)
	c.options = append([]explore.Option{explore.WithSeed(c.seed), explore.WithStopAtFailure()}, own...)
	if c.freshSeed {
		seed := rand.Uint64()
		c.overrides.seed = &seed
	}
	c.options = append(c.options, c.overrides.options()...)
	c.seed = explore.SettingsOf(explore.DefaultRuns, c.options...).Seed
	c.ignoreFailFiles = e.noFailFiles
	c.noFailFile = c.noFailFile || e.noFailFiles
	c.fresh = c.fresh || e.fresh
	if cannot := c.cannotStart(); c.fresh && cannot != "" {
		c.fresh, c.why = false, "Runs cannot be made in processes of their own: "+cannot
	}
}

// searchOptions returns the options of an exploration that begins now.
func (c *check) searchOptions() []explore.Option {
	options := slices.Clip(c.options)
	most := explore.DefaultRuns
	if c.fresh {
		most = FreshRuns
	}
	s := explore.SettingsOf(most, options...)
	if testing.Short() && c.runs == 0 && s.Runs > 1 {
		c.short = true
		s.Runs = max(1, s.Runs/shortShare)
	}
	options = append(options, explore.WithRuns(s.Runs), explore.WithKnown(c.knows))
	if until, ok := deadline(c.TB); ok && (s.Time == 0 || until < s.Time) {
		c.hurried = true
		options = append(options, explore.WithTime(max(until, time.Millisecond)))
	}
	return options
}

// shortShare is what part of the runs is made with -short.
const shortShare = 10

// deadline returns how long a test may explore before the time limit of the test
// binary, less what the report of a failure may need.
func deadline(t testing.TB) (time.Duration, bool) {
	end, ok := limitOf(t)
	left := time.Until(end)
	return left - max(time.Second, min(left/4, 20*time.Second)), ok
}

// limitOf returns when the test binary is killed, if it is.
func limitOf(t testing.TB) (time.Time, bool) {
	limited, ok := t.(interface{ Deadline() (time.Time, bool) })
	if !ok {
		return time.Time{}, false
	}
	return limited.Deadline()
}

// engine makes the engine, with the code's own policy if policy is empty.
func (c *check) engine(policy string) (order.Engine, error) {
	return c.engineOf(func() *Invocation { return c.begin(false) }, policy)
}

// engineOf is engine for runs that begin begins.
func (c *check) engineOf(begin func() *Invocation, policy string) (order.Engine, error) {
	e, err := c.make(begin, policy)
	if err == nil && c.fresh {
		return c.inProcesses(e, begin, policy), nil
	}
	ran.Store(true) // or will be
	return e, err
}

// begin starts a run. What is said in one that is loud is kept.
func (c *check) begin(loud bool) *Invocation {
	return &Invocation{&T{outer: c.TB, shared: c.shared, loud: loud}, c.fn}
}

// show runs a schedule, strictly.
func (c *check) show(s order.Schedule, policy string) (*replayed, error) {
	return c.showOn(s, policy, c.engineOf, order.Engine.Runner)
}

// showOn is show on an engine that is made by one function and runs by another.
func (c *check) showOn(s order.Schedule, policy string, of func(func() *Invocation, string) (order.Engine, error), runs func(order.Engine) order.Runner) (*replayed, error) {
	var last *Invocation
	e, err := of(func() *Invocation {
		last = c.begin(true)
		return last
	}, policy)
	if err != nil {
		return nil, err
	}
	runner := runs(e)
	defer runner.Close()
	run := runner.Run(order.Replay(s), trace.Full).Clone()
	return &replayed{run, last.t, run.Trace(), e.Policy()}, nil
}

// replayOnly runs the schedule that was asked for, and shows the whole run.
func (c *check) replayOnly() {
	c.Helper()
	run, err := c.showFirst(c.schedule, c.policy)
	if err != nil {
		c.Fatal(err)
	}
	switch misfit := run.misfit(); {
	case misfit != nil:
		c.Fatalf("simtest: %v\nA schedule is of one test, under one policy; select the test with -run. This is the run as far as the schedule could be followed:\n%s", misfit, run.whole())
	case run.Failed():
		c.keepArtifacts(run)
		c.Fatalf("this order fails\n%s", run.whole())
	default:
		c.Logf("this order passes\n%s", run.whole())
	}
}

// explore makes the runs, and reports.
func (c *check) explore() {
	c.Helper()
	if c.freshSeed {
		c.Logf("fresh seed; -weft.seed=%d makes these runs again", c.seed)
	}
	heldOn, held := c.heldUpEarly()
	engine, report := c.searched()
	verdict := report.Verdict()
	c.judge(engine, report, verdict)
	if report.Runs == 0 && c.shard.Whole() {
		c.runDefault()
	}
	if c.shared.allSkipped() {
		why := ""
		if run, err := c.show(nil, c.policy); err == nil {
			why = ":\n" + indent(run.said(), "    ")
		}
		c.Skipf("all runs were skipped%s", why)
	}
	reports := []*explore.Report{report}
	if held == nil {
		heldOn, held = c.holdUps(report, report.Runs, report.Elapsed)
	}
	if held != nil {
		engine, verdict, reports = heldOn, heldVerdict(report, held), append(reports, held)
		c.judge(engine, held, verdict)
	}
	c.log(engine, verdict, reports)
	names, excuse := c.unseen(reports)
	if excuse != "" {
		c.Logf("conditions that ought to hold sometimes were not judged: %s", excuse)
	}
	if len(names) > 0 {
		c.Fatalf("simtest: %s\nThese ought to hold sometimes, and never did:\n    %s", verdict, strings.Join(names, "\n    "))
	}
}

// judge fails the test if a run has failed, or if there is nothing that could be said.
func (c *check) judge(engine order.Engine, report *explore.Report, verdict string) {
	c.Helper()
	c.attributes(report, verdict)
	if report.Nondeterminism != nil {
		c.Fatal(c.nondeterminism(report))
	}
	if failure := c.unknown(report); failure != nil {
		c.reportFailure(engine, report, failure, verdict)
	}
	if report.Stopped == search.Interrupted {
		c.Fatalf("simtest: %s: the context of the test has ended", verdict)
	}
}

// searched makes the runs, in processes of their own if it turns out that they must be.
func (c *check) searched(options ...explore.Option) (order.Engine, *explore.Report) {
	c.Helper()
	engine, report := c.search(options)
	if failure := c.unknown(report); failure != nil && failure.End != order.Kept && report.Nondeterminism == nil {
		c.announce(failure, report.Policy)
	}
	if why := c.keeps(engine, report); why != "" && c.startProcesses(why) {
		before := c.unknown(report)
		engine, report = c.search(options)
		if before != nil && before.End != order.Kept && c.unknown(report) == nil {
			c.Logf("%s did not fail in a process of their own. Beside earlier runs in one process, one had failed:\n%s", words.Count(report.Runs, "run"), indent(before.Text, "    "))
		}
	}
	return engine, report
}

// search makes the runs.
func (c *check) search(options []explore.Option) (order.Engine, *explore.Report) {
	c.Helper()
	engine, err := c.engine(c.policy)
	if err != nil {
		c.Fatal(err)
	}
	part, err := explore.SearchPart(c.Context(), engine, append(c.searchOptions(), options...)...)
	if err != nil {
		c.Fatal(err)
	}
	if err := c.keepPart(part); err != nil {
		c.Errorf("simtest: what was found cannot be kept: %v", err) // and is said all the same
	}
	c.keepInCorpus(part.Report())
	return engine, part.Report()
}

// runDefault runs the default order, so that a test for which there was no time at
// all does not pass unseen.
func (c *check) runDefault() {
	c.Helper()
	run, err := c.show(nil, c.policy)
	if err != nil {
		c.Fatal(err)
	}
	if run.Failed() {
		c.keepArtifacts(run)
		c.Fatalf("there was time for the default order only, and it fails\n%s\nagain    %s", run.whole(), c.again(nil, run.policy))
	}
	c.Log("there was time for the default order only; it passes")
}

// log says what was covered.
func (c *check) log(engine order.Engine, verdict string, reports []*explore.Report) {
	c.Helper()
	text := verdict + ": " + reports[len(reports)-1].Summary()
	if len(c.known) > 0 {
		text = "no other failure beside what is kept: " + text
	}
	if c.verbose {
		var b strings.Builder
		for _, r := range reports {
			r.WriteText(&b)
		}
		text = strings.TrimRight(b.String(), "\n")
	}
	stopped := func(why search.Stop) bool {
		return slices.ContainsFunc(reports, func(r *explore.Report) bool { return r.Stopped == why })
	}
	if c.hurried && stopped(search.TimeSpent) {
		text += "\n(stopped because the time limit of the test binary, -timeout, is near)"
	}
	if c.short && stopped(search.RunsSpent) {
		text += "\n(-short: a tenth of the runs)"
	}
	if remark := c.aboutProcesses(engine); remark != "" {
		text += "\n" + remark
	}
	c.Log(text)
}

// attributes tells readers of "go test -json" what was done.
func (c *check) attributes(r *explore.Report, verdict string) {
	for _, a := range []struct{ key, value string }{
		{"weft.seed", fmt.Sprint(c.seed)}, {"weft.policy", r.Policy}, {"weft.strategy", r.Strategy}, {"weft.verdict", verdict},
	} {
		c.attribute(a.key, a.value)
	}
}

func (c *check) attribute(key, value string) {
	c.Attr(key, strings.NewReplacer("\n", " ", "\r", " ").Replace(value))
}
