package trace_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weft/trace"
)

func TestTransfersOfHello(t *testing.T) {
	const loop = trace.Loop
	want := []trace.Transfer{
		{1, 0, 3, trace.Start, loop, "say1", "the loop starts say1"},
		{2, 0, 4, trace.Wait, "say1", "say1", "say1 starts its sleep of 1s"},
		{3, 0, 4, trace.Wait, "say1", loop, "control goes back to the loop"},
		{4, 0, 5, trace.Start, loop, "say2", "the loop starts say2"},
		{5, 0, 6, trace.Wait, "say2", "say2", "say2 starts its sleep of 1s"},
		{6, 0, 6, trace.Wait, "say2", loop, "control goes back to the loop"},
		{7, time.Second, 11, trace.Resume, loop, "say1", `the sleep is over: the loop resumes say1, which prints "Hello 1!"`},
		{8, time.Second, 13, trace.Finish, "say1", loop, "say1 is finished; control goes back to the loop"},
		{9, time.Second, 14, trace.Resume, loop, "say2", `the sleep is over: the loop resumes say2, which prints "Hello 2!"`},
		{10, time.Second, 16, trace.Finish, "say2", loop, "say2 is finished; control goes back to the loop"},
	}
	got := trace.Transfers(hello(t))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestTransfersTellWhatIsShared(t *testing.T) {
	s := tell("", "")
	s.start("a")
	s.do("a", trace.Read, "var balance", "0")
	s.do("a", trace.Acquire, "lock L", "")
	s.do("a", trace.Print, "output", "1")
	s.do("a", trace.Print, "output", "2")
	s.do("a", trace.Write, "var balance", "100")
	s.do("a", trace.Release, "lock L", "")
	s.finish("a", "returned", "")
	want := []string{
		`the loop starts a, which reads var balance = 0, acquires lock L, prints "1" and "2", writes var balance = 100 and does more (1)`,
		"a is finished; control goes back to the loop",
	}
	var got []string
	for _, x := range trace.Transfers(&s.Trace) {
		got = append(got, x.Text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Goroutines hand control to each other, and each of their operations is numbered.
func TestTransfersInGo(t *testing.T) {
	const scheduler = trace.Scheduler
	want := []trace.Transfer{
		{1, 0, 2, trace.Start, scheduler, "main", "the scheduler starts main"},
		{2, 0, 3, trace.Set, "main", "main", "main adds to wait group wg"},
		{3, 0, 5, trace.Set, "main", "main", "main adds to wait group wg"},
		{4, 0, 8, trace.Wait, "main", scheduler, "main pauses"},
		{5, 0, 9, trace.Start, scheduler, "a", "the scheduler starts a"},
		{6, 0, 10, trace.Acquire, "a", "a", "a locks mu and reads balance"},
		{7, 0, 12, trace.Release, "a", "a", "a unlocks mu"},
		{8, 0, 13, trace.Finish, "a", scheduler, "a is finished"},
		{9, 0, 15, trace.Resume, scheduler, "main", "main goes on"},
		{10, 0, 16, trace.Wait, "main", scheduler, "main waits for wait group wg"},
		{11, 0, 17, trace.Start, scheduler, "b", `the scheduler starts b, which prints "hi"`},
		{12, 0, 19, trace.Finish, "b", scheduler, "b is finished"},
		{13, 0, 20, trace.Resume, scheduler, "main", "the wait for wait group wg is over: the scheduler resumes main"},
		{14, 0, 21, trace.Finish, "main", scheduler, "main is finished"},
	}
	if got := trace.Transfers(goroutines()); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestTransfersKeepToTheirWidth(t *testing.T) {
	for name, run := range fixtures(t) {
		for width := 40; width <= 160; width += 5 {
			for i, line := range strings.Split(render(t, "transfers", run, trace.ViewOptions{Width: width}), "\n") {
				if got := cells(line); got > width {
					t.Fatalf("%s at width %d: line %d takes %d cells: %q", name, width, i+1, got, line)
				}
			}
		}
	}
}

func TestTransfersTellSteps(t *testing.T) {
	s := tell("", "")
	s.start("a")
	for _, line := range []string{"1", "2", "3", "4", "5", "6"} {
		s.do("a", trace.Print, "output", line)
	}
	s.do("a", trace.Hold, "compute", "2s")
	s.wait("a", "", "")
	s.callback("tick", 0)
	s.do("", trace.Print, "output", "tock")
	cancel := s.do("", trace.Cancel, "a", "")
	s.resume("a", "", cancel)
	s.finish("a", "exited", "")
	s.finish("b", "vanished", "who knows")
	want := []string{
		`the loop starts a, which prints "1", "2", "3", "4" and more (2) and computes for 2s`,
		"a begins to wait",
		"control goes back to the loop",
		`the loop runs the callback tick, which prints "tock" and asks to cancel a`,
		"a was cancelled: the loop resumes a",
		"a exits; control goes back to the loop",
		"b ends: vanished: who knows; control goes back to the loop",
	}
	var got []string
	for _, x := range trace.Transfers(&s.Trace) {
		got = append(got, x.Text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// tied starts two tasks that sleep, and lets the caller go on from there.
func tied(policy, sleep1, sleep2 string) *story {
	s := tell("tied", policy)
	s.start("a")
	s.wait("a", "sleep", sleep1)
	s.start("b")
	s.wait("b", "sleep", sleep2)
	return s
}

func TestSwaps(t *testing.T) {
	tests := []struct {
		name string
		run  func() *trace.Trace
		want []trace.Swap
		text []string
	}{
		{"no decision, no remark", alone, nil, nil},
		{"two sleeps", func() *trace.Trace { return hello(t) },
			[]trace.Swap{{time.Second, "timer", []int{8}, []string{"say1.1", "say2.1"}, []int{9, 10}, []int{7, 9}, []string{"7", "9"}, true, "both sleeps are due at 1s"}},
			[]string{"7 and 9 may be swapped: both sleeps are due at 1s."}},
		{"three sleeps, two decisions, the first not the default", three,
			[]trace.Swap{{2 * time.Second, "timer", []int{11, 13}, []string{"b.1", "a.1", "c.1"}, []int{12, 14, 15}, []int{10, 12, 14}, []string{"10", "12", "14"}, true, "all 3 sleeps are due at 2s"}},
			[]string{"10, 12 and 14 may come in any order: all 3 sleeps are due at 2s."}},
		{"ready tasks that do not form a set", ready,
			[]trace.Swap{
				{0, "ready", []int{3}, []string{"y.1", "x.1"}, []int{4, 9}, []int{1, 3}, []string{"1", "3"}, true, "both are ready at 0s"},
				{0, "ready", []int{8}, []string{"x.1", "y.2"}, []int{9, 14}, []int{3, 5}, []string{"3", "5"}, true, "both are ready at 0s"},
			},
			[]string{"1 and 3 may be swapped: both are ready at 0s.", "3 and 5 may be swapped: both are ready at 0s."}},
		{"only the first of three is open", func() *trace.Trace {
			s := tell("", "any-ready")
			s.decide("ready:a.1", "a.1", "a.1", "b.1", "c.1")
			for _, task := range []string{"a", "b", "c"} {
				s.start(task)
				s.finish(task, "returned", "")
			}
			return &s.Trace
		},
			[]trace.Swap{{0, "ready", []int{1}, []string{"a.1", "b.1", "c.1"}, []int{2, 4, 6}, []int{1, 3, 5}, []string{"1", "3", "5"}, false, "all 3 are ready at 0s"}},
			[]string{"1, 3 or 5 may come first: all 3 are ready at 0s."}},
		{"a sleep and a timeout whose callback cancels", busy,
			[]trace.Swap{{10 * time.Millisecond, "timer", []int{24}, []string{"worker-for-customer-1001.1", "受付係🙂.1"}, []int{25, 26}, []int{19, 21}, []string{"19", "21"}, true, "both timers are due at 10ms"}},
			[]string{"19 and 21 may be swapped: both timers are due at 10ms."}},
		{"through another event, and not through another step", func() *trace.Trace {
			s := tied("same-instant", "1s", "1s")
			s.advance(time.Second)
			s.decide("timer:a.1", "a.1", "a.1", "b.1")
			fireA, fireB := s.fire("a", "sleep"), s.fire("b", "sleep")
			set := s.add(trace.Event{Kind: trace.Set, Object: "future", Cause: fireB})
			resumed := s.resume("a", "sleep", fireA)
			s.finish("a", "returned", "")
			s.add(trace.Event{Task: "c", Kind: trace.Start, N: 1, Cause: resumed})
			s.resume("b", "sleep", set)
			return &s.Trace
		},
			[]trace.Swap{{time.Second, "timer", []int{6}, []string{"a.1", "b.1"}, []int{7, 8}, []int{7, 10}, []string{"7", "10"}, true, "both sleeps are due at 1s"}},
			[]string{"7 and 10 may be swapped: both sleeps are due at 1s."}},
		{"timers that never fired", func() *trace.Trace {
			s := tied("same-instant", "1s", "1s")
			s.advance(time.Second)
			s.decide("timer:a.1", "a.1", "a.1", "b.1")
			return &s.Trace
		},
			[]trace.Swap{{time.Second, "timer", []int{6}, []string{"a.1", "b.1"}, []int{0, 0}, []int{0, 0}, []string{"", ""}, true, "both timers are due at 1s"}},
			[]string{"timer a.1 and timer b.1 may be swapped: both timers are due at 1s."}},
		{"one of them never ran", func() *trace.Trace {
			s := tell("", "any-ready")
			s.decide("ready:a.1", "b.1", "a.1", "b.1")
			s.start("b")
			return &s.Trace
		},
			[]trace.Swap{{0, "ready", []int{1}, []string{"b.1", "a.1"}, []int{2, 0}, []int{1, 0}, []string{"1", ""}, true, "both are ready at 0s"}},
			[]string{"1 and step a.1 may be swapped: both are ready at 0s."}},
		{"close is enough under jitter", func() *trace.Trace {
			s := tied("jitter:10ms", "1s", "1.005s")
			s.advance(time.Second + 5*time.Millisecond)
			s.decide("timer:a.1", "b.1", "a.1", "b.1")
			s.resume("b", "sleep", s.fire("b", "sleep"))
			s.finish("b", "returned", "")
			s.resume("a", "sleep", s.fire("a", "sleep"))
			return &s.Trace
		},
			[]trace.Swap{{1005 * time.Millisecond, "timer", []int{6}, []string{"b.1", "a.1"}, []int{7, 10}, []int{7, 9}, []string{"7", "9"}, true,
				"the sleeps are due at 1.005s and 1s, which is close enough for the policy jitter:10ms"}},
			[]string{"7 and 9 may be swapped: the sleeps are due at 1.005s and 1s, which is close enough for the policy jitter:10ms."}},
		{"the cause of a fire need not be its wait", func() *trace.Trace {
			s := tied("jitter:10ms", "1s", "1s")
			s.advance(time.Second)
			s.decide("timer:a.1", "a.1", "a.1", "b.1")
			s.waits["a"], s.waits["b"] = 1, 3
			fireA, fireB := s.fire("a", "sleep"), s.fire("b", "sleep")
			s.resume("a", "sleep", fireA)
			s.resume("b", "sleep", fireB)
			return &s.Trace
		},
			[]trace.Swap{{time.Second, "timer", []int{6}, []string{"a.1", "b.1"}, []int{7, 8}, []int{7, 8}, []string{"7", "8"}, true, "both sleeps are due at 1s"}},
			[]string{"7 and 8 may be swapped: both sleeps are due at 1s."}},
		{"both lead to one step", func() *trace.Trace {
			s := tell("", "same-instant")
			s.decide("timer:a.1", "a.1", "a.1", "a.2")
			first := s.fire("a", "sleep")
			set := s.add(trace.Event{Kind: trace.Set, Object: "f", Cause: first})
			s.fire("a", "timeout")
			s.resume("a", "sleep", set)
			return &s.Trace
		},
			[]trace.Swap{{0, "timer", []int{1}, []string{"a.1", "a.2"}, []int{2, 4}, []int{1, 0}, []string{"1", "0.4"}, true, "both timers are due at 0s"}},
			[]string{"1 and 0.4 may be swapped: both timers are due at 0s."}},
		{"goroutines: one that goes on, and ones that start later", goroutines,
			[]trace.Swap{
				{0, "ready", []int{7, 14}, []string{"a.0", "main.3", "b.0"}, []int{9, 15, 17}, []int{5, 9, 11}, []string{"5", "9", "11"}, true, "all 3 are ready at 0s"},
			},
			[]string{"5, 9 and 11 may come in any order: all 3 are ready at 0s."}},
		{"goroutines: one that goes on without a pause, and a timer", func() *trace.Trace {
			s := tell("go", "any-ready")
			s.add(trace.Event{Task: "main", Kind: trace.Start})
			s.do("main", trace.Put, "chan c", "")
			s.decide("ready:main.2", "main.2", "main.2", "+main/timer.1")
			s.do("main", trace.Get, "chan c", "")
			fire := s.add(trace.Event{Kind: trace.Fire, Object: "main/timer", N: 1})
			s.add(trace.Event{Task: "main/timer", Kind: trace.Start, Cause: fire})
			return &s.Trace
		},
			[]trace.Swap{{0, "ready", []int{3}, []string{"main.2", "+main/timer.1"}, []int{4, 5}, []int{3, 4}, []string{"3", "4"}, true, "both are ready at 0s"}},
			[]string{"3 and 4 may be swapped: both are ready at 0s."}},
		{"goroutines: one that goes on with what has no whole number", func() *trace.Trace {
			s := tell("go", "any-ready")
			s.add(trace.Event{Task: "main", Kind: trace.Start})
			s.spawn("main", "a")
			s.decide("ready:main.1", "main.1", "main.1", "a.0")
			s.do("main", trace.Print, "output", "hi")
			s.add(trace.Event{Task: "a", Kind: trace.Start})
			return &s.Trace
		},
			[]trace.Swap{{0, "ready", []int{3}, []string{"main.1", "a.0"}, []int{4, 5}, []int{0, 2}, []string{"1.3", "2"}, true, "both are ready at 0s"}},
			[]string{"1.3 and 2 may be swapped: both are ready at 0s."}},
		{"one alternative is no decision", func() *trace.Trace {
			s := tell("", "")
			s.decide("ready:a.1", "a.1", "a.1")
			return &s.Trace
		}, nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := trace.Swaps(test.run())
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
			var text []string
			for _, s := range got {
				text = append(text, s.String())
			}
			if !slices.Equal(text, test.text) {
				t.Errorf("got  %q\nwant %q", text, test.text)
			}
		})
	}
}

// However a set of tied timers is taken apart, it is one swap of all of them.
func TestSwapsOfAnyTiedTimers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(t, "timers")
		s := tell("", "same-instant")
		var left []string
		for i := range n {
			task := string(rune('a' + i))
			left = append(left, task+".1")
			s.start(task)
			s.wait(task, "sleep", "1s")
		}
		s.advance(time.Second)
		var fires []int
		var tasks []string
		for len(left) > 0 {
			i := rapid.IntRange(0, len(left)-1).Draw(t, "taken")
			if len(left) > 1 {
				s.decide("timer:"+left[0], left[i], left...)
			}
			task := strings.TrimSuffix(left[i], ".1")
			fires, tasks = append(fires, s.fire(task, "sleep")), append(tasks, task)
			left = slices.Delete(slices.Clone(left), i, i+1)
		}
		first := 3*n + 1
		var numbers []int
		for i, task := range tasks {
			numbers = append(numbers, first+2*i)
			s.resume(task, "sleep", fires[i])
			s.finish(task, "returned", "")
		}
		swaps := trace.Swaps(&s.Trace)
		if len(swaps) != 1 || !swaps[0].AnyOrder || !slices.Equal(swaps[0].Transfers, numbers) || len(swaps[0].Decisions) != n-1 {
			t.Fatalf("got %+v, want one swap of %v", swaps, numbers)
		}
	})
}

func TestChoices(t *testing.T) {
	want := []trace.Choice{
		{0, 6, "choose", "y.flip", "0", []string{"1"}},
		{0, 12, "choose", "x.disk", "slow", []string{"fast", "broken"}},
	}
	got := trace.Choices(ready())
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
	for i, text := range []string{"a choice: y.flip was 0, could be 1.", "a choice: x.disk was slow, could be fast or broken."} {
		if got[i].String() != text {
			t.Errorf("got %q, want %q", got[i], text)
		}
	}
	s := tell("", "")
	s.decide("fault", "none", "none", "lost")
	if got := trace.Choices(&s.Trace); len(got) != 1 || got[0].String() != "a choice: fault was none, could be lost." {
		t.Errorf("got %v", got)
	}
}
