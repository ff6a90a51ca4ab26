// Package queue spreads an exploration over machines that come and go.
//
// The work is cut into units (see explore.Unit): some subtrees of the tree of orders, or a
// range of the runs that are drawn, of about a second. A [Worker] takes one from a [Line],
// does it, and gives back what is left of it as further units. A [Keeper] adds up what was
// found. Package jet keeps line and ledger in NATS JetStream; the command weft-queue has all
// of it.
//
// # Why nothing is lost, and nothing is counted twice
//
// What was found in a unit is one value in the [Ledger], under the ID of the unit: how the
// runs ended, and which units are left of it. It is there as a whole or not at all, and the
// first one to be written stays. The report is computed from the ledger alone, and only from
// what hangs together: the result of the whole, of the units that it left, of those that
// these left, and so on (explore.Units). So:
//
//   - A unit that is done twice counts once. The two may have stopped at different points,
//     and left different units. The one that was first decides which of them belong to the
//     exploration; what else was put in line is done for nothing, and is not counted.
//   - Each order is counted once. A result says of each order of its unit either that it
//     was run and counted there, or in which one of the units left it is. Those are disjoint
//     again.
//   - The line may forget and repeat. It only says what might be done. A worker
//     takes a unit off the line for good after its result is in the ledger and what is left
//     of it is in line. If it is killed before, the unit comes up again: then the next
//     worker finds the result, if it is there, and puts in line what it left.
//   - What the line has lost all the same, such as by a disk that was lost with its power,
//     the keeper puts in line again: it knows from the ledger which units are open.
//   - The ledger may lose results, the latest ones or others. Then units are open again.
//
// A worker that does a unit which somebody has done already, and gives back the same of it,
// compares: if it has found something else, the program does not do the same twice, and
// that ends the exploration.
//
// All of this is pure code over two interfaces. TestScheduler runs it in an event loop of
// package sim, with 1,000 workers that die at any point, and in orders that are drawn.
//
// # Who looks on
//
// weft-queue status says how far it is, from the ledger. With --status, weft-queue serve keeps
// the same in a file (explore.Status), and so does status with -o where the server is
// elsewhere; weft serve --watch shows such a file in a browser.
//
// # What is trusted
//
// A worker runs the binary that it was given, with the arguments that the plan says, and
// only if it is the same file (by its SHA-256). Whoever may write to the server decides
// these arguments, so give the server a token, certificates, or credentials where others
// can reach it.
package queue
