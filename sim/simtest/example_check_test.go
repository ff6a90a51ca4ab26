package simtest_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/simtest"
)

// Account is what the examples test. Pay reads, waits for the bank, and writes.
type Account struct {
	balance *sim.Var[int]
	lock    *sim.Lock // nil in the version that is wrong
}

func NewAccount(ctx context.Context, balance int) *Account {
	return &Account{sim.NewVar(ctx, "balance", balance), sim.NewLock(ctx, "account")}
}

func (a *Account) Pay(ctx context.Context, amount int) error {
	pay := func(ctx context.Context) error {
		was := a.balance.Get()
		if was < amount {
			return fmt.Errorf("balance is %d, cannot pay %d", was, amount)
		}
		if err := sim.Yield(ctx); err != nil { // the bank says yes
			return err
		}
		a.balance.Set(was - amount)
		return nil
	}
	if a.lock == nil {
		return pay(ctx)
	}
	return a.lock.With(ctx, pay)
}

// A test looks like any other. Two payments of 60 go on at once, and 100 are
// there: in every order, one of them must be refused.
func TestAccount(t *testing.T) {
	simtest.Check(t, func(t *simtest.T) {
		ctx := t.Context()
		account := NewAccount(ctx, 100)
		t.Invariant("never overdrawn", func() error {
			if b := account.balance.Get(); b < 0 {
				return fmt.Errorf("balance is %d", b)
			}
			return nil
		})
		pay := func(ctx context.Context) error { return account.Pay(ctx, 60) }
		first, second := sim.Go(ctx, "first", pay), sim.Go(ctx, "second", pay)
		results, _ := sim.GatherSettled(ctx, first, second).Await(ctx)
		refused := 0
		for _, r := range results {
			if r.Err != nil {
				refused++
			}
		}
		if refused != 1 {
			t.Errorf("%d payments were refused, want 1", refused)
		}
		t.Sometimes("the first is refused", results[0].Err != nil)
		t.Sometimes("the second is refused", results[1].Err != nil)
	})
}

// A check that fails shows the shortest story of what went wrong, and a line that
// runs it again. here, some lines of what it says.
func ExampleCheck() {
	os.Setenv("WEFT_NOFAILFILE", "1") // this failure need not be kept
	defer os.Unsetenv("WEFT_NOFAILFILE")

	t := &recorder{name: "TestPay"} // a testing.TB; in a test, its *testing.T
	t.run(func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) {
			ctx := t.Context()
			account := NewAccount(ctx, 100)
			account.lock = nil // the mistake
			pay := func(ctx context.Context) error { return account.Pay(ctx, 30) }
			first, second := sim.Go(ctx, "first", pay), sim.Go(ctx, "second", pay)
			if _, err := sim.Gather(ctx, first, second).Await(ctx); err != nil {
				t.Fatal(err)
			}
			if b := account.balance.Get(); b != 40 {
				t.Errorf("balance is %d, want 40", b)
			}
		})
	})
	for line := range strings.Lines(t.said()) {
		line = strings.TrimPrefix(line, "fatal: ") // as the recorder has it
		if strings.HasPrefix(line, "found") || strings.HasPrefix(line, "FAILS") || strings.HasPrefix(line, "What raced") || strings.HasPrefix(line, "again") {
			fmt.Print(line)
		}
	}
	// Output:
	// FAILS: example_check_test.go:89: balance is 70, want 40
	// What raced: lost update on balance: second read it at event 6.1 before first wrote it at event 8.1, and wrote
	// found    4 of 6 runs failed; all 6 orders explored: 2 outcomes, 1 of them a failure
	// again    go test ./sim/simtest -run '^TestPay$' -weft.schedule=w1
}
