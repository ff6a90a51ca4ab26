package main

import "weft/sim/order"

// The exit statuses. Scripts depend on them: a number keeps its meaning.
const (
	exitOK         = 0
	exitFailed     = 1
	exitUsage      = 2
	exitDeadlock   = 3
	exitStepLimit  = 4
	exitPanic      = 5
	exitGoexit     = 6
	exitLeak       = 7
	exitMisuse     = 8
	exitMismatch   = 9
	exitCancelled  = 10
	exitStuck      = 11
	exitInvariant  = 12
	exitDifference = 1

	exitNondeterminism = 13
	exitKept           = 14
	exitDied           = 15
	exitSpin           = 16
	exitStall          = 17
	exitDataRace       = 18
	exitInterrupted    = 130 // as shells count it
)

const exitHelp = `Exit status:
   0  the run finished and its claim holds; no order fails; the traces are equal
   1  the program failed, or its claim does not; an order fails; the traces differ
   2  wrong usage, or a file that cannot be read or written
   3  deadlock            4  step limit         5  panic
   6  runtime.Goexit      7  leaked tasks       8  misuse of the library
   9  the schedule does not fit the program    10  cancelled
  11  a step never came back                  12  a broken invariant
  13  the program does not do the same twice  14  a run met what an earlier one left
  15  the process of a run ended              16  goroutines only spin
  17  only timers go on                       18  a data race
 130  interrupted`

// status returns the exit status for the class of a run's end.
func status(end order.End) int {
	switch end {
	case order.Finished:
		return exitOK
	case order.Deadlocked:
		return exitDeadlock
	case order.Raced:
		return exitDataRace
	case order.OutOfSteps:
		return exitStepLimit
	case order.Panicked:
		return exitPanic
	case order.Exited:
		return exitGoexit
	case order.Leaked:
		return exitLeak
	case order.Misused:
		return exitMisuse
	case order.Mismatched:
		return exitMismatch
	case order.Cancelled:
		return exitCancelled
	case order.Violated:
		return exitInvariant
	case order.Spinning:
		return exitSpin
	case order.Stalled:
		return exitStall
	case order.StuckEnd:
		return exitStuck
	case order.Kept:
		return exitKept
	case order.Died:
		return exitDied
	}
	return exitFailed
}

// endError ends the command with a status of its own.
type endError struct {
	status  int
	message string // "" if all has been said
}

func (e *endError) Error() string { return e.message }
