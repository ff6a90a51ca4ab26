package sim_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"weft/sim"
)

// A day of virtual time passes in no time.
func ExampleRun() {
	err := sim.Run(func(ctx context.Context) error {
		sim.Print(ctx, "good night")
		sim.Sleep(ctx, 24*time.Hour)
		sim.Print(ctx, "good morning, it is ", sim.Now(ctx))
		return nil
	})
	fmt.Println(err)
	// Output:
	// good night
	// good morning, it is  24h0m0s
	// <nil>
}

func ExampleRunValue() {
	sum, err := sim.RunValue(func(ctx context.Context) (int, error) {
		a := sim.CreateTask(ctx, sim.Call(ctx, "a", func(ctx context.Context) (int, error) { return 40, sim.Sleep(ctx, time.Second) }))
		b := sim.CreateTask(ctx, sim.Call(ctx, "b", func(ctx context.Context) (int, error) { return 2, sim.Sleep(ctx, time.Second) }))
		x, err := a.Await(ctx)
		if err != nil {
			return 0, err
		}
		y, err := b.Await(ctx)
		return x + y, err
	})
	fmt.Println(sum, err)
	// Output: 42 <nil>
}

// sayAfter is the coroutine function of the Python tutorial.
func sayAfter(d time.Duration, what string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		if err := sim.Sleep(ctx, d); err != nil {
			return err
		}
		sim.Print(ctx, sim.Now(ctx), what)
		return nil
	}
}

// Coroutines that are awaited one after the other take the sum of their times.
func ExampleDo() {
	sim.Run(func(ctx context.Context) error {
		hello := sim.Do(ctx, "hello", sayAfter(time.Second, "hello"))
		world := sim.Do(ctx, "world", sayAfter(2*time.Second, "world"))
		sim.Print(ctx, "nothing has run yet")
		if _, err := hello.Await(ctx); err != nil {
			return err
		}
		_, err := world.Await(ctx)
		return err
	})
	// Output:
	// nothing has run yet
	// 1s hello
	// 3s world
}

// Tasks run at the same time, and take the longest of their times.
func ExampleGo() {
	sim.Run(func(ctx context.Context) error {
		hello := sim.Go(ctx, "hello", sayAfter(time.Second, "hello"))
		world := sim.Go(ctx, "world", sayAfter(2*time.Second, "world"))
		if _, err := hello.Await(ctx); err != nil {
			return err
		}
		_, err := world.Await(ctx)
		return err
	})
	// Output:
	// 1s hello
	// 2s world
}

func ExampleCoroutine_State() {
	sim.Run(func(ctx context.Context) error {
		c := sim.Do(ctx, "c", func(ctx context.Context) error { return sim.Sleep(ctx, 2*time.Second) })
		sim.Print(ctx, c.State())
		task := sim.CreateTask(ctx, c)
		sim.Sleep(ctx, time.Second)
		sim.Print(ctx, c.State())
		task.Await(ctx)
		sim.Print(ctx, c.State())
		_, err := c.Await(ctx)
		sim.Print(ctx, err)
		return nil
	})
	// Output:
	// created
	// suspended
	// closed
	// sim: a coroutine can be awaited once; make a new one with Call or Do
}

// A task that is cancelled hears of it where it waits. It may clean up, and
// takes the time that it needs for that.
func ExampleTask_Cancel() {
	sim.Run(func(ctx context.Context) error {
		task := sim.Go(ctx, "upload", func(ctx context.Context) error {
			err := sim.Sleep(ctx, time.Hour)
			if errors.Is(err, sim.ErrCancelled) {
				sim.Print(ctx, sim.Now(ctx), err)
				sim.Sleep(ctx, time.Second)
			}
			return err
		})
		sim.Sleep(ctx, time.Minute)
		task.Cancel("the user has gone")
		task.Await(ctx)
		sim.Print(ctx, sim.Now(ctx), task.Cancelled())
		return nil
	})
	// Output:
	// 1m0s sim: cancelled: the user has gone
	// 1m1s true
}

// A task that handles its cancellation and goes on takes it back, and gets a
// context that is not done.
func ExampleUncancel() {
	sim.Run(func(ctx context.Context) error {
		task := sim.Go(ctx, "stubborn", func(ctx context.Context) error {
			sim.Sleep(ctx, time.Hour)
			sim.Print(ctx, ctx.Err())
			sim.Uncancel(ctx)
			ctx = sim.ContextOf(ctx)
			sim.Print(ctx, ctx.Err())
			return sim.Sleep(ctx, time.Second)
		})
		sim.Yield(ctx)
		task.Cancel()
		_, err := task.Await(ctx)
		sim.Print(ctx, task, err)
		return nil
	})
	// Output:
	// context canceled
	// <nil>
	// <task stubborn finished> <nil>
}

// A future is a result that somebody else will set.
func ExampleFuture() {
	sim.Run(func(ctx context.Context) error {
		reply := sim.NewFuture[string](ctx, "reply")
		reply.AddDoneCallback("log", func(ctx context.Context) { sim.Print(ctx, "there is a reply") })
		sim.Go(ctx, "server", func(ctx context.Context) error {
			if err := sim.Sleep(ctx, time.Second); err != nil {
				return err
			}
			return reply.SetResult("42")
		})
		text, err := reply.Await(ctx)
		sim.Print(ctx, text, err)
		return nil
	})
	// Output:
	// there is a reply
	// 42 <nil>
}

// What is carried by a task's context reaches its children; what cancels it
// does not.
func ExampleCreateTask_context() {
	type user struct{}
	sim.Run(func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(context.WithValue(ctx, user{}, "ada"))
		child := sim.Go(ctx, "child", func(ctx context.Context) error {
			sim.Print(ctx, "for ", ctx.Value(user{}))
			return sim.Sleep(ctx, time.Second)
		})
		cancel()
		sim.Print(ctx, "main: ", sim.Sleep(ctx, time.Hour))
		_, err := child.Await(sim.ContextOf(ctx))
		sim.Print(ctx, "child: ", err)
		return nil
	})
	// Output:
	// for  ada
	// main:  context canceled
	// child:  <nil>
}

// Block holds the whole loop, as time.sleep does in a coroutine.
func ExampleBlock() {
	sim.Run(func(ctx context.Context) error {
		tick := sim.Go(ctx, "tick", sayAfter(time.Second, "tick, one second late"))
		sim.Yield(ctx)
		sim.Block(ctx, 2*time.Second)
		_, err := tick.Await(ctx)
		return err
	})
	// Output: 2s tick, one second late
}

// RunFor, RunReady, RunUntilIdle and Advance drive a loop from outside.
func ExampleLoop() {
	l := sim.NewLoop()
	defer l.Close()
	ctx := l.Context()
	sim.Go(ctx, "a", sayAfter(time.Second, "a"))
	sim.Go(ctx, "b", sayAfter(3*time.Second, "b"))
	l.RunReady() // both begin to sleep
	fmt.Println("ready:", l.Now())
	l.RunFor(2 * time.Second)
	fmt.Println("two seconds later:", l.Now())
	l.Advance(2 * time.Second) // nothing runs
	fmt.Println("two more:", l.Now())
	l.RunUntilIdle()
	// Output:
	// ready: 0s
	// 1s a
	// two seconds later: 2s
	// two more: 4s
	// 4s b
}

func ExampleLoop_CallLater() {
	l := sim.NewLoop()
	defer l.Close()
	l.CallLater(time.Second, "later", func(ctx context.Context) { sim.Print(ctx, "later, at ", sim.Now(ctx)) })
	l.CallSoon("soon", func(ctx context.Context) { sim.Print(ctx, "soon, at ", sim.Now(ctx)) })
	timer := l.CallAt(time.Hour, "never", func(ctx context.Context) { sim.Print(ctx, "never") })
	timer.Cancel()
	l.CallLater(2*time.Second, "stop", func(context.Context) { l.Stop() })
	fmt.Println(l.RunForever(), l.Now())
	// Output:
	// soon, at  0s
	// later, at  1s
	// <nil> 2s
}

// Reports tell of what no error tells, such as a task whose error nobody saw.
func ExampleLoop_SetExceptionHandler() {
	l := sim.NewLoop()
	l.SetExceptionHandler(func(_ *sim.Loop, r sim.Report) { fmt.Printf("%s at %v: %s\n", r.Kind, r.At, r.Text) })
	sim.RunMain(l, func(ctx context.Context) (sim.None, error) {
		sim.Go(ctx, "backup", func(ctx context.Context) error { return errors.New("disk full") })
		return sim.None{}, sim.Sleep(ctx, time.Second)
	})
	l.Close()
	// Output: never retrieved at 1s: the error of task backup was never retrieved: disk full
}
