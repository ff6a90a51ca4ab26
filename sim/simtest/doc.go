// Package simtest brings explorations into "go test".
//
// [Check] runs a function as the main task of an event loop, in every order that is
// permitted or in as many as there is time for, and fails the test with the simplest
// story of the simplest failure:
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
// The report shows the lanes of the failing run beside those of the nearest passing
// one, what raced, and one line that repeats the failing run. The schedule is kept in
// a file below testdata/weft and tried first the next time.
//
// A [T] is the testing.TB of one run. With [T.Sometimes] and [T.Invariant] it says what
// ought to be seen in some run, and what must hold after every step of each.
//
// Options are those of package explore (explore.WithRuns and so on) and, for what only a
// test has, [WithPolicy], [WithSim] and [WithoutFailFiles]. Flags and variables overrule
// them; see [Check]. Ordinary Go with goroutines and channels is tested by package
// bubble, whose Check is a door to [CheckOn], the same for any engine.
package simtest
