package fresh_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/fresh"
	"weft/sim/order"
)

// A program that counts its calls cannot have two runs in one process. Here, this
// program is what it starts: its function main, TestMain in a test, asks first of all
// what it was started for,
//
//	if _, ok := fresh.Started(); ok {
//		child := fresh.NewChild()
//		if _, _, err := child.Await(); err == nil {
//			child.Make(engine, func() []byte { return nil })
//		}
//		os.Exit(0)
//	}
//
// and whoever explores gives the program a name and a command.
func ExampleEngine() {
	engine := fresh.Engine(fresh.Options{
		Label:   "kept",
		Command: func() *exec.Cmd { return exec.Command(os.Args[0]) },
		Begin: func() fresh.Run {
			return fresh.Run{Complete: func([]byte, *order.Run) {}}
		},
	})
	report, err := explore.Search(context.Background(), engine, explore.WithStrategy(walk.Exhaustive()))
	if err != nil {
		panic(err)
	}
	fmt.Println(report.Verdict())
	fmt.Println("failed:", report.Failed())
	// Output:
	// 1 order explored, the only one
	// failed: false
}
