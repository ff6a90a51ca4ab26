// Package explore runs a program under many schedules and says what was seen, and
// how much of what is permitted that is.
//
// In a test, use package simtest, whose Check explores a function and reports the
// simplest failure. This package is what stands behind it, and behind the command.
//
// # One call
//
// [Search] explores a program on an [order.Engine], of which sim.Engine and
// bubble.Engine make one, and returns a [Report]: the different outcomes, how many
// orders lead to each, and for each the simplest schedule. [All] gives the runs one by
// one. A [Predicate] makes a claim about the set of outcomes. Why a schedule fails,
// package explain says.
//
// # What "all" means
//
// At each point where more than one thing may happen next, the engine makes a
// decision; the decisions of all runs form a tree. The order policy of the engine
// says how large it is. A report says "all" only if the tree was walked to its
// end:
//
//   - [walk.Exhaustive] walks it all; the number of orders is exact.
//   - [dpor.Reduced] leaves out orders that differ from one that it runs only in steps
//     which cannot affect each other, as far as their footprints say. It sees what
//     tasks do to objects of package sim, and nothing else: it is sound for
//     programs that share nothing but these.
//   - [walk.Bounded] walks all orders with few switches away from the default.
//   - [sample.Random], [sample.PCT], [sample.POS], [sample.SURW], [sample.URW] and [sample.Portfolio] draw orders. Their reports
//     estimate how many there are, and how much was not seen.
//   - [Auto], the default, walks the tree if it is small enough for the budget, and
//     draws otherwise.
//
// # One result, whatever the machine
//
// Runs go on side by side, on all processors, and what is found does not depend
// on how many there are: the work is planned in rounds of fixed size, and what
// the jobs of a round have found is put together in the order in which they were
// planned. Two explorations with the same seed give the same report, except for
// the real time that they took, and except for limits of real time.
//
// Some runs are made twice. A program that depends on anything but its decisions
// (the wall clock, the iteration over a map, what an earlier run has left) gives
// another trace the second time, and the exploration ends with the first event
// that differs; see [search.NondeterminismError].
//
// # Where things are
//
// Package search is the machinery below this one: rounds of jobs, workers, tallies,
// and the contract of a strategy. The strategies stand beside it: package walk leaves
// no order out, package dpor leaves out what can show nothing new, package sample
// draws. Here are what a user calls (search.go, all.go, options.go), the report and
// claims about it, checkpoints, the strategies by name, and [Auto], which chooses among
// them.
//
// # Sources
//
// The outcome as a set, and claims about it, are dejafu's (Walker and Runciman,
// 2015); the search with rising bounds is CHESS's (Musuvathi and Qadeer, 2007);
// the reductions are those of Abdulla et al. (2014); the samplers name theirs.
package explore
