package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"weft/sim/explore/queue"
	"weft/sim/explore/queue/jet"
	"weft/sim/explore/search"
	"weft/trace/words"
)

// statusFlags are the flags of weft-queue status.
type statusFlags struct {
	serverFlags
	name   string
	follow bool
}

func newStatus(c console) *cobra.Command {
	var f statusFlags
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show how far explorations are, and what was found",
		Long: `Show how far explorations are: runs, about how many there will be, how many a second, the
time that is left, and the outcomes so far. With --follow, go on until it has ended.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return status(cmd.Context(), c, &f) },
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.name, "name", "", "the exploration; the default is all of them")
	cmd.Flags().BoolVar(&f.follow, "follow", false, "go on until the exploration has ended")
	return cmd
}

func status(ctx context.Context, c console, f *statusFlags) error {
	client, err := f.dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	plans, err := client.Plans(ctx)
	if err != nil {
		return err
	}
	plans = slices.DeleteFunc(plans, func(p queue.Plan) bool { return f.name != "" && p.Name != f.name })
	switch {
	case len(plans) == 0 && f.name != "":
		return fmt.Errorf("there is no exploration %s on the server", words.Clean(f.name))
	case len(plans) == 0:
		return errors.New("there is no exploration on the server; begin one with weft-queue serve")
	case f.follow && len(plans) > 1:
		return errors.New("there are several explorations; choose the one to follow with --name")
	}
	for _, p := range plans {
		x, err := client.Open(ctx, p)
		if err != nil {
			return err
		}
		if err := show(ctx, c, x, f.follow); err != nil {
			return err
		}
	}
	return nil
}

// show shows how far an exploration is, and follows it if that is wanted.
func show(ctx context.Context, c console, x *jet.Exploration, follow bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k, p := &queue.Keeper{Ledger: x, Line: x}, newProgress(c.err)
	entries, watched := x.Entries(ctx)
	caughtUp := false
	for e := range entries {
		if e.Key == "" {
			caughtUp = true
		} else if err := k.Learn(e.Key, e.Value); err != nil {
			return err
		}
		p.wrote(e.Key, e.At)
		if caughtUp && (!follow || k.End != nil) {
			p.clear()
			return tellStatus(c, x.Plan, k, p)
		}
		if caughtUp {
			p.show(k)
		}
	}
	return <-watched
}

func tellStatus(c console, plan queue.Plan, k *queue.Keeper, p *progress) error {
	state := "goes on"
	if k.End != nil {
		state = map[search.Stop]string{
			search.Through: "has ended: all was done", search.FailureFound: "has ended with a failure", search.NotRepeatable: "has ended: the program does not do the same twice",
		}[k.End.Why]
		if k.End.Text != "" {
			state = "has ended: " + words.Text(k.End.Text)
		}
	}
	fmt.Fprintf(c.out, "exploration %s of %s %s: %s\n%s\n", plan.Name, words.Clean(plan.Binary), words.Clean(strings.Join(plan.Args, " ")), state, p.line(k))
	if r := k.Report(); r != nil {
		if err := r.WriteText(c.out); err != nil {
			return err
		}
	}
	tellFindings(c, k)
	return nil
}

// tellFindings names the failures, with what shows each of them.
func tellFindings(c console, k *queue.Keeper) {
	for _, key := range slices.Sorted(maps.Keys(k.Findings)) {
		f := k.Findings[key]
		fmt.Fprintf(c.out, "failure %s: %s, schedule %s\n", key, words.Clean(f.End), words.Clean(f.Schedule))
	}
}
