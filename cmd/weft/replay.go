package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/order"
	"weft/trace"
)

// replayFlags are the flags of weft replay and weft shrink.
type replayFlags struct {
	schedule string
	policy   string
	lenient  bool
	budget   int
	target
}

func newReplay(c console) *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use:   "replay NAME|FILE [-- ARGUMENTS]",
		Short: "Run a program along a schedule, and explain a failure",
		Long: `Run a program along a schedule, or repeat a recorded run (FILE.jsonl), and say
whether the schedule fits. If the run fails, it is explained: what raced, and the
nearest run that passes.

` + exitHelp,
		Example: `  weft replay hello --schedule w1,timer:say1.1=say2.1
  weft replay run.jsonl
  weft replay run.jsonl --lenient --view lanes`,
		Args:              oneProgram("replay"),
		ValidArgsFunction: completePrograms(true),
		RunE:              func(cmd *cobra.Command, args []string) error { return replay(c, cmd, args, &f) },
	}
	f.flags(cmd)
	cmd.Flags().BoolVar(&f.lenient, "lenient", false, "where the schedule does not fit, go on in the default order")
	f.target.flags(cmd)
	return cmd
}

func newShrink(c console) *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use:   "shrink NAME|FILE [-- ARGUMENTS]",
		Short: "Reduce a failing schedule to the fewest switches",
		Long: `Find the simplest schedule with which a program fails as it does with the given
one, or as in a recorded run (FILE.jsonl): the fewest decisions off the default,
of these the earliest.

The exit status is 0 if there is one, 1 if the run does not fail, 9 if the
schedule does not fit the program, 2 for other trouble.`,
		Example:           "  weft shrink lost-update --schedule w1,ready:alice.1=bob.1,ready:alice.2=bob.2",
		Args:              oneProgram("shrink"),
		ValidArgsFunction: completePrograms(true),
		RunE:              func(cmd *cobra.Command, args []string) error { return shrink(c, cmd, args, &f) },
	}
	f.flags(cmd)
	cmd.Flags().IntVar(&f.budget, "budget", 2000, "how many runs it may take")
	return cmd
}

func (f *replayFlags) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.schedule, "schedule", "", "the schedule to follow")
	cmd.Flags().StringVar(&f.policy, "policy", "", policyHelp)
	fileFlags(cmd)
	cmd.RegisterFlagCompletionFunc("policy", cobra.FixedCompletions(policies, cobra.ShellCompDirectiveNoFileComp))
}

// subject finds the program and the schedule.
func (f *replayFlags) subject(cmd *cobra.Command, args []string) (subject, error) {
	s, err := findSubject(cmd, args, f.policy)
	if err != nil {
		return s, err
	}
	switch given := cmd.Flags().Changed("schedule"); {
	case given:
		s.schedule, err = order.ParseSchedule(f.schedule)
	case s.name == strings.Join(args, " ") && s.schedule == nil && !strings.EqualFold(filepath.Ext(args[0]), ".jsonl"):
		err = fmt.Errorf("%[1]s needs the schedule of a run: --schedule, or a recorded run in place of the name; weft explore %[2]s says which schedules fail", cmd.Name(), s.typed())
	}
	return s, err
}

func replay(c console, cmd *cobra.Command, args []string, f *replayFlags) error {
	s, err := f.subject(cmd, args)
	if err != nil {
		return err
	}
	if err := f.target.settle(); err != nil {
		return err
	}
	strategy := explore.Replay(s.schedule)
	if f.lenient {
		strategy = explore.ReplayLeniently(s.schedule)
	}
	var run *order.Run
	for r := range explore.All(s.engine, explore.WithStrategy(strategy), explore.WithRecorded(trace.Full)) {
		run = r
	}
	if f.view != "" {
		if err := f.target.write(c, run.Trace()); err != nil {
			return err
		}
	}
	switch {
	case errors.Is(run.Err, order.ErrScheduleMismatch):
		return &endError{exitMismatch, run.Err.Error()}
	case !run.Failed():
		if f.view == "" {
			fmt.Fprintf(c.Out, "%s came to its end without an error, at %v of virtual time.\n", s.Name, run.Elapsed)
		}
		return nil
	case f.view != "":
		return &endError{status(run.End), run.Summary}
	}
	failure, err := explain.Why(cmd.Context(), s.engine, run.Schedule())
	if err != nil {
		return err
	}
	if err := failure.WriteText(c.Out, c.view); err != nil {
		return err
	}
	return &endError{status: status(run.End)}
}

func shrink(c console, cmd *cobra.Command, args []string, f *replayFlags) error {
	s, err := f.subject(cmd, args)
	if err != nil {
		return err
	}
	if f.budget <= 0 {
		return fmt.Errorf("--budget is %d; it takes a positive number of runs", f.budget)
	}
	small, err := explain.Shrink(cmd.Context(), s.engine, s.schedule, explore.WithRuns(f.budget))
	switch {
	case errors.Is(err, explain.ErrPasses):
		return &endError{exitFailed, err.Error()}
	case errors.Is(err, order.ErrScheduleMismatch):
		return &endError{exitMismatch, err.Error()}
	case err != nil:
		return err
	}
	fmt.Fprintln(c.Out, small.Schedule)
	fmt.Fprintf(c.Err, "weft: %s\n", shrunk(s.schedule, small))
	return nil
}

// shrunk says what has become of a schedule.
func shrunk(before order.Schedule, small *explain.Shrunk) string {
	switches, made := counted(len(small.Schedule), "switch", "switches"), counted(small.Runs, "run", "runs")
	var result string
	switch {
	case len(small.Schedule) < len(before):
		result = fmt.Sprintf("%s instead of %d", switches, len(before))
	case len(before) == 0:
		result = "nothing to leave out: the default order fails"
	case slices.Equal(small.Schedule, before):
		result = "nothing shorter found than this: " + switches
	default:
		result = "nothing shorter found, but an earlier place: " + switches
	}
	if small.Minimal {
		return fmt.Sprintf("%s, after %s; no order with fewer switches fails in the same way", result, made)
	}
	return fmt.Sprintf("%s, after %s; there may be a simpler one; a larger --budget would look for it", result, made)
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
