package coroutine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/scenario"
	"weft/sim"
)

var fireAndForgetLog = scenario.Scenario{
	Name:  "fire-and-forget-log",
	Title: "a logger that nobody waits for",
	Topic: scenario.HoldingOthersUp,
	Story: "The program hands its log lines to a task of its own and does not wait for it, so slow logging never slows the program. " +
		"After three lines the disk is full and the logger gives up; the program goes on as if nothing had happened. " +
		"Nobody looked at the logger's error, and Weft reports that at the end.",
	Claim:   "the five steps end after 5 s, three lines were logged, and the logger's error is reported as never retrieved",
	Program: sim.Main(workAndLog),
	Check: claim.All(claim.Takes(5*time.Second), claim.PrintsAt(
		"1s step 1", "1.1s logged: step 1 is done",
		"2s step 2", "2.1s logged: step 2 is done",
		"3s step 3", "3.1s logged: step 3 is done",
		"4s step 4", "4.1s the disk is full: no more logging",
		"5s step 5", "5s the program ends",
	), claim.Reports(sim.NeverRetrieved, "task logger")),
	AnyOrder: true,
}

var errDiskFull = errors.New("the disk is full")

func workAndLog(ctx context.Context) error {
	lines := sim.NewQueue[string](ctx, "log lines", 0)
	sim.CreateTask(ctx, logger(ctx, lines)) // fire and forget
	for i := 1; i <= 5; i++ {
		if err := sim.Sleep(ctx, time.Second); err != nil {
			return err
		}
		sim.Print(ctx, "step", i)
		if err := lines.PutNowait(fmt.Sprintf("step %d is done", i)); err != nil {
			return err
		}
	}
	sim.Print(ctx, "the program ends")
	return nil
}

// logger is a coroutine that writes lines to a disk with room for three.
func logger(ctx context.Context, lines *sim.Queue[string]) *sim.Coroutine[sim.None] {
	return sim.Do(ctx, "logger", func(ctx context.Context) error {
		for room := 3; ; room-- {
			line, err := lines.Get(ctx)
			if err != nil {
				return err
			}
			if err := sim.Sleep(ctx, 100*time.Millisecond); err != nil { // the disk takes its time
				return err
			}
			if room == 0 {
				sim.Printf(ctx, "%v: no more logging", errDiskFull)
				return errDiskFull
			}
			sim.Print(ctx, "logged:", line)
		}
	})
}
