// Command weft-queue spreads an exploration over machines that come and go.
//
//	weft-queue serve --listen :4222 ./bank.test -test.run '^TestBank$' -weft.strategy exhaustive
//	weft-queue work --nats nats://server:4222 ./bank.test     # on each machine
//	weft-queue status --nats nats://server:4222
//
// See package weft/sim/explore/queue for what may be killed, and why nothing is lost by it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"weft/trace/words"
)

// The exit statuses, which are those of weft where it has them.
const (
	exitOK             = 0
	exitFailed         = 1
	exitUsage          = 2
	exitNondeterminism = 13
	exitInterrupted    = 130
)

const exitHelp = `Exit status:
   0  no order fails                      1  an order fails
   2  wrong usage, or it cannot be done  13  the program does not do the same twice
 130  interrupted`

// endError ends the command with a status of its own.
type endError struct {
	status  int
	message string // "" if all has been said
}

func (e *endError) Error() string { return e.message }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, console{os.Stdout, os.Stderr}, os.Args[1:]))
}

func run(ctx context.Context, c console, args []string) int {
	root := &cobra.Command{
		Use:   "weft-queue",
		Short: "Spread an exploration over machines that come and go",
		Long: `Weft-queue spreads an exploration over machines that come and go. They need nothing but
this command, the binary of the test, and the address of the server.

    go tool weft test -c -o bank.test ./bank
    weft-queue serve --listen :4222 ./bank.test -test.run '^TestBank$' -weft.strategy exhaustive
    weft-queue work --nats nats://server:4222 ./bank.test
    weft-queue status --nats nats://server:4222

` + exitHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddCommand(newServe(c), newWork(c), newStatus(c))
	root.SetArgs(args)
	root.SetOut(c.out)
	root.SetErr(c.err)
	err := root.ExecuteContext(ctx)
	var ended *endError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &ended):
		if ended.message != "" {
			c.say("%s", ended.message)
		}
		return ended.status
	case ctx.Err() != nil:
		c.say("interrupted; the same command goes on from here")
		return exitInterrupted
	}
	c.say("%s", withoutPackage(err.Error()))
	return exitUsage
}

// withoutPackage takes the name of a package off a message: here it is the command that
// speaks.
func withoutPackage(message string) string {
	for _, name := range []string{"queue: ", "jet: ", "remote: ", "explore: "} {
		message = strings.TrimPrefix(message, name)
	}
	return message
}

// say writes a line for whoever looks on. It may tell of what a program has made up.
func (c console) say(format string, args ...any) {
	fmt.Fprintln(c.err, "weft-queue: "+words.Text(fmt.Sprintf(format, args...)))
}
