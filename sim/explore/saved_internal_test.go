package explore

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"weft/sim"
	"weft/sim/order"
)

// edits are programs of one name: what somebody makes of a program while there is a
// checkpoint of it.
func edits() []order.Engine {
	program := func(tasks, steps int) order.Engine {
		return sim.Engine(sim.Main(func(ctx context.Context) error {
			n := sim.NewVar(ctx, "n", 0)
			var all []sim.Awaitable[sim.None]
			for range tasks {
				all = append(all, sim.Go(ctx, "add", func(ctx context.Context) error {
					for range steps {
						seen := n.Get()
						if err := sim.Yield(ctx); err != nil {
							return err
						}
						n.Set(seen + 1)
					}
					return nil
				}))
			}
			if _, err := sim.Gather(ctx, all...).Await(ctx); err != nil {
				return err
			}
			sim.Printf(ctx, "%d", n.Get())
			return nil
		}), sim.WithProgram("adders"))
	}
	return []order.Engine{program(3, 1), program(2, 1), program(4, 1), program(3, 2), program(1, 0)}
}

// saves returns a checkpoint of each strategy, of the first of the programs.
func saves(t testing.TB) [][]byte {
	t.Helper()
	var all [][]byte
	for _, name := range []string{"auto", "exhaustive", "bounded:2", "reduced", "sleepsets", "optimal", "random", "pct:3", "pos", "surw", "urw", "portfolio", "default"} {
		strategy, err := ParseStrategy(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, runs := range []int{3, 20} {
			file := filepath.Join(t.TempDir(), "checkpoint")
			options := []Option{WithStrategy(strategy), WithRuns(runs), WithWorkers(1), WithCheckpoint(file)}
			if _, err := Search(context.Background(), edits()[0], options...); err != nil {
				t.Fatal(name, err)
			}
			if data, err := os.ReadFile(file); err == nil { // it is not through
				all = append(all, data)
			}
		}
	}
	return all
}

// goOn goes on from a checkpoint.
func goOn(t testing.TB, engine order.Engine, data []byte) (*Report, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "checkpoint")
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	var head struct{ Strategy string }
	json.Unmarshal(data, &head)
	strategy, err := ParseStrategy(head.Strategy)
	if err != nil {
		strategy = Auto()
	}
	return Search(context.Background(), engine, WithStrategy(strategy), WithRuns(100), WithTime(time.Second), WithWorkers(1), WithCheckpoint(file))
}

// canBeShown fails the test if an error is long, or could do something to a terminal.
func canBeShown(t testing.TB, err error) {
	t.Helper()
	if said := err.Error(); len(said) > 1000 || strings.IndexFunc(said, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) }) >= 0 {
		t.Errorf("it says %q", said)
	}
}

// A checkpoint of a program that was edited since is refused: what was found would be of two
// programs, and "all" of none.
func TestGoOnWithAnotherProgram(t *testing.T) {
	for _, data := range saves(t) {
		for i, engine := range edits() {
			r, err := goOn(t, engine, data)
			if i == 0 && err != nil {
				t.Errorf("%.80s: %v", data, err)
			} else if i > 0 && (err == nil || !strings.Contains(err.Error(), "it does something else now")) {
				t.Errorf("%.80s, program %d: %v, %v", data, i, err, r)
			}
		}
	}
}

// FuzzCheckpoint goes on from files that may be checkpoints: as they are, and with a sum
// that is right, as somebody may have forged it. Whatever it holds, there is a report or an
// error that can be shown.
func FuzzCheckpoint(f *testing.F) {
	for _, data := range saves(f) {
		f.Add(data, byte(0))
		f.Add(data, byte(1))
		f.Add(data[:len(data)/2], byte(0))
	}
	f.Add([]byte(`{"weft_checkpoint":4,"planner":[[[[`), byte(0))
	engines := edits()
	f.Fuzz(func(t *testing.T, data []byte, program byte) {
		engine := engines[int(program)%len(engines)]
		if _, err := goOn(t, engine, data); err != nil {
			canBeShown(t, err)
		}
		var c checkpoint
		if json.Unmarshal(data, &c) != nil {
			return
		}
		c.Version, c.Program, c.Policy, c.Seed = checkpointVersion, engine.Program(), engine.Policy(), 0
		c.Default = defaultHash(engine)
		sealed, err := c.sealed()
		if err != nil {
			return
		}
		strategy, err := ParseStrategy(c.Strategy)
		if err != nil {
			return
		}
		x := newExploration(engine, []Option{WithStrategy(strategy), WithWorkers(1)})
		defer x.Close()
		if err := x.Planner.Restore(c.Planner); err != nil {
			canBeShown(t, damage(err))
		}
		r, err := goOn(t, engine, sealed)
		if err != nil {
			canBeShown(t, err)
			return
		}
		var b bytes.Buffer
		r.WriteText(&b)
	})
}

// FuzzForgedParts merges files of parts with a sum that is right, as somebody may have
// forged them: what is said of them can be shown.
func FuzzForgedParts(f *testing.F) {
	for _, strategy := range []string{"exhaustive", "random", "auto"} {
		s, err := ParseStrategy(strategy)
		if err != nil {
			f.Fatal(err)
		}
		all := &Parts{}
		for i := range 2 {
			p, err := SearchPart(context.Background(), edits()[0], WithStrategy(s), WithRuns(20), WithShard(i+1, 2))
			if err != nil {
				f.Fatal(err)
			}
			if err := all.Add(p); err != nil {
				f.Fatal(err)
			}
			var b bytes.Buffer
			if _, err := p.WriteTo(&b); err != nil {
				f.Fatal(err)
			}
			f.Add(b.Bytes())
		}
		var b bytes.Buffer
		if _, err := all.WriteTo(&b); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		f.Add(bytes.ReplaceAll(b.Bytes(), []byte(`"text":"`), []byte(`"text":"\u001b[31m\u202e`)))
		f.Add(bytes.ReplaceAll(b.Bytes(), []byte(`"adders"`), []byte(`"\u001b[31m\u202e"`)))
		f.Add(bytes.ReplaceAll(b.Bytes(), []byte(`"any-ready"`), []byte(`"\u001b[31m\u202e"`)))
		f.Add(bytes.ReplaceAll(b.Bytes(), []byte(`"claim":"`), []byte(`"claim":"\u001b[31m\u202e`)))
		f.Add(bytes.ReplaceAll(b.Bytes(), []byte(`"end":"`), []byte(`"end":"\u001b[31m\u202e`)))
		f.Add(bytes.ReplaceAll(b.Bytes(), []byte(`"why":"`), []byte(`"why":"\u001b[31m\u202e`)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var file partsFile
		if json.Unmarshal(data, &file) != nil {
			return
		}
		file.Version = partVersion
		sealed, err := file.sealed()
		if err != nil {
			return
		}
		m, err := ReadParts(bytes.NewReader(sealed))
		if err != nil {
			canBeShown(t, err)
			return
		}
		var b bytes.Buffer
		r := m.Report()
		r.WriteText(&b)
		for _, c := range b.String() {
			if c != '\n' && !unicode.IsPrint(c) && !unicode.Is(unicode.Zs, c) {
				t.Fatalf("the report has the character %q:\n%q", c, b.String())
			}
		}
		if err := r.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
	})
}
