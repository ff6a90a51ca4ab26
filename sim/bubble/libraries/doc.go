// Package libraries is where widely used modules meet package bubble. It is a module of
// its own, so that Weft does not need them.
//
// Each folder tests one library under bubble.Check, unchanged and with all that it
// imports: what a user of it would want to know holds in every order. They are also examples
// of what such a test looks like for a cache, a pool, a breaker, a scheduler, and for
// servers that live in the process, over net.Pipe (redis, nats), a listener in memory
// (grpc), or none (sqlite).
//
// Where some order breaks the library, the test says which, and fails when it is found no
// longer (internal/bug). Such are TestPoolPanic of conc, TestLostWakeup of ants and
// TestCloseWhilePublishing of watermill. Where a library leaves goroutines on purpose, they
// are named by bubble.WithExpected (TestNeverReleased of ants).
//
// The command compare runs the libraries' own tests without the overlay and with it: the
// overlay must not make a difference to code that is in no bubble. README.md has the table.
package libraries
