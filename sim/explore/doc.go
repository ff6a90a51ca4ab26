// Package explore runs a program under many schedules and says what was seen, and
// how much of what is permitted that is.
//
// # In a test
//
// [simtest.Check] explores a function like this one, in which two tasks change a balance,
// and fails the test if it fails in any order:
//
//	func TestTransfers(t *testing.T) {
//		simtest.Check(t, func(t *simtest.T) {
//			ctx := t.Context()
//			balance := sim.NewVar(ctx, "balance", 100)
//			withdraw := func(ctx context.Context) error {
//				seen := balance.Get()
//				if err := sim.Yield(ctx); err != nil {
//					return err
//				}
//				balance.Set(seen - 30)
//				return nil
//			}
//			a, b := sim.Go(ctx, "a", withdraw), sim.Go(ctx, "b", withdraw)
//			if _, err := sim.Gather(ctx, a, b).Await(ctx); err != nil {
//				t.Fatal(err)
//			}
//			if got := balance.Get(); got != 40 {
//				t.Errorf("balance is %d, want 40", got)
//			}
//		})
//	}
//
// The failure that it reports is the simplest: the one with the fewest decisions
// off the default order. The report shows what raced, the nearest order that
// passes, and one line that repeats the failing run.
//
// # Beside tests
//
// [Search] explores a program on an [order.Engine], of which [sim.Engine] makes one, and
// returns a [Report]: the different outcomes, how many orders lead to each, and
// for each the simplest schedule. [All] gives the runs one by one. [Predicate]s
// make claims about the set of outcomes. [explain.Shrink] reduces a failing schedule,
// [explain.Why] says what raced, [explain.Swaps] says which events of a run may be exchanged,
// and [Inevitability] at which decision a failure became certain.
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
// # Sources
//
// The outcome as a set, and claims about it, are dejafu's (Walker and Runciman,
// 2015); the search with rising bounds is CHESS's (Musuvathi and Qadeer, 2007);
// the reductions are those of Abdulla et al. (2014); the samplers name theirs.
package explore
