package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"weft/sim/order"
	"weft/trace"
)

const wantFlag = "want"

// wantEngine is an engine of a program that says nothing of what is right: a run fails if
// these lines are not in its output.
type wantEngine struct {
	order.Engine
	want string
}

// expecting returns the engine that fails runs without the lines that --want names.
func expecting(cmd *cobra.Command, e order.Engine) (engine order.Engine, more string) {
	f := cmd.Flags().Lookup(wantFlag)
	if f == nil || !f.Changed {
		return e, ""
	}
	return &wantEngine{e, strings.Trim(f.Value.String(), "\n")}, f.Value.String()
}

func (e *wantEngine) Runner() order.Runner { return &wantRunner{e.Engine.Runner(), e.want} }

// ColdRunner returns a runner for the first run of a process.
func (e *wantEngine) ColdRunner() order.Runner {
	return &wantRunner{order.ColdRunner(e.Engine), e.want}
}

// FirstDiffers is the engine's own.
func (e *wantEngine) FirstDiffers() bool {
	cold, ok := e.Engine.(order.Cold)
	return ok && cold.FirstDiffers()
}

// Claim is the engine's own.
func (e *wantEngine) Claim() string {
	if c, ok := e.Engine.(order.Claimant); ok {
		return c.Claim()
	}
	return ""
}

// Finer is the engine's own, with the same wish.
func (e *wantEngine) Finer() (order.Engine, bool) {
	f, ok := finer(e.Engine)
	return &wantEngine{f, e.want}, ok
}

type wantRunner struct {
	order.Runner
	want string
}

func (r *wantRunner) Run(strategy order.Strategy, level trace.Level) *order.Run {
	run := r.Runner.Run(strategy, level)
	if run.End != order.Finished || prints(run.Output, r.want) {
		return run
	}
	run.Err = &unwantedError{r.want, run.Output}
	run.End, run.Summary = order.Failed, run.Err.Error()
	return run
}

// prints reports whether whole lines of an output are the text.
func prints(output []order.Line, text string) bool {
	var b strings.Builder
	for _, line := range output {
		b.WriteString("\n" + line.Text)
	}
	return strings.Contains(b.String()+"\n", "\n"+text+"\n")
}

// unwantedError is the end of a run that does not print what it should.
type unwantedError struct {
	want   string
	output []order.Line
}

func (e *unwantedError) Error() string {
	printed := "nothing"
	if n := len(e.output); n > 0 {
		printed = fmt.Sprintf("%q", e.output[n-1].Text)
		if n > 1 {
			printed += " last"
		}
	}
	return fmt.Sprintf("it prints %s, want %q", printed, e.want)
}

func (e *unwantedError) End() order.End { return order.Failed }
