// Package goroutine is the third chapter of the gallery: programs in ordinary Go, with
// goroutines, channels, locks and timers, and nothing of package sim.
//
// They run in a bubble of package bubble, which decides which goroutine goes on, and
// so need the overlay: the command weft builds itself anew for them, and their tests
// run under weft test. Their names begin with go/, and each stands in the file of what
// follows, a race and its repair in one. [All] gives them in this order.
//
// # The programs
//
// Nothing is wrong with the first three. The others are races, each before its repair. The
// default order of a race passes, and another one fails; only map-concurrent-write
// fails in none, and is for the race detector.
//
//   - go/hello: two goroutines that sleep at the same time
//   - go/hand-over: a channel without a buffer, where a send waits for a receive
//   - go/buffered-channel: a channel with room, where it does not
//   - go/lost-update: two deposits, and one does not count
//   - go/lost-update-fixed: a lock from the read to the write
//   - go/lock-order-deadlock: two philosophers, two forks
//   - go/lock-order-deadlock-fixed: one order for both
//   - go/missed-wakeup: the bell rings before anybody listens
//   - go/missed-wakeup-fixed: wait for the letter, not for the bell
//   - go/double-close: two close one connection
//   - go/double-close-fixed: only the first of them closes
//   - go/timeout-against-completion: paid at the deadline, and once more
//   - go/timeout-against-completion-fixed: a payment has a number
//   - go/send-on-closed: a report for a newspaper that is printed already
//   - go/send-on-closed-fixed: the newspaper waits for its last report
//   - go/leaked-worker: an answer that nobody waits for
//   - go/leaked-worker-fixed: room for an answer that nobody waits for
//   - go/waitgroup-add-after-wait: the house is locked while a guest comes in
//   - go/waitgroup-add-after-wait-fixed: counted at the door
//   - go/map-concurrent-write: two count in one map
//   - go/map-concurrent-write-fixed: one after the other
//   - go/context-cancel-leak: a source that does not hear that it should stop
//   - go/context-cancel-leak-fixed: a source that waits for both
//   - go/select-starvation: the urgent order comes last
//   - go/select-starvation-fixed: it is looked for first
//
// # How to add one
//
// Write the race and its repair into one file, named after the race, and let them
// share everything but what was wrong. Print through bubble.Println, panic if the
// program finds that something went wrong, and say in Fails or DataRace how it fails.
// Give each goroutine a function of its own to start it: it is called after that
// function in schedules and views. Put both into the list in contents.go and into the
// list above, write the golden file, and look at it:
//
//	go run ./cmd/weft test ./scenarios/goroutine -update
package goroutine
