package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"weft/sim/explore"
	"weft/sim/explore/queue"
	"weft/sim/explore/queue/jet"
	"weft/sim/explore/remote"
	"weft/sim/explore/search"
	"weft/trace/words"
)

// serveFlags are the flags of weft-queue serve.
type serveFlags struct {
	serverFlags
	listen, store, name, output string
	status                      string
	number, jobs                int
	unit, lease                 time.Duration
	first, anew                 bool
}

func newServe(c console) *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve [flags] BINARY [ARGUMENTS]",
		Short: "Begin an exploration, or go on with it, and report when it is done",
		Long: `Begin an exploration whose units are done by weft-queue work, wherever that runs, and
report when all is done. BINARY is a test as weft test -c makes it, or the weft command; the
arguments behind it say what is explored and how, for instance
-test.run '^TestBank$' -weft.strategy exhaustive. The strategy must be exhaustive, bounded, reduced, or
one that draws. Of a test with several explorations, the first one is meant, unless --number
says otherwise.

Without --nats, a NATS server with JetStream runs in this process, with its files in --store.
This command may be killed at any time: the same command goes on from there. So may be
the server, and each worker.

` + exitHelp,
		Example: `  weft-queue serve --listen :4222 ./bank.test -test.run '^TestBank$' -weft.strategy exhaustive
  weft-queue serve --jobs 2 weft explore philosophers --strategy exhaustive -o report.json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return serve(cmd.Context(), c, &f, args) },
	}
	f.add(cmd)
	cmd.Flags().SetInterspersed(false) // what stands behind the binary is for it
	cmd.Flags().StringVar(&f.listen, "listen", "127.0.0.1:4222", "where the server in this process is reached: `HOST:PORT`")
	cmd.Flags().StringVar(&f.store, "store", "", "the `FOLDER` in which it keeps its files; the default is weft/queue in the user's cache folder")
	cmd.Flags().StringVar(&f.name, "name", "", "what the exploration is called; the default is made of the binary and its arguments")
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "write the report to `FILE`, as JSON")
	cmd.Flags().StringVar(&f.status, "status", "", statusHelp)
	cmd.Flags().IntVar(&f.number, "number", 1, "which of the explorations of the test is meant, from 1")
	cmd.Flags().IntVarP(&f.jobs, "jobs", "j", 0, "how many workers run here; 0 for none")
	cmd.Flags().DurationVar(&f.unit, "unit", time.Second, "how long a unit takes, about")
	cmd.Flags().DurationVar(&f.lease, "lease", 10*time.Second, "how long a worker may be silent until its unit is given to another one")
	cmd.Flags().BoolVar(&f.first, "first-failure", false, "end with the first failure")
	cmd.Flags().BoolVar(&f.anew, "anew", false, "forget what is known of this exploration, and begin anew")
	return cmd
}

// plan makes the plan, and tries whether the binary comes to an exploration that can be
// done in units.
func (f *serveFlags) plan(ctx context.Context, binary string, args []string) (queue.Plan, error) {
	if f.unit <= 0 || f.lease < 100*time.Millisecond || f.number < 1 || f.jobs < 0 {
		return queue.Plan{}, errors.New("--unit must be positive, --lease at least 100ms, --number at least 1, and --jobs no less than 0")
	}
	p, err := queue.PlanFor(binary, args)
	if err != nil {
		return p, err
	}
	p.Number, p.Unit, p.Lease, p.FirstFailure = f.number, f.unit, f.lease, f.first
	if f.name != "" {
		p.Name = f.name
	}
	if err := queue.CheckName(p.Name); err != nil {
		return p, err
	}
	process, err := remote.Start(ctx, commandOf(p, binary))
	if err != nil {
		return p, err
	}
	defer process.Close()
	_, err = process.Do(ctx, explore.Unit{}, search.UnitLimits{Runs: 1})
	return p, err
}

func serve(ctx context.Context, c console, f *serveFlags, args []string) error {
	binary, err := findBinary(args[0])
	if err != nil {
		return err
	}
	plan, err := f.plan(ctx, binary, args[1:])
	if err != nil {
		return err
	}
	client, server, err := f.server(ctx)
	if err != nil {
		return err
	}
	if server != nil {
		defer server.Close()
		f.warn(c)
	}
	defer client.Close()
	if f.anew {
		if err := client.Forget(ctx, plan.Name); err != nil {
			return err
		}
	}
	x, err := client.Begin(ctx, plan)
	if err != nil {
		return err
	}
	url := f.url
	if server != nil {
		url = server.URL()
	}
	c.say("exploration %s; on other machines: weft-queue work --nats %s %s", plan.Name, url, words.Shell(plan.Binary))

	// The workers here end before the server does.
	working, over := context.WithCancel(ctx)
	workers := make(chan error, 1)
	go func() { workers <- doUnits(working, c, x, binary, f.jobs) }()
	k, err := keep(ctx, c, x, f.status)
	over()
	if err := <-workers; err != nil && k != nil && k.End == nil {
		c.say("%s", withoutPackage(err.Error()))
	}
	if err != nil {
		return err
	}
	err = f.tell(c, k)
	if server != nil {
		server.Leave(ctx, plan.Unit+2*time.Second) // in which every worker looks whether it is over
	}
	return err
}

// server returns the server that is used, which runs in this process if none is named.
func (f *serveFlags) server(ctx context.Context) (*jet.Client, *jet.Server, error) {
	if f.url != "" {
		client, err := f.dial(ctx)
		return client, nil, err
	}
	folder, err := f.folder()
	if err != nil {
		return nil, nil, err
	}
	server, err := jet.Serve(jet.ServerOptions{Listen: f.listen, Folder: folder, Token: f.token, TLS: f.tls})
	if err != nil {
		return nil, nil, err
	}
	client, err := jet.Dial(ctx, jet.DialOptions{Server: server, Token: f.token, Patience: f.patience})
	if err != nil {
		server.Close()
		return nil, nil, err
	}
	return client, server, nil
}

// folder returns where the server of this process keeps its files. What others may write to,
// such as the folder for temporary files, is no place for it: they decide what workers do.
func (f *serveFlags) folder() (string, error) {
	if f.store != "" {
		return f.store, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no folder for the server's files: %w; name one with --store", err)
	}
	return filepath.Join(cache, "weft", "queue"), nil
}

// warn says so if others reach the server of this process, and nothing is asked of them.
func (f *serveFlags) warn(c console) {
	host, _, _ := net.SplitHostPort(f.listen) // it listens there
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() || f.token != "" || f.tls.CA != "" {
		return
	}
	c.say("who can reach %s decides what workers do; give them all a token: WEFT_QUEUE_TOKEN", f.listen)
}

// mends is how often it is looked whether the line has lost something, in real time.
const mends = 3 * time.Second

// keep adds up what is found until the exploration has ended. It keeps a file with how far
// that is, if it is named.
func keep(ctx context.Context, c console, x *jet.Exploration, file string) (*queue.Keeper, error) {
	k := &queue.Keeper{Ledger: x, Line: x}
	p := newProgress(c.err, file)
	defer p.clear()
	entries, watched := x.Entries(ctx)
	tick := time.NewTicker(mends)
	defer tick.Stop()
	caughtUp := false
	for {
		select {
		case e, open := <-entries:
			if !open {
				return k, <-watched
			}
			if caughtUp = caughtUp || e.Key == ""; e.Key != "" {
				if err := k.Learn(e.Key, e.Value); err != nil {
					return k, err
				}
				p.wrote(e.Key, e.At)
			} else if err := k.Mend(ctx); err != nil {
				return k, err
			}
		case <-tick.C:
			if idle, err := x.Idle(ctx); err != nil {
				return k, err
			} else if idle && caughtUp {
				if err := k.Mend(ctx); err != nil {
					return k, err
				}
			}
		}
		if !caughtUp {
			continue
		}
		over, err := k.Over(ctx)
		if err == nil {
			err = p.show(x.Plan.Name, k)
		}
		if err != nil {
			return k, err
		}
		if over {
			p.clear()
			c.say("%s", line(p.status(x.Plan.Name, k), len(k.Findings)))
			return k, nil
		}
	}
}

// tell reports.
func (f *serveFlags) tell(c console, k *queue.Keeper) error {
	r := k.Report()
	if r != nil {
		if f.output != "" {
			var b bytes.Buffer
			if err := r.WriteJSON(&b); err != nil {
				return err
			}
			if err := writeWhole(f.output, b.Bytes()); err != nil {
				return err
			}
		}
		if err := r.WriteText(c.out); err != nil {
			return err
		}
	}
	switch {
	case k.End.Why == search.NotRepeatable || r != nil && r.Nondeterminism != nil:
		return &endError{exitNondeterminism, k.End.Text}
	case k.End.Text != "":
		return &endError{exitUsage, k.End.Text}
	case r != nil && r.Failed() || k.End.Why == search.FailureFound:
		if k.End.Why == search.FailureFound {
			tellFindings(c, k)
		}
		return &endError{status: exitFailed}
	}
	return nil
}

// writeWhole writes a file that is there as a whole, or not at all.
func writeWhole(name string, data []byte) error {
	t, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("cannot write the report: %w", err)
	}
	defer os.Remove(t.Name()) // fails if it was renamed, as it should be
	_, err = t.Write(data)
	err = errors.Join(err, t.Chmod(0o644), t.Close())
	if err == nil {
		err = os.Rename(t.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("cannot write the report: %w", err)
	}
	return nil
}

var processors = runtime.GOMAXPROCS(0)
