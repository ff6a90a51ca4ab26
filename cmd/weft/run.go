package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"weft/scenarios/scenario"
	"weft/sim"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// runFlags are the flags of weft run.
type runFlags struct {
	seed     uint64
	schedule string
	policy   string
	failing  bool
	target
}

func newRun(c console) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run NAME|FILE [-- ARGUMENTS]",
		Short: "Run a program",
		Long: `Run a program of the gallery, or one in a Go FILE of its own, on virtual time and
show what it printed, who had control when, and which events could have come in
another order.

Without --seed and --schedule it runs in the default order: asyncio's, or for a
program in ordinary Go (go/NAME) first come, first served.
Every run prints the schedule that repeats it.

With --failing, orders are tried until one fails, and the simplest one that fails
like it is run: weft run philosophers shows them eat, and with --failing how they
starve. The exit status is 1 if no order fails.

` + exitHelp,
		Example: `  weft run hello
  weft run hello --seed 3
  weft run bank.go
  weft run hello --schedule w1,timer:say1.1=say2.1
  weft run hello --view svg -o hello.svg
  weft run philosophers --failing
  weft run philosophers --failing --view svg -o deadlock.svg`,
		Args:              oneProgram("run"),
		ValidArgsFunction: completePrograms(false),
		RunE: func(cmd *cobra.Command, args []string) error {
			return run(c, cmd, args, &f)
		},
	}
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "draw the order from this seed")
	cmd.Flags().StringVar(&f.schedule, "schedule", "", "follow this schedule")
	cmd.Flags().BoolVar(&f.failing, "failing", false, "look for an order that fails, and run the simplest one")
	cmd.Flags().StringVar(&f.policy, "policy", "", policyHelp)
	f.target.flags(cmd)
	fileFlags(cmd)
	cmd.RegisterFlagCompletionFunc("policy", cobra.FixedCompletions(policies, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// strategy returns what chooses the order of the named program.
func (f *runFlags) strategy(cmd *cobra.Command, args []string) (order.Strategy, error) {
	var given []string
	for _, flag := range []string{"seed", "schedule", "failing"} {
		if cmd.Flags().Changed(flag) {
			given = append(given, flag)
		}
	}
	if len(given) > 1 {
		return nil, fmt.Errorf("--%s and --%s each say in which order to run; leave out one of them", given[0], given[1])
	}
	switch {
	case f.failing:
		schedule, err := failing(cmd, args, f.policy)
		return order.Replay(schedule), err
	case cmd.Flags().Changed("seed"):
		return order.Random(f.seed), nil
	case cmd.Flags().Changed("schedule"):
		schedule, err := order.ParseSchedule(f.schedule)
		return order.Replay(schedule), err
	}
	return order.Default(), nil
}

// failing returns the simplest schedule with which a program fails, or an error if none is
// found.
func failing(cmd *cobra.Command, args []string, policy string) (order.Schedule, error) {
	s, err := findSubject(cmd, args, policy)
	if err != nil {
		return nil, err
	}
	r, err := explore.Search(cmd.Context(), s.engine, explore.WithStopAtFailure(), patience)
	switch {
	case err != nil:
		return nil, err
	case r.Stopped == search.Interrupted:
		return nil, &endError{exitInterrupted, "interrupted"}
	case r.Failure() == nil && r.Coverage.Complete():
		return nil, &endError{exitFailed, fmt.Sprintf("%s has no order that fails: %s", s.name, r.Verdict())}
	case r.Failure() == nil:
		return nil, &endError{exitFailed, fmt.Sprintf("no order of %s that fails was found: %s; weft explore %s --budget 1000000 would look further", s.name, r.Verdict(), s.typed())}
	}
	small, err := explain.Shrink(cmd.Context(), s.engine, r.Failure().Witness, patience)
	if err != nil {
		return r.Failure().Witness, nil // it fails as well
	}
	return small.Schedule, nil
}

// once runs a program on the event loop.
func (f *runFlags) once(cmd *cobra.Command, args []string, strategy order.Strategy) (subject, *sim.Outcome, error) {
	found, err := findProgram(args[0])
	s := subject{Scenario: found, name: args[0]}
	if err != nil {
		return s, nil, err
	}
	options := []sim.Option{
		sim.WithStrategy(strategy),
		sim.WithRecording(trace.Full),
		// Lines and reports are shown when the run is over, with their times.
		sim.WithOutput(io.Discard), sim.WithLog(io.Discard),
	}
	if cmd.Flags().Changed("policy") {
		policy, err := order.ParsePolicy(f.policy)
		if err != nil {
			return s, nil, err
		}
		options = append(options, sim.WithPolicy(policy))
	}
	return s, s.Run(options...), nil
}

func run(c console, cmd *cobra.Command, args []string, f *runFlags) error {
	if err := f.target.settle(); err != nil {
		return err
	}
	strategy, err := f.strategy(cmd, args)
	if err != nil {
		return err
	}
	once := f.once
	if inGo(args[0]) || inFiles(args[0]) {
		once = f.onceOnEngine
	}
	s, o, err := once(cmd, args, strategy)
	if err != nil {
		return err
	}
	claim := checkClaim(s.Scenario, o)
	if f.view != "" {
		if err := f.target.write(c, o.Trace); err != nil {
			return err
		}
	} else if err := tell(c, s, o, claim); err != nil {
		return err
	}
	switch {
	case o.End != order.Finished:
		return &endError{status(o.End), o.Err.Error()}
	case claim != nil && f.view != "":
		return &endError{exitFailed, "the claim does not hold: " + claim.Error()}
	case claim != nil:
		return &endError{status: exitFailed}
	}
	return nil
}

// checkClaim checks the scenario's claim where it applies.
func checkClaim(s scenario.Scenario, o *sim.Outcome) error {
	if o.End == order.Finished && claims(s, o) {
		return s.Check(o)
	}
	return nil
}

// claims reports whether the scenario's claim speaks of the order of a run: one
// about the default order says nothing about another, and none says anything
// about jitter, which makes timers late. Programs in ordinary Go claim nothing.
func claims(s scenario.Scenario, o *sim.Outcome) bool {
	if s.Check == nil {
		return false
	}
	return len(o.Schedule) == 0 || s.AnyOrder && !strings.HasPrefix(o.Trace.Policy, "jitter:")
}

// longest is how many hand-overs of control weft run shows unasked.
const longest = 60

// tell shows a run to a reader who asked for nothing special.
func tell(c console, s subject, o *sim.Outcome, claim error) error {
	var b strings.Builder
	b.WriteString(heading(s.Scenario))
	b.WriteString("What it prints, in virtual time:\n\n")
	writeLines(&b, o.Output)
	for _, r := range o.Reports {
		fmt.Fprintf(&b, "\n  report at %v: %s\n", r.At, words.Text(r.Text))
	}
	transfers := trace.Transfers(o.Trace)
	if len(transfers) <= longest {
		b.WriteString("\nWho had control, and when:\n\n")
		var view strings.Builder
		options := c.view
		if options.Width > 0 {
			options.Width -= len("  ") // as far as it is indented
		}
		if err := trace.Render(&view, "transfers", o.Trace, options); err != nil {
			return err
		}
		b.WriteString(indent(view.String()))
	} else {
		fmt.Fprintf(&b, "\nControl changed hands %d times: too long to show here. To see it:\n  weft run %s --view transfers\n", len(transfers), s.typed())
		if swaps := trace.Swaps(o.Trace); len(swaps) > 0 {
			fmt.Fprintf(&b, "At %d of its decisions another order was permitted.\n", len(o.Decisions))
		}
	}
	fmt.Fprintf(&b, "\n%s at %v of virtual time; policy %s, schedule %s\n", strings.ToUpper(string(o.End[0]))+string(o.End[1:]), o.Elapsed, o.Trace.Policy, o.Schedule)
	switch {
	case claim != nil:
		fmt.Fprintf(&b, "The claim does not hold: %v\n  (%s)\n", claim, s.Claim)
	case o.End != order.Finished:
	case s.Check == nil:
		fmt.Fprintf(&b, "To see all orders: weft explore %s\n", s.typed())
	case !claims(s.Scenario, o):
		fmt.Fprintf(&b, "The claim is not about such an order and was not checked: %s\n", s.Claim)
	case s.Explore != nil && s.Explore.Failing > 0:
		fmt.Fprintf(&b, "As claimed, as far as one run can show it: %[1]s\nTo see it fail: weft run %[2]s --failing\nTo see all orders: weft explore %[2]s\n", s.Claim, s.typed())
	case s.Explore != nil:
		fmt.Fprintf(&b, "As claimed, as far as one run can show it: %s\nTo see all orders: weft explore %s\n", s.Claim, s.typed())
	default:
		fmt.Fprintf(&b, "The claim holds: %s\n", s.Claim)
	}
	_, err := io.WriteString(c.Out, b.String())
	return err
}

// heading says which program it is, and its story if it has one.
func heading(s scenario.Scenario) string {
	if s.Title == "" {
		return s.Name + "\n\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", s.Name, s.Title)
	for _, line := range wrap(s.Story, 78) {
		fmt.Fprintf(&b, "  %s\n", line)
	}
	return b.String() + "\n"
}

// writeLines writes what a run printed, with times and tasks. Of long output it
// shows the beginning and the end.
func writeLines(b *strings.Builder, lines []order.Line) {
	const head, tail = 30, 5
	timeWidth, taskWidth := 0, 0
	for _, line := range lines {
		timeWidth = max(timeWidth, len(line.At.String()))
		taskWidth = max(taskWidth, len(taskName(line)))
	}
	for i, line := range lines {
		if i == head && len(lines) > head+tail+1 {
			fmt.Fprintf(b, "  ... %d lines ...\n", len(lines)-head-tail)
		}
		if i < head || i >= len(lines)-tail || len(lines) <= head+tail+1 {
			fmt.Fprintf(b, "  %*v  %-*s  %s\n", timeWidth, line.At, taskWidth, taskName(line), words.Text(line.Text))
		}
	}
	if len(lines) == 0 {
		b.WriteString("  nothing\n")
	}
}

func taskName(line order.Line) string {
	if line.Task == "" {
		return "-"
	}
	return words.Clean(line.Task)
}

func indent(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// wrap breaks a text into lines of at most width bytes, at spaces.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
