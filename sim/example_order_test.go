package sim_test

import (
	"context"
	"fmt"
	"io"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// race has two tasks that are due at the same instant.
func race(ctx context.Context) error {
	say := func(text string) *sim.Coroutine[sim.None] {
		return sim.Do(ctx, text, func(ctx context.Context) error {
			sim.Sleep(ctx, time.Second)
			sim.Print(ctx, text)
			return nil
		})
	}
	_, err := sim.Gather(ctx, say("one"), say("two")).Await(ctx)
	return err
}

// The other order, by its schedule.
func ExampleReplay() {
	schedule, err := order.ParseSchedule("w1,timer:one.1=two.1")
	if err != nil {
		panic(err)
	}
	sim.Run(race)
	sim.Run(race, sim.WithStrategy(order.Replay(schedule)))
	// Output:
	// one
	// two
	// two
	// one
}

// A seed gives the same run every time, and the run's schedule gives it too.
func ExampleRandom() {
	for seed := range uint64(3) {
		o := sim.Simulate(sim.Main(race), sim.WithStrategy(order.Random(seed)), sim.WithOutput(io.Discard))
		fmt.Println(seed, o.Output[0].Text, o.Output[1].Text, o.Schedule)
	}
	// Output:
	// 0 one two w1
	// 1 two one w1,timer:one.1=two.1
	// 2 two one w1,timer:one.1=two.1
}

func ExampleFIFO() {
	o := sim.Simulate(sim.Main(race), sim.WithPolicy(order.FIFO), sim.WithOutput(io.Discard))
	fmt.Println(len(o.Decisions), "decisions")
	o = sim.Simulate(sim.Main(race), sim.WithPolicy(order.SameInstant), sim.WithOutput(io.Discard))
	fmt.Println(len(o.Decisions), "decision:", o.Decisions[0].Key, "of", len(o.Decisions[0].Alternatives))
	// Output:
	// 0 decisions
	// 1 decision: one.1 of 2
}

// A lease is looked at, and used when it has run out: somebody was held up in between.
func ExampleHoldUps() {
	use := sim.Main(func(ctx context.Context) error {
		valid := true
		sim.LoopOf(ctx).CallLater(10*time.Millisecond, "expires", func(context.Context) { valid = false })
		if valid {
			sim.Yield(ctx)
			sim.Printf(ctx, "used at %v, valid: %v", sim.Now(ctx), valid)
		}
		return nil
	})
	for _, p := range []order.Policy{order.AnyReady, order.HoldUps(1, 50*time.Millisecond)} {
		r, err := explore.Search(context.Background(), sim.Engine(use, sim.WithPolicy(p)), explore.WithStrategy(walk.Exhaustive()))
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s: %s\n", r.Policy, r.Verdict())
		for _, o := range r.Outcomes {
			fmt.Print("  ", o.Text)
		}
	}
	// Output:
	// any-ready: 1 order explored, the only one
	//   used at 0s, valid: true
	// hold-ups:1:50ms: all 3 orders explored
	//   used at 0s, valid: true
	//   used at 10ms, valid: false
}

// Timers that are due within 10 ms of each other may come in either order.
func ExampleJitter() {
	pair := func(ctx context.Context) error {
		for _, d := range []time.Duration{5, 10} {
			sim.LoopOf(ctx).CallLater(d*time.Millisecond, fmt.Sprint("t", int(d)), func(ctx context.Context) {
				sim.Print(ctx, "due at", d*time.Millisecond, "came at", sim.Now(ctx))
			})
		}
		return sim.Sleep(ctx, time.Second)
	}
	schedule := order.Schedule{{Kind: order.PickTimer, Key: "+main/t5.1", Taken: "+main/t10.1"}}
	err := sim.Run(pair, sim.WithPolicy(order.Jitter(10*time.Millisecond)), sim.WithStrategy(order.Replay(schedule)))
	fmt.Println(err)
	// Output:
	// due at 10ms came at 10ms
	// due at 5ms came at 10ms
	// <nil>
}

// A choice of the program is a decision like any other.
func ExampleChoose() {
	main := func(ctx context.Context) error {
		sim.Print(ctx, sim.Choose(ctx, "reply", "ok", "error", "timeout"))
		return nil
	}
	sim.Run(main)
	schedule, _ := order.ParseSchedule("w1,choose:main/reply.1=timeout")
	sim.Run(main, sim.WithStrategy(order.Replay(schedule)))
	// Output:
	// ok
	// timeout
}

func ExampleLatency() {
	main := func(ctx context.Context) error {
		sim.Sleep(ctx, sim.Latency(ctx, "network", sim.Uniform{Min: 10 * time.Millisecond, Max: 26 * time.Millisecond}))
		sim.Print(ctx, "reply after", sim.Now(ctx), "lost:", sim.Flip(ctx, "lost", 0.01))
		return nil
	}
	sim.Run(main)
	// Output: reply after 18.5ms lost: false
}

// Two tasks that add to a variable without a lock lose an update in some order.
func ExampleVar() {
	main := func(ctx context.Context) error {
		n := sim.NewVar(ctx, "n", 0)
		add := func(ctx context.Context) error {
			seen := n.Get()
			sim.Yield(ctx)
			n.Set(seen + 1)
			return nil
		}
		_, err := sim.Gather(ctx, sim.Do(ctx, "a", add), sim.Do(ctx, "b", add)).Await(ctx)
		sim.Print(ctx, n.Get())
		return err
	}
	sim.Run(main)
	// Output: 1
}

// Code that is written against a clock runs on virtual time.
func ExampleLoop_Bridge() {
	sim.Run(func(ctx context.Context) error {
		c := sim.LoopOf(ctx).Bridge()
		begin := c.Now()
		c.Sleep(time.Hour)
		ticker := c.Ticker(time.Minute)
		defer ticker.Stop()
		sim.Recv(ctx, ticker.C)
		sim.Print(ctx, c.Since(begin))
		return nil
	})
	// Output: 1h1m0s
}

// A real goroutine hands its result to the loop.
func ExampleLoop_CallSoonThreadsafe() {
	sim.Run(func(ctx context.Context) error {
		l, result := sim.LoopOf(ctx), sim.NewFuture[string](ctx, "result")
		done := l.ExpectThreadsafe()
		go func() {
			defer done()
			text := "from outside" // what takes real time
			l.CallSoonThreadsafe("result", func(context.Context) { result.SetResult(text) })
		}()
		text, err := result.Await(ctx)
		sim.Print(ctx, text)
		return err
	})
	// Output: from outside
}

func ExampleRecv() {
	sim.Run(func(ctx context.Context) error {
		c := make(chan int, 1)
		sim.LoopOf(ctx).CallLater(time.Second, "send", func(context.Context) { c <- 7 })
		value, ok, err := sim.Recv(ctx, c)
		sim.Print(ctx, value, ok, err, sim.Now(ctx))
		return nil
	})
	// Output: 7 true <nil> 1s
}
