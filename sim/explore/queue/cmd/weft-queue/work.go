package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"weft/sim/explore"
	"weft/sim/explore/queue"
	"weft/sim/explore/queue/jet"
	"weft/sim/explore/remote"
	"weft/sim/explore/search"
	"weft/trace/words"
)

// workFlags are the flags of weft-queue work.
type workFlags struct {
	serverFlags
	name    string
	jobs    int
	forever bool
}

func newWork(c console) *cobra.Command {
	var f workFlags
	cmd := &cobra.Command{
		Use:   "work [flags] BINARY",
		Short: "Do units until there are none",
		Long: `Do units of the exploration of this binary until it has ended. The binary must be the file
that weft-queue serve was given, byte for byte: another one is refused. It is started with the
arguments that were given there. This command may be killed at any time, and started again.

` + exitHelp + `

It is 0 if the exploration has ended, whatever was found.`,
		Example: `  weft-queue work --nats nats://server:4222 ./bank.test
  weft-queue work --nats tls://server:4222 --tlsca ca.pem --creds worker.creds --forever ./bank.test`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return work(cmd.Context(), c, &f, args[0]) },
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.name, "name", "", "the exploration, if there are several of this binary")
	cmd.Flags().IntVarP(&f.jobs, "jobs", "j", processors, "how many units are done side by side")
	cmd.Flags().BoolVar(&f.forever, "forever", false, "wait for an exploration of this binary, and after it for the next one")
	return cmd
}

func work(ctx context.Context, c console, f *workFlags, name string) error {
	if f.jobs < 1 {
		return errors.New("--jobs must be positive")
	}
	binary, err := findBinary(name)
	if err != nil {
		return err
	}
	hash, err := queue.HashOf(binary)
	if err != nil {
		return err
	}
	client, err := f.dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	for {
		x, err := f.find(ctx, client, binary, hash)
		switch {
		case err == nil:
		case f.forever && (errors.Is(err, errNone) || errors.Is(err, errEnded)):
		case errors.Is(err, errEnded):
			c.say("%v", err)
			return nil
		default:
			return err
		}
		if x != nil {
			c.say("exploration %s: %s", x.Plan.Name, words.Count(f.jobs, "worker"))
			if err := doUnits(ctx, c, x, binary, f.jobs); err != nil {
				return err
			}
			if !f.forever {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return nil // that is how it ends
		case <-time.After(time.Second):
		}
	}
}

// errNone says that there is nothing to do for a binary, and errEnded that there was.
var (
	errNone  = errors.New("there is no exploration that goes on")
	errEnded = errors.New("the exploration of this binary has ended")
)

// find finds the exploration of a binary that goes on.
func (f *workFlags) find(ctx context.Context, client *jet.Client, binary, hash string) (*jet.Exploration, error) {
	plans, err := client.Plans(ctx)
	if err != nil {
		return nil, err
	}
	var refusals []string
	var fitting []*jet.Exploration
	ended := 0
	for _, p := range plans {
		if f.name != "" && p.Name != f.name {
			continue
		}
		if err := p.Fits(binary, hash); err != nil {
			refusals = append(refusals, withoutPackage(err.Error()))
			continue
		}
		x, err := client.Open(ctx, p)
		if err != nil {
			return nil, err
		}
		end, err := x.Get(ctx, queue.KeyEnd)
		if err != nil {
			return nil, err
		}
		if end != nil {
			ended++
			continue
		}
		fitting = append(fitting, x)
	}
	switch {
	case len(fitting) == 1:
		return fitting[0], nil
	case len(fitting) > 1:
		var names []string
		for _, x := range fitting {
			names = append(names, x.Plan.Name)
		}
		return nil, fmt.Errorf("there are several explorations of %s; choose one with --name: %s", binary, strings.Join(names, ", "))
	case ended > 0:
		return nil, errEnded
	case len(refusals) > 0:
		return nil, fmt.Errorf("%w for %s:\n%s", errNone, binary, strings.Join(refusals, "\n"))
	}
	return nil, fmt.Errorf("%w on the server; begin one with weft-queue serve", errNone)
}

// findBinary returns the path of a binary: a file, or a command.
func findBinary(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return "", fmt.Errorf("there is no binary %s: %w", words.Clean(name), err)
	}
	return filepath.Abs(path)
}

// commandOf returns what does the units of a plan.
func commandOf(p queue.Plan, binary string) remote.Command {
	return remote.Command{Path: binary, Args: p.Args, Number: p.Number}
}

// doUnits has so many processes do units, until the exploration has ended or one of them
// cannot go on. It says how much of the time they were at work.
func doUnits(ctx context.Context, c console, x *jet.Exploration, binary string, jobs int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wait sync.WaitGroup
	errs, doers := make([]error, jobs), make([]*doer, jobs)
	began := time.Now()
	for i := range jobs {
		d := &doer{command: commandOf(x.Plan, binary)}
		doers[i] = d
		wait.Go(func() {
			defer d.close()
			w := &queue.Worker{Ledger: x, Line: x, Plan: x.Plan, Do: d.do}
			if errs[i] = w.Work(ctx); !errors.Is(errs[i], queue.ErrOver) {
				cancel()
			}
		})
	}
	wait.Wait()
	sayWork(c, doers, time.Since(began))
	for _, err := range errs {
		if err != nil && !errors.Is(err, queue.ErrOver) && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	for _, err := range errs {
		if errors.Is(err, context.Canceled) {
			return err
		}
	}
	return nil
}

// sayWork says how much was done in a time, and how much of it went into the units: what is
// left is what the queue costs, and waiting.
func sayWork(c console, doers []*doer, took time.Duration) {
	units, atWork := 0, time.Duration(0)
	for _, d := range doers {
		units += d.units
		atWork += d.atWork
	}
	if units > 0 {
		share := float64(atWork) / (float64(took) * float64(len(doers)))
		c.say("%s done here, at work %.1f%% of the time", words.Count(units, "unit"), 100*share)
	}
}

// doer does units with a process, which it starts when it needs one.
type doer struct {
	command remote.Command
	process *remote.Process
	units   int
	atWork  time.Duration // in which the process was doing them, in real time
}

// attempts is how often a unit is begun. A process may be killed by somebody who needs its
// memory; that all are says that it is the program's doing.
const attempts = 3

func (d *doer) do(ctx context.Context, u explore.Unit, limits search.UnitLimits) (*explore.UnitResult, error) {
	for attempt := 1; ; attempt++ {
		if d.process == nil {
			p, err := remote.Start(ctx, d.command)
			if err != nil {
				return nil, err
			}
			d.process = p
		}
		began := time.Now()
		r, err := d.process.Do(ctx, u, limits)
		if err == nil {
			d.units++
			d.atWork += time.Since(began)
			return r, nil
		}
		var ended *remote.EndedError
		if !errors.As(err, &ended) {
			return nil, err
		}
		d.close()
		if attempt == attempts {
			return nil, fmt.Errorf("unit %s: %w", u.ID(), err)
		}
	}
}

func (d *doer) close() {
	if d.process != nil {
		d.process.Close()
		d.process = nil
	}
}
