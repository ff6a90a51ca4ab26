package simtest_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/sim/simtest"
	"weft/trace"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A failing check says everything that is needed: what was covered, what failed
// and where, how it came about, and how to have it again.
func TestReportOfAFailure(t *testing.T) {
	for _, c := range []struct {
		name    string
		program func(*simtest.T)
	}{
		{"lost-update", lostUpdate},
		{"lock-order", lockOrder},
		{"publish-early", publishEarly},
	} {
		t.Run(c.name, func(t *testing.T) {
			first := watch(t, "TestBank/"+c.name, func(tb testing.TB) { simtest.Check(tb, c.program) })
			golden(t, c.name+".txt", first.said())
			files, _ := filepath.Glob("testdata/weft/TestBank/" + c.name + "/*")
			if len(files) != 1 {
				t.Fatalf("fail files: %v", files)
			}
			kept, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			golden(t, c.name+".fail", string(kept))
			if !first.failed {
				t.Error("the check did not fail")
			}
			again := watchHere(t, "TestBank/"+c.name, func(tb testing.TB) { simtest.Check(tb, c.program) })
			again.wants(t, true, "the failure that is kept in "+files[0]+" is still there")
			if now, _ := os.ReadFile(files[0]); !bytes.Equal(now, kept) {
				t.Error("the fail file was written anew")
			}
		})
	}
}

// If the default order fails, the report is of that, whatever other failure was found.
func TestReportOfTheDefaultOrder(t *testing.T) {
	program := func(t *simtest.T) {
		ctx := t.Context()
		first := sim.NewVar(ctx, "first", "")
		enter := func(name string) *sim.Task[sim.None] {
			return sim.Go(ctx, name, func(context.Context) error {
				if first.Get() == "" {
					first.Set(name)
				}
				return nil
			})
		}
		_, err := sim.Gather(ctx, enter("a"), enter("b")).Await(ctx)
		noError(t, err)
		t.Errorf("%s was first", first.Get())
	}
	for seed := range uint64(8) { // some of which find the other one
		r := watch(t, fmt.Sprint("TestFirst/", seed), func(tb testing.TB) {
			simtest.Check(tb, program, explore.WithStrategy(sample.Random()), explore.WithRuns(1), explore.WithSeed(seed))
		})
		r.wants(t, true, "a was first", "schedule w1 (the default order)")
	}
}

// What a check says depends on nothing but the test: not on how many workers it
// has, and not on when it runs.
func TestReportDoesNotDependOnWorkers(t *testing.T) {
	var reports []string
	for _, workers := range []int{1, 2, 5} {
		r := watch(t, "TestBank", func(tb testing.TB) {
			simtest.Check(tb, lostUpdate, explore.WithWorkers(workers))
		})
		reports = append(reports, r.said())
	}
	if reports[0] != reports[1] || reports[0] != reports[2] {
		t.Errorf("they differ:\n%s", strings.Join(reports, "\n"))
	}
}

func TestCheckThatPasses(t *testing.T) {
	r := watch(t, "TestSay", func(tb testing.TB) { simtest.Check(tb, twoSleepers, explore.WithStrategy(walk.Exhaustive())) })
	r.wants(t, false, "orders explored: 2 outcomes")
	attrs := []string{"weft.seed=", "weft.policy=any-ready", "weft.strategy=exhaustive", "weft.verdict=all "}
	if len(r.attrs) != len(attrs) {
		t.Fatalf("attributes %q", r.attrs)
	}
	for i, want := range attrs {
		if !strings.HasPrefix(r.attrs[i], want) {
			t.Errorf("attribute %q, want %q", r.attrs[i], want)
		}
	}
	if entries, _ := os.ReadDir("."); len(entries) != 0 {
		t.Errorf("it left %v", entries)
	}
	r.lacks(t, "schedule w1")
	r = watch(t, "TestSay", func(tb testing.TB) {
		t.Setenv("WEFT_V", "1")
		simtest.Check(tb, twoSleepers)
	})
	r.wants(t, false, "1. passes", "schedule w1")
}

// A check whose runs fail in different ways reports one, and one line gives it
// again.
func TestScheduleIsReplayedAlone(t *testing.T) {
	first := watch(t, "TestBank", func(tb testing.TB) { simtest.Check(tb, lockOrder) })
	schedule := regexp.MustCompile(`-weft\.schedule=(\S+)`).FindStringSubmatch(first.said())[1]
	t.Setenv("WEFT_SCHEDULE", schedule)
	runs := 0
	again := watch(t, "TestBank", func(tb testing.TB) {
		simtest.Check(tb, func(t *simtest.T) { runs++; lockOrder(t) })
	})
	again.wants(t, true, "this order fails", "cycle: ", "schedule "+schedule)
	if runs != 1 {
		t.Errorf("%d runs, want 1", runs)
	}
	if _, err := os.Stat("testdata"); err == nil {
		t.Error("a replay wrote a fail file")
	}
}

func TestScheduleThatDoesNotFitFails(t *testing.T) {
	t.Setenv("WEFT_SCHEDULE", "w1,ready:a.1=c.1")
	r := watch(t, "TestSay", func(tb testing.TB) { simtest.Check(tb, twoSleepers) })
	r.wants(t, true, "turn 1 wants c.1 at ready:a.1, where there was only a.1, b.1", "select the test with -run")
	t.Setenv("WEFT_SCHEDULE", "w1")
	r = watch(t, "TestSay", func(tb testing.TB) { simtest.Check(tb, twoSleepers) })
	r.wants(t, false, "this order passes", `prints "hello"`)
}

// The check must not lie: a run that cannot be had again is no failure of an
// order but of the program, and so says the report.
func TestNondeterminismIsReported(t *testing.T) {
	var kept, beside atomic.Int64
	two := func(t *simtest.T, f func(ctx context.Context)) {
		step := func(ctx context.Context) error {
			f(ctx)
			return nil
		}
		a, b := sim.Go(t.Context(), "a", step), sim.Go(t.Context(), "b", step)
		_, err := sim.Gather(t.Context(), a, b).Await(t.Context())
		noError(t, err)
	}
	// What differs from run to run by itself differs by luck. A counter outside
	// stands for it, so that it does so for sure.
	for _, c := range []struct {
		name    string
		program func(*simtest.T)
		want    string
	}{
		{"state kept between runs", func(t *simtest.T) {
			two(t, func(ctx context.Context) { sim.Print(ctx, "call ", kept.Add(1)) })
		}, "print"},
		{"clock", func(t *simtest.T) {
			two(t, func(ctx context.Context) { sim.Sleep(ctx, time.Duration(kept.Add(1))) })
		}, "sleep"},
		{"order of a map", func(t *simtest.T) {
			names := []string{"x", "y", "z"}
			for i := range names {
				name := names[(i+int(kept.Load()))%3]
				sim.Go(t.Context(), name, func(context.Context) error { return nil })
			}
			kept.Add(1)
			sim.Yield(t.Context())
		}, "spawn"},
		{"only the error differs", func(t *simtest.T) {
			two(t, func(ctx context.Context) {})
			t.Errorf("number %d", kept.Add(1))
		}, "number"},
		{"goroutine beside the loop", func(t *simtest.T) {
			done := make(chan bool)
			go func() { beside.Add(1); close(done) }()
			<-done
			two(t, func(ctx context.Context) { sim.Print(ctx, beside.Load()) })
		}, "print"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := watch(t, "TestLeaky", func(tb testing.TB) {
				simtest.Check(tb, c.program, explore.WithWorkers(1))
			})
			r.wants(t, true, "did not do the same twice", "Usual causes", c.want)
			r.lacks(t, "again    go test")
			if _, err := os.Stat("testdata"); err == nil {
				t.Error("a failure that cannot be had again was kept")
			}
		})
	}
}

func TestSeedComesFromTheName(t *testing.T) {
	seed := func(name string, options ...explore.Option) string {
		r := watch(t, name, func(tb testing.TB) { simtest.Check(tb, twoSleepers, options...) })
		return r.attrs[0]
	}
	if a, b := seed("TestA"), seed("TestA"); a != b {
		t.Errorf("%s and %s for one name", a, b)
	}
	if a, b := seed("TestA"), seed("TestB"); a == b {
		t.Errorf("%s for two names", a)
	}
	if got := seed("TestA", explore.WithSeed(7)); got != "weft.seed=7" {
		t.Errorf("%s for seed 7", got)
	}
}

func TestShortMakesATenthOfTheRuns(t *testing.T) {
	inShort(t, true)
	draw := explore.WithStrategy(sample.Random())
	r := watch(t, "TestSay", func(tb testing.TB) {
		simtest.Check(tb, twoSleepers, draw, explore.WithRuns(200))
	})
	r.wants(t, false, "20 runs sampled", "-short")
	t.Setenv("WEFT_RUNS", "30")
	r = watch(t, "TestSay", func(tb testing.TB) { simtest.Check(tb, twoSleepers, draw) })
	r.wants(t, false, "30 runs sampled")
	r.lacks(t, "-short")
}

// A check ends before the test binary is killed, and says that this is why.
func TestCheckEndsBeforeTheTimeLimit(t *testing.T) {
	r := watch(t, "TestSay", func(tb testing.TB) {
		r := tb.(*recorder)
		r.limit = time.Now() // there is less left than a report takes
		simtest.Check(withLimit{r}, twoSleepers, explore.WithStrategy(sample.Random()), explore.WithRuns(1<<40), explore.WithWorkers(1))
	})
	r.wants(t, false, "the time being over", "-timeout, is near")
}

// A check for which there is no time at all runs the default order at least.
func TestCheckWithoutTime(t *testing.T) {
	late := func(program func(*simtest.T)) *recorder {
		return watch(t, "TestLate", func(tb testing.TB) { simtest.Check(tb, program, explore.WithTime(1)) })
	}
	late(twoSleepers).wants(t, false, "stopped after 0 runs, the time being over", "the default order only; it passes")
	late(lostUpdate).wants(t, true, "the default order only, and it fails", "got 50, want 100", "-weft.schedule=w1")
}

// A check whose test is over has shown nothing.
func TestCheckWithoutContext(t *testing.T) {
	r := watch(t, "TestOver", func(tb testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		simtest.Check(inContext{tb, ctx}, twoSleepers)
	})
	r.wants(t, true, "interrupted after 0 runs: the context of the test has ended")
}

type inContext struct {
	testing.TB
	ctx context.Context
}

func (c inContext) Context() context.Context { return c.ctx }

func TestArtifacts(t *testing.T) {
	dir := t.TempDir()
	before := flag.Lookup("test.artifacts").Value.String()
	if err := flag.Set("test.artifacts", "true"); err != nil {
		t.Fatal(err)
	}
	defer flag.Set("test.artifacts", before)
	r := watch(t, "TestBank", func(tb testing.TB) {
		simtest.Check(inFolder{tb, dir}, lostUpdate)
	})
	r.wants(t, true, "trace.jsonl", "trace.svg", "report.html")
	f, err := os.Open(filepath.Join(dir, "trace.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run, err := trace.ReadJSONL(f)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.said(), "-weft.schedule="+run.Schedule+"\n") {
		t.Errorf("the trace is of schedule %s; the report:\n%s", run.Schedule, r.said())
	}
	if text, err := os.ReadFile(filepath.Join(dir, "report.html")); err != nil || !bytes.HasPrefix(text, []byte("<!doctype html>")) || !bytes.Contains(text, []byte("id=\"weft-data\"")) {
		t.Errorf("report.html begins with %.40q, %v", text, err)
	}
	if picture, err := os.ReadFile(filepath.Join(dir, "trace.svg")); err != nil || !bytes.HasPrefix(picture, []byte("<svg")) {
		t.Errorf("trace.svg begins with %.40q, %v", picture, err)
	}
}

type inFolder struct {
	testing.TB
	dir string
}

func (f inFolder) ArtifactDir() string { return f.dir }

// The policy of a check is AnyReady unless an option, a variable or a flag says
// otherwise, each over the one before it.
func TestPolicyOfACheck(t *testing.T) {
	policy := func(options ...explore.Option) string {
		r := watch(t, "TestSay", func(tb testing.TB) { simtest.Check(tb, twoSleepers, options...) })
		return strings.TrimPrefix(r.attrs[1], "weft.policy=")
	}
	if got := policy(); got != "any-ready" {
		t.Errorf("default %s", got)
	}
	fifo := simtest.WithPolicy(order.FIFO)
	if got := policy(fifo); got != "fifo" {
		t.Errorf("WithPolicy(FIFO): %s", got)
	}
	t.Setenv("WEFT_POLICY", "same-instant")
	if got := policy(fifo); got != "same-instant" {
		t.Errorf("variable over option: %s", got)
	}
	setFlag(t, "weft.policy", "jitter:1s")
	if got := policy(fifo); got != "jitter:1s" {
		t.Errorf("flag over variable: %s", got)
	}
}

// The line to paste names the policy if the code does not.
func TestLineToPasteNamesTheWantedPolicy(t *testing.T) {
	r := watch(t, "TestBank", func(tb testing.TB) { simtest.Check(tb, lostUpdate, simtest.WithPolicy(order.FIFO)) })
	r.wants(t, true, "1 order explored")
	r.lacks(t, "-weft.policy")
	t.Setenv("WEFT_POLICY", "any-ready")
	r = watch(t, "TestBank", func(tb testing.TB) { simtest.Check(tb, lostUpdate, simtest.WithPolicy(order.FIFO)) })
	r.wants(t, true, " -weft.policy=any-ready -weft.schedule=w1")
}

// coinEngine is an engine that is no event loop: it flips n coins.
type coinEngine struct {
	begin func() *simtest.Invocation
	name  string
}

func (e *coinEngine) Program() string      { return "toy" }
func (e *coinEngine) Policy() string       { return e.name }
func (e *coinEngine) Runner() order.Runner { return &coinRunner{e} }

type coinRunner struct{ e *coinEngine }

func (r *coinRunner) Close() {}

func (r *coinRunner) Run(strategy order.Strategy, level trace.Level) *order.Run {
	run := &order.Run{End: order.Finished, Trace: func() *trace.Trace { return &trace.Trace{} }}
	a := r.e.begin()
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.Body(context.WithValue(context.Background(), coinRunner{}, func() int {
			d := order.Decision{Kind: order.PickChoice, Key: fmt.Sprint("coin.", len(run.Decisions)+1), Of: 2,
				Alternatives: []order.Alternative{{Name: "head"}, {Name: "tail"}}}
			d.Taken = strategy.Choose(&d)
			run.Decisions = append(run.Decisions, d)
			return d.Taken
		}))
	}()
	<-done
	if replay, ok := strategy.(interface{ Err() error }); ok && replay.Err() != nil {
		run.End, run.Err = order.Mismatched, replay.Err()
	}
	a.Complete(run)
	return run
}

func TestCheckOnAnotherEngine(t *testing.T) {
	coins := func(t *simtest.T) {
		flip := t.Context().Value(coinRunner{}).(func() int)
		if n := flip() + flip() + flip(); n == 2 {
			t.Fatalf("%d tails", n)
		}
	}
	make := func(begin func() *simtest.Invocation, policy string) (order.Engine, error) {
		if policy == "fifo" {
			return nil, errors.New("toy: coins have no order")
		}
		return &coinEngine{begin, "coins"}, nil
	}
	r := watch(t, "TestCoins", func(tb testing.TB) {
		simtest.CheckOn(tb, make, coins, explore.WithStrategy(walk.Exhaustive()))
	})
	r.wants(t, true, "all 8 orders explored", "2 tails", "schedule w1,choose:coin.1=tail,choose:coin.2=tail")
	again := watchHere(t, "TestCoins", func(tb testing.TB) { simtest.CheckOn(tb, make, coins) })
	again.wants(t, true, "is still there")
	t.Setenv("WEFT_POLICY", "fifo")
	r = watch(t, "TestCoins", func(tb testing.TB) { simtest.CheckOn(tb, make, coins) })
	r.wants(t, true, "toy: coins have no order")
}

func TestWrongCallsOfCheck(t *testing.T) {
	for name, f := range map[string]func(){
		"nil function":     func() { simtest.Check(t, nil) },
		"nil engine":       func() { simtest.CheckOn(t, nil, func(*simtest.T) {}) },
		"nil engine maker": func() { simtest.CheckOn(t, nil, nil) },
	} {
		if message := panicOf(f); !strings.HasPrefix(message, "simtest: ") {
			t.Errorf("%s: %q", name, message)
		}
	}
}

func panicOf(f func()) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	f()
	return ""
}

// inShort turns -short on or off for the time of the test.
func inShort(t *testing.T, on bool) {
	t.Helper()
	before := fmt.Sprint(testing.Short())
	if err := flag.Set("test.short", fmt.Sprint(on)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { flag.Set("test.short", before) })
}

// setFlag sets a flag for the time of the test.
func setFlag(t *testing.T, name, value string) {
	t.Helper()
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { flag.Set(name, "") })
}

// The whole way, as a user goes it: a failing test, the line from its report
// pasted into a shell, and variables, which get through ./... where flags do not.
func TestLineToPasteWorks(t *testing.T) {
	if !pasted.CompareAndSwap(false, true) {
		t.Skip("once is enough, also with -count")
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell to paste into")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command")
	}
	root := filepath.Join(here, "..", "..")
	run := func(line string, variables ...string) string {
		cmd := exec.Command(shell, "-c", line)
		cmd.Dir = root
		cmd.Env = append(append(os.Environ(), variables...), "GOFLAGS=", "GOPROXY=off", "WEFT_NOFAILFILE=1", "WEFT_EXAMPLE=1")
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	first := run("go test -v ./sim/simtest/testdata/paste/...", "WEFT_SEED=42", "WEFT_RUNS=17", "WEFT_STRATEGY=random")
	for _, want := range []string{"weft.seed 42\n", "17 runs sampled", "fails in every order"} {
		if !strings.Contains(first, want) {
			t.Errorf("%q is missing in\n%s", want, first)
		}
	}
	found := regexp.MustCompile(`(?m)^ *again +(go test .*)$`).FindStringSubmatch(first)
	if found == nil {
		t.Fatalf("no line to paste in\n%s", first)
	}
	if want := `go test ./sim/simtest/testdata/paste -run '^TestTransfers$/^it'\''s_\$5$' -weft.schedule=w1`; found[1] != want {
		t.Errorf("the line is\n%s, want\n%s", found[1], want)
	}
	again := run(found[1])
	if !strings.Contains(again, "this order fails") || !strings.Contains(again, "paste_test.go:20: fails in every order") || strings.Contains(again, "17 runs") {
		t.Errorf("pasted, it says\n%s", again)
	}
}

var pasted atomic.Bool

func TestWithoutFailFiles(t *testing.T) {
	failing := func(t *simtest.T) { t.Error("no") }
	r := watch(t, "TestKept", func(tb testing.TB) { simtest.Check(tb, failing, simtest.WithoutFailFiles()) })
	r.wants(t, true, "no")
	if text := r.text.String(); strings.Contains(text, "kept in") {
		t.Errorf("a failure was kept: %s", text)
	}
}
