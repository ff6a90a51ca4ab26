package scenariotest_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/scenarios/claim"
	"weft/scenarios/internal/scenariotest"
	"weft/scenarios/scenario"
	"weft/sim"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

// heard is a test that writes down what is wrong instead of failing.
type heard struct {
	testing.TB
	errors []string
}

func (h *heard) Helper() {}

func (h *heard) Error(args ...any) { h.errors = append(h.errors, fmt.Sprint(args...)) }

func (h *heard) Errorf(format string, args ...any) {
	h.errors = append(h.errors, fmt.Sprintf(format, args...))
}

// write makes a folder of files, in which the test then runs.
func write(t *testing.T, files map[string]string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(folder)
}

// greeting is a scenario that two tasks greet in.
var greeting = scenario.Scenario{
	Name:  "greeting",
	Claim: "both greet after a second",
	Program: sim.Main(func(ctx context.Context) error {
		greet := func(ctx context.Context) error {
			if err := sim.Sleep(ctx, time.Second); err != nil {
				return err
			}
			sim.Print(ctx, "hello")
			return nil
		}
		_, err := sim.Gather(ctx, sim.Go(ctx, "ada", greet), sim.Go(ctx, "bob", greet)).Await(ctx)
		return err
	}),
	Check:    claim.All(claim.PrintsAt("1s hello", "1s hello")),
	AnyOrder: true,
}

func TestChapter(t *testing.T) {
	write(t, map[string]string{
		"doc.go":      "//   - go/clean-up: somebody cleans up\n//   - tea-time: tea\n//   - tea-time-fixed: more tea\n",
		"clean_up.go": "",
		"tea_time.go": "",
	})
	story := "Somebody does something. And then it is done."
	good := []scenariotest.Program{
		{Name: "go/clean-up", Title: "somebody cleans up", Story: story},
		{Name: "tea-time", Title: "tea", Story: story, Race: true},
		{Name: "tea-time-fixed", Title: "more tea", Story: story, Fixes: "tea-time"},
	}
	scenariotest.Chapter(t, good)
	for _, test := range []struct {
		change func(p []scenariotest.Program) []scenariotest.Program
		want   string
	}{
		{func(p []scenariotest.Program) []scenariotest.Program { p[0].Title = ""; return p }, "the title is"},
		{func(p []scenariotest.Program) []scenariotest.Program { p[0].Story = "Nothing."; return p }, "the story has 1 sentences"},
		{func(p []scenariotest.Program) []scenariotest.Program { p[0].Name = "tea-time"; return p }, "two scenarios are called tea-time"},
		{func(p []scenariotest.Program) []scenariotest.Program { p[0].Name = "tidy-up"; return p }, "the program stands in the file of its name"},
		{func(p []scenariotest.Program) []scenariotest.Program { return p[:2] }, "tea-time is not followed by its repair"},
		{func(p []scenariotest.Program) []scenariotest.Program { return p[2:] }, "tea-time-fixed does not follow tea-time"},
		{func(p []scenariotest.Program) []scenariotest.Program { p[2].Race = true; return p }, "repairs tea-time and fails"},
		{func(p []scenariotest.Program) []scenariotest.Program { return p[1:] }, "doc.go lists other programs"},
	} {
		h := &heard{TB: t}
		scenariotest.Chapter(h, test.change(append([]scenariotest.Program{}, good...)))
		if got := strings.Join(h.errors, "\n"); !strings.Contains(got, test.want) {
			t.Errorf("want %q among\n%s", test.want, got)
		}
	}
}

func TestFile(t *testing.T) {
	for _, test := range []struct{ name, fixes, want string }{
		{"lost-update", "", "lost_update.go"},
		{"lost-update-fixed", "lost-update", "lost_update.go"},
		{"go/hello", "", "hello.go"},
		{"go/double-close-fixed", "go/double-close", "double_close.go"},
	} {
		if got := scenariotest.File(test.name, test.fixes); got != test.want {
			t.Errorf("%s stands in %s, not in %s", test.name, got, test.want)
		}
	}
}

func TestGolden(t *testing.T) {
	if scenariotest.Updating() {
		t.Skip("it would write what it is to compare with")
	}
	write(t, map[string]string{"testdata/tea.golden": "tea\n"})
	h := &heard{TB: t}
	scenariotest.Golden(h, "tea", "tea\n")
	if len(h.errors) > 0 {
		t.Errorf("of what the file holds: %v", h.errors)
	}
	scenariotest.Golden(h, "tea", "milk\n")
	if len(h.errors) != 1 {
		t.Errorf("of something else: %v", h.errors)
	}
}

func TestDefaultOrder(t *testing.T) {
	write(t, map[string]string{"testdata/greeting.golden": "1s  ada  hello\n1s  bob  hello\n1s  finished\n"})
	scenariotest.DefaultOrder(t, greeting)

	h, wrong := &heard{TB: t}, greeting
	wrong.Check = func(*sim.Outcome) error { return nil }
	scenariotest.DefaultOrder(h, wrong)
	if len(h.errors) != 2 {
		t.Errorf("of a check that accepts everything: %q", h.errors)
	}
}

func TestOtherOrders(t *testing.T) {
	scenariotest.AnyOrder(t, greeting)

	// Whoever is first, it is ada only in half of the orders.
	wrong := greeting
	wrong.Check = func(o *sim.Outcome) error {
		if first := o.Output[0].Task; first != "ada" {
			return fmt.Errorf("%s is first", first)
		}
		return nil
	}
	h := &heard{TB: t}
	for seed := range uint64(20) {
		scenariotest.InOrder(h, wrong, order.SameInstant, seed)
	}
	if n := len(h.errors); n == 0 || n == 20 {
		t.Errorf("of 20 seeds, %d break the claim", n)
	}
	wrong.AnyOrder = false
	scenariotest.AnyOrder(t, wrong)
}

func TestQuiet(t *testing.T) {
	if o := scenariotest.Quiet(greeting, sim.WithPolicy(order.FIFO)); len(o.Output) != 2 || o.Trace.Policy != "fifo" {
		t.Errorf("%d lines under %s", len(o.Output), o.Trace.Policy)
	}
}

func TestSearch(t *testing.T) {
	r := scenariotest.Search(t, greeting.Engine(), walk.Exhaustive(), 10)
	if r.Verdict() != "all 2 orders explored" {
		t.Error(r.Verdict())
	}
	if r := scenariotest.Search(t, greeting.Engine(), walk.Exhaustive(), 1); r.Runs != 1 {
		t.Errorf("%d runs, and 1 was permitted", r.Runs)
	}
}
