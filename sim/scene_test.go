package sim_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/sim"
	"weft/sim/order"
)

// ms keeps the instants of a scene short.
const ms = time.Millisecond

// errTest is the error of a program that is meant to fail.
var errTest = errors.New("failed on purpose")

// A scene is a program, what it prints, and how it ends.
type scene struct {
	name string
	main func(ctx context.Context) error
	want []string // a line each: the virtual time, then the text
	err  error    // what the run's error matches; nil for a run without one
}

func playScenes(t *testing.T, scenes []scene) {
	t.Helper()
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			o := playMain(s.main)
			if diff := cmp.Diff(s.want, linesOf(o), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("the run printed (-want +got):\n%s", diff)
			}
			if !errors.Is(o.Err, s.err) {
				t.Errorf("the run ended with %v, want %v", o.Err, s.err)
			}
		})
	}
}

// playMain runs main as sim.Run does, and keeps its output and reports to itself.
func playMain(main func(ctx context.Context) error, options ...sim.Option) *sim.Outcome {
	return sim.Simulate(sim.Main(main), append(quietly(), options...)...)
}

// inTask runs main as playMain does, and fails the test if the run fails.
func inTask(t *testing.T, main func(ctx context.Context) error, options ...sim.Option) {
	t.Helper()
	if o := playMain(main, options...); o.Err != nil {
		t.Errorf("the run ended with %v", o.Err)
	}
}

func quietly() []sim.Option {
	return []sim.Option{sim.WithOutput(io.Discard), sim.WithLog(io.Discard), sim.WithStepLimit(100_000)}
}

// quietLoop returns a loop that is closed when the test ends.
func quietLoop(t *testing.T, options ...sim.Option) *sim.Loop {
	t.Helper()
	l := sim.NewLoop(append(quietly(), options...)...)
	t.Cleanup(func() { l.Close() })
	return l
}

func linesOf(o *sim.Outcome) []string { return timed(o.Output) }

func timed(lines []order.Line) []string {
	var out []string
	for _, line := range lines {
		out = append(out, fmt.Sprintf("%v %s", line.At, line.Text))
	}
	return out
}

// say returns a coroutine function that prints text after d.
func say(d time.Duration, text string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if err := sim.Sleep(ctx, d); err != nil {
			sim.Print(ctx, text, "was cancelled")
			return err
		}
		sim.Print(ctx, text)
		return nil
	}
}

// give returns a coroutine function that has value and err after d.
func give[T any](d time.Duration, value T, err error) func(ctx context.Context) (T, error) {
	return func(ctx context.Context) (T, error) {
		if err := sim.Sleep(ctx, d); err != nil {
			var none T
			return none, err
		}
		return value, err
	}
}

// forever waits for what never comes, unless it is cancelled.
func forever(ctx context.Context) error {
	_, err := sim.NewFuture[sim.None](ctx, "never").Await(ctx)
	return err
}

// reportsOf returns the reports of one kind, as "object: text".
func reportsOf(reports []sim.Report, kind sim.ReportKind) []string {
	var out []string
	for _, r := range reports {
		if r.Kind == kind {
			out = append(out, r.Object+": "+r.Text)
		}
	}
	return out
}

// misuseOf returns the sentence with which f panics, "" if it does not.
func misuseOf(f func()) (sentence string) {
	defer func() {
		switch value := recover().(type) {
		case nil:
		case *order.MisuseError:
			sentence = value.Error()
		default:
			sentence = fmt.Sprintf("a panic that is no *MisuseError: %v", value)
		}
	}()
	f()
	return ""
}

// misuseIn returns the sentence with which f panics inside a task.
func misuseIn(f func(ctx context.Context)) string {
	return misuseOf(func() {
		o := playMain(func(ctx context.Context) error { f(ctx); return nil })
		var wrong *order.MisuseError
		if errors.As(o.Err, &wrong) {
			panic(wrong)
		}
		if o.Err != nil {
			head, _, _ := strings.Cut(o.Err.Error(), "\n")
			panic(head)
		}
	})
}
