package simtest

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"weft/sim/explore"
	"weft/sim/order"
	"weft/sim/page"
	"weft/trace"
)

// artifactsWanted reports whether go test was called with -artifacts. Without it,
// what lies in ArtifactDir is removed at the end of the test.
func artifactsWanted() bool {
	f := flag.Lookup("test.artifacts")
	if f == nil {
		return false
	}
	on, ok := f.Value.(flag.Getter)
	return ok && on.Get() == true
}

// writeArtifacts writes a run as files into the test's folder of artifacts, and
// returns their names.
func writeArtifacts(t testing.TB, run *trace.Trace) ([]string, error) {
	var names []string
	for _, file := range []struct{ name, view string }{{"trace.jsonl", "jsonl"}, {"trace.svg", "svg"}} {
		var b bytes.Buffer
		if err := trace.Render(&b, file.view, run, trace.ViewOptions{}); err != nil {
			return names, err
		}
		name := filepath.Join(t.ArtifactDir(), file.name)
		if err := os.WriteFile(name, b.Bytes(), 0o666); err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

// pagePatience is how long it may take, in real time, for each part of a page.
const pagePatience = 2 * time.Second

// pageOrders is how many orders a page holds at most.
const pageOrders = 2_000

// keepPage writes a page on which a reader steps through the failing run, and chooses what
// happens next, into the test's folder of artifacts, if artifacts are wanted.
func (c *check) keepPage(engine order.Engine, r *explore.Report) {
	c.Helper()
	if !artifactsWanted() || c.fresh {
		return
	}
	subject := page.Subject{
		Summary: page.Summary{Name: c.Name()}, Engine: engine, Source: sourceText,
		Again: func(s order.Schedule) string { return c.again(s, r.Policy) },
	}
	name := filepath.Join(c.ArtifactDir(), "report.html")
	err := writePage(c.Context(), name, subject, r)
	if err != nil {
		c.Logf("simtest: artifacts: %v", err)
		return
	}
	c.Logf("wrote %s", name)
}

func writePage(ctx context.Context, name string, subject page.Subject, r *explore.Report) error {
	p, err := page.Found(ctx, subject, r, page.Limits{Leaves: pageOrders, Patience: pagePatience})
	if err != nil {
		return err
	}
	d := &page.Document{
		Title: p.Name + " · weft", Programs: []page.Summary{p.Summary}, Data: map[string]*page.Program{p.Name: p}, Backend: page.Embedded,
	}
	if d.Witness, err = page.Witness(subject.Engine, p); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		return err
	}
	return os.WriteFile(name, b.Bytes(), 0o666)
}

// sourceText returns the text of a file that an event has a place in.
func sourceText(file string) (string, bool) {
	name := trace.SourceFile(file + ":1")
	if name == "" {
		return "", false
	}
	text, err := os.ReadFile(name)
	return string(text), err == nil
}
