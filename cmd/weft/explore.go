package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/remote"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/sim/simtest"
	"weft/trace/words"
)

// exploreFlags are the flags of weft explore.
type exploreFlags struct {
	strategy string
	policy   string
	budget   string
	workers  int
	seed     uint64
	resume   string
	format   string
	stop     bool
	shard    string
	output   string
	status   statusKeeper
	corpus   string
}

func newExplore(c console) *cobra.Command {
	var f exploreFlags
	cmd := &cobra.Command{
		Use:   "explore NAME|FILE [-- ARGUMENTS]",
		Short: "Run a program in every order, or in many",
		Long: `Run a program in every order that is permitted, or in as many as the budget
allows, and show the different outcomes, how many orders lead to each, and the
simplest schedule of each. It says "all" only if it walked them all.

If an outcome is a failure, it is reduced to the fewest switches and explained.

FILE is a Go program: bank.go with func main(), several files of one, or a folder.
Nothing of it is changed: it is built with the overlay, and main is run in every
order. An outcome is what it prints and how it ends. A coroutine program has
func Program(ctx context.Context) error in place of main. Or FILE is a recorded run
(.jsonl): its program is explored, under its policy.

With --shard 3/16, it does the third of sixteen parts of a plan that is the same on
every machine, and with -o it writes what it found into a file; weft merge makes one
report of the files. The part may also come from the environment: WEFT_SHARD=3/16, or
TEST_SHARD_INDEX and TEST_TOTAL_SHARDS (Bazel), or JOB_COMPLETION_INDEX (Kubernetes)
with WEFT_SHARDS for their number. A budget of runs is, for strategies that draw, what
all parts make together, and for others what one part makes at most.

With --corpus DIR, schedules of failures and of outcomes that few runs had are kept
there, 64 of a program at most. The next time they are run first, beside the runs that
are counted: what was found once in a million runs is found at once.

` + exitHelp,
		Example: `  weft explore hello
  weft explore lost-update
  weft explore bank.go
  weft explore philosophers --strategy reduced --format json
  weft explore retry-storm --budget 100000,30s --resume storm.checkpoint
  weft explore retry-storm --strategy random --shard 3/16 -o part3.json`,
		Args:              oneProgram("explore"),
		ValidArgsFunction: completePrograms(true),
		RunE: func(cmd *cobra.Command, args []string) error {
			return exploreProgram(c, cmd, args, &f)
		},
	}
	cmd.Flags().StringVar(&f.strategy, "strategy", "auto", "how orders are chosen: "+strings.Join(explore.Strategies(), ", "))
	cmd.Flags().StringVar(&f.policy, "policy", "", policyHelp)
	cmd.Flags().StringVar(&f.budget, "budget", strconv.Itoa(explore.DefaultRuns), "stop after so many runs, or so much real time, or both: 10000, 30s, 10000,30s")
	cmd.Flags().IntVar(&f.workers, "workers", 0, "how many runs go on side by side; 0 for one a processor")
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "where strategies that draw begin")
	cmd.Flags().StringVar(&f.resume, "resume", "", "go on from the checkpoint `FILE`, and write it if the exploration is stopped")
	cmd.Flags().StringVar(&f.status.file.Name, "status", "", "keep in `FILE`, as JSON, how far it is: weft serve --watch FILE shows it")
	cmd.Flags().StringVar(&f.format, "format", "text", "text or json")
	cmd.Flags().BoolVar(&f.stop, "stop-at-failure", false, "end with the first failure")
	cmd.Flags().StringVar(&f.shard, "shard", "", "do one part of the exploration, such as `3/16`")
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "write what was found to `FILE`, for weft merge")
	cmd.Flags().StringVar(&f.corpus, "corpus", "", "keep schedules of failures and of rare outcomes in `DIR`, and try those that are there first")
	fileFlags(cmd)
	cmd.RegisterFlagCompletionFunc("policy", cobra.FixedCompletions(policies, cobra.ShellCompDirectiveNoFileComp))
	cmd.RegisterFlagCompletionFunc("strategy", cobra.FixedCompletions(explore.Strategies(), cobra.ShellCompDirectiveNoFileComp))
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// options turns the flags into options.
func (f *exploreFlags) options(c console) ([]explore.Option, error) {
	strategy, err := explore.ParseStrategy(f.strategy)
	if err != nil {
		return nil, err
	}
	runs, limit, err := parseBudget(f.budget)
	if err != nil {
		return nil, err
	}
	if f.format != "text" && f.format != "json" {
		return nil, fmt.Errorf("there is no format %q%s; use text or json", f.format, words.DidYouMean(f.format, "", []string{"text", "json"}))
	}
	if f.workers < 0 {
		return nil, fmt.Errorf("--workers is %d; it takes a number of workers, or 0 for one a processor", f.workers)
	}
	options := []explore.Option{explore.WithRuns(runs), explore.WithTime(limit), explore.WithStrategy(strategy), explore.WithSeed(f.seed)}
	if f.workers > 0 {
		options = append(options, explore.WithWorkers(f.workers))
	}
	if f.resume != "" {
		options = append(options, explore.WithCheckpoint(f.resume))
	}
	shard, err := f.part()
	if err != nil {
		return nil, err
	}
	if !shard.Whole() {
		options = append(options, explore.WithShard(shard.Part, shard.Of))
	}
	if f.stop {
		options = append(options, explore.WithStopAtFailure())
	}
	if c.progress != nil || f.status.file.Name != "" {
		options = append(options, explore.WithProgress(func(e explore.Progress) {
			c.progress.show(e)
			f.status.show(e)
		}))
	}
	return options, nil
}

// part returns which part is to be done: what the flag says, or the environment.
func (f *exploreFlags) part() (search.Shard, error) {
	if f.shard != "" {
		return explore.ParseShard(f.shard)
	}
	return explore.ShardFrom(os.Getenv)
}

// parseBudget reads a limit of runs, of real time, or both. Without one of runs
// there are more than anybody has time for; without one of time it is 0.
func parseBudget(text string) (runs int, limit time.Duration, err error) {
	const want = "want a number of runs, a time, or both: 10000, 30s or 10000,30s"
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		n, notRuns := strconv.Atoi(part)
		d, notTime := time.ParseDuration(part)
		switch {
		case notRuns == nil && n <= 0, notRuns != nil && notTime == nil && d <= 0:
			return 0, 0, fmt.Errorf("--budget %q: with %s there is no run at all; %s", text, part, want)
		case notRuns == nil && runs == 0:
			runs = n
		case notRuns == nil:
			return 0, 0, fmt.Errorf("--budget %q has two numbers of runs; %s", text, want)
		case notTime == nil && limit == 0:
			limit = d
		case notTime == nil:
			return 0, 0, fmt.Errorf("--budget %q has two times; %s", text, want)
		case errors.Is(notRuns, strconv.ErrRange):
			return 0, 0, fmt.Errorf("--budget %q: %s is more than can be counted; %s", text, part, want)
		default:
			return 0, 0, fmt.Errorf("--budget %q: %q is neither a number of runs nor a time; %s", text, part, want)
		}
	}
	if runs == 0 {
		runs = 1 << 60
	}
	return runs, limit, nil
}

func exploreProgram(c console, cmd *cobra.Command, args []string, f *exploreFlags) error {
	s, err := findSubject(cmd, args, f.policy)
	if err != nil {
		return err
	}
	options, err := f.options(c)
	if err != nil {
		return err
	}
	if s.chilled && !cmd.Flags().Changed("budget") {
		options = append(options, explore.WithRuns(simtest.FreshRuns))
	}
	if server := remote.Wanted(); server != nil {
		return server.Serve(cmd.Context(), s.engine, options...)
	}
	tried, err := tryCorpus(c, cmd, s, f.corpus)
	if err != nil {
		return err
	}
	if err := f.status.begin(s.Name); err != nil {
		return err
	}
	part, err := explore.SearchPart(cmd.Context(), s.engine, options...)
	if part != nil && err == nil && !s.confirms(part.Report()) {
		s.chill(cmd)
		if !cmd.Flags().Changed("budget") {
			options = append(options, explore.WithRuns(simtest.FreshRuns))
		}
		part, err = explore.SearchPart(cmd.Context(), s.engine, options...)
	}
	c.progress.clear()
	if part == nil {
		return err
	}
	r := part.Report()
	err = errors.Join(err, f.status.end(r), tried.keep(s, r))
	if f.output != "" {
		err = errors.Join(err, writeFound(c, f.output, part))
	}
	// What was found is said, whether it could be kept or not.
	if told := tellReport(c, cmd, s, r, f); told != nil {
		return errors.Join(err, told)
	}
	if told := tried.tell(c, cmd, s, r, f.format); told != nil {
		return errors.Join(err, told)
	}
	if err != nil {
		return err
	}
	if ended := found(r, "interrupted"+resumeHint(f.resume)); ended != nil || !tried.failed() {
		return ended
	}
	return &endError{status: exitFailed}
}

// found returns the exit status of a report. interrupted is what is said if that is why it
// is not whole.
func found(r *explore.Report, interrupted string) error {
	switch {
	case r.Nondeterminism != nil:
		return &endError{status: exitNondeterminism}
	case r.Failure() != nil && r.Failure().End == order.Mismatched:
		return &endError{status: exitMismatch}
	case r.Failure() != nil && r.Stopped == search.Interrupted:
		return &endError{exitFailed, interrupted}
	case r.Failure() != nil:
		return &endError{status: exitFailed}
	case r.Stopped == search.Interrupted:
		return &endError{exitInterrupted, interrupted}
	}
	return nil
}

func resumeHint(file string) string {
	if file == "" {
		return "; with --resume FILE it could go on from there"
	}
	return "; the same command goes on from " + file
}

// tellReport shows a report, and explains the failure if there is one.
func tellReport(c console, cmd *cobra.Command, s subject, r *explore.Report, f *exploreFlags) error {
	if f.format == "json" {
		return r.WriteJSON(c.Out)
	}
	var b strings.Builder
	b.WriteString(heading(s.Scenario))
	if err := r.WriteText(&b); err != nil {
		return err
	}
	if r.Elapsed >= time.Second/10 { // less says nothing about the rate
		fmt.Fprintf(&b, "\n%.0f runs a second\n", float64(r.Runs+r.Blocked)/r.Elapsed.Seconds())
	}
	if failure := r.Failure(); failure != nil && failure.End == order.Mismatched {
		// There is nothing to explain: the schedule that was asked for is another program's.
	} else if failure != nil && r.Nondeterminism == nil {
		if err := tellFailure(c, cmd, &b, s, failure.Witness); err != nil {
			return err
		}
	} else if len(r.Outcomes) > 0 {
		if err := tellSwaps(cmd, &b, s, r); err != nil {
			return err
		}
	}
	if r.Nondeterminism != nil {
		fmt.Fprintf(&b, "\n%v\n", r.Nondeterminism)
	}
	if s.files != nil && len(r.Outcomes) > 1 && r.Failure() == nil {
		fmt.Fprintf(&b, "\nIf not all of that is right, say what is, and the rest is explained:\n  weft explore %s --want %s%s\n", s.typed(), words.Shell(telling(r.Outcomes)), s.more)
	}
	_, err := c.Out.Write([]byte(b.String()))
	return err
}

// patience is how long each part of what is said about one run may take, in real
// time.
var patience = explore.WithTime(10 * time.Second)

// swapsShown is how many runs are made to find out which events of the default
// order may be swapped: none for programs with more decisions.
const swapsShown = 100

// tellSwaps says which events of the default order may be swapped.
func tellSwaps(cmd *cobra.Command, b *strings.Builder, s subject, r *explore.Report) error {
	if r.Decisions.Min > swapsShown {
		return nil
	}
	swaps, err := explain.Swaps(cmd.Context(), s.engine, nil, patience)
	if cmd.Context().Err() != nil || len(swaps) == 0 {
		return nil
	} else if err != nil {
		return err
	}
	b.WriteString("\nIn the default order:\n")
	for i, swap := range swaps {
		if i == 10 {
			fmt.Fprintf(b, "  ... and %d more swaps\n", len(swaps)-i)
			break
		}
		fmt.Fprintf(b, "  %s\n", swap)
	}
	return nil
}

// tellFailure reduces a failure and explains it.
func tellFailure(c console, cmd *cobra.Command, b *strings.Builder, s subject, schedule order.Schedule) error {
	small, err := explain.Shrink(cmd.Context(), s.engine, schedule, patience)
	if err == nil {
		schedule = small.Schedule
	} else if !errors.Is(err, cmd.Context().Err()) {
		return err
	}
	failure, err := explain.Why(cmd.Context(), s.engine, schedule, patience)
	if err != nil {
		return err
	}
	b.WriteString("\n")
	if err := failure.WriteText(b, c.view); err != nil {
		return err
	}
	if points, err := explain.Prospects(cmd.Context(), s.engine, schedule, patience); err != nil {
		fmt.Fprintf(b, "\n%v\n", err)
	} else {
		b.WriteString("\n")
		if err := explain.WriteProspects(b, points); err != nil {
			return err
		}
	}
	if failure.End == order.Raced {
		tellRace(cmd, b, s)
	}
	fmt.Fprintf(b, "\nTo see it again:\n  weft replay %s --policy %s --schedule %s%s\n", s.typed(), s.engine.Policy(), schedule, s.more)
	fmt.Fprintf(b, "As a picture: the same with --view svg -o %s\n", words.Shell(pictureName(s.name)+".svg"))
	return nil
}

// racesShown is how many outcomes of data races are shown, and raceRuns how many runs are made
// to find them.
const (
	racesShown = 5
	raceRuns   = 2_000
)

// tellRace shows what the data races of a program can do.
func tellRace(cmd *cobra.Command, b *strings.Builder, s subject) {
	engine, ok := finer(s.engine)
	if !ok {
		return
	}
	r, err := explore.Search(cmd.Context(), engine, patience, explore.WithRuns(raceRuns))
	if err != nil {
		return
	}
	b.WriteString("\nWhat the race can do, where reads and writes of the variables that race come in any order,\neach whole and seen at once (Go promises even less than that):\n")
	for i, o := range r.Outcomes {
		if i == racesShown {
			fmt.Fprintf(b, "  ... and %s\n", words.Count(len(r.Outcomes)-i, "further outcome"))
			break
		}
		verb := "passes"
		if o.Failed {
			verb = "FAILS"
		}
		fmt.Fprintf(b, "  %d. %s, in %s\n%s", i+1, verb, words.Count(o.Runs, "run"), indent(indent(o.Text)))
	}
	fmt.Fprintf(b, "To see them: weft explore %s --points memory%s\n", s.typed(), s.more)
}

// telling returns lines of the first outcome by which it can be told from others: the line
// that the fewest of them have, or, if all lines are in all of them, the whole.
func telling(outcomes []search.Outcome) string {
	best, most := strings.TrimRight(outcomes[0].Text, "\n"), 0
	for line := range strings.Lines(outcomes[0].Text) {
		line = strings.TrimRight(line, "\n")
		without := 0
		for _, other := range outcomes[1:] {
			if !strings.Contains("\n"+other.Text+"\n", "\n"+line+"\n") {
				without++
			}
		}
		if line != "" && without > most {
			best, most = line, without
		}
	}
	return best
}
