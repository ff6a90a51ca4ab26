package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/scenarios"
	"weft/scenarios/scenario"
	"weft/sim"
	"weft/sim/order"
	"weft/trace"
)

const (
	swapped = "w1,timer:say1.1=say2.1" // the second sleep of hello is over first
	remark  = "7 and 9 may be swapped: both sleeps are due at 1s."
)

func TestRunHello(t *testing.T) {
	got := fine(t, "run", "hello")
	golden(t, "hello.golden", got)

	// The ten hand-overs, whatever else is shown.
	steps := regexp.MustCompile(`(?m)^ +(\d+)  (\ds)  (.*)$`).FindAllStringSubmatch(got, -1)
	if len(steps) != 10 {
		t.Fatalf("there are %d numbered lines, want 10:\n%s", len(steps), got)
	}
	for i, want := range []struct{ at, text string }{
		{"0s", "the loop starts say1"},
		{"0s", "say1 starts its sleep of 1s"},
		{"0s", "control goes back to the loop"},
		{"0s", "the loop starts say2"},
		{"0s", "say2 starts its sleep of 1s"},
		{"0s", "control goes back to the loop"},
		{"1s", `the sleep is over: the loop resumes say1, which prints "Hello 1!"`},
		{"1s", "say1 is finished; control goes back to the loop"},
		{"1s", `the sleep is over: the loop resumes say2, which prints "Hello 2!"`},
		{"1s", "say2 is finished; control goes back to the loop"},
	} {
		if step := steps[i]; step[1] != fmt.Sprint(i+1) || step[2] != want.at || step[3] != want.text {
			t.Errorf("line %d is %q, want %q at %s", i+1, step[0], want.text, want.at)
		}
	}
	contains(t, got, "\n  "+remark+"\n", "Finished at 1s of virtual time", "The claim holds: ")
}

// holds is what is said of a claim that a run does not speak against.
func holds(s scenario.Scenario) string {
	if s.Explore != nil {
		return "As claimed, as far as one run can show it: "
	}
	return "The claim holds: "
}

// TestGallery runs every program with no flags, as a visitor does.
func TestGallery(t *testing.T) {
	for _, s := range scenarios.All() {
		t.Run(s.Name, func(t *testing.T) {
			got := fine(t, "run", s.Name)
			if !strings.HasPrefix(got, s.Name+": "+s.Title+"\n\n  ") {
				t.Errorf("the output does not begin with the name and the title:\n%.200s", got)
			}
			contains(t, got, "\nWhat it prints, in virtual time:\n\n", "\nFinished at ", ", schedule w1\n",
				"\n"+holds(s)+s.Claim+"\n")
			for i, line := range strings.Split(got, "\n") {
				if strings.TrimRight(line, " ") != line && !strings.HasPrefix(line, "  ") {
					t.Errorf("line %d ends in spaces: %q", i+1, line)
				}
			}
			story := strings.Join(strings.Fields(s.Story), " ")
			if !strings.Contains(strings.Join(strings.Fields(got), " "), story) {
				t.Errorf("the story is not told: %s", story)
			}
		})
	}
}

// TestLongRun: a run that is too long for one screen says how to see it all.
func TestLongRun(t *testing.T) {
	got := fine(t, "run", "ten-thousand")
	if n := strings.Count(got, "\n"); n > 60 {
		t.Errorf("there are %d lines; nobody reads that many", n)
	}
	contains(t, got, "too long to show here", "\n  weft run ten-thousand --view transfers\n", "another order was permitted")
}

// final matches the line with which weft run repeats the schedule.
var final = regexp.MustCompile(`(?m)^(\w+) at (\S+) of virtual time; policy (\S+), schedule (\S+)$`)

// withoutHeader takes out the line that says how a run was asked for.
func withoutHeader(text string) string {
	return regexp.MustCompile(`(?m)^ *program .*\n`).ReplaceAllString(text, "")
}

func TestRunSeed(t *testing.T) {
	orders := map[string]bool{}
	for seed := range 10 {
		args := []string{"run", "hello", "--seed", fmt.Sprint(seed)}
		got := fine(t, args...)
		if again := fine(t, args...); again != got {
			t.Errorf("seed %d gives two different runs:\n%s", seed, cmp.Diff(got, again))
		}
		contains(t, got, fmt.Sprintf("strategy random, seed %d, ", seed), remark, "The claim holds: ")
		line := final.FindStringSubmatch(got)
		if line == nil {
			t.Fatalf("no schedule in\n%s", got)
		}
		schedule := line[4]
		orders[schedule] = true
		// The schedule that a run prints repeats it.
		repeated := fine(t, "run", "hello", "--schedule", schedule)
		contains(t, repeated, "strategy replay, schedule "+schedule)
		if diff := cmp.Diff(withoutHeader(got), withoutHeader(repeated)); diff != "" {
			t.Errorf("schedule %s does not repeat seed %d (-seed +schedule):\n%s", schedule, seed, diff)
		}
	}
	if len(orders) != 2 || !orders["w1"] || !orders[swapped] {
		t.Errorf("ten seeds gave the schedules %v; want both orders of hello", orders)
	}
	contains(t, fine(t, "run", "hello", "--seed", "18446744073709551615"), "seed 18446744073709551615")
}

func TestRunSchedule(t *testing.T) {
	t.Run("fits", func(t *testing.T) {
		got := fine(t, "run", "hello", "--schedule", swapped)
		golden(t, "hello-swapped.golden", got)
		if strings.Index(got, "Hello 2!") > strings.Index(got, "Hello 1!") {
			t.Error("Hello 1! comes first, against the schedule")
		}
	})
	t.Run("default order", func(t *testing.T) {
		if diff := cmp.Diff(withoutHeader(fine(t, "run", "hello")), withoutHeader(fine(t, "run", "hello", "--schedule", "w1"))); diff != "" {
			t.Errorf("the empty schedule is not the default order (-default +w1):\n%s", diff)
		}
	})
	t.Run("does not fit", func(t *testing.T) {
		for _, test := range []struct {
			name     string
			args     []string
			mentions []string
		}{
			{"no such alternative", []string{"--schedule", "w1,timer:say1.1=say3.1"}, []string{"turn 1", "say3.1", "timer:say1.1", "say1.1, say2.1"}},
			{"no such decision", []string{"--schedule", "w1,timer:nobody.1=say2.1"}, []string{"turn 1", "timer:nobody.1"}},
			{"one turn too many", []string{"--schedule", swapped + ",timer:say9.1=say1.1"}, []string{"turn 2", "timer:say9.1"}},
			{"not permitted by the policy", []string{"--schedule", swapped, "--policy", "fifo"}, []string{"turn 1", "policy"}},
		} {
			t.Run(test.name, func(t *testing.T) {
				args := append([]string{"run", "hello"}, test.args...)
				a := weft(args...)
				if a.status != exitMismatch {
					t.Errorf("status %d, want %d", a.status, exitMismatch)
				}
				contains(t, a.err, append(test.mentions, "weft: ", "the schedule does not fit the program")...)
				// What did run is shown, and no claim is made about it.
				contains(t, a.out, "Mismatch at 1s of virtual time")
				lacks(t, a.out, "The claim")

				args = append(args, "--view", "transfers")
				if a := weft(args...); a.status != exitMismatch || !strings.Contains(a.out, "the loop starts say1") {
					t.Errorf("weft %q: status %d, output %q; want %d and what did run", args, a.status, a.out, exitMismatch)
				}
			})
		}
	})
	t.Run("malformed", func(t *testing.T) {
		for _, test := range []struct {
			schedule string
			mentions []string
		}{
			{"", []string{`does not begin with "w1"`}},
			{"7", []string{`schedule "7"`, `does not begin with "w1"`}},
			{"w2", []string{`"w2"`, "reads w1"}},
			{"w1,", []string{"turn 1", "want KIND:KEY=TAKEN"}},
			{"w1,timer", []string{`turn 1 is "timer"`, "want KIND:KEY=TAKEN"}},
			{swapped + ",timer:x", []string{`turn 2 is "timer:x"`}},
			{"w1,timer:say1.1=%zz", []string{"turn 1", "hexadecimal"}},
		} {
			refuses(t, exitUsage, []string{"run", "hello", "--schedule", test.schedule}, test.mentions...)
		}
	})
}

func TestRunPolicy(t *testing.T) {
	for _, test := range []struct {
		policy  string
		remarks bool // that 7 and 9 may be swapped
	}{
		{"fifo", false},
		{"same-instant", true},
		{"any-ready", true},
		{"jitter:0s", true},
		{"jitter:10ms", true},
	} {
		t.Run(test.policy, func(t *testing.T) {
			got := fine(t, "run", "hello", "--policy", test.policy)
			contains(t, got, "program hello, policy "+test.policy+", ", "Finished at 1s of virtual time; policy "+test.policy+", schedule w1", "The claim holds: ")
			if strings.Contains(got, "7 and 9 may be swapped") != test.remarks {
				t.Errorf("remark about 7 and 9: want %v, in\n%s", test.remarks, got)
			}
			if !test.remarks {
				lacks(t, got, "swapped")
			}
		})
	}
	t.Run("fifo permits one order", func(t *testing.T) {
		for seed := range 5 {
			contains(t, fine(t, "run", "hello", "--policy", "fifo", "--seed", fmt.Sprint(seed)), ", schedule w1\n")
		}
	})
	t.Run("malformed", func(t *testing.T) {
		for _, policy := range []string{"", "lifo", "FIFO", "jitter", "jitters:1s"} {
			refuses(t, exitUsage, []string{"run", "hello", "--policy", policy}, fmt.Sprintf("there is no policy %q", policy), "fifo, same-instant, any-ready, jitter:DURATION or hold-ups:TIMES:DURATION")
		}
		for _, policy := range []string{"jitter:", "jitter:fast", "jitter:10", "jitter:-1s"} {
			refuses(t, exitUsage, []string{"run", "hello", "--policy", policy}, fmt.Sprintf("policy %q", policy), "jitter:10ms")
		}
	})
}

// TestClaimsInOtherOrders: whatever order the policies permit, no claim of the
// gallery is said to be broken.
func TestClaimsInOtherOrders(t *testing.T) {
	for _, s := range scenarios.All() {
		if s.Name == "ten-thousand" {
			continue // too many decisions for so many runs
		}
		if s.Explore != nil && s.Fixes == "" {
			continue // a race: its claim is that some orders fail
		}
		t.Run(s.Name, func(t *testing.T) {
			for _, args := range [][]string{
				{"--policy", "fifo"}, {"--policy", "any-ready"}, {"--policy", "jitter:5s"},
				{"--seed", "1"}, {"--seed", "2", "--policy", "any-ready"},
			} {
				got := fine(t, append([]string{"run", s.Name}, args...)...)
				schedule := final.FindStringSubmatch(got)
				if schedule == nil {
					t.Fatalf("weft run %s %v does not say how it ended:\n%s", s.Name, args, got)
				}
				if schedule[4] == "w1" || s.AnyOrder {
					contains(t, got, "\n"+holds(s)+s.Claim+"\n")
				} else {
					contains(t, got, "was not checked: "+s.Claim+"\n")
				}
			}
		})
	}
}

func TestRunUsage(t *testing.T) {
	for _, test := range []struct {
		args     string
		mentions []string
	}{
		{"run", []string{"takes one program", "weft list"}},
		{"run hello goodbye", []string{"takes one program"}},
		{"run helo", []string{`no program "helo"`, "did you mean hello?", "weft list"}},
		{"run HELLO", []string{"did you mean hello?"}},
		{"run say-after-task", []string{"did you mean say-after-tasks"}},
		{"run ten-thousands", []string{"did you mean ten-thousand?"}},
		{"run a-teapot-that-sings", []string{`no program "a-teapot-that-sings"`, "weft list"}},
		{"run hello --vew log", []string{"--vew"}},
		{"run hello --seed", []string{"--seed"}},
		{"run hello --seed one", []string{`"one"`, "--seed"}},
		{"run hello --seed -1", []string{`"-1"`, "--seed"}},
		{"run hello --seed 18446744073709551616", []string{"--seed", "18446744073709551615"}},
		{"run hello --seed 1 --schedule w1", []string{"seed", "schedule"}},
		{"run hello --schedule w1 --seed 0", []string{"seed", "schedule"}},
	} {
		t.Run(test.args, func(t *testing.T) {
			refuses(t, exitUsage, strings.Fields(test.args), test.mentions...)
		})
	}
	lacks(t, weft("run", "a-teapot-that-sings").err, "did you mean")
}

// quiet keeps a run's lines and reports from the screen.
func quiet(s scenario.Scenario, options ...sim.Option) *sim.Outcome {
	return s.Run(append([]sim.Option{sim.WithRecording(trace.Full), sim.WithOutput(io.Discard), sim.WithLog(io.Discard)}, options...)...)
}

// told returns what weft run says about a run.
func told(t *testing.T, s scenario.Scenario, o *sim.Outcome) string {
	t.Helper()
	var out bytes.Buffer
	if err := tell(console{Out: &out, Err: io.Discard}, subject{Scenario: s}, o, checkClaim(s, o)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTell(t *testing.T) {
	example := scenario.Scenario{
		Name: "example", Title: "for a test", Story: "It waits. Then it is over.", Claim: "all is well",
		Program: sim.Main(func(ctx context.Context) error { return sim.Sleep(ctx, time.Second) }),
		Check:   func(*sim.Outcome) error { return nil },
	}
	t.Run("claim holds", func(t *testing.T) {
		got := told(t, example, quiet(example))
		contains(t, got, "example: for a test\n\n  It waits. Then it is over.\n", "in virtual time:\n\n  nothing\n", "Finished at 1s of virtual time", "The claim holds: all is well\n")
	})
	t.Run("what it prints is text", func(t *testing.T) {
		s := example
		s.Program = sim.Main(func(ctx context.Context) error { sim.Print(ctx, "\x1b[31mred"); return nil })
		contains(t, told(t, s, quiet(s)), `\x1b[31mred`)
		lacks(t, told(t, s, quiet(s)), "\x1b")
	})
	t.Run("claim does not hold", func(t *testing.T) {
		s := example
		s.Check = func(*sim.Outcome) error { return errors.New("it took too long") }
		got := told(t, s, quiet(s))
		contains(t, got, "The claim does not hold: it took too long\n  (all is well)\n")
		lacks(t, got, "The claim holds")
	})
	t.Run("nothing claimed", func(t *testing.T) {
		s := example
		s.Claim, s.Check = "", nil
		got := told(t, s, quiet(s))
		contains(t, got, "Finished at 1s of virtual time", "\nTo see all orders: weft explore example\n")
		lacks(t, got, "laim")
	})
	t.Run("program fails", func(t *testing.T) {
		s := example
		s.Program = sim.Main(func(context.Context) error { return errors.New("out of luck") })
		s.Check = func(*sim.Outcome) error { t.Error("the claim was checked for a run that failed"); return nil }
		got := told(t, s, quiet(s))
		contains(t, got, "Failed at 0s of virtual time")
		lacks(t, got, "The claim")
	})
	t.Run("deadlock", func(t *testing.T) {
		s := example
		s.Program = sim.Main(func(ctx context.Context) error {
			_, err := sim.NewFuture[int](ctx, "answer").Await(ctx)
			return err
		})
		o := quiet(s)
		got := told(t, s, o)
		contains(t, got, "Deadlock at 0s of virtual time", "Who had control, and when:")
		lacks(t, got, "The claim")
		if status(o.End) != exitDeadlock {
			t.Errorf("the end is %q", o.End)
		}
	})
	t.Run("report", func(t *testing.T) {
		contains(t, fine(t, "run", "never-awaited"), "\n  report at ")
	})
}

// TestCheckClaim: a claim about the default order says nothing about another.
func TestCheckClaim(t *testing.T) {
	broken := errors.New("broken")
	s := scenario.Scenario{Check: func(*sim.Outcome) error { return broken }}
	other := order.Schedule{{Kind: "timer", Key: "a.1", Taken: "b.1"}}
	run := &trace.Trace{Header: trace.Header{Policy: "same-instant"}}
	for _, test := range []struct {
		name     string
		end      order.End
		schedule order.Schedule
		anyOrder bool
		want     error
	}{
		{"default order", order.Finished, nil, false, broken},
		{"default order of a claim about all", order.Finished, nil, true, broken},
		{"other order", order.Finished, other, false, nil},
		{"other order of a claim about all", order.Finished, other, true, broken},
		{"failed", order.Failed, nil, true, nil},
		{"mismatch", order.Mismatched, nil, true, nil},
	} {
		s.AnyOrder = test.anyOrder
		if got := checkClaim(s, &sim.Outcome{End: test.end, Schedule: test.schedule, Trace: run}); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

func TestWriteLines(t *testing.T) {
	lines := func(n int) string {
		var out []order.Line
		for i := range n {
			out = append(out, order.Line{At: time.Duration(i) * time.Second, Task: "t", Text: fmt.Sprintf("line %d.", i)})
		}
		var b strings.Builder
		writeLines(&b, out)
		return b.String()
	}
	if got, want := lines(0), "  nothing\n"; got != want {
		t.Errorf("no line: got %q, want %q", got, want)
	}
	// Leaving out one line saves nothing.
	if got := lines(36); strings.Count(got, "\n") != 36 || strings.Contains(got, "...") {
		t.Errorf("36 lines are not shown whole:\n%s", got)
	}
	got := lines(37)
	contains(t, got, "line 29.\n  ... 2 lines ...\n", "line 32.\n", "line 36.\n")
	lacks(t, got, "line 30.", "line 31.")

	var b strings.Builder
	writeLines(&b, []order.Line{{At: 0, Task: "main", Text: "a"}, {At: 1500 * time.Millisecond, Task: "", Text: "b"}})
	if got, want := b.String(), "    0s  main  a\n  1.5s  -     b\n"; got != want {
		t.Errorf("the columns are not even: got\n%swant\n%s", got, want)
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"one", 10, []string{"one"}},
		{"one two", 7, []string{"one two"}},
		{"one two", 6, []string{"one", "two"}},
		{"  one\n\ttwo  three ", 7, []string{"one two", "three"}},
		{"incomprehensibilities are long", 10, []string{"incomprehensibilities", "are long"}},
	} {
		if diff := cmp.Diff(test.want, wrap(test.text, test.width)); diff != "" {
			t.Errorf("wrap(%q, %d) (-want +got):\n%s", test.text, test.width, diff)
		}
	}
}

func TestIndent(t *testing.T) {
	if got, want := indent("a\n\n  b\n\n"), "  a\n\n    b\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRunFailing: the failing order of a program that passes by default is one command away,
// and so is a picture of it.
func TestRunFailing(t *testing.T) {
	contains(t, fine(t, "run", "philosophers"), "\nTo see it fail: weft run philosophers --failing\n")
	a := weft("run", "philosophers", "--failing")
	if a.status != exitDeadlock {
		t.Errorf("status %d, want %d", a.status, exitDeadlock)
	}
	contains(t, a.out, "Deadlock at 5s", "schedule w1,ready:plato.2=socrates.1,ready:socrates.2=zeno.1,ready:zeno.2=thales.1,ready:thales.2=hypatia.1\n")
	contains(t, a.err, "cycle: plato -> socrates -> zeno -> thales -> hypatia -> plato")

	picture := filepath.Join(t.TempDir(), "deadlock.svg")
	if a := weft("run", "philosophers", "--failing", "-o", picture); a.status != exitDeadlock {
		t.Errorf("status %d, want %d", a.status, exitDeadlock)
	}
	if drawn, err := os.ReadFile(picture); err != nil || !bytes.HasPrefix(drawn, []byte("<svg")) {
		t.Errorf("no picture was written: %v, %.40q", err, drawn)
	}

	lacks(t, fine(t, "run", "hello"), "--failing")
	refuses(t, exitFailed, []string{"run", "hello", "--failing"}, "hello has no order that fails: all 2 orders explored")
	if got := weft("run", "lost-update", "--failing"); got.status != exitFailed {
		t.Errorf("lost-update: status %d, want %d", got.status, exitFailed)
	}
}
