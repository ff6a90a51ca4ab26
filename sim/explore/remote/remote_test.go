package remote_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/remote"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// variable says what this program is to be where it is started as a process.
const variable = "REMOTE_TEST_PROGRAM"

func TestMain(m *testing.M) {
	switch os.Getenv(variable) {
	case "withdrawals":
		serve(sim.Engine(exploretest.Withdrawals()))
	case "second":
		serve(sim.Engine(exploretest.Sleepers(2, 1)))
		serve(sim.Engine(exploretest.Withdrawals()))
	case "dies":
		serve(sim.Engine(sim.Main(func(context.Context) error {
			fmt.Fprintln(os.Stderr, "this is the end\x1b[31m")
			os.Exit(7)
			return nil
		})))
	case "lost":
		fmt.Println("there is nothing to explore here")
		os.Exit(0)
	case "refuses":
		remote.Wanted().Refuse(errors.New("no such policy"))
		os.Exit(0)
	case "forever":
		select {}
	}
	os.Exit(m.Run())
}

var options = []explore.Option{explore.WithStrategy(walk.Exhaustive()), explore.WithSeed(3)}

// serve is what a program does that comes to an exploration.
func serve(engine order.Engine) {
	s := remote.Wanted()
	if s == nil {
		return
	}
	if err := s.Serve(context.Background(), engine, options...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	os.Exit(0)
}

func command(program string, number int) remote.Command {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return remote.Command{Path: self, Number: number, Env: []string{variable + "=" + program}}
}

func text(t *testing.T, r *explore.Report) string {
	t.Helper()
	same := *r
	same.Elapsed = 0
	var b bytes.Buffer
	if err := same.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestProcessDoesTheWhole: what a process finds unit by unit is what this one finds.
func TestProcessDoesTheWhole(t *testing.T) {
	want := text(t, exploretest.Search(t, sim.Engine(exploretest.Withdrawals()), options...))
	for _, c := range []remote.Command{command("withdrawals", 0), command("second", 2)} {
		p, err := remote.Start(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		if h := p.Hello; h.Strategy != "exhaustive" || h.Seed != 3 || h.Policy == "" {
			t.Errorf("it is %+v", h)
		}
		m := &explore.Units{}
		for !m.Done() {
			r, err := p.Do(t.Context(), m.Open()[0], search.UnitLimits{Runs: 3, Parts: 2})
			if err != nil {
				t.Fatal(err)
			}
			if err := m.Add(r); err != nil {
				t.Fatal(err)
			}
		}
		if m.Counted() < 2 {
			t.Errorf("it was one unit")
		}
		if got := text(t, m.Report(search.Through)); got != want {
			t.Errorf("the report is\n%s\nwant\n%s", got, want)
		}
	}
}

// TestProcessRefuses: what cannot be done is said, and the process goes on.
func TestProcessRefuses(t *testing.T) {
	p, err := remote.Start(t.Context(), command("withdrawals", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var u explore.Unit
	if err := u.UnmarshalJSON([]byte(`{"weft_unit":1,"share":1,"left":{"left":[{"taken":[2],"widths":[1]}]}}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Do(t.Context(), u, search.UnitLimits{}); err == nil || !strings.Contains(err.Error(), "does not fit") {
		t.Errorf("error %v", err)
	}
	if _, err := p.Do(t.Context(), explore.Unit{}, search.UnitLimits{}); err != nil {
		t.Error(err)
	}
}

// TestProcessEnds: how it ended, and what it said, is in the error, as plain text.
func TestProcessEnds(t *testing.T) {
	p, err := remote.Start(t.Context(), command("dies", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	_, err = p.Do(t.Context(), explore.Unit{}, search.UnitLimits{})
	var ended *remote.EndedError
	if !errors.As(err, &ended) || ended.How != "exit status 7" || !strings.HasPrefix(ended.Said, "this is the end") || strings.Contains(ended.Said, "\x1b") {
		t.Errorf("error %q", err)
	}
	if _, err := p.Do(t.Context(), explore.Unit{}, search.UnitLimits{}); !errors.As(err, &ended) {
		t.Errorf("the next error is %v", err)
	}
}

func TestProcessThatComesToNoExploration(t *testing.T) {
	for program, want := range map[string]string{
		"lost":    "there is nothing to explore here",
		"refuses": "no such policy",
	} {
		_, err := remote.Start(t.Context(), command(program, 1))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", program, err, want)
		}
	}
	if _, err := remote.Start(t.Context(), remote.Command{Path: "/no/such/file"}); err == nil || !strings.Contains(err.Error(), "cannot start /no/such/file") {
		t.Errorf("error %v", err)
	}
}

// TestCancelledProcess: whoever does not want to wait any more need not.
func TestCancelledProcess(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := remote.Start(ctx, command("forever", 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestNobodyIsWanted: in a process that was not started for units, there is no server.
func TestNobodyIsWanted(t *testing.T) {
	if remote.Wanted() != nil {
		t.Error("this process is to serve units")
	}
}
