package simtest_test

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/simtest"
)

// asked makes a check of a program with four orders, and returns what it says.
func asked(t *testing.T, options ...explore.Option) *recorder {
	t.Helper()
	return watch(t, "TestSay", func(tb testing.TB) { simtest.Check(tb, twoSleepers, options...) })
}

// Each setting by option, variable and flag: the later of these wins.
func TestFlagOverVariableOverOption(t *testing.T) {
	inShort(t, false)
	draw := explore.WithStrategy(sample.Random())
	for _, c := range []struct {
		name           string
		option         explore.Option
		byOption       string
		variable, flag string
		byVar, byFlag  string
	}{
		{"runs", explore.WithRuns(20), "20 runs sampled", "30", "40", "30 runs sampled", "40 runs sampled"},
		{"strategy", explore.WithStrategy(explore.Default()), "1 order run", "exhaustive", "random", "orders explored", "runs sampled"},
		{"time", explore.WithTime(1), "the time being over", "1ns", "1000h", "the time being over", "10,000 runs sampled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked(t, draw, c.option).wants(t, false, c.byOption)
			t.Setenv("WEFT_"+strings.ToUpper(c.name), c.variable)
			asked(t, draw, c.option).wants(t, false, c.byVar)
			setFlag(t, "weft."+c.name, c.flag)
			asked(t, draw, c.option).wants(t, false, c.byFlag)
		})
	}
	t.Run("seed", func(t *testing.T) {
		want := func(what string) {
			t.Helper()
			if got := asked(t, explore.WithSeed(7)).attrs[0]; got != "weft.seed="+what {
				t.Errorf("%s, want %s", got, what)
			}
		}
		want("7")
		t.Setenv("WEFT_SEED", "0x10")
		want("16")
		setFlag(t, "weft.seed", "17")
		want("17")
	})
	t.Run("schedule", func(t *testing.T) {
		t.Setenv("WEFT_SCHEDULE", "w1")
		asked(t).wants(t, false, "this order passes", "schedule w1,")
		setFlag(t, "weft.schedule", "w1,ready:a.1=b.1")
		asked(t).wants(t, false, "this order passes", "schedule w1,ready:a.1=b.1,")
	})
	t.Run("workers", func(t *testing.T) {
		t.Setenv("WEFT_WORKERS", "3")
		asked(t).wants(t, false, "orders explored")
	})
	t.Run("empty is as good as nothing", func(t *testing.T) {
		t.Setenv("WEFT_RUNS", "")
		t.Setenv("WEFT_SEED", "")
		asked(t, draw, explore.WithRuns(20)).wants(t, false, "20 runs sampled")
	})
}

// What cannot be read is refused before anything runs, with the name of the flag
// or the variable.
func TestSettingsThatCannotBeRead(t *testing.T) {
	for _, c := range []struct{ name, value, says string }{
		{"seed", "-1", "want a number from 0 to"},
		{"schedule", "w9,x", `format "w9"`},
		{"schedule", "ready:a=b", `does not begin with "w1"`},
		{"strategy", "luck", "luck"},
		{"runs", "0", "want a positive number"},
		{"runs", "many", "want a positive number"},
		{"time", "-5s", "want a positive duration, such as 30s"},
		{"time", "5", "want a positive duration"},
		{"policy", "chaos", "want fifo, same-instant, any-ready"},
		{"workers", "0", "want a positive number"},
		{"v", "maybe", "want true or false"},
		{"shard", "0/3", `"0/3" names no part`},
		{"nofailfile", "maybe", "want true or false"},
	} {
		t.Run(c.name+"="+c.value, func(t *testing.T) {
			variable := "WEFT_" + strings.ToUpper(c.name)
			t.Setenv(variable, c.value)
			r := watch(t, "TestSay", func(tb testing.TB) {
				simtest.Check(tb, func(*simtest.T) { t.Error("it ran") })
			})
			r.wants(t, true, "simtest: "+variable+`="`+c.value+`": `, c.says)
			err := flag.Set("weft."+c.name, c.value)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("as a flag: %v", err)
			}
			os.Unsetenv(variable)
			asked(t).wants(t, false) // a flag that was refused is not set
		})
	}
}

// The command line of a test binary: what is wrong is said, with what to do, and the list of
// all flags, hundreds of lines with those of package testing, does not hide it.
func TestCommandLine(t *testing.T) {
	for _, c := range []struct{ arg, says string }{
		{"-weft.sed=3", "flag provided but not defined: -weft.sed\nsimtest: there is no flag -weft.sed (did you mean -weft.seed?); go doc weft/sim/simtest.Check lists those that there are\n"},
		{"--weft.nofailfiles", "flag provided but not defined: -weft.nofailfiles\nsimtest: there is no flag -weft.nofailfiles (did you mean -weft.nofailfile?); go doc weft/sim/simtest.Check lists those that there are\n"},
		{"-weft.foo", "flag provided but not defined: -weft.foo\nsimtest: there is no flag -weft.foo; go doc weft/sim/simtest.Check lists those that there are\n"},
		{"-weft.memory=all", "flag provided but not defined: -weft.memory\nsimtest: -weft.memory says how tests are built, and only weft test takes it\n"},
		{"-weft.schedule=foo", "invalid value \"foo\" for flag -weft.schedule: schedule \"foo\" does not begin with \"w1\"; paste the whole line that the report printed\n"},
		{"-weft.seed=abc", "invalid value \"abc\" for flag -weft.seed: want a number from 0 to 18446744073709551615, or random\n"},
		{"-weft.strategy=exhastive", "invalid value \"exhastive\" for flag -weft.strategy: there is no strategy \"exhastive\" (did you mean exhaustive?); want one of "},
		{"-weft.policy=foo", "invalid value \"foo\" for flag -weft.policy: there is no policy \"foo\"; want fifo, "},
		{"-weft.runs=0", "invalid value \"0\" for flag -weft.runs: want a positive number\n"},
		{"-weft.v=maybe", "invalid boolean value \"maybe\" for -weft.v: want true or false\n"},
		// Others have the list.
		{"-foo", "flag provided but not defined: -foo\nUsage of "},
	} {
		t.Run(c.arg, func(t *testing.T) {
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			said, err := exec.CommandContext(t.Context(), self, c.arg, "-test.run=^$").CombinedOutput()
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 2 {
				t.Errorf("it ended with %v, want status 2", err)
			}
			if !strings.HasPrefix(string(said), c.says) || strings.HasSuffix(c.says, "\n") && string(said) != c.says {
				t.Errorf("it says\n%.1000swant\n%s", said, c.says)
			}
		})
	}
}

// A mistyped variable is noticed.
func TestStrangeVariables(t *testing.T) {
	t.Setenv("WEFT_STRATEGIE", "random")
	t.Setenv("WEFT_FOO", "1")
	asked(t).wants(t, false, "the variable WEFT_STRATEGIE (did you mean WEFT_STRATEGY?) means nothing here", "the variable WEFT_FOO means nothing here")
}

// A fresh seed is another one each time, and the log says how to repeat it.
func TestFreshSeed(t *testing.T) {
	t.Setenv("WEFT_SEED", "random")
	a, b := asked(t), asked(t)
	if a.attrs[0] == b.attrs[0] {
		t.Errorf("%s twice", a.attrs[0])
	}
	a.wants(t, false, "fresh seed; -weft.seed="+strings.TrimPrefix(a.attrs[0], "weft.seed=")+" makes these runs again")
}

// Runs are the same for the same seed, and others for another.
func TestSeedDecidesTheRuns(t *testing.T) {
	inShort(t, false)
	runs := func(seed string) string {
		setFlag(t, "weft.seed", seed)
		var drawn strings.Builder
		watch(t, "TestDraw", func(tb testing.TB) {
			simtest.Check(tb, func(t *simtest.T) {
				for range 3 {
					drawn.WriteByte('a' + sim.Choose(t.Context(), "letter", byte(0), 1, 2, 3))
				}
			}, explore.WithStrategy(sample.Random()), explore.WithRuns(30), explore.WithWorkers(1), explore.WithoutReplayCheck())
		})
		return drawn.String()
	}
	if a, b := runs("5"), runs("5"); a != b {
		t.Errorf("one seed, %s and %s", a, b)
	}
	if a, b := runs("5"), runs("6"); a == b {
		t.Errorf("two seeds, twice %s", a)
	}
}

// Whoever lists the flags of a test binary finds those of this package, each with
// a sentence.
func TestFlagsAreDocumented(t *testing.T) {
	for _, name := range []string{"seed", "schedule", "strategy", "runs", "time", "policy", "workers", "v", "nofailfile", "shard", "report"} {
		f := flag.Lookup("weft." + name)
		if f == nil || !strings.HasPrefix(f.Usage, "simtest: ") || f.DefValue != "" {
			t.Errorf("-weft.%s: %+v", name, f)
		}
	}
}
