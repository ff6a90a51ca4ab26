// Package coroutine is the first chapter of the gallery: programs of coroutines and
// tasks on the event loop of package sim, all of which do what they should. They show
// who has control and when, what waits together and what holds others up, and what
// the loop promises.
//
// Someone who knows Python's asyncio will recognise most of the programs, and will
// find that they print the same lines at the same times here.
//
// Each program stands in the file of its name. [All] gives them in this order.
//
// # The programs
//
// First programs, which wait and say something:
//
//   - hello: two coroutines sleep at the same time
//   - goodbye: say something, wait, say something else
//   - say-after-tasks: two waits as tasks, 2 seconds
//   - say-after-awaits: the same two waits one after the other, 3 seconds
//
// Taking turns. Where does control go when a task waits?
//
//   - fib: a tree of tasks, next to the plain recursion
//   - evens-odds: two tasks count to ten in turn
//   - evens-odds-loop: the same with the loop driven by hand
//   - numbers-letters: two coroutines gathered
//   - all-tasks: gather whatever tasks there are
//
// Coroutines as values. What does a call give that has not run?
//
//   - coroutine-object: a value with a name and a state
//   - await-inline: awaiting is like calling
//   - never-awaited: what happens if one forgets to
//
// Waiting together. What becomes faster, and what does not?
//
//   - three-servers: one slow server, asked together with two fast ones
//   - sync-vs-async-sleep: the wrong sleep makes tasks queue up
//   - downloads: one by one, in threads, in coroutines
//   - books: switching, side by side, overlapping
//
// What holds others up, and what does not:
//
//   - fire-and-forget-log: a logger that nobody waits for
//   - cpu-bound: computation in coroutines, threads and processes
//   - blocking-library: one blocking client among async ones
//
// What the loop promises:
//
//   - not-lost: many ends at one instant, all of them delivered
//   - callbacks: nested callbacks and awaits show their user the same
//   - ten-thousand: many sleepers cost no time
//
// # How to add one
//
// Write the program into the file of its name, and put it into the list in
// contents.go, at the end of its topic, and its name into the list above. What else
// there is to do is the same in every chapter: see package scenarios.
package coroutine
