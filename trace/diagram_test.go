package trace_test

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weft/trace"
)

func TestNewDiagramOfHello(t *testing.T) {
	d := trace.NewDiagram(hello(t))
	columns := []trace.Column{{"loop", 0, 14}, {"say1", 0, 11}, {"say2", 1, 14 - 1}}
	if d.Title != "hello" || d.Header != "program hello, policy same-instant, strategy default, schedule w1, hash 00000000000000aa" {
		t.Errorf("title %q, header %q", d.Title, d.Header)
	}
	swap := []int{0}
	rows := []trace.Row{
		{Seq: 1, Kind: trace.Spawn, Number: "0.1", From: 0, To: 1, Text: "spawns say1", Passive: "is spawned"},
		{Seq: 2, Kind: trace.Spawn, Number: "0.2", From: 0, To: 2, Text: "spawns say2", Passive: "is spawned"},
		{Seq: 3, Kind: trace.Start, Number: "1", From: 0, To: 1, Text: "starts say1", Passive: "is started"},
		{Seq: 4, Kind: trace.Wait, Number: "2", From: 1, To: 1, Text: "starts its sleep of 1s"},
		{Seq: 4, Kind: trace.Wait, Number: "3", From: 1, To: 0, Text: "back to loop"},
		{Seq: 5, Kind: trace.Start, Number: "4", From: 0, To: 2, Text: "starts say2", Passive: "is started"},
		{Seq: 6, Kind: trace.Wait, Number: "5", From: 2, To: 2, Text: "starts its sleep of 1s"},
		{Seq: 6, Kind: trace.Wait, Number: "6", From: 2, To: 0, Text: "back to loop"},
		{Seq: 8, Kind: trace.Decide, Number: "6.2", At: time.Second, Gap: time.Second, Text: "takes timer say1.1, not say2.1"},
		{Seq: 11, Kind: trace.Resume, Number: "7", At: time.Second, From: 0, To: 1, Text: "resumes say1: its sleep is over", Passive: "is resumed: its sleep is over", Swaps: swap},
		{Seq: 12, Kind: trace.Print, Number: "7.1", At: time.Second, From: 1, To: 1, Text: `prints "Hello 1!"`},
		{Seq: 13, Kind: trace.Finish, Number: "8", At: time.Second, From: 1, To: 0, Text: "is finished"},
		{Seq: 14, Kind: trace.Resume, Number: "9", At: time.Second, From: 0, To: 2, Text: "resumes say2: its sleep is over", Passive: "is resumed: its sleep is over", Swaps: swap},
		{Seq: 15, Kind: trace.Print, Number: "9.1", At: time.Second, From: 2, To: 2, Text: `prints "Hello 2!"`},
		{Seq: 16, Kind: trace.Finish, Number: "10", At: time.Second, From: 2, To: 0, Text: "is finished"},
		{Seq: 17, Kind: trace.End, Number: "10.1", At: time.Second, Text: "the run ends: finished"},
	}
	columns[0].Last, columns[2].Last = 15, 14
	if !reflect.DeepEqual(d.Columns, columns) {
		t.Errorf("columns: got  %+v\nwant %+v", d.Columns, columns)
	}
	if !reflect.DeepEqual(d.Rows, rows) {
		t.Errorf("rows: got\n%+v\nwant\n%+v", d.Rows, rows)
	}
	if !reflect.DeepEqual(d.Swaps, trace.Swaps(hello(t))) || d.Choices != nil {
		t.Errorf("swaps %v, choices %v", d.Swaps, d.Choices)
	}
}

func TestNewDiagramColumnsComeInOrderOfSpawn(t *testing.T) {
	s := tell("", "")
	s.spawn("", "b", "a")
	s.start("a")
	s.spawn("a", "c")
	s.do("thread", trace.Print, "output", "")
	s.start("b")
	d := trace.NewDiagram(&s.Trace)
	var names []string
	for _, c := range d.Columns {
		names = append(names, c.Name)
	}
	if want := []string{"loop", "b", "a", "c", "thread"}; !slices.Equal(names, want) {
		t.Errorf("columns %q, want %q", names, want)
	}
}

func TestNewDiagramPutsAChoiceWhereItWasMade(t *testing.T) {
	d := trace.NewDiagram(ready())
	var columns []int
	for _, r := range d.Rows {
		if r.Kind == trace.Decide {
			columns = append(columns, r.From)
		}
	}
	if want := []int{0, 2, 0, 1}; !slices.Equal(columns, want) {
		t.Errorf("decisions in the columns %v, want %v: the loop's, y's, the loop's, x's", columns, want)
	}
	if len(d.Choices) != 2 {
		t.Errorf("choices %v, want two", d.Choices)
	}
}

// What views rely on, for any run.
func TestNewDiagramOfAnyTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run := traces().Draw(t, "trace")
		d := trace.NewDiagram(run)
		var at time.Duration
		for i, r := range d.Rows {
			if r.At != at+r.Gap || r.Gap < 0 {
				t.Fatalf("row %d: at %v after %v, gap %v", i, r.At, at, r.Gap)
			}
			at = r.At
			if r.From >= len(d.Columns) || r.To >= len(d.Columns) {
				t.Fatalf("row %d: columns %d and %d of %d", i, r.From, r.To, len(d.Columns))
			}
			if c := d.Columns[r.From]; i < c.First {
				t.Fatalf("row %d: before the first row of its column", i)
			}
			for _, swap := range r.Swaps {
				if n, _ := strconv.Atoi(r.Number); !slices.Contains(d.Swaps[swap].Transfers, n) {
					t.Fatalf("row %d: is not part of swap %d", i, swap)
				}
			}
		}
		// Each whole number once, in order, as Transfers has them.
		number := 0
		for _, r := range d.Rows {
			if n, err := strconv.Atoi(r.Number); err == nil {
				number++
				if n != number {
					t.Fatalf("number %s after %d", r.Number, number-1)
				}
			}
		}
		if n := len(trace.Transfers(run)); n != number {
			t.Fatalf("%d numbered rows for %d transfers", number, n)
		}
	})
}

// A part of a run has the numbers of the whole one, and only the swaps of which it shows all.
func TestDiagramOnly(t *testing.T) {
	whole := trace.NewDiagram(three())
	all := whole.Only(func(int) bool { return true })
	if !reflect.DeepEqual(all.Rows, whole.Rows) || !reflect.DeepEqual(all.Swaps, whole.Swaps) {
		t.Errorf("all of it is\n%+v\nand not\n%+v", all, whole)
	}
	texts := func(d *trace.Diagram) string {
		var b strings.Builder
		for _, r := range d.Rows {
			b.WriteString(r.Number + " " + d.Columns[r.From].Name + "-" + d.Columns[r.To].Name + " " + r.Text + "\n")
		}
		return b.String()
	}
	resumed := map[int]bool{}
	for _, e := range three().Events {
		if e.Kind == trace.Resume {
			resumed[e.Seq] = e.Task != "a"
		}
	}
	part := whole.Only(func(seq int) bool { return resumed[seq] })
	if got, want := texts(part), "10 loop-b resumes b: its sleep is over\n14 loop-c resumes c: its sleep is over\n"; got != want || len(part.Columns) != 3 || len(part.Swaps) != 0 {
		t.Errorf("got\n%swant\n%sand the loop, b and c without swaps: %+v", got, want, part)
	}
	if part.Rows[0].Gap != 2*time.Second || part.Rows[1].Gap != 0 {
		t.Errorf("gaps %v and %v, want 2s and none", part.Rows[0].Gap, part.Rows[1].Gap)
	}
	if none := whole.Only(func(int) bool { return false }); len(none.Rows) != 0 || len(none.Columns) != 1 {
		t.Errorf("nothing of it is %+v", none)
	}
}

// The events that a reader wants to see, with the numbers that they have in the run.
func ExampleDiagram_Only() {
	run := helloTrace()
	shown := map[int]bool{}
	for _, e := range run.Events {
		shown[e.Seq] = e.Kind == trace.Resume || e.Kind == trace.Print
	}
	for _, r := range trace.NewDiagram(run).Only(func(seq int) bool { return shown[seq] }).Rows {
		fmt.Println(r.Number, r.Text)
	}
	// Output:
	// 7 resumes say1: its sleep is over
	// 7.1 prints "Hello 1!"
	// 9 resumes say2: its sleep is over
	// 9.1 prints "Hello 2!"
}
