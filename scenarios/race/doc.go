// Package race is the second chapter of the gallery: programs of coroutines and
// tasks, each of which comes to its end in the default order and fails in others that
// its policy permits. Behind each stands its repair, which fails in none.
//
// A race and its repair stand in one file, which has the name of the race, and share
// everything but what was wrong. What several programs share is in shared.go. [All]
// gives them in this order.
//
// # The programs
//
// Something is lost:
//
//   - lost-update: two deposits, and one does not count
//   - lost-update-fixed: a lock from the read to the write
//   - queue-stolen-item: a job goes to one who was given up on
//   - queue-stolen-item-fixed: giving up cancels
//   - cancelled-lock-holder: half a transfer
//   - cancelled-lock-holder-fixed: a shield around what must be whole
//
// Something is done twice:
//
//   - check-then-act: the last seat is sold twice
//   - check-then-act-fixed: look and act in one step
//   - double-close: two close one connection
//   - double-close-fixed: the first says so before it begins
//   - cache-stampede: everybody asks the database
//   - cache-stampede-fixed: one asks for all
//   - timeout-against-completion: paid at the deadline, and once more
//   - timeout-against-completion-fixed: the first payment is withdrawn
//   - retry-storm: asking again keeps the server busy
//   - retry-storm-fixed: more patience every time
//   - exactly-once: a repeated message is paid again
//   - exactly-once-fixed: the receiver knows its number
//
// Somebody comes too early:
//
//   - publish-before-init: ready, says the server that is not
//   - publish-before-init-fixed: it says so last
//   - read-your-writes: a copy does not have the new photo yet
//   - read-your-writes-fixed: the copy catches up first
//   - condition-without-loop: woken for a loaf that is gone
//   - condition-without-loop-fixed: look again
//
// Somebody waits for ever:
//
//   - lock-order-deadlock: two philosophers, two forks
//   - lock-order-deadlock-fixed: one order for both
//   - philosophers: five of them, five forks
//   - philosophers-fixed: one order for all five
//   - missed-wakeup: the bell rings before anybody listens
//   - missed-wakeup-fixed: wait for the letter, not for the bell
//   - semaphore-leak-on-cancel: a cancelled task keeps its unit
//   - semaphore-leak-on-cancel-fixed: With gives it back
//   - starvation: looking at the wrong moments
//   - starvation-fixed: standing in line
//
// # All orders
//
// A race shows in few orders, so running it proves little. Every program of this
// chapter says in its Explore how many orders its policy permits and in how many of
// them it fails, and [scenario.Scenario.Engine] is what package explore needs to walk
// them:
//
//	update, _ := scenarios.Find("lost-update")
//	report, err := explore.Search(ctx, update.Engine(), explore.WithStrategy(walk.Exhaustive()))
//
// What it finds, the smallest schedule that fails among it, is kept in
// testdata/lost-update.explore.golden.
//
// # How to add one
//
// Write the race and its repair into one file, named after the race; the repair
// has its name with -fixed, and names it as Fixes. Let them share everything but
// what was wrong: a reader should find the difference in one function. Then
//
//   - keep all that tasks share in a [sim.Var], or in locks, queues and the like,
//     so that exploration sees it;
//   - let the program itself find out what went wrong, and return an error: that
//     is what makes an order a failing one;
//   - see to it that the default order passes, as it does with the races that one
//     meets: often it is enough that somebody comes at the very instant at which
//     somebody else is about to be done;
//   - choose the policy that permits the failing orders and not many others: the
//     walk over all of them should take less than 20,000 runs;
//   - set AnyOrder of the repair, whose claim must hold in every order.
//
// End the claim of a race with "in 1 of the 2 orders ...", that of a repair with
// "in each of the 2 orders", and set Explore to anything. Put both into the list in
// contents.go, and their names into the list above. Then
//
//	go test ./scenarios/race -update
//
// writes the true numbers into the claims and into Explore, and the golden files, one
// of them of all orders. Look at them. What else there is to do is the same in every
// chapter: see package scenarios.
package race
