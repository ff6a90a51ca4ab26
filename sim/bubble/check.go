package bubble

import (
	"context"
	"flag"
	"os"
	"testing"

	"weft/sim/explore"
	"weft/sim/order"
	"weft/sim/simtest"
)

// T is the testing.TB of one run. It is the same as that of package simtest.
type T = simtest.T

const without = "this program was built without the overlay of this version of Weft, so the order of goroutines is not controlled; " +
	"run the tests with \"go run weft/cmd/weft test\" in place of \"go test\""

const elsewhere = "the flags of the compiler, as in GOFLAGS, are for the packages of another module, so runs do not see what this one reads and writes; " +
	"set them anew in its folder: eval \"$(go tool weft overlay --env)\""

// Controlled reports whether orders are controlled: whether the program was built with
// the overlay that "weft overlay" makes.
func Controlled() bool { return controlled() }

// Check explores fn, ordinary Go code with goroutines, channels, locks and timers, as
// [simtest.Check] explores a program of an event loop: with the same options, flags,
// variables, fail files and reports; only what is the loop's own, such as
// [simtest.WithPolicy], is said by [CheckWith] here. Each run is a bubble of its own, as of
// [testing/synctest]: its time is virtual, and what fn uses must be made inside.
//
// A run fails if its T was failed, if a goroutine panics, if all goroutines are
// blocked, or if some are left that will never end.
//
// Without the overlay, Check calls fn once under testing/synctest, and says in the
// test's log that the order is not controlled. It fails the test then if a schedule is
// to be followed, or if the variable WEFT_REQUIRE_OVERLAY is 1.
func Check(t testing.TB, fn func(t *T), options ...explore.Option) {
	t.Helper()
	CheckWith(t, nil, fn, options...)
}

// CheckWith is [Check] with options of the engine.
func CheckWith(t testing.TB, of []Option, fn func(t *T), options ...explore.Option) {
	t.Helper()
	if fn == nil {
		panic("bubble: Check was given a nil function")
	}
	if !controlled() {
		uncontrolled(t, fn)
		return
	}
	if asked() && !WatchesMemory() {
		t.Log("bubble: " + elsewhere)
	}
	simtest.CheckOn(t, func(begin func() *simtest.Invocation, policy string) (order.Engine, error) {
		own := append([]Option{WithProgram(t.Name())}, of...)
		if policy != "" {
			p, err := order.ParsePolicy(policy)
			if err != nil {
				return nil, err
			}
			if _, err := policyOf(p); err != nil {
				return nil, err
			}
			own = append(own, WithPolicy(p))
		}
		return newEngine(fn, func() (func(), func(*order.Run)) {
			a := begin()
			return func() {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				a.Body(ctx)
			}, a.Complete
		}, own), nil
	}, fn, options...)
}

// uncontrolled runs fn once, as a smoke test.
func uncontrolled(t testing.TB, fn func(t *T)) {
	t.Helper()
	if os.Getenv("WEFT_REQUIRE_OVERLAY") == "1" {
		t.Fatal("bubble: " + without)
	}
	if f := flag.Lookup("weft.schedule"); os.Getenv("WEFT_SCHEDULE") != "" || f != nil && f.Value.String() != "" {
		t.Fatal("bubble: a schedule cannot be followed: " + without)
	}
	real, ok := t.(*testing.T)
	if !ok {
		t.Skip("bubble: " + without + "; without it, Check needs a *testing.T")
	}
	t.Log("bubble: " + without + "; fn is run once")
	simtest.CheckOn(t, func(begin func() *simtest.Invocation, policy string) (order.Engine, error) {
		return &stock{t: real, begin: begin}, nil
	}, fn, explore.WithStrategy(explore.Default()), explore.WithoutReplayCheck(), simtest.WithoutFailFiles())
}
