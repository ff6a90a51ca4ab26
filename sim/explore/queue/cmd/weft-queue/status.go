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
	"weft/trace/words"
)

// statusFlags are the flags of weft-queue status.
type statusFlags struct {
	serverFlags
	name, output string
	follow       bool
}

const statusHelp = "keep in `FILE`, as JSON, how far it is: weft serve --watch FILE shows it"

func newStatus(c console) *cobra.Command {
	var f statusFlags
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show how far explorations are, and what was found",
		Long: `Show how far explorations are: runs, about how many there will be, how many a second, the
time that is left, and the outcomes so far. With --follow, go on until it has ended.`,
		Example: `  weft-queue status --nats nats://server:4222
  weft-queue status --nats nats://server:4222 --follow -o bank.status`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return status(cmd.Context(), c, &f) },
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.name, "name", "", "the exploration; the default is all of them")
	cmd.Flags().StringVarP(&f.output, "output", "o", "", statusHelp)
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
	case (f.follow || f.output != "") && len(plans) > 1:
		return errors.New("there are several explorations; choose one with --name")
	}
	for _, p := range plans {
		x, err := client.Open(ctx, p)
		if err != nil {
			return err
		}
		if err := show(ctx, c, x, f); err != nil {
			return err
		}
	}
	return nil
}

// show shows how far an exploration is, and follows it if that is wanted.
func show(ctx context.Context, c console, x *jet.Exploration, f *statusFlags) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	k, p := &queue.Keeper{Ledger: x, Line: x}, newProgress(c.err, f.output)
	entries, watched := x.Entries(ctx)
	caughtUp := false
	for e := range entries {
		if e.Key == "" {
			caughtUp = true
		} else if err := k.Learn(e.Key, e.Value); err != nil {
			return err
		}
		p.wrote(e.Key, e.At)
		if !caughtUp {
			continue
		}
		if err := p.show(x.Plan.Name, k); err != nil {
			return err
		}
		if !f.follow || k.End != nil {
			p.clear()
			return tellStatus(c, x.Plan, k, p)
		}
	}
	return <-watched
}

func tellStatus(c console, plan queue.Plan, k *queue.Keeper, p *progress) error {
	state, now := "goes on", p.status(plan.Name, k)
	if now.Ended != "" {
		state = "has ended: " + words.Text(now.Ended)
	}
	fmt.Fprintf(c.out, "exploration %s of %s %s: %s\n%s\n", plan.Name, words.Clean(plan.Binary), words.Clean(strings.Join(plan.Args, " ")), state, line(now, len(k.Findings)))
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
