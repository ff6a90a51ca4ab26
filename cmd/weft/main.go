package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"weft/trace"
	"weft/trace/words"
)

func main() {
	// The first interrupt ends an exploration in good order, the second the process.
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, release)
	c := console{Out: os.Stdout, Err: os.Stderr, view: viewOf(os.Stdout)}
	if term.IsTerminal(int(os.Stderr.Fd())) {
		c.progress = &progress{w: os.Stderr, width: viewOf(os.Stderr).Width, now: time.Now}
	}
	os.Exit(execute(ctx, os.Args[1:], c))
}

// console is where a command writes to, and what it knows of the reader's screen.
type console struct {
	Out, Err io.Writer
	view     trace.ViewOptions
	progress *progress // nil if nobody looks
}

// viewOf finds out how wide a terminal is and whether it wants colours
// (https://no-color.org). Into a file or a pipe, views are plain and of the
// default width, so that they are the same everywhere.
func viewOf(f *os.File) trace.ViewOptions {
	var v trace.ViewOptions
	if term.IsTerminal(int(f.Fd())) {
		v.ASCII = !words.UTF8(os.Getenv)
		v.Color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			v.Width = width
		}
	}
	if width, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && width > 0 {
		v.Width = width
	}
	return v
}

// execute runs the command line and returns the exit status.
func execute(ctx context.Context, args []string, c console) int {
	root := newRoot(c)
	root.SetArgs(args)
	root.SetOut(c.Out)
	root.SetErr(c.Err)
	err := root.ExecuteContext(ctx)
	if _, _, unknown := root.Find(args); err != nil && unknown != nil {
		err = unknownCommand(root, args)
	}
	if errors.Is(err, errUncontrolled) {
		var status int
		if status, err = controlledSelf(ctx, c, args); err == nil {
			return status
		}
	}
	if err == nil {
		return exitOK
	}
	var ended *endError
	if errors.As(err, &ended) {
		if ended.message != "" {
			fmt.Fprintln(c.Err, "weft: "+words.Text(withoutPackage(ended.message)))
		}
		return ended.status
	}
	// It may tell of what a program or a file has made up.
	fmt.Fprintln(c.Err, "weft: "+words.Text(withoutPackage(err.Error())))
	return exitUsage
}

// withoutPackage takes the name of a package off a message: here it is weft that
// speaks.
func withoutPackage(message string) string {
	message = strings.TrimSpace(message)
	for _, name := range []string{"explore: ", "search: ", "walk: ", "dpor: ", "sample: ", "explain: ", "simtest: ", "order: ", "sim: ", "bubble: ", "overlay: ", "page: ", "course: ", "source: ", "fresh: "} {
		message = strings.TrimPrefix(message, name)
	}
	return message
}

func newRoot(c console) *cobra.Command {
	root := &cobra.Command{
		Use:   "weft",
		Short: "Run concurrent programs on virtual time, in an order of your choice",
		Long: `Weft runs concurrent programs on virtual time, in an order that a seed or a
schedule decides, and shows which other orders are permitted.

    weft list              the programs of the gallery
    weft run hello         run one and see who had control when
    weft explore hello     run it in every order that is permitted

` + exitHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
		// No Args: they would be looked at after the flags, and those are of a command that
		// there is not.
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.Version = version
	root.SetVersionTemplate(versionLine())
	root.DisableSuggestions = true // there is unknownCommand
	root.SetFlagErrorFunc(usageOfFlag)
	root.AddCommand(newList(c), newLessons(c), newLesson(c), newRun(c), newExplore(c), newMerge(c), newReplay(c), newShrink(c), newTrace(c), newDiff(c),
		newTest(c), newPage(c), newServe(c), newOverlay(c), newDoctor(c), newInit(c), newVersion(c), newProbe())
	root.InitDefaultHelpCmd()
	if help, _, err := root.Find([]string{"help"}); err == nil {
		show := help.Run
		help.RunE = func(cmd *cobra.Command, args []string) error {
			if _, _, err := root.Find(args); err != nil {
				return unknownCommand(root, args)
			}
			show(cmd, args)
			return nil
		}
	}
	return root
}
