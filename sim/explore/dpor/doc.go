// Package dpor has the strategies that leave out orders which can show nothing new:
// dynamic partial order reduction.
//
// # The idea
//
// Two steps of different tasks that touch nothing in common may change places, and
// nobody can tell. Orders that differ only so are one trace (Mazurkiewicz, 1977), and
// it is enough to run one order of each trace. What a step touches is only known when
// it has run: hence dynamic.
//
// After each run, the happens-before relation of its steps is found from their
// footprints ([order.Step.Conflicts]). Two steps that conflict, and that nothing else
// puts in order, are a race: had they come the other way round, another trace would
// have been seen. For each race, a run is planned in which they do. What has been
// tried at a point of the tree sleeps there: below it, until something touches what it
// touches, it need not be tried again.
//
// # Which of them
//
//   - [Reduced] is source-DPOR. It is what the default strategy uses.
//   - [Optimal] plans whole sequences and not only first steps (wakeup trees), so that
//     no run has to be given up half-way.
//   - [SleepSets] tries everything that is not asleep. It is slow and simple, and
//     there to check the others.
//
// # Where to read on
//
// footprint.go: what a step touches; past.go: what a step begins with, by which it is
// known again; footprint_table.go: what is known of steps that are not taken yet, and
// which steps the theory is not about. happensbefore.go: the order of a run's steps, and
// its races; contend.go: what is touched in conflict by steps that may come in any order.
// reduced.go plans; reduced_tree.go is the tree with what is left to do in it;
// reduced_run.go makes a run and finds out what it shows. optimal.go and
// optimal_wakeup.go likewise; foresight.go spares it runs that only look. fixpoint.go: a
// walk that went by footprints which turned out to be too small is made again. saved.go,
// reduced_saved.go and optimal_saved.go: what a walk that is stopped goes on from.
//
// A walk that several machines share is cut into parts: plan.go cuts, root.go is where a
// part begins, knowledge.go what all who walk parts know of footprints, parts.go walks
// them, and unit.go gives them away.
//
// # What it relies on
//
// On footprints being whole. A program whose tasks share what the engine does not see
// is explored without reduction unless its author says that all is tracked.
package dpor
