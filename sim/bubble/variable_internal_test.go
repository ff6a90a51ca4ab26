package bubble

import "testing"

func TestLiterals(t *testing.T) {
	for name, want := range map[string]int{
		"bank.Transfer": 0, "bank.(*Account).Deposit": 0, "bank.TestTransfer.func1": 1, "bank.TestTransfer.func1.2": 2,
		"bank.TestTransfer.func1.2.3": 3, "bank.TestTransfer.func1-range1": 1, "bank.glob..func4": 1, "bank.init.func1": 1,
		"bank.TestTransfer.func2.gowrap1": 1,
	} {
		if got := literals(name); got != want {
			t.Errorf("%s is within %d literals, want %d", name, got, want)
		}
	}
}
