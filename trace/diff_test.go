package trace_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weft/trace"
)

func TestCompareFindsTheFirstDivergence(t *testing.T) {
	seed := uint64(3)
	tests := []struct {
		name   string
		change func(*trace.Trace)
		opts   []trace.CompareOption
		want   *trace.Difference // A and B are checked apart
	}{
		{"nothing", func(*trace.Trace) {}, nil, nil},
		{"place", func(r *trace.Trace) { r.Events[3].Pos = "elsewhere.go:1" }, nil, nil},
		{"empty list", func(r *trace.Trace) { r.Events[3].Alternatives = []string{} }, nil, nil},
		{"detail", func(r *trace.Trace) { r.Events[11].Detail = "Hi" },
			nil, &trace.Difference{Index: 11, From: 8, LenA: 17, LenB: 17, Fields: []trace.Field{{Name: "Detail", A: `"Hello 1!"`, B: `"Hi"`}}}},
		{"several fields", func(r *trace.Trace) { r.Events[0].Task, r.Events[0].Kind = "x", trace.End },
			nil, &trace.Difference{Index: 0, LenA: 17, LenB: 17, Fields: []trace.Field{{Name: "Task", A: `""`, B: `"x"`}, {Name: "Kind", A: "spawn", B: "end"}}}},
		{"time", func(r *trace.Trace) { r.Events[16].At += time.Millisecond },
			nil, &trace.Difference{Index: 16, From: 13, LenA: 17, LenB: 17, Fields: []trace.Field{{Name: "At", A: "1s", B: "1.001s"}}}},
		{"numbers", func(r *trace.Trace) { r.Events[10].N, r.Events[10].Cause, r.Events[10].Seq = 9, 1, 12 },
			nil, &trace.Difference{Index: 10, From: 7, LenA: 17, LenB: 17, Fields: []trace.Field{{Name: "Seq", A: "11", B: "12"}, {Name: "N", A: "2", B: "9"}, {Name: "Cause", A: "9", B: "1"}}}},
		{"object", func(r *trace.Trace) { r.Events[10].Object = "lock L" },
			nil, &trace.Difference{Index: 10, From: 7, LenA: 17, LenB: 17, Fields: []trace.Field{{Name: "Object", A: `"sleep"`, B: `"lock L"`}}}},
		{"alternative", func(r *trace.Trace) { r.Events[7].Alternatives = []string{"say1.1", "say3.1"} },
			nil, &trace.Difference{Index: 7, From: 4, LenA: 17, LenB: 17, Fields: []trace.Field{{Name: "Alternatives[1]", A: `"say2.1"`, B: `"say3.1"`}}}},
		{"prefix", func(r *trace.Trace) { r.Events = r.Events[:5] },
			nil, &trace.Difference{Index: 5, From: 2, LenA: 17, LenB: 5}},
		{"no events", func(r *trace.Trace) { r.Events = nil },
			nil, &trace.Difference{Index: 0, LenA: 17}},
		{"header", func(r *trace.Trace) { r.Seed, r.Policy = &seed, "fifo" },
			nil, &trace.Difference{Index: -1, LenA: 17, LenB: 17, Header: []trace.Field{{Name: "Policy", A: `"same-instant"`, B: `"fifo"`}, {Name: "Seed", A: "(none)", B: "3"}}}},
		{"header that does not count", func(r *trace.Trace) { r.Seed, r.Hash = &seed, 1 },
			[]trace.CompareOption{trace.IgnoreHeader()}, nil},
		{"header and event", func(r *trace.Trace) { r.Hash = 1; r.Events[2].Detail = "x" },
			[]trace.CompareOption{trace.Context(0, 0)}, &trace.Difference{Index: 2, From: 2, LenA: 17, LenB: 17,
				Header: []trace.Field{{Name: "Hash", A: "00000000000000aa", B: "0000000000000001"}}, Fields: []trace.Field{{Name: "Detail", A: `""`, B: `"x"`}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, b := hello(t), hello(t)
			test.change(b)
			got := trace.Compare(a, b, test.opts...)
			if got != nil {
				golden(t, "golden/diff-"+strings.ReplaceAll(test.name, " ", "-")+".txt", []byte(got.String()))
				for i, e := range got.A {
					if !reflect.DeepEqual(e, a.Events[got.From+i]) {
						t.Errorf("A[%d] is not the event at index %d", i, got.From+i)
					}
				}
				for i, e := range got.B {
					if !reflect.DeepEqual(e, b.Events[got.From+i]) {
						t.Errorf("B[%d] is not the event at index %d", i, got.From+i)
					}
				}
				if len(got.NumbersA) != len(got.A) || len(got.NumbersB) != len(got.B) {
					t.Errorf("numbers %q and %q of %d and %d events", got.NumbersA, got.NumbersB, len(got.A), len(got.B))
				}
				got.A, got.B, got.NumbersA, got.NumbersB = nil, nil, nil, nil
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestContextSetsHowMuchIsShown(t *testing.T) {
	a, b := hello(t), hello(t)
	b.Events[10].Detail = "x"
	for _, test := range []struct{ before, after, from, n int }{{0, 0, 10, 1}, {2, 1, 8, 4}, {100, 100, 0, 17}} {
		d := trace.Compare(a, b, trace.Context(test.before, test.after))
		if d.From != test.from || len(d.A) != test.n || len(d.B) != test.n {
			t.Errorf("Context(%d, %d): %d and %d events from %d on; want %d from %d on", test.before, test.after, len(d.A), len(d.B), d.From, test.n, test.from)
		}
	}
	if d := trace.Compare(a, b); d.From != 7 || len(d.A) != 6 {
		t.Errorf("without Context: %d events from %d on; want 3 before and 2 after", len(d.A), d.From)
	}
}

func TestCompareWrongCallsPanic(t *testing.T) {
	for name, call := range map[string]func(){
		"nil":              func() { trace.Compare(nil, hello(t)) },
		"negative context": func() { trace.Context(-1, 0) },
	} {
		func() {
			defer func() {
				if text, ok := recover().(string); !ok || !strings.HasPrefix(text, "trace: ") {
					t.Errorf("%s: no panic with a sentence", name)
				}
			}()
			call()
		}()
	}
}

// Equal is equal, and a difference is seen from both sides at one place.
func TestCompareIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := traces().Draw(t, "a")
		if d := trace.Compare(a, a); d != nil {
			t.Fatalf("a trace differs from itself:\n%v", d)
		}
		b := traces().Draw(t, "b")
		ab, ba := trace.Compare(a, b), trace.Compare(b, a)
		if (ab == nil) != (ba == nil) {
			t.Fatal("equal from one side only")
		}
		if ab == nil {
			return
		}
		if ab.Index != ba.Index || len(ab.Header) != len(ba.Header) {
			t.Fatalf("index %d and %d", ab.Index, ba.Index)
		}
		if ab.String() == "" {
			t.Fatal("no report")
		}
	})
}
