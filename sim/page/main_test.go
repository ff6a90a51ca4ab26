package page_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"weft/sim"
	"weft/sim/order"
	"weft/sim/page"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares a value, as JSON, with a file under testdata.
func golden(t *testing.T, name string, value any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// subject makes a subject of a program.
func subject(name string, program sim.Program, policy order.Policy) page.Subject {
	return page.Subject{
		Summary: page.Summary{Name: name, Title: "a program of a test"},
		Engine:  sim.Engine(program, sim.WithProgram(name), sim.WithPolicy(policy)),
	}
}

// deposit is a program in which an update may be lost.
var deposit = subject("deposit", sim.Main(func(ctx context.Context) error {
	balance := sim.NewVar(ctx, "balance", 0)
	pay := func(ctx context.Context) error {
		seen := balance.Get()
		if err := sim.Sleep(ctx, time.Second); err != nil {
			return err
		}
		balance.Set(seen + 1)
		return nil
	}
	a := sim.Go(ctx, "a", pay)
	if err := sim.Sleep(ctx, time.Second); err != nil {
		return err
	}
	b := sim.Go(ctx, "b", pay)
	if _, err := sim.Gather(ctx, a, b).Await(ctx); err != nil {
		return err
	}
	sim.Printf(ctx, "balance %d", balance.Get())
	if balance.Get() != 2 {
		return errLost
	}
	return nil
}), order.AnyReady)

type lost struct{}

func (lost) Error() string { return "an update was lost" }

var errLost = lost{}

func explored(t *testing.T, s page.Subject, limits page.Limits) *page.Program {
	t.Helper()
	p, err := page.Explore(t.Context(), s, limits)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
