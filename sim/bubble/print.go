package bubble

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// Println prints a line of the run's output, by which outcomes are told apart, as
// fmt.Println does. Others may print before: to print is a point, as a write to a file is
// for whoever reads it. Outside a run it prints to the standard output.
func Println(args ...any) { line(fmt.Sprintln(args...)) }

// Printf prints a line of the run's output, as fmt.Printf does; see [Println]. A line
// ends with the call.
func Printf(format string, args ...any) { line(fmt.Sprintf(format, args...)) }

func line(text string) {
	text = strings.TrimSuffix(text, "\n")
	n := current()
	if n == nil {
		fmt.Fprintln(os.Stdout, text)
		return
	}
	hooks.output()
	hooks.note(opPrint, n.printed(text, time.Since(epoch)))
}

// epoch is when time begins in a bubble.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
