package order

import "time"

// Line is a line of output.
type Line struct {
	At   time.Duration // virtual
	Task string        // the label of the task that printed it, "" outside tasks
	Text string        // without the end of line
}
