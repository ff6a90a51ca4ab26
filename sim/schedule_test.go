package sim_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim"

	"pgregory.net/rapid"
)

func TestScheduleText(t *testing.T) {
	s := sim.Schedule{
		{Kind: sim.PickTimer, Key: "say1.1", Taken: "say2.1"},
		{Kind: sim.PickChoice, Key: "main/colour.2", Taken: "dark red, é=1:2%"},
		{Kind: sim.PickReady, Key: "", Taken: ""},
	}
	const text = "w1,timer:say1.1=say2.1,choose:main/colour.2=dark%20red%2C%20%C3%A9%3D1%3A2%25,ready:%=%"
	if got := s.String(); got != text {
		t.Errorf("String is %s, want %s", got, text)
	}
	got, err := sim.ParseSchedule(" " + text + "\n")
	if err != nil || !slices.Equal(got, s) {
		t.Errorf("ParseSchedule = %v, %v", got, err)
	}
	if got := sim.Schedule(nil).String(); got != "w1" {
		t.Errorf("the empty schedule is %q, want w1", got)
	}
	packed, err := json.Marshal(struct{ S sim.Schedule }{s})
	if err != nil || string(packed) != `{"S":"`+text+`"}` {
		t.Errorf("as JSON: %s, %v", packed, err)
	}
	var unpacked struct{ S sim.Schedule }
	if err := json.Unmarshal(packed, &unpacked); err != nil || !slices.Equal(unpacked.S, s) {
		t.Errorf("from JSON: %v, %v", unpacked.S, err)
	}
}

// TestScheduleRoundTrip checks that any names survive, and that the text needs
// no quotes in a shell.
func TestScheduleRoundTrip(t *testing.T) {
	plain := regexp.MustCompile(`^[A-Za-z0-9._/+@%#:=,-]*$`)
	name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-c#%,:=/.]{0,4}`),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 6), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		var s sim.Schedule
		for range rapid.IntRange(0, 4).Draw(t, "turns") {
			s = append(s, sim.Turn{Kind: name.Draw(t, "kind"), Key: name.Draw(t, "key"), Taken: name.Draw(t, "taken")})
		}
		text := s.String()
		if !plain.MatchString(text) || strings.Contains(text, ",#") {
			t.Fatalf("%s needs quotes", text)
		}
		got, err := sim.ParseSchedule(text)
		if err != nil || !slices.Equal(got, s) {
			t.Fatalf("%q came back as %q, %v", s, got, err)
		}
	})
}

func TestParseScheduleErrors(t *testing.T) {
	for _, test := range []struct{ text, says string }{
		{"", `does not begin with "w1"`},
		{"timer:a=b", "paste the whole line"},
		{"W1,timer:a=b", `does not begin with "w1"`},
		{"w2,timer:a=b", `format "w2"; this version of Weft reads w1`},
		{"w10", `format "w10"`},
		{"w1,", `turn 1 is ""; want KIND:KEY=TAKEN`},
		{"w1,timer:a=b,", `turn 2 is ""`},
		{"w1,timer:a=b,,timer:c=d", `turn 2 is ""`},
		{"w1,timer", `turn 1 is "timer"; want KIND:KEY=TAKEN`},
		{"w1,timer:a", `turn 1 is "timer:a"`},
		{"w1,timer=a", `turn 1 is "timer=a"`},
		{"w1,:a=b", `turn 1 is ":a=b"`},
		{"w1,timer:=b", `turn 1 is "timer:=b"`},
		{"w1,timer:a=", `turn 1 is "timer:a="`},
		{"w1,timer:a=b%", "two hexadecimal digits"},
		{"w1,timer:a=b%4", "two hexadecimal digits"},
		{"w1,timer:a=b%zz", `"%zz" is no character`},
		{"w1,timer:a=b%4g", `"%4g" is no character`},
		{"w1,timer:a=b% 4", `"% 4" is no character`},
		{"w1,timer:a:b=c", "turn 1"},
		{"w1,timer:a=b=c", "turn 1"},
	} {
		t.Run(test.text, func(t *testing.T) {
			s, err := sim.ParseSchedule(test.text)
			if err == nil {
				t.Fatalf("was read as %v", s)
			}
			mustMention(t, err.Error(), "sim: schedule", test.says)
			if err := new(sim.Schedule).UnmarshalText([]byte(test.text)); err == nil {
				t.Error("UnmarshalText has no error")
			}
		})
	}
}

func TestScheduleOf(t *testing.T) {
	o := observe(tied(3, 1), sim.WithStrategy(always(1)))
	if want := "w1,timer:t0.1=t1.1,timer:t0.1=t2.1"; o.Schedule.String() != want || sim.ScheduleOf(o.Decisions).String() != want {
		t.Errorf("the schedule is %v and %v, want %v", o.Schedule, sim.ScheduleOf(o.Decisions), want)
	}
	mustPrint(t, o, "1", "2", "0")
	if o.Trace.Schedule != o.Schedule.String() || o.Trace.Strategy != "always" || o.Trace.Policy != "same-instant" || o.Trace.Seed != nil {
		t.Errorf("the header is %+v", o.Trace.Header)
	}
}

// TestSeeds checks that a seed gives one run, again and again, and that seeds
// differ.
func TestSeeds(t *testing.T) {
	hashes := make(map[string]bool)
	for seed := range uint64(20) {
		first := observe(bazaar, sim.WithSeed(seed), sim.WithPolicy(sim.AnyReady))
		again := observe(bazaar, sim.WithStrategy(sim.Random(seed)), sim.WithPolicy(sim.AnyReady))
		if first.Trace.Hash != again.Trace.Hash {
			t.Errorf("seed %d gave two runs", seed)
		}
		if first.Trace.Seed == nil || *first.Trace.Seed != seed || first.Trace.Strategy != "random" {
			t.Errorf("the header is %+v", first.Trace.Header)
		}
		hashes[fmt.Sprint(first.Trace.Hash)] = true
	}
	if len(hashes) < 15 {
		t.Errorf("20 seeds gave %d different runs", len(hashes))
	}
	if s := sim.Random(9); s.Seed() != 9 || s.Name() != "random" {
		t.Errorf("Random(9) is %q with seed %d", s.Name(), s.Seed())
	}
	if sim.Default().Name() != "default" {
		t.Errorf("Default is called %q", sim.Default().Name())
	}
}

// TestReplay checks that the schedule of any random run, through its text, gives
// that run again.
func TestReplay(t *testing.T) {
	for _, policy := range allPolicies {
		for seed := range uint64(10) {
			first := observe(bazaar, sim.WithSeed(seed), sim.WithPolicy(policy))
			mustEnd(t, first, sim.Finished)
			schedule, err := sim.ParseSchedule(first.Schedule.String())
			if err != nil {
				t.Fatal(err)
			}
			replay := sim.Replay(schedule)
			again := observe(bazaar, sim.WithStrategy(replay), sim.WithPolicy(policy))
			if again.Trace.Hash != first.Trace.Hash || again.Err != nil || replay.Err() != nil {
				t.Errorf("policy %v, seed %d: the replay of %v went another way: %v", policy, seed, schedule, again.Err)
			}
		}
	}
	if sim.Replay(nil).Name() != "replay" {
		t.Errorf("Replay is called %q", sim.Replay(nil).Name())
	}
}

// TestReplayOfAnyNames replays runs of programs whose tasks are called anything.
func TestReplayOfAnyNames(t *testing.T) {
	name := rapid.OneOf(rapid.SampledFrom([]string{"", "a", "b", "é,=:%", "a b"}), rapid.StringMatching(`[^#/]{0,5}`))
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(name, 2, 5).Draw(t, "names")
		main := func(ctx context.Context) error {
			return sim.WithTaskGroup(ctx, func(ctx context.Context, g *sim.TaskGroup) error {
				for i, name := range names {
					g.Go(ctx, name, func(ctx context.Context) error {
						sim.Sleep(ctx, time.Second)
						sim.Print(ctx, i, sim.Choose(ctx, name, names...))
						return nil
					})
				}
				return nil
			})
		}
		seed := rapid.Uint64().Draw(t, "seed")
		first := observe(main, sim.WithSeed(seed))
		schedule, err := sim.ParseSchedule(first.Schedule.String())
		if err != nil {
			t.Fatal(err)
		}
		again := observe(main, sim.WithStrategy(sim.Replay(schedule)))
		if again.Err != nil || again.Trace.Hash != first.Trace.Hash {
			t.Fatalf("the replay of %v went another way: %v", schedule, again.Err)
		}
	})
}

func TestReplayThatDoesNotFit(t *testing.T) {
	for _, test := range []struct {
		name, schedule string
		says           []string
	}{
		{"no such alternative", "w1,timer:t0.1=gone.1", []string{"turn 1 wants gone.1 at timer:t0.1, where there was only t0.1, t1.1"}},
		{"no such decision", "w1,timer:gone.1=t1.1", []string{"turn 1 wants t1.1 at timer:gone.1", "the run had no such decision after turn 0"}},
		{"the second turn", "w1,timer:t0.1=t1.1,choose:x=y", []string{"turn 2 wants y at choose:x", "after turn 1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			schedule, err := sim.ParseSchedule(test.schedule)
			if err != nil {
				t.Fatal(err)
			}
			replay := sim.Replay(schedule)
			o := observe(tied(2, 1), sim.WithStrategy(replay))
			mustEnd(t, o, sim.Mismatched)
			if !errors.Is(o.Err, sim.ErrScheduleMismatch) || replay.Err() == nil {
				t.Errorf("the error is %v", o.Err)
			}
			mustMention(t, replay.Err().Error(), append(test.says, "the schedule does not fit the program")...)
			if len(o.Output) != 2 {
				t.Errorf("the run stopped early: %q", printed(o))
			}
		})
	}
	// The error of the run itself is not lost.
	boom := errors.New("boom")
	o := observe(func(context.Context) error { return boom }, sim.WithStrategy(sim.Replay(sim.Schedule{{Kind: "timer", Key: "a", Taken: "b"}})))
	if !errors.Is(o.Err, boom) || !errors.Is(o.Err, sim.ErrScheduleMismatch) {
		t.Errorf("the error is %v, want both", o.Err)
	}
}
