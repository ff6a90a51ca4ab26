package vclock_test

import (
	"context"
	"fmt"
	"time"

	"github.com/benbjohnson/clock"

	"weft/vclock"
)

// An event loop in four lines: an hour takes no time.
func Example() {
	var queue vclock.Queue
	clk := vclock.New(time.Time{})
	for _, x := range []struct {
		name string
		in   time.Duration
	}{{"tea", 4 * time.Minute}, {"cake", time.Hour}, {"milk", 4 * time.Minute}} {
		queue.Schedule(&vclock.Timer{Value: func() { fmt.Println(clk.Now(), x.name) }}, x.in)
	}
	for t := queue.Pop(); t != nil; t = queue.Pop() {
		clk.MoveTo(t.When())
		t.Value.(func())()
	}
	// Output:
	// 4m0s tea
	// 4m0s milk
	// 1h0m0s cake
}

func ExampleAdd() {
	fmt.Println(vclock.Add(time.Second, time.Minute))
	fmt.Println(vclock.Add(time.Second, vclock.Forever) == vclock.Forever)
	// Output:
	// 1m1s
	// true
}

func ExampleNew() {
	c := vclock.New(time.Date(2031, 5, 6, 7, 0, 0, 0, time.UTC))
	c.MoveTo(90 * time.Minute)
	fmt.Println(c.Time().Format(time.Kitchen))
	c.Reset(time.Time{})
	fmt.Println(c.Time().Equal(vclock.DefaultStart))
	// Output:
	// 8:30AM
	// true
}

func ExampleClock() {
	c := vclock.New(time.Time{})
	c.MoveTo(3 * time.Second)
	c.MoveTo(time.Second) // ignored: time never goes back
	c.Advance(2 * time.Second)
	fmt.Println(c.Now())

	noon := c.At(12 * time.Hour)
	fmt.Println(noon.Format(time.Kitchen), c.Offset(noon), c.Until(noon), c.Since(noon))
	// Output:
	// 5s
	// 12:00PM 12h0m0s 11h59m55s -11h59m55s
}

// A timer belongs in the struct of what it is for.
func ExampleTimer() {
	type request struct {
		path    string
		timeout vclock.Timer
	}
	var queue vclock.Queue
	r := &request{path: "/tea"}
	r.timeout.Value = r
	queue.Schedule(&r.timeout, 5*time.Second)

	t := queue.Pop()
	fmt.Println(t.Value.(*request).path, t.When(), t.Armed())
	// Output: /tea 5s false
}

func ExampleQueue() {
	var queue vclock.Queue
	a, b := &vclock.Timer{Value: "a"}, &vclock.Timer{Value: "b"}
	queue.Schedule(a, time.Second)
	queue.Schedule(b, time.Second)
	fmt.Println(queue.Len(), queue.Peek().Value)

	fmt.Println(queue.Reset(a, time.Second)) // Now a is the younger one.
	fmt.Println(queue.Peek().Value)

	fmt.Println(queue.Stop(a), queue.Stop(a))
	queue.Clear()
	fmt.Println(queue.Pop() == nil, b.Armed())
	// Output:
	// 2 a
	// true
	// b
	// true false
	// true false
}

// All timers that are due at an instant might be the next.
func ExampleQueue_AppendDue() {
	var queue vclock.Queue
	for i, s := range []int{3, 1, 2, 1} {
		queue.Schedule(&vclock.Timer{Value: i}, time.Duration(s)*time.Second)
	}
	for _, t := range queue.AppendDue(nil, 2*time.Second) {
		fmt.Println(t.When(), t.Value)
	}
	// Output:
	// 1s 1
	// 1s 3
	// 2s 2
}

// retry is code that knows nothing of event loops. It takes its time from a
// clock that its caller gives it.
func retry(c clock.Clock, after time.Duration, do func() bool) {
	var t *clock.Timer
	t = c.AfterFunc(after, func() {
		if !do() {
			after *= 2
			t.Reset(after)
		}
	})
}

func ExampleNewBridge() {
	l := newLoop() // any event loop that is a vclock.Host
	b := vclock.NewBridge(l)
	tries := 0
	retry(b, time.Second, func() bool {
		tries++
		fmt.Println("try", tries, "after", b.Since(vclock.DefaultStart))
		return tries == 3
	})
	l.run()
	// Output:
	// try 1 after 1s
	// try 2 after 3s
	// try 3 after 7s
}

func ExampleBridge() {
	l, b := newBridge()
	ticker := b.Ticker(2 * time.Second)
	l.runFor(3 * time.Second)
	tick := <-ticker.C // In a task, use the loop's receive.
	fmt.Println(l.Now(), b.Since(tick))
	ticker.Stop()
	// Output: 3s 1s
}

func ExampleBridge_WithTimeout() {
	l, b := newBridge()
	ctx, cancel := b.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	below, cancel := context.WithCancel(ctx)
	defer cancel()
	l.run()
	fmt.Println(l.Now(), below.Err())
	// Output: 1h0m0s context deadline exceeded
}
