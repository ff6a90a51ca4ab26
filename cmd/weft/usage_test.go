package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"weft/scenarios"
)

// TestUsage: what is wrong is said in words of the one who typed it, and with what to do.
func TestUsage(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	if err := os.WriteFile("notes.md", []byte("# notes\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	run := recorded(t, "hello")
	const (
		number   = "want a number from 0 to 18446744073709551615, such as 7"
		budget   = "want a number of runs, a time, or both: 10000, 30s or 10000,30s"
		record   = "record one with weft run NAME -o FILE.jsonl"
		programs = "this takes the name of a program of the gallery (weft list), a file that ends in .go, or a folder with a package main"
		path     = "this takes one, or the name of a program of the gallery (weft list)"
		policies = "want fifo, same-instant, any-ready, jitter:DURATION or hold-ups:TIMES:DURATION"
	)
	for _, c := range []struct{ args, says string }{
		// Flags.
		{"run hello --seed abc", `--seed "abc": ` + number},
		{"run hello --seed -1", `--seed "-1": ` + number},
		{"run hello --seed=", `--seed "": ` + number},
		{"run hello --seed 18446744073709551616", `--seed "18446744073709551616": ` + number},
		{"run hello --seed", "--seed stands there without a value: " + number},
		{"run hello --seed 1 --schedule w1", "--seed and --schedule each say in which order to run; leave out one of them"},
		{"run hello --failing --seed 3", "--seed and --failing each say in which order to run; leave out one of them"},
		{"run hello --sed 3", "weft run has no flag --sed (did you mean --seed?); weft run --help lists those that it has"},
		{"run hello --foo", "weft run has no flag --foo; weft run --help lists those that it has"},
		{"run hello -x", "weft run has no flag -x; weft run --help lists those that it has"},
		{"explore hello --polcy x", "weft explore has no flag --polcy (did you mean --policy?); weft explore --help lists those that it has"},
		{"explore hello --stop", "weft explore has no flag --stop (did you mean --stop-at-failure?); weft explore --help lists those that it has"},
		{"explore hello --workers many", `--workers "many": want a number`},
		{"explore hello --workers -1", "--workers is -1; it takes a number of workers, or 0 for one a processor"},
		{"explore hello --stop-at-failure=maybe", `--stop-at-failure "maybe": want true or false, or the flag alone for true`},
		{"--vew", "weft has no flag --vew; weft --help lists those that it has"},
		// Budgets.
		{"explore hello --budget 0", `--budget "0": with 0 there is no run at all; ` + budget},
		{"explore hello --budget -1s", `--budget "-1s": with -1s there is no run at all; ` + budget},
		{"explore hello --budget many", `--budget "many": "many" is neither a number of runs nor a time; ` + budget},
		{"explore hello --budget 1,2", `--budget "1,2" has two numbers of runs; ` + budget},
		{"explore hello --budget 1s,2s", `--budget "1s,2s" has two times; ` + budget},
		{"explore hello --budget 99999999999999999999", `--budget "99999999999999999999": 99999999999999999999 is more than can be counted; ` + budget},
		{"shrink lost-update --schedule w1 --budget 0", "--budget is 0; it takes a positive number of runs"},
		{"shrink lost-update --schedule w1 --budget x", `--budget "x": want a number`},
		// Names: the nearest one that there is, and none if none is near.
		{"run hello --policy anyready", `there is no policy "anyready" (did you mean any-ready?); ` + policies},
		{"run hello --policy foo", `there is no policy "foo"; ` + policies},
		{"explore hello --strategy exhasutive", `there is no strategy "exhasutive" (did you mean exhaustive?); want one of auto, `},
		{"explore hello --strategy foo", `there is no strategy "foo"; want one of auto, `},
		{"run hello --view lane", `there is no view "lane" (did you mean lanes?); the views are `},
		{"run hello --view png", `there is no view "png"; the views are `},
		{"explore hello --format jsn", `there is no format "jsn" (did you mean json?); use text or json`},
		{"explore hello --format xml", `there is no format "xml"; use text or json`},
		// Commands.
		{"expolre hello", `there is no command "expolre" (did you mean explore?); weft --help lists them`},
		{"trce x.jsonl --view log", `there is no command "trce" (did you mean trace?); weft --help lists them`},
		{"RUN hello", `there is no command "RUN" (did you mean run?); weft --help lists them`},
		{"photographs", `there is no command "photographs"; weft --help lists them`},
		{"hello", `there is no command "hello"; to run that program: weft run hello, or weft explore hello`},
		{"go/hello --seed 3", `there is no command "go/hello"; to run that program: weft run go/hello, or weft explore go/hello`},
		{"bank.go", `there is no command "bank.go"; to run that program: weft run bank.go, or weft explore bank.go`},
		{"help expolre", `there is no command "expolre" (did you mean explore?); weft --help lists them`},
		{"doctor now", `weft doctor takes no arguments; leave out "now"`},
		{"list all", `weft list takes no arguments; leave out "all"`},
		// Programs.
		{"run", "run takes one program: a name (see weft list), or a Go file with func main(), such as bank.go"},
		{"explore hello goodbye", "explore takes one program: a name (see weft list), or a Go file with func main(), such as bank.go"},
		{"run helo", `there is no program "helo" in the gallery (did you mean hello?); weft list names them all`},
		{"run xyz", `there is no program "xyz" in the gallery; weft list names them all`},
		{"explore ./nowhere", `there is no file or folder "./nowhere"; ` + path},
		{"explore nowhere.go", `there is no file or folder "nowhere.go"; ` + path},
		{"explore notes.md", "notes.md is no Go program; " + programs},
		{"run " + run, run + " is a recorded run: to repeat it, weft replay " + run + "; to see it, weft trace " + run},
		{"replay lost-update", "replay needs the schedule of a run: --schedule, or a recorded run in place of the name; weft explore lost-update says which schedules fail"},
		// Schedules.
		{"run hello --schedule foo", `schedule "foo" does not begin with "w1"; paste the whole line that the report printed`},
		{"run hello --schedule w1,timer", `schedule: turn 1 is "timer"; want KIND:KEY=TAKEN`},
		{"run hello --schedule w2,timer:a=b", `schedule of format "w2"; this version of Weft reads w1: `},
		// Files.
		{"trace notes.md", "notes.md is no recorded run: line 1: "},
		{"trace nowhere.jsonl", "there is no file nowhere.jsonl; " + record},
		{"trace " + folder, folder + " is a folder; name a recorded run, or " + record},
		{"explore nowhere.jsonl", "there is no file nowhere.jsonl; " + record},
		{"merge nowhere.json", "nowhere.json: there is no such file; weft explore NAME -o FILE writes one"},
		{"merge", "merge takes the files that weft explore -o has written"},
		{"run hello -o hello.png", `cannot tell from the name "hello.png" what to write; add --view with one of `},
		{"explore hello --shard 5", `"5" names no part; want one such as 3/16, from 1/16 to 16/16, of `},
	} {
		t.Run(c.args, func(t *testing.T) {
			refuses(t, exitUsage, strings.Fields(c.args))
			if got := weft(strings.Fields(c.args)...).err; !strings.HasPrefix(got, "weft: "+c.says) {
				t.Errorf("weft %s says\n%swant\nweft: %s", c.args, got, c.says)
			}
		})
	}
}

// TestUnknownProgramSuggests: what is suggested is near, and it is not a list.
func TestUnknownProgramSuggests(t *testing.T) {
	for _, typed := range []string{"servers", "thosand", "ten", "say_after_tasks", "evens", "even-odd", " good-bye "} {
		near := scenarios.Nearest(typed)
		if near != "" {
			refuses(t, exitUsage, []string{"run", typed}, fmt.Sprintf("no program %q", typed), "did you mean "+near+"?")
		}
	}
	for _, typed := range []string{"", " ", "xyz"} {
		refuses(t, exitUsage, []string{"run", typed}, "weft list")
		lacks(t, weft("run", typed).err, "did you mean")
	}
}

// TestUnknownProgramSuggestsTheOtherKind: a program is found with a "go/" too much or
// too little, also if the other kind has one of nearly that name.
func TestUnknownProgramSuggestsTheOtherKind(t *testing.T) {
	for typed, want := range map[string]string{
		"go/philosophers": "philosophers",
		"go/fib":          "fib",
		"leaked-worker":   "go/leaked-worker",
		"go/helo":         "go/hello",
		"helo":            "hello",
	} {
		for _, command := range []string{"run", "explore", "replay", "shrink"} {
			refuses(t, exitUsage, []string{command, typed}, fmt.Sprintf("no program %q", typed), "did you mean "+want+"?")
		}
	}
}

// TestClaimsUnderJitter: a scenario whose AnyOrder is set claims nothing about
// jitter, which moves times.
func TestClaimsUnderJitter(t *testing.T) {
	for _, name := range []string{"say-after-tasks", "downloads", "fire-and-forget-log", "cpu-bound", "callbacks"} {
		for seed := range 3 {
			args := []string{"run", name, "--policy", "jitter:5s", "--seed", fmt.Sprint(seed)}
			a := weft(args...)
			if a.status != exitOK {
				t.Errorf("weft %q: status %d", args, a.status)
			}
			lacks(t, a.out, "does not hold")
		}
	}
}

func TestStandardInputHasAName(t *testing.T) {
	run := recorded(t, "hello")
	bad := file(t, "bad.jsonl", "{\n")
	standardInput(t, bad)
	refuses(t, exitUsage, []string{"trace", "-"}, "standard input is no recorded run: line 1: ")
	standardInput(t, bad)
	refuses(t, exitUsage, []string{"diff", run, "-"}, "standard input is no recorded run: line 1: ")
	standardInput(t, run)
	refuses(t, exitUsage, []string{"diff", "-", "-"}, "standard input")
	lacks(t, weft("diff", "-", "-").err, "empty")
}

func TestDiffOntoFullDisk(t *testing.T) {
	a, b := recorded(t, "hello"), recorded(t, "goodbye")
	for _, args := range [][]string{{"diff", a, a}, {"diff", a, b}} {
		var err bytes.Buffer
		if got := execute(context.Background(), args, console{Out: full{}, Err: &err}); got != exitUsage || !strings.Contains(err.String(), errFull.Error()) {
			t.Errorf("weft %q: status %d, %q; want %d and why", args, got, err.String(), exitUsage)
		}
	}
}

func TestEveryEndingIsInTheHelp(t *testing.T) {
	words := strings.FieldsFunc(fine(t, "run", "--help"), func(r rune) bool { return strings.ContainsRune(" ()\n", r) })
	for ending := range viewByEnding {
		if !slices.Contains(words, ending) {
			t.Errorf("the help of -o does not speak of %s", ending)
		}
	}
}

// TestHelpOfTraceTellsStatus: all commands that can fail say with which status.
func TestHelpOfTraceTellsStatus(t *testing.T) {
	contains(t, fine(t, "trace", "--help"), "exit status")
}
