package simtest

import (
	"testing"

	"weft/trace/words"
)

func TestPackageOfAFunction(t *testing.T) {
	for function, want := range map[string]string{
		"weft/sim/explore_test.TestX":               "weft/sim/explore",
		"weft/sim/explore.TestX":                    "weft/sim/explore",
		"weft/sim/explore_test.TestX.func1.2":       "weft/sim/explore",
		"example.com/a.b/c_test.(*suite).TestX-fm":  "example.com/a.b/c",
		"example.com/yaml%2ev3.TestX":               "example.com/yaml.v3",
		"weft_test.TestX":                           "weft",
		"main.TestX":                                "main",
		"a/b.Check[weft/sim/simtest.T].func1":       "a/b",
		"a/b.TestX[go.shape.struct { a/c.D int }]":  "a/b",
		"example.com/my_test/pkg_test.TestX.gowrap": "example.com/my_test/pkg",
	} {
		if got := packageOf(function); got != want {
			t.Errorf("%s is in %s, want %s", function, got, want)
		}
	}
}

func TestPatternAndQuotes(t *testing.T) {
	for name, want := range map[string]string{
		"TestX":         `'^TestX$'`,
		"TestX/a_b/c":   `'^TestX$/^a_b$/^c$'`,
		"TestX/it's":    `'^TestX$/^it'\''s$'`,
		"TestX/1+1=2":   `'^TestX$/^1\+1=2$'`,
		"TestX/a(b)#01": `'^TestX$/^a\(b\)#01$'`,
		"TestX/$HOME`":  "'^TestX$/^\\$HOME`$'",
	} {
		if got := words.Shell(pattern(name)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestLineOfABenchmark(t *testing.T) {
	testing.Benchmark(func(b *testing.B) {
		want := "go test ./p -run '^$' -bench " + words.Shell(pattern(b.Name())) + " -weft.policy=fifo -weft.schedule=w1"
		if got := againLine(b, "go test", "./p", nil, "fifo"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		b.Skip("once is enough")
	})
}

// The stack of a panic, as package runtime/debug writes it, loses what differs
// from run to run and what is not the program's.
func TestStackOfThePanic(t *testing.T) {
	const stack = `goroutine 35 [running]:
runtime/debug.Stack()
	/usr/lib/go/src/runtime/debug/stack.go:26 +0x5e
weft/sim.(*worker).work.func1()
	/src/weft/sim/worker.go:67 +0x4a
panic({0x59d4a0?, 0x6219f0?})
	/usr/lib/go/src/runtime/panic.go:860 +0x13a
runtime.panicIndex()
	/usr/lib/go/src/runtime/panic.go:115 +0x74
example.com/bank.(*Account).Add(0xc00001, {0x1, 0x2})
	/src/bank/account.go:12 +0x1f
weft/sim.(*Lock).With(0xc0, {0x1, 0x2}, 0x3)
	/src/weft/sim/lock.go:150 +0x8
example.com/bank_test.TestAdd.func1.1({0x1, 0x2})
	/src/bank/account_test.go:30 +0x25
weft/sim.(*Task[...]).exec(0xc0)
	/src/weft/sim/task.go:196 +0x99
iter.Pull[...].func1()
	/usr/lib/go/src/iter/iter.go:300 +0x1
created by weft/sim.newWorker in goroutine 1
	/src/weft/sim/worker.go:30 +0x1
`
	want := `    bank.(*Account).Add  bank/account.go:12
    sim.(*Lock).With  sim/lock.go:150
    bank_test.TestAdd.func1.1  bank/account_test.go:30
`
	if got := programStack(stack); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
