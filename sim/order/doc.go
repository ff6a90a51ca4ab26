// Package order is the vocabulary of everything that runs a program, and of
// everything that searches its runs.
//
// # The one idea
//
// Every nondeterministic pick goes through one door: a [Decision]. At a point of a
// run where more than one thing may happen next, the engine lists the
// [Alternative] things, and a [Strategy] takes one. The first is always what the
// default order does. So a plain run is the strategy [Default], a run by seed is
// [Random], and the same run again is [Replay].
//
// # Words
//
// A program is the code under test, a run one execution of it. An [Engine] makes
// runs: the event loop of package sim is one, the goroutines of package bubble are
// another, and whoever writes a third finds here all that it must provide. A
// [Policy] says which alternatives exist at all, that is, which orders are
// permitted: [FIFO], [SameInstant], [AnyReady], [HoldUps], [Jitter].
//
// A [Schedule] holds the decisions of a run that did not go the default way. Each is
// kept by its kind and key, and not by its number, so that a schedule survives small
// edits of the program. Printed, "w1,timer:say1.1=say2.1" reads: format 1; where
// timer 1 of say1 would have been delivered, deliver timer 1 of say2.
//
// What a task does between two points where it gives up control is a [Step]. What it
// touches, and how ([Access]), is its footprint. Two steps whose footprints do not
// conflict may change places, and nobody can tell; see [Step.Conflicts].
//
// What a run shows stands in a [Run], and how it ended is an [End]; [Classify] tells
// one from an error. The errors of this package are those that both engines report:
// [PanicError], [GoexitError], [DeadlockError], [StepLimitError], [InvariantError],
// [MisuseError]. What they say begins with "sim:", the name of the house of both
// engines, since a reader of a report need not know which package made them; what is
// wrong with a policy or a schedule that was given begins with "order:".
//
// # What stands above and below
//
// This package imports package trace and nothing else of Weft. It runs nothing by
// itself, and draws nothing but from a seed.
package order
