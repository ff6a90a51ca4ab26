package explain_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"weft/sim"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
	"weft/trace"
)

// explained shrinks a failure of a program and explains it.
func explained(t *testing.T, main func(context.Context) error) *explain.Failure {
	t.Helper()
	small, err := explain.Shrink(t.Context(), exploretest.Main(main), failingSeed(t, main))
	if err != nil {
		t.Fatal(err)
	}
	f, err := explain.Why(t.Context(), exploretest.Main(main), small.Schedule)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// story compares a text with a file below testdata/explain; -update writes it.
func story(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "explain", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if got != string(want) {
		t.Errorf("other than %s; -update writes it anew. Got\n%s", file, got)
	}
}

func OutcomeText(t *testing.T, f *explain.Failure, o trace.ViewOptions) string {
	t.Helper()
	var b strings.Builder
	if err := f.WriteText(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is said of each program, and which events of the failing run it speaks of.
var races = []struct {
	name    string
	main    func(context.Context) error
	pattern explain.Pattern // "" if nothing raced
	object  string
	events  []string
	passes  bool // some order does
}{
	{"lost-update", transfers, explain.LostUpdate, "var balance", []string{
		"transfer-2 read 100", "transfer-1 write 110", "transfer-2 write 120"}, true},
	{"lock-order-deadlock", locks, explain.LockOrder, "", []string{
		"plato acquire ", "kant acquire ", "plato wait ", "kant wait "}, true},
	{"missed-wake-up", wakeUp, explain.MissedWakeUp, "condition ready", []string{
		"producer notify 1", "consumer wait "}, true},
	{"check-then-act", shop, explain.CheckThenAct, "var stock", []string{
		"buyer-2 read 1", "buyer-1 write 0", "buyer-2 write -1"}, true},
	{"read-before-write", late, explain.ReadBeforeWrite, "var config", []string{"serve read "}, true},
	{"done-twice", answers, explain.DoneTwice, "future answer", []string{"fast set ", "slow set "}, true},
	{"split-section", twoSections, explain.SplitSection, "lock purse", []string{
		"first acquire ", "second acquire ", "first acquire "}, true},
	{"never-released", holder, explain.NeverReleased, "lock ledger", []string{
		"worker acquire ", "worker finish ", "main wait "}, true},
	{"published-late", published, explain.ReadBeforeWrite, "var value", []string{"reader read 0", "writer write 42"}, true},
	{"cancelled", impatient, explain.CancelledAtBadTime, "task worker", []string{"worker wait 1s", "main cancel "}, true},
	{"other-order", overtaken, explain.OtherOrder, "queue jobs", []string{"first put a", "second put b"}, true},
	{"coin", coin, "", "", nil, true},
	{"fails-in-every-order", slowTransfers, "", "", nil, false},
}

// twoSections reads what is in a purse under a lock, and puts in more under the lock,
// but lets go of it in between. The library does not see the purse.
func twoSections(ctx context.Context) error {
	lock, purse := sim.NewLock(ctx, "purse"), 0
	pay := func(name string) *sim.Coroutine[sim.None] {
		return sim.Do(ctx, name, func(ctx context.Context) error {
			seen := 0
			if err := lock.With(ctx, func(context.Context) error { seen = purse; return nil }); err != nil {
				return err
			}
			if err := sim.Yield(ctx); err != nil {
				return err
			}
			return lock.With(ctx, func(context.Context) error { purse = seen + 1; return nil })
		})
	}
	if err := both(ctx, pay("first"), pay("second")); err != nil {
		return err
	}
	if purse != 2 {
		return fmt.Errorf("there are %d in the purse, want 2", purse)
	}
	return nil
}

// published tells of a value before it is there.
func published(ctx context.Context) error {
	ready, value, read := sim.NewEvent(ctx, "ready"), sim.NewVar(ctx, "value", 0), 0
	writer := sim.Do(ctx, "writer", func(ctx context.Context) error {
		ready.Set()
		if err := sim.Yield(ctx); err != nil {
			return err
		}
		value.Set(42)
		return nil
	})
	reader := sim.Do(ctx, "reader", func(ctx context.Context) error {
		if err := ready.Wait(ctx); err != nil {
			return err
		}
		read = value.Get()
		return nil
	})
	if err := both(ctx, writer, reader); err != nil {
		return err
	}
	if read != 42 {
		return fmt.Errorf("value is %d", read)
	}
	return nil
}

// impatient cancels a task whose sleep ends at the same instant.
func impatient(ctx context.Context) error {
	worker := sim.CreateTask(ctx, sim.Do(ctx, "worker", func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) }))
	if err := sim.Sleep(ctx, time.Second); err != nil {
		return err
	}
	worker.Cancel()
	if _, err := worker.Await(ctx); err != nil {
		return errors.New("the worker was not done")
	}
	return nil
}

// overtaken wants the items of two tasks in one order.
func overtaken(ctx context.Context) error {
	jobs := sim.NewQueue[string](ctx, "jobs", 0)
	put := func(name, item string) *sim.Coroutine[sim.None] {
		return sim.Do(ctx, name, func(ctx context.Context) error { return jobs.Put(ctx, item) })
	}
	if err := both(ctx, put("second", "b"), put("first", "a")); err != nil {
		return err
	}
	if item, err := jobs.Get(ctx); err != nil || item != "b" {
		return fmt.Errorf("the first item is %s", item)
	}
	return nil
}

// coin fails if it comes up one way, whatever the order.
func coin(ctx context.Context) error {
	v := sim.NewVar(ctx, "v", 0)
	set := func(name string) *sim.Coroutine[sim.None] {
		return sim.Do(ctx, name, func(ctx context.Context) error {
			v.Set(v.Get() + 1)
			return nil
		})
	}
	if err := both(ctx, set("a"), set("b")); err != nil {
		return err
	}
	if sim.Flip(ctx, "coin", 0.5) {
		return errors.New("tails")
	}
	return nil
}

func TestExplainNamesTheRace(t *testing.T) {
	for _, test := range races {
		t.Run(test.name, func(t *testing.T) {
			f := explained(t, test.main)
			if f.End == order.Finished || f.Message == "" || f.Trace == nil {
				t.Errorf("the failure is %+v", f)
			}
			if (f.Passing != nil) != test.passes || f.AllFail == test.passes {
				t.Errorf("passing run %v, all fail: %v", f.Passing, f.AllFail)
			}
			if test.pattern == "" {
				if f.Race != nil {
					t.Fatalf("a race is claimed: %s", f.Race.Text)
				}
				return
			}
			if f.Race == nil {
				t.Fatal("no race is named")
			}
			if f.Race.Pattern != test.pattern || f.Race.Object != test.object {
				t.Errorf("the race is %s on %q, want %s on %q", f.Race.Pattern, f.Race.Object, test.pattern, test.object)
			}
			var events []string
			numbers := trace.Numbers(f.Trace)
			for i, e := range f.Race.Events {
				events = append(events, fmt.Sprintf("%s %s %s", e.Task, e.Kind, e.Detail))
				if f.Race.Numbers[i] != numbers[e.Seq] {
					t.Errorf("%v has the number %s, want %s", e, f.Race.Numbers[i], numbers[e.Seq])
				}
				if !strings.Contains(f.Race.Text+" ", "event "+numbers[e.Seq]) && e.Kind != trace.Acquire {
					t.Errorf("%q does not speak of event %s", f.Race.Text, numbers[e.Seq])
				}
				if i := slices.IndexFunc(f.Trace.Events, func(o trace.Event) bool { return o.Seq == e.Seq }); i < 0 || f.Trace.Events[i].Kind != e.Kind {
					t.Errorf("event %d is not one of the failing run", e.Seq)
				}
			}
			if !slices.Equal(events, test.events) {
				t.Errorf("the events are %q, want %q", events, test.events)
			}
		})
	}
}

// The passing run passes, the failing one fails, and the swap is between them.
func TestExplainIsTrue(t *testing.T) {
	for _, test := range races {
		t.Run(test.name, func(t *testing.T) {
			f := explained(t, test.main)
			run := func(s order.Schedule) *sim.Outcome {
				return sim.Simulate(sim.Main(test.main), sim.WithPolicy(order.AnyReady), sim.WithOutput(nil),
					sim.WithStrategy(order.Replay(s)), sim.WithRecording(trace.Full))
			}
			o := run(f.Schedule)
			if o.End != f.End || o.Summary() != f.Message {
				t.Errorf("%s ends as %s: %s, want %s: %s", f.Schedule, o.End, o.Summary(), f.End, f.Message)
			}
			if f.Passing == nil {
				return
			}
			if o := run(f.Passing.Schedule); o.End != order.Finished || trace.Compare(o.Trace, f.Passing.Trace, trace.IgnoreHeader()) != nil {
				t.Errorf("the passing schedule %s ends as %s", f.Passing.Schedule, o.End)
			}
			if s := f.Swap; s != nil && (!s.Failed || s.Fails || !s.Permitted || s.Schedule.String() != f.Passing.Schedule.String()) {
				t.Errorf("the swap is %+v, and the passing schedule %s", s, f.Passing.Schedule)
			}
		})
	}
}

// What a panic says stands in the headline, and its stack alone below.
func TestNotesOfAPanic(t *testing.T) {
	f := &explain.Failure{Text: "panic in main: no (a/b.go:1)", Trace: &trace.Trace{}, AllFail: true}
	for notes, want := range map[string]string{
		"panic in main: no (a/b.go:1)\n    a.b  a/b.go:1\n    a.c  a/c.go:2": "FAILS: panic in main: no (a/b.go:1)\n\n    a.b  a/b.go:1\n    a.c  a/c.go:2\n\nschedule",
		"panic in main: no (a/b.go:1)":                                       "FAILS: panic in main: no (a/b.go:1)\nschedule",
		"it said so\n    panic in main: no (a/b.go:1)":                       "FAILS: panic in main: no (a/b.go:1)\n\n    it said so\n        panic in main: no (a/b.go:1)\n\nschedule",
	} {
		f.Notes = notes
		if got := OutcomeText(t, f, trace.ViewOptions{}); !strings.HasPrefix(got, want) {
			t.Errorf("notes %q: got\n%s\nwant\n%s", notes, got, want)
		}
	}
}

func TestExplainText(t *testing.T) {
	for _, test := range races {
		t.Run(test.name, func(t *testing.T) {
			f := explained(t, test.main)
			story(t, test.name, OutcomeText(t, f, trace.ViewOptions{}))
			for _, width := range []int{1, 40, 60, 100, 160} {
				text := OutcomeText(t, f, trace.ViewOptions{Width: width})
				for line := range strings.Lines(text) {
					if n := len([]rune(line)) - 1; n > max(width, 40) && !strings.Contains(line, "schedule ") {
						t.Errorf("at width %d, a line takes %d: %s", width, n, line)
					}
				}
				if f.Race == nil {
					continue
				}
				for _, e := range f.Race.Events {
					if !strings.Contains(text, e.Pos) {
						t.Errorf("at width %d, the place %s is cut", width, e.Pos)
					}
				}
			}
			plain := OutcomeText(t, f, trace.ViewOptions{})
			colour := OutcomeText(t, f, trace.ViewOptions{Color: true})
			if strings.Contains(plain, "\x1b") || strings.NewReplacer("\x1b[1m", "", "\x1b[0m", "").Replace(colour) != plain {
				t.Error("colour says more than the text does")
			}
		})
	}
}

// With more room, the runs stand side by side, and with less, one below the other.
func TestExplainWidth(t *testing.T) {
	f := explained(t, transfers)
	story(t, "lost-update-wide", OutcomeText(t, f, trace.ViewOptions{Width: 160}))
	story(t, "lost-update-narrow", OutcomeText(t, f, trace.ViewOptions{Width: 50}))
	story(t, "lost-update-80", OutcomeText(t, f, trace.ViewOptions{Width: 80}))
	story(t, "lost-update-120", OutcomeText(t, f, trace.ViewOptions{Width: 120}))
}

// A long run is cut down to what matters.
func TestExplainLongRun(t *testing.T) {
	long := func(ctx context.Context) error {
		noise := sim.NewVar(ctx, "noise", 0)
		balance := sim.NewVar(ctx, "balance", 0)
		busy := func(ctx context.Context, n int) error {
			for range n {
				noise.Update(func(n int) int { return n + 1 })
				if err := sim.Sleep(ctx, time.Second); err != nil {
					return err
				}
			}
			return nil
		}
		transfer := func(name string) *sim.Coroutine[sim.None] {
			return sim.Do(ctx, name, func(ctx context.Context) error {
				if err := busy(ctx, 40); err != nil {
					return err
				}
				seen := balance.Get()
				if err := sim.Yield(ctx); err != nil {
					return err
				}
				balance.Set(seen + 1)
				return busy(ctx, 40)
			})
		}
		if err := both(ctx, transfer("a"), transfer("b")); err != nil {
			return err
		}
		if got := balance.Get(); got != 2 {
			return fmt.Errorf("balance is %d", got)
		}
		return nil
	}
	f, err := explain.Why(t.Context(), exploretest.Main(long), nil)
	if err != nil {
		t.Fatal(err)
	}
	if f.Race == nil || f.Race.Pattern != explain.LostUpdate || f.Race.Object != "var balance" {
		t.Errorf("the race is %+v", f.Race)
	}
	text := OutcomeText(t, f, trace.ViewOptions{})
	if n := strings.Count(text, "\n"); n > 100 || len(f.Trace.Events) < 500 {
		t.Errorf("%d events took %d lines:\n%s", len(f.Trace.Events), n, text)
	}
	story(t, "long-run", text)
	var page strings.Builder
	if err := f.WriteMarkdown(&page); err != nil {
		t.Fatal(err)
	}
	_, picture, _ := strings.Cut(page.String(), "```mermaid")
	for i, e := range f.Race.Events { // of a part of the run, with the numbers of all of it
		if want := ": " + f.Race.Numbers[i] + " " + e.Kind.String() + "s var balance"; !strings.Contains(picture, want) {
			t.Errorf("the picture has no %q:\n%s", want, picture)
		}
	}
	if n := strings.Count(picture, "\n"); n > 200 {
		t.Errorf("the picture has %d lines", n)
	}
}

// Where no exchange of neighbours helps, a turn is left out.
func TestExplainByTurn(t *testing.T) {
	f := explained(t, coin)
	if f.Swap != nil || f.Passing == nil || len(f.Passing.Schedule) != 0 {
		t.Errorf("the swap is %v, the passing run %v", f.Swap, f.Passing)
	}
}

// Text of the program cannot disturb the terminal.
func TestExplainCleansText(t *testing.T) {
	rude := func(ctx context.Context) error {
		sim.Print(ctx, "\x1b[2J")
		return errors.New("bad \x1b[31m\nsecond\tline \xff 日本")
	}
	f, err := explain.Why(t.Context(), exploretest.Main(rude), nil)
	if err != nil {
		t.Fatal(err)
	}
	if text := OutcomeText(t, f, trace.ViewOptions{Width: 40}); strings.ContainsAny(text, "\x1b\t") || !utf8.ValidString(text) {
		t.Errorf("the text is %q", text)
	}
}

func TestExplainWithinBudget(t *testing.T) {
	f, err := explain.Why(t.Context(), exploretest.Main(slowTransfers), nil, explore.WithRuns(2))
	if err != nil {
		t.Fatal(err)
	}
	if f.AllFail || f.Passing != nil || f.Runs > 2 {
		t.Errorf("with two runs: %+v", f)
	}
	if text := OutcomeText(t, f, trace.ViewOptions{}); !strings.Contains(text, "Every order that was tried fails, in 2 runs.") {
		t.Errorf("the text is\n%s", text)
	}
}
