// Package search is the machinery of an exploration, and the contract between an
// exploration and its strategies.
//
// # The contract
//
// A [Strategy] says which runs are made. For one exploration it gives a [Planner],
// which is asked for the jobs of one round after another. A [Job] is some runs that
// a [Worker] makes one after another and adds up in a [Tally]. When the jobs of a
// round are done, in whatever order, they go back to the planner in the order in
// which it gave them. So a planner that goes by what comes back, and by nothing
// else, plans the same for one worker and for a hundred.
//
// The strategies live beside this package, and know nothing above it: package walk
// leaves no order out, package dpor leaves out what can show nothing new, package
// sample draws. Package explore puts them together, and is what a user calls. To
// write another strategy, implement Strategy, Planner and Job; the example shows a
// whole one.
//
// # What is kept of runs
//
// A tally keeps the different [Outcome] values, each with its simplest run, and how
// many different traces there were: two runs have the same trace if they differ only
// in the order of steps that do not conflict ([Worker.TraceOf]). [Coverage] is what a
// planner may claim in the end. It says "all" only of what was walked to its end.
//
// # Repeatability
//
// A claim about all orders is worth nothing if a program does not do the same twice
// with the same decisions. So some runs are made again, and the first difference
// ends the exploration with a [NondeterminismError].
package search
