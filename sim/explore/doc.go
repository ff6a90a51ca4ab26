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
// At each point where more than one thing may happen next, the engine makes a decision.
// The decisions of all runs form a tree, and the order policy of the engine says how large
// it is: which alternatives there are. An order is a way from its root to a leaf. Two
// orders are one trace if they differ only in which of two neighbouring steps comes first
// that cannot affect each other (Mazurkiewicz, 1977). What a task does from one decision to
// the next is a step; that it waits for a mutex that is held is none. A report says "all"
// in these cases only, and each claim is held by the tests that are named:
//
//   - All orders: the tree was walked to its end, each leaf once, so the number is exact
//     ([walk.Exhaustive], and [Auto] where it fits into the budget; TestCounts of
//     package counts, against counts that were made elsewhere, and
//     TestExhaustiveCountsOrders).
//   - All traces: of each trace, an order was run ([dpor.Reduced], [dpor.Optimal],
//     [dpor.SleepSets]). No outcome is lost by that, as far as footprints are whole: of
//     what the engine cannot see, a run says so in [order.Run.Untracked], and a reduction
//     that meets it does not say "all" (TestCounts, TestReductionsOfSim,
//     TestReductionsAgainstBruteForce, and of package bubble TestReductionsOfRandomPrograms
//     and TestPairs: every pair of operations of the standard library against a walk
//     without reduction). Where a step touches several
//     objects, or what a select finds, a trace may be run more than once; the number of
//     traces is exact, and the verdict says in how many runs (TestVerdictOfTraces).
//   - All orders with at most so many switches ([walk.Bounded];
//     TestBoundedHasTheFewestSwitchesFirst).
//   - All orders with up to so many hold-ups: the tree of [order.HoldUps]
//     (TestHoldUpsCounted of packages sim and bubble).
//
// Of a program on the event loop, all orders are all that it can do, since what its tasks
// share goes through the library. Of ordinary Go they are all orders of its
// synchronisation. If no order has a data race, the program behaves as if its goroutines
// took turns, and it can do nothing else (Adve and Hill, 1990): then the verdict says so,
// and it says in the same line what it leaves out; see [order.Claimant] (TestClaim and
// TestRandomMemoryPrograms of package bubble).
//
// Everything else draws: [sample.Random], [sample.PCT], [sample.POS], [sample.SURW],
// [sample.URW], [sample.Portfolio], and [Auto] where there are too many orders to walk.
// Their reports estimate how many there are, with "≈", and how much was not seen.
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
// # Many machines
//
// Machines that are given the same program and options, and one part each ([WithShard]),
// need not talk to each other: all make the same plan, and each does what of it is its
// own. [Merged] gives the report that one machine would have given, byte for byte but for
// the real time; a part that is missing takes "all" away, and a part that was made twice
// and is not the same is a nondeterminism (TestMergedIsTheWhole, TestMissingPartIsNamed,
// TestDifferentPartIsNondeterminism). So are parts of two versions of the program, which
// are told apart by the default order and by 16 that are drawn: versions that differ in
// rarer orders only are not (TestPartsOfTwoVersions). Walks are cut into subtrees, about 64 for each part,
// by how many orders each seems to have: of philosophers(8) and lastzero(12), with at most
// two switches, the largest of 16 parts has 1.00 times the runs of the mean
// (TestPartsOfWalksAreOfOneSize of package dpor). Strategies that draw are cut into the
// blocks of runs that one machine makes as well; all parts make the first 1,361 runs from
// which they learn. [Auto] decides alike everywhere, and no part gives up a walk.
//
// Reductions cut the tree into 2048 parts at least: above the cut all is tried that is
// awake, and what sleeps is handed down. So each trace is walked in one part, and the
// merged report claims what that of one machine does: the same outcomes, as many traces,
// the same verdict. Which runs show them, and how many were given up, goes by the cut. The
// cut, and with it the whole report, is the same for any number of parts up to 16
// (TestReductionsAgainstBruteForce, TestFewShardsAreCutAlike of package dpor). Of
// philosophers(8), the largest of 16 parts makes 1.96 times the runs of the mean
// (TestPartsOfReductionsAreOfOneSize). A step that touches, in one part, what no run had
// touched that all machines make before takes "all" away, and is named.
//
// What is exact ends where memory is bounded: beyond search.OutcomesKept outcomes or
// search.TracesKept traces, which of them are told apart depends on the parts.
//
// # Units
//
// Where machines come and go, an exploration is done in units that are cut as it goes on:
// SearchUnit does some of one, and gives back what is left as further units, for whoever
// has time. Units adds up what was found, and gives the report that one machine would have
// given (of a reduction: what that claims), wherever it was cut, in whatever order it was
// done, and whatever was done twice (TestUnitsAreTheWhole, TestUnitsOfReductions of package
// dpor). Strategies that walk and those that draw can be done in units. Package remote has
// another process do them; the command weft-queue of the module queue spreads them over
// machines.
//
// # Where things are
//
// Package search is the machinery below this one: rounds of jobs, workers, tallies,
// and the contract of a strategy. The strategies stand beside it: package walk leaves
// no order out, package dpor leaves out what can show nothing new, package sample
// draws. Here are what a user calls (search.go, all.go, options.go), the report and
// claims about it, checkpoints, parts and how they are merged, the strategies by name, and [Auto], which chooses among
// them.
//
// # Sources
//
// The outcome as a set, and claims about it, are dejafu's (Walker and Runciman,
// 2015); the search with rising bounds is CHESS's (Musuvathi and Qadeer, 2007);
// the reductions are those of Abdulla et al. (2014); the samplers name theirs.
package explore
