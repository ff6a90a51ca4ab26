package sim

import (
	"context"
	"fmt"

	"weft/sim/order"
	"weft/trace"
)

// Print prints its operands as fmt.Println does. The line is part of the run's
// trace and of its outcome.
func Print(ctx context.Context, operands ...any) {
	text := fmt.Sprintln(operands...)
	scopeOf(ctx, "Print").loop.print(text[:len(text)-1])
}

// Printf prints a line as fmt.Printf does, and ends it.
func Printf(ctx context.Context, format string, operands ...any) {
	scopeOf(ctx, "Printf").loop.print(fmt.Sprintf(format, operands...))
}

func (l *Loop) print(text string) {
	line := order.Line{At: l.clock.Now(), Text: text}
	if l.current != nil {
		line.Task = l.current.label()
	} else if l.thread != nil {
		line.Task = l.thread.label()
	}
	l.output = append(l.output, line)
	l.touch(output{}, order.Writes)
	l.record(trace.Entry{Kind: trace.Print, Object: "output", Detail: text, PC: l.caller(2)})
	if l.stdout != nil {
		if _, err := fmt.Fprintln(l.stdout, text); err != nil {
			l.stdout = nil // one report is enough
			l.report(Report{Kind: LostOutput, Object: "output", Err: err,
				Text: "output could not be written, and no more will be: " + err.Error()})
		}
	}
}
