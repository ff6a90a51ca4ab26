package simtest

import (
	"fmt"
	"os"
	"strings"
	"time"

	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace/words"
)

// reportFailure fails the test with everything that helps.
func (c *check) reportFailure(engine order.Engine, r *explore.Report, failure *search.Outcome, verdict string) {
	c.Helper()
	c.explains(r.Elapsed)
	first := c.keepFirst(failure, r.Policy)
	c.announce(failure, r.Policy)
	schedule, how := c.simplest(engine, failure.Witness)
	run, err := c.show(schedule, c.policy)
	if err != nil {
		c.Fatal(err)
	}
	c.attribute("weft.schedule", schedule.String())
	var b strings.Builder
	if !run.Failed() {
		fmt.Fprintf(&b, "The failing run did not fail when it was made once more, so the program depends on something else than its decisions. It was:\n%s\n", indent(failure.Text, "    "))
	}
	story, why := c.story(run, schedule)
	b.WriteString(story)
	if certain, err := explain.PointOfNoReturn(c.Context(), engine, schedule, c.within(explain.WhyRuns)...); err == nil && certain != "" && (why == nil || !why.AllFail) {
		b.WriteString("\n" + certain + "\n")
	}
	b.WriteString("\n" + how)
	if c.further {
		only := "only "
		if c.early {
			only = "" // as far as anybody knows
		}
		b.WriteString("It fails " + only + "if time passes while somebody is ready, as on a busy machine. To leave such orders out, set the policy any-ready.\n")
	}
	fmt.Fprintf(&b, "\nfound    %s; %s: %s\n         policy %s, strategy %s, seed %d\n", shareOf(r), verdict, r.Summary(), r.Policy, r.Strategy, c.seed)
	if remark := c.aboutProcesses(engine); remark != "" {
		b.WriteString(indent(remark, "         ") + "\n")
	}
	b.WriteString("again    " + c.again(schedule, r.Policy) + "\n" + c.debug(schedule, r.Policy))
	if run.Failed() {
		c.keepArtifacts(run)
		c.keepPage(engine, r)
		if !c.noFailFile {
			b.WriteString(c.keep(run, schedule, r.Policy, first))
		}
	}
	c.tellGitHub(why, c.again(schedule, r.Policy))
	b.WriteString(c.whatRacesDo(failure))
	if !run.Failed() && first != "" {
		os.Remove(first) // its schedule does not lead to a failure
	}
	c.Fatal(strings.TrimRight(b.String(), "\n"))
}

// shareOf says how many runs failed.
func shareOf(r *explore.Report) string {
	failing := 0
	for _, o := range r.Outcomes {
		if o.Failed && !o.Estimated {
			failing += o.Runs
		}
	}
	if failing == 0 {
		return "a run failed by which the number of orders was estimated, and none of " + words.Count(r.Runs, "run") + " beside it"
	}
	return words.Thousands(failing) + " of " + words.Count(r.Runs, "run") + " failed"
}

// simplest returns the schedule of which is told. If the default order fails, be it in
// another way, that is it: nobody has to understand a switch in order to understand why.
func (c *check) simplest(engine order.Engine, s order.Schedule) (simplest order.Schedule, how string) {
	run, err := c.show(nil, c.policy)
	if err == nil && run.Failed() && !c.knows(&search.Outcome{Text: search.OutcomeText(run.Run), End: run.End, Failed: true}) {
		return nil, "It is the default order that fails.\n"
	}
	return c.shrink(engine, s)
}

// shrink looks for a simpler schedule with the same failure, and says what is
// known about it.
func (c *check) shrink(engine order.Engine, s order.Schedule) (simpler order.Schedule, how string) {
	shrunk, err := explain.Shrink(c.Context(), engine, s, c.within(max(explain.ShrinkRuns, explore.SettingsOf(explore.DefaultRuns, c.options...).Runs))...)
	switch {
	case err != nil:
		return s, fmt.Sprintf("There may be a simpler order that fails: %v\n", err)
	case !shrunk.Minimal:
		end := ""
		if shrunk.Stopped == search.TimeSpent {
			end = ", and then the time for the report was over"
		}
		return shrunk.Schedule, fmt.Sprintf("There may be a simpler order that fails in the same way; %s tried%s.\n", words.Plural(shrunk.Runs, "run was", "runs were"), end)
	}
	return shrunk.Schedule, "No simpler order fails in the same way.\n"
}

// story writes what matters about a failing run, and compares it with the nearest
// one that passes. It returns that comparison as well, or nil.
func (c *check) story(run *replayed, s order.Schedule) (string, *explain.Failure) {
	if !run.Failed() {
		return run.whole(), nil
	}
	engine, err := c.engineOf(func() *Invocation { return c.begin(true) }, run.policy)
	var failure *explain.Failure
	if err == nil {
		failure, err = explain.Why(c.Context(), engine, s, c.within(explain.WhyRuns)...)
	}
	if err != nil {
		return run.whole() + fmt.Sprintf("(it was not compared with others: %v)\n", err), nil
	}
	failure.Notes = run.remarks()
	var b strings.Builder
	failure.WriteText(&b, viewOptions())
	return b.String(), failure
}

// reportTime is how long it may take, in real time, to explain a failure, if the search
// that found it did not take longer.
const reportTime = 5 * time.Second

// explains says that from now on a failure is explained that it took so long to find.
func (c *check) explains(found time.Duration) { c.explainBy = time.Now().Add(max(found, reportTime)) }

// within returns the options of a search for the report, of so many runs. It may take half
// of what is left for the report, and of what is left before the time limit of the test
// binary.
func (c *check) within(runs int) []explore.Option {
	if c.fresh {
		runs /= explore.DefaultRuns / FreshRuns
	}
	if c.explainBy.IsZero() {
		c.explains(0)
	}
	by := c.explainBy
	if end, ok := limitOf(c.TB); ok && end.Before(by) {
		by = end
	}
	options := c.options[:len(c.options):len(c.options)]
	return append(options, explore.WithRuns(runs), explore.WithTime(max(time.Until(by)/2, time.Millisecond)))
}

// keepFirst writes a fail file before anything is explained, which takes time: should the
// test be killed meanwhile, what was found is not lost. It returns the name of the file,
// or "" if there is nothing to be removed when the simplest failure was kept.
func (c *check) keepFirst(failure *search.Outcome, policy string) string {
	if c.noFailFile {
		return ""
	}
	f := &failFile{test: c.Name(), policy: policy, schedule: failure.Witness, fresh: c.fresh}
	if _, err := os.Lstat(f.name()); err == nil {
		return "" // it was there before this run
	}
	name, err := f.write(strings.TrimRight(failure.Text, "\n"), c.again(failure.Witness, policy))
	if err != nil {
		return "" // keep says why
	}
	return name
}

// keep writes the fail file in the place of the first one, and says so. first is what
// keepFirst returned; it stays if the other one cannot be written.
func (c *check) keep(run *replayed, s order.Schedule, policy, first string) string {
	f := &failFile{test: c.Name(), policy: policy, schedule: s, fresh: c.fresh, replaces: first}
	name, err := f.write(run.said(), c.again(s, policy))
	switch {
	case err != nil && first != "":
		return fmt.Sprintf("kept in  %s, as it was before it was shrunk: %v\n", first, err)
	case err != nil:
		return fmt.Sprintf("not kept: %v\n", err)
	case first != "" && first != name:
		os.Remove(first)
	}
	return "kept in  " + name + "\n"
}

// keepArtifacts writes the artifacts, if they are wanted.
func (c *check) keepArtifacts(run *replayed) {
	c.Helper()
	if !artifactsWanted() {
		return
	}
	names, err := writeArtifacts(c.TB, run.trace)
	for _, name := range names {
		c.Logf("wrote %s", name)
	}
	if err != nil {
		c.Logf("simtest: artifacts: %v", err)
	}
}

// again returns the line that runs a schedule again. policy is that of the run;
// it stands in the line if the code says another one.
func (c *check) again(s order.Schedule, policy string) string {
	e, _ := c.engine("")
	return c.againOn(e, s, policy)
}

// debug returns a line that runs a schedule in the debugger delve, or "" for a run that needs
// a process of its own.
func (c *check) debug(s order.Schedule, policy string) string {
	e, err := c.engine("")
	if err != nil || c.fresh {
		return ""
	}
	environment := "WEFT_SCHEDULE=" + s.String()
	if e.Policy() != policy {
		environment += " WEFT_POLICY=" + policy
	}
	if own, ok := e.(order.TestCommander); ok {
		weft, ok := strings.CutSuffix(own.TestCommand(), " test")
		if !ok {
			return "" // with flags that a debugger would need as well
		}
		environment = "eval \"$(" + weft + " overlay --env)\"; " + environment
	}
	return "debug    " + environment + " dlv test " + words.Shell(c.pkg) + " -- -test.run " + words.Shell(pattern(c.Name())) + "\n"
}

// againOn is again for a schedule of that engine, which may be nil.
func (c *check) againOn(e order.Engine, s order.Schedule, policy string) string {
	command := "go test"
	if own, ok := e.(order.TestCommander); ok {
		command = own.TestCommand()
	}
	if own, err := c.engine(""); err == nil && own.Policy() == policy {
		policy = ""
	}
	line := againLine(c.TB, command, c.pkg, s, policy)
	if c.fresh {
		line += " -weft.fresh"
	}
	return line
}
