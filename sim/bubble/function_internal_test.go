package bubble

import "testing"

// The names that different versions of the compiler give to one function are one name in
// traces, or the hash of a run would hang on who has compiled it.
func TestFunctionsInSource(t *testing.T) {
	for full, want := range map[string]string{
		"example.com/a/goroutine.init.serveOver.func13": "goroutine.serveOver.func", // Go 1.26
		"example.com/a/goroutine.serveOver.func1":       "goroutine.serveOver.func", // Go 1.27
		"example.com/bank.(*Account).audit.func1.2":     "bank.(*Account).audit.func",
		"example.com/bank.run.(*Account).audit.func3":   "bank.(*Account).audit.func",
		"example.com/bank.(*Account).audit":             "bank.(*Account).audit",
		"example.com/bank.work[...]":                    "bank.work",
		"example.com/bank.init.func1":                   "bank.init.func",
		"main.main":                                     "main.main",
	} {
		if got := functionCalled(full).inSource(); got != want {
			t.Errorf("%s is %s, want %s", full, got, want)
		}
	}
}
