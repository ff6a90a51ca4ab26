package page_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"weft/scenarios"
	"weft/sim"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/sim/page"
	"weft/trace"
)

// TestFormat holds the format still: what a page, or another reader, finds in a program.
func TestFormat(t *testing.T) {
	s := gallery(t, "hello")
	s.Source = scenarios.Source
	p := explored(t, s, page.Limits{})
	for file := range p.Sources {
		p.Sources[file] = "..."
	}
	golden(t, "hello.json", p)

	p = explored(t, deposit, page.Limits{})
	if !strings.Contains(p.Failure.Report, "an update was lost") {
		t.Errorf("the report is %q", p.Failure.Report)
	}
	p.Failure.Report = "..."
	var explained struct {
		Version int `json:"weft_failure"`
		Race    struct{ Pattern explain.Pattern }
	}
	if err := json.Unmarshal(p.Failure.Explanation, &explained); err != nil || explained.Version == 0 || explained.Race.Pattern != explain.LostUpdate {
		t.Errorf("the explanation: %v, %+v", err, explained)
	}
	p.Failure.Explanation = nil // its format is held by the tests of package explain
	golden(t, "deposit-failure.json", p.Failure)
	run, err := p.Tree.Run(p.Report, nil)
	if err != nil {
		t.Fatal(err)
	}
	run.Events[0].Pos = "" // of whoever ran the program
	golden(t, "deposit-run.json", run)
}

// gallery returns a program of the gallery.
func gallery(t *testing.T, name string) page.Subject {
	t.Helper()
	s, ok := scenarios.Find(name)
	if !ok {
		t.Fatalf("there is no program %s", name)
	}
	return page.Subject{Summary: page.Summary{Name: s.Name, Title: s.Title}, Engine: s.Engine()}
}

// TestTree compares each run that can be put together from a tree with the run that the
// engine makes.
func TestTree(t *testing.T) {
	subjects := []page.Subject{deposit}
	for _, name := range []string{"hello", "lost-update", "lock-order-deadlock", "philosophers", "cancelled-lock-holder", "queue-stolen-item", "timeout-against-completion"} {
		subjects = append(subjects, gallery(t, name))
	}
	for _, s := range subjects {
		t.Run(s.Name, func(t *testing.T) {
			p := explored(t, s, page.Limits{})
			if !p.Tree.Complete || p.Tree.Root.Orders != p.Report.Runs {
				t.Fatalf("the tree has %d orders of %d, complete: %v", p.Tree.Root.Orders, p.Report.Runs, p.Tree.Complete)
			}
			outcomes := make([]int, len(p.Report.Outcomes))
			for _, leaf := range leaves(p.Tree.Root, nil) {
				outcomes[leaf.outcome]++
				schedule, err := order.ParseSchedule(leaf.schedule)
				if err != nil {
					t.Fatal(err)
				}
				kept, err := p.Tree.Run(p.Report, schedule)
				if err != nil {
					t.Fatal(err)
				}
				made, err := page.RunOf(s.Engine, schedule)
				if err != nil {
					t.Fatal(err)
				}
				// The first task has the place of whoever ran the program.
				made.Events[0].Pos, kept.Events = "", slices.Clone(kept.Events)
				kept.Events[0].Pos = ""
				if diff := cmp.Diff(made, kept, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("%s: the run of the engine and that of the tree differ (-engine +tree):\n%s", leaf.schedule, diff)
				}
			}
			for i, o := range p.Report.Outcomes {
				if outcomes[i] != o.Runs {
					t.Errorf("outcome %s has %d leaves and %d orders", o.Letter, outcomes[i], o.Runs)
				}
			}
		})
	}
}

// leaf is an end of a tree, with the schedule that leads there: the turns on the way.
type leaf struct {
	schedule string
	outcome  int
}

func leaves(n *page.Node, turns []string) []leaf {
	if n.Leaf != nil {
		return []leaf{{strings.Join(append([]string{"w1"}, turns...), ","), n.Leaf.Outcome}}
	}
	var all []leaf
	for i, kid := range n.Kids {
		if kid == nil {
			continue
		}
		way := turns
		if turn := n.Alternatives[i].Turn; turn != "" {
			way = append(turns[:len(turns):len(turns)], turn)
		}
		all = append(all, leaves(kid, way)...)
	}
	return all
}

// many has more orders than are walked: 12 tasks that take turns.
var many = subject("many", sim.Main(func(ctx context.Context) error {
	last := sim.NewVar(ctx, "last", 0)
	var tasks []sim.Awaitable[sim.None]
	for i := range 12 {
		tasks = append(tasks, sim.Go(ctx, fmt.Sprintf("t%d", i), func(ctx context.Context) error {
			last.Set(i)
			return nil
		}))
	}
	if _, err := sim.Gather(ctx, tasks...).Await(ctx); err != nil {
		return err
	}
	sim.Printf(ctx, "%d", last.Get())
	return nil
}), order.AnyReady)

// TestSampled has more orders than can be walked: the report does not say "all", and the
// tree has what the page speaks of.
func TestSampled(t *testing.T) {
	p := explored(t, many, page.Limits{Runs: 500})
	if p.Report.Complete || p.Report.Coverage != search.Sampled || strings.Contains(p.Report.Verdict, "all") {
		t.Errorf("of 500 runs, the report says %q", p.Report.Verdict)
	}
	if p.Tree.Complete {
		t.Error("the tree says that it has all orders")
	}
	for _, o := range p.Report.Outcomes {
		if !p.Tree.Holds(o.Schedule) {
			t.Errorf("outcome %s: its run is not in the tree", o.Letter)
		}
	}
	for i := range p.Tree.Root.Alternatives {
		if p.Tree.Root.Kids[i] == nil {
			t.Errorf("the first decision cannot take %s", p.Tree.Root.Alternatives[i].Name)
		}
	}
	if _, err := p.Tree.Run(p.Report, order.Schedule{{Kind: "ready", Key: "t0.1", Taken: "nobody.1"}}); !errors.Is(err, page.ErrNoRun) {
		t.Errorf("a schedule that does not fit: %v", err)
	}
}

// TestLimits keeps pages small.
func TestLimits(t *testing.T) {
	p := explored(t, gallery(t, "philosophers"), page.Limits{Bytes: 50_000})
	recorded := 0
	for _, leaf := range leaves(p.Tree.Root, nil) {
		schedule, err := order.ParseSchedule(leaf.schedule)
		if err != nil {
			t.Fatal(err)
		}
		if p.Tree.Holds(schedule) {
			recorded++
		}
	}
	if !p.Tree.Complete || p.Tree.Root.Orders != 200 || recorded == 0 || recorded == 200 {
		t.Errorf("%d of %d orders are recorded", recorded, p.Tree.Root.Orders)
	}
	if !p.Tree.Holds(nil) {
		t.Error("the default order is not recorded")
	}
	p = explored(t, gallery(t, "philosophers"), page.Limits{Leaves: 100})
	if p.Tree.Complete || !p.Report.Complete {
		t.Errorf("with room for 100 of 200 orders, the tree is complete: %v, and the report: %v", p.Tree.Complete, p.Report.Complete)
	}
}

// TestNumbers compares the numbers of events with those of the hand-overs of control.
func TestNumbers(t *testing.T) {
	for _, name := range []string{"hello", "lost-update", "philosophers"} {
		s := gallery(t, name)
		run, err := page.RunOf(s.Engine, nil)
		if err != nil {
			t.Fatal(err)
		}
		numbers := map[int]string{}
		seen := map[string]bool{}
		for _, e := range run.Events {
			numbers[e.Seq] = e.Number
			if seen[e.Number] {
				t.Errorf("%s: two events have the number %s", name, e.Number)
			}
			seen[e.Number] = true
		}
		recorded := order.RunOnce(s.Engine, order.Default()).Trace()
		if want := trace.Numbers(recorded); !maps.Equal(numbers, want) {
			t.Errorf("%s: the events have the numbers %v, want %v", name, numbers, want)
		}
	}
}

// TestSwapsOf finds the swap that the whole of Weft is about.
func TestSwapsOf(t *testing.T) {
	s := gallery(t, "hello")
	swaps, err := page.SwapsOf(t.Context(), s.Engine, nil)
	if err != nil || len(swaps) != 1 {
		t.Fatalf("%d swaps, %v", len(swaps), err)
	}
	swap := swaps[0]
	if swap.Transfers != [2]int{7, 9} || !swap.Permitted || swap.Same {
		t.Errorf("%+v", swap)
	}
	run, err := page.RunOf(s.Engine, swap.Schedule)
	if err != nil {
		t.Fatal(err)
	}
	if run.Outcome != "Hello 2!\nHello 1!\n" && run.Outcome != "Hello 2!\nHello 1!" {
		t.Errorf("swapped, it shows %q", run.Outcome)
	}
}

// TestNoEngine says so.
func TestNoEngine(t *testing.T) {
	_, err := page.Explore(t.Context(), page.Subject{Summary: page.Summary{Name: "nothing"}}, page.Limits{})
	if err == nil || !strings.Contains(err.Error(), "nothing cannot be run here") {
		t.Errorf("%v", err)
	}
}

// TestLibrary asks as a page does.
func TestLibrary(t *testing.T) {
	l := page.NewLibrary([]page.Subject{deposit}, page.Limits{})
	if got := l.Summaries(); len(got) != 1 || got[0].Name != "deposit" {
		t.Errorf("%v", got)
	}
	first, err := l.Answer(t.Context(), "program", "deposit", "w1")
	if err != nil {
		t.Fatal(err)
	}
	again, _ := l.Answer(t.Context(), "program", "deposit", "w1")
	if first != again {
		t.Error("the program is explored twice")
	}
	p := first.(*page.Program)
	run, err := l.Answer(t.Context(), "run", "deposit", p.Failure.Schedule)
	if err != nil || !run.(*page.Run).Failed {
		t.Errorf("the failing run: %v, %v", run, err)
	}
	swaps, err := l.Answer(t.Context(), "swaps", "deposit", p.Failure.Schedule)
	if err != nil || len(swaps.([]page.Swap)) == 0 {
		t.Errorf("its swaps: %v, %v", swaps, err)
	}
	for _, wrong := range [][3]string{
		{"run", "nobody", "w1"}, {"run", "deposit", "w1,ready:x.1=y.1"}, {"run", "deposit", "what"}, {"secrets", "deposit", "w1"},
	} {
		if answer, err := l.Answer(t.Context(), wrong[0], wrong[1], wrong[2]); err == nil || !strings.HasPrefix(err.Error(), "page: ") && !strings.HasPrefix(err.Error(), "order: ") {
			t.Errorf("%v: %v, %v", wrong, answer, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	cancel()
	l = page.NewLibrary([]page.Subject{deposit}, page.Limits{})
	l.Answer(ctx, "program", "deposit", "w1")
	whole, err := l.Answer(t.Context(), "program", "deposit", "w1")
	if err != nil || !whole.(*page.Program).Report.Complete {
		t.Errorf("what was interrupted is kept: %v", err)
	}
}

// TestManyAlternatives keeps decisions short among thousands of tasks.
func TestManyAlternatives(t *testing.T) {
	s := subject("crowd", sim.Main(func(ctx context.Context) error {
		var tasks []sim.Awaitable[sim.None]
		for i := range 300 {
			tasks = append(tasks, sim.Go(ctx, fmt.Sprintf("t%d", i), func(context.Context) error { return nil }))
		}
		_, err := sim.Gather(ctx, tasks...).Await(ctx)
		return err
	}), order.AnyReady)
	last := order.Schedule{{Kind: order.PickReady, Key: "t0.1", Taken: "t299.1"}}
	run, err := page.RunOf(s.Engine, last)
	if err != nil {
		t.Fatal(err)
	}
	d := run.Decisions[0]
	if len(d.Alternatives) != 65 || d.More != 235 || d.Alternatives[d.Taken].Name != "t299.1" || d.Alternatives[0].Name != "t0.1" {
		t.Errorf("%d alternatives and %d more, %q taken", len(d.Alternatives), d.More, d.Alternatives[d.Taken].Name)
	}
	p := explored(t, s, page.Limits{Runs: 20})
	for _, o := range p.Report.Outcomes {
		kept, err := p.Tree.Run(p.Report, o.Schedule)
		if err != nil {
			t.Fatal(err)
		}
		if kept.Schedule.String() != o.Schedule.String() {
			t.Errorf("schedule %s became %s", o.Schedule, kept.Schedule)
		}
	}
}

// TestLibraryRecordsNothing: its pages ask for runs.
func TestLibraryRecordsNothing(t *testing.T) {
	answer, err := page.NewLibrary([]page.Subject{deposit}, page.Limits{}).Answer(t.Context(), "program", "deposit", "w1")
	if err != nil {
		t.Fatal(err)
	}
	p := answer.(*page.Program)
	if p.Tree.Holds(nil) || p.Tree.Root.Events != nil || p.Tree.Root.Orders != 3 {
		t.Errorf("%d events are recorded, and %d orders counted", len(p.Tree.Root.Events), p.Tree.Root.Orders)
	}
}

// What was found before is shown as if it had been found for the page.
func TestFound(t *testing.T) {
	s := gallery(t, "lost-update")
	want, err := page.Explore(t.Context(), s, page.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	report, err := explore.Search(t.Context(), s.Engine)
	if err != nil {
		t.Fatal(err)
	}
	got, err := page.Found(t.Context(), s, report, page.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(want)
	b, _ := json.Marshal(got)
	if diff := cmp.Diff(string(a), string(b)); diff != "" {
		t.Error(diff)
	}
	if _, err := page.Found(t.Context(), page.Subject{Summary: page.Summary{Name: "none"}}, report, page.Limits{}); err == nil {
		t.Error("without an engine: no error")
	}
}
