package trace_test

import (
	"fmt"
	"math/bits"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weft/trace"
)

// program is what some engine records in one short run.
func program() []trace.Entry {
	return []trace.Entry{
		{Kind: trace.Spawn, Object: "say1"},
		{Kind: trace.Start, Task: "say1", N: 1, Cause: 1},
		{Kind: trace.Arm, Task: "say1", Object: "timeout", Span: time.Minute},
		{Kind: trace.Wait, Task: "say1", Object: "sleep", Span: 1500 * time.Millisecond},
		{Kind: trace.Advance, At: 1500 * time.Millisecond, Span: 1500 * time.Millisecond},
		{Kind: trace.Decide, At: 1500 * time.Millisecond, Object: "timer:say1.1", Detail: "say1.1", Alternatives: []string{"say1.1", "say2.1"}},
		{Kind: trace.Resume, At: 1500 * time.Millisecond, Task: "say1", Object: "sleep", N: 2, Cause: 4},
		{Kind: trace.Print, At: 1500 * time.Millisecond, Task: "say1", Object: "output", Detail: "Hello 1!"},
		{Kind: trace.End, At: 1500 * time.Millisecond, Object: "finished"},
	}
}

func record(level trace.Level, entries []trace.Entry) *trace.Recorder {
	r := trace.NewRecorder(level)
	for _, e := range entries {
		r.Record(e)
	}
	return r
}

func TestRecorderKeepsWhatItsLevelSays(t *testing.T) {
	for _, test := range []struct {
		level trace.Level
		name  string
		seqs  []int
		seen  int
	}{
		{trace.Off, "off", nil, 0},
		{trace.Order, "order", []int{1, 2, 4, 6, 7, 8}, 9},
		{trace.Full, "full", []int{1, 2, 3, 4, 5, 6, 7, 8, 9}, 9},
		{trace.Level(9), "level(9)", nil, 0},
	} {
		if got := test.level.String(); got != test.name {
			t.Errorf("String() = %q, want %q", got, test.name)
		}
		if test.level > trace.Full {
			continue
		}
		r := record(test.level, program())
		var seqs []int
		for _, e := range r.Events() {
			seqs = append(seqs, e.Seq)
		}
		if !slices.Equal(seqs, test.seqs) || r.Len() != test.seen || r.Level() != test.level {
			t.Errorf("level %v: events %v of %d, level %v; want %v of %d", test.level, seqs, r.Len(), r.Level(), test.seqs, test.seen)
		}
	}
}

func TestRecordNumbersEvents(t *testing.T) {
	r := trace.NewRecorder(trace.Order)
	for want := int32(1); want < 4; want++ {
		if got := r.Record(trace.Entry{Kind: trace.Advance}); got != want {
			t.Errorf("Record = %d, want %d, kept or not", got, want)
		}
	}
	r.SetLevel(trace.Off)
	if got := r.Record(trace.Entry{Kind: trace.Start}); got != 0 || r.Len() != 3 {
		t.Errorf("Record = %d and Len = %d while off, want 0 and 3", got, r.Len())
	}
	var zero trace.Recorder
	if zero.Record(trace.Entry{Kind: trace.Start}) != 0 || zero.Level() != trace.Off || zero.Hash() != 0 {
		t.Error("the zero Recorder is not off")
	}
}

func TestEventsHoldWhatWasRecorded(t *testing.T) {
	pc, _, _, _ := runtime.Caller(0)
	r := trace.NewRecorder(trace.Full)
	r.Record(trace.Entry{Kind: trace.Start, Task: "x"})
	r.Record(trace.Entry{
		At: time.Second, Task: "t", Kind: trace.Decide, Object: "o", Detail: "d", Span: time.Hour,
		Alternatives: []string{"a", "b"}, PC: pc, Cause: 1, N: 3,
	})
	r.Record(trace.Entry{Kind: trace.Wait, Span: 90 * time.Second, At: time.Second})
	events := r.Events()
	pos := events[1].Pos
	if !strings.HasPrefix(pos, "trace/record_test.go:") {
		t.Errorf("Pos = %q, want trace/record_test.go:LINE", pos)
	}
	want := trace.Event{Seq: 2, At: time.Second, Task: "t", Kind: trace.Decide, Object: "o", Detail: "d", N: 3, Alternatives: []string{"a", "b"}, Pos: pos, Cause: 1}
	if !reflect.DeepEqual(events[1], want) {
		t.Errorf("got  %+v\nwant %+v", events[1], want)
	}
	if got := events[2].Detail; got != "1m30s" {
		t.Errorf("a Span without Detail reads %q, want 1m30s", got)
	}
	events[0].Task = "changed"
	if r.Events()[0].Task != "x" {
		t.Error("Events handed out the recorder's own slice")
	}
	if got := trace.Position(0); got != "" {
		t.Errorf("Position(0) = %q, want nothing", got)
	}
}

func TestHashDoesNotDependOnTheLevel(t *testing.T) {
	order, full := record(trace.Order, program()), record(trace.Full, program())
	if order.Hash() != full.Hash() || full.Hash() == 0 {
		t.Errorf("order %v, full %v; want them equal and not 0", order.Hash(), full.Hash())
	}
	if off := record(trace.Off, program()); off.Hash() != 0 {
		t.Errorf("off has the hash %v, want none", off.Hash())
	}
}

func TestHashDependsOnEverythingButThePlace(t *testing.T) {
	whole := trace.Entry{
		At: 1, Task: "task", Object: "object", Detail: "detail, long enough for more than one word", Span: 2,
		Alternatives: []string{"a", "b"}, PC: 3, Cause: 4, N: 5, Kind: trace.Decide,
	}
	original := record(trace.Full, []trace.Entry{whole}).Hash()
	changes := map[string]func(*trace.Entry){
		"At":           func(e *trace.Entry) { e.At++ },
		"Task":         func(e *trace.Entry) { e.Task = "tusk" },
		"Object":       func(e *trace.Entry) { e.Object += "\x00" },
		"Detail":       func(e *trace.Entry) { e.Detail = strings.Replace(e.Detail, "word", "ward", 1) },
		"Span":         func(e *trace.Entry) { e.Span++ },
		"Alternatives": func(e *trace.Entry) { e.Alternatives = []string{"a", "c"} },
		"Cause":        func(e *trace.Entry) { e.Cause++ },
		"N":            func(e *trace.Entry) { e.N++ },
		"Kind":         func(e *trace.Entry) { e.Kind = trace.Print },
		"PC":           func(e *trace.Entry) { e.PC++ },
	}
	// A field that is added to Entry must be thought about here.
	for i := range reflect.TypeFor[trace.Entry]().NumField() {
		name := reflect.TypeFor[trace.Entry]().Field(i).Name
		change := changes[name]
		if change == nil {
			t.Errorf("no case for the field %s", name)
			continue
		}
		e := whole
		change(&e)
		if same := record(trace.Full, []trace.Entry{e}).Hash() == original; same != (name == "PC") {
			t.Errorf("with another %s, the hash is the same: %v", name, same)
		}
	}
	// Text must not slip from one field to the next, nor an event past another.
	pairs := [][2][]trace.Entry{
		{{{Task: "ab", Object: "c"}}, {{Task: "a", Object: "bc"}}},
		{{{Alternatives: []string{"a", "b"}}}, {{Alternatives: []string{"ab"}}}},
		{{{Alternatives: []string{""}}}, {{}}},
		{{{Task: "a"}, {Task: "b"}}, {{Task: "b"}, {Task: "a"}}},
		{{{}}, {{}, {}}},
	}
	for i, p := range pairs {
		if record(trace.Full, p[0]).Hash() == record(trace.Full, p[1]).Hash() {
			t.Errorf("pair %d: two runs with one hash", i)
		}
	}
}

// A change of one bit should change about half the bits of the hash; a weak
// mixing step would show here.
func TestHashSpreadsSmallChanges(t *testing.T) {
	total, n := 0, 0
	for i := range 64 {
		a := record(trace.Order, []trace.Entry{{}, {At: 1 << 40}, {}}).Hash()
		b := record(trace.Order, []trace.Entry{{}, {At: 1<<40 ^ 1<<i}, {}}).Hash()
		total += bits.OnesCount64(uint64(a ^ b))
		n++
	}
	if average := total / n; average < 26 || average > 38 {
		t.Errorf("a change of one bit changes %d bits of 64 on average, want about 32", average)
	}
}

// Files hold hashes, so they must never change by accident.
func TestHashIsTheSameOnEveryMachine(t *testing.T) {
	golden(t, "golden/program.hash", []byte(record(trace.Order, program()).Hash().String()+"\n"))
}

func TestHashText(t *testing.T) {
	for _, test := range []struct {
		hash trace.Hash
		text string
	}{{0, "0000000000000000"}, {0xaa, "00000000000000aa"}, {1<<64 - 1, "ffffffffffffffff"}} {
		text, err := test.hash.MarshalText()
		if err != nil || string(text) != test.text || test.hash.String() != test.text {
			t.Errorf("%d: text %q, %v; string %q; want %q", uint64(test.hash), text, err, test.hash, test.text)
		}
		var back trace.Hash
		if err := back.UnmarshalText(text); err != nil || back != test.hash {
			t.Errorf("%q reads back as %v, %v", text, back, err)
		}
	}
	for _, bad := range []string{"", "aa", "00000000000000000", "000000000000000g", "-00000000000000a", "0x000000000000aa"} {
		h := trace.Hash(7)
		if err := h.UnmarshalText([]byte(bad)); err == nil || !strings.HasPrefix(err.Error(), "trace: ") || h != 7 {
			t.Errorf("%q: error %v, hash %v; want an error and the hash untouched", bad, err, h)
		}
	}
}

func TestResetStartsAnotherRun(t *testing.T) {
	r := record(trace.Full, program())
	want, events := r.Hash(), r.Events()
	r.Reset()
	if r.Len() != 0 || r.Hash() != 0 || r.Events() != nil || r.Level() != trace.Full {
		t.Errorf("after Reset: %d events, hash %v, level %v", r.Len(), r.Hash(), r.Level())
	}
	for _, e := range program() {
		r.Record(e)
	}
	if r.Hash() != want || !reflect.DeepEqual(r.Events(), events) {
		t.Error("the same run after Reset is another one")
	}
}

func TestRecordAllocatesNothingOnceWarm(t *testing.T) {
	for _, level := range []trace.Level{trace.Off, trace.Order, trace.Full} {
		entries := program()
		r := record(level, entries)
		if got := testing.AllocsPerRun(100, func() {
			r.Reset()
			for _, e := range entries {
				r.Record(e)
			}
		}); got != 0 {
			t.Errorf("level %v: %v allocations a run, want 0", level, got)
		}
	}
}

func TestEventID(t *testing.T) {
	for _, test := range []struct {
		event trace.Event
		want  string
	}{
		{trace.Event{Task: "say1", Kind: trace.Resume, Object: "sleep", N: 2}, "say1.2"},
		{trace.Event{Kind: trace.Callback, Object: "on_timeout", N: 1}, "+on_timeout.1"},
		{trace.Event{Task: "say1", Kind: trace.Print}, ""},
	} {
		if got := test.event.ID(); got != test.want {
			t.Errorf("ID of %v = %q, want %q", test.event, got, test.want)
		}
	}
}

func TestEventString(t *testing.T) {
	for _, test := range []struct {
		event trace.Event
		want  string
	}{
		{trace.Event{Seq: 12, At: time.Second, Task: "say1", Kind: trace.Print, Object: "output", Detail: "a\nb", Pos: "hello/hello.go:15"}, `12 1s say1 print output "a\nb" (hello/hello.go:15)`},
		{trace.Event{Seq: 7, Kind: trace.End}, "7 0s loop end"},
	} {
		if got := test.event.String(); got != test.want {
			t.Errorf("String() = %q, want %q", got, test.want)
		}
	}
}

func TestEveryKindHasANameOfItsOwn(t *testing.T) {
	names := map[string]trace.Kind{}
	for _, k := range kinds() {
		text, err := k.MarshalText()
		if err != nil || string(text) != k.String() || len(text) == 0 || strings.HasPrefix(k.String(), "kind(") {
			t.Errorf("kind %d: text %q, %v; string %q", uint8(k), text, err, k)
		}
		if other, ok := names[k.String()]; ok {
			t.Errorf("kinds %d and %d are both called %q", uint8(k), uint8(other), k)
		}
		names[k.String()] = k
		var back trace.Kind
		if err := back.UnmarshalText(text); err != nil || back != k {
			t.Errorf("%q reads back as %v, %v", text, back, err)
		}
	}
	// The last kind; one that is added after it belongs into the table of TestAccess.
	if want := int(trace.End); len(names) != want {
		t.Errorf("%d kinds have names, want %d", len(names), want)
	}
	for _, k := range []trace.Kind{0, trace.End + 1, 255} {
		if _, err := k.MarshalText(); err == nil || k.String() != fmt.Sprintf("kind(%d)", uint8(k)) {
			t.Errorf("kind %d passes for one: %v, %v", uint8(k), k, err)
		}
	}
	k := trace.Print
	for _, bad := range []string{"", "Print", "kind(0)"} {
		if err := k.UnmarshalText([]byte(bad)); err == nil || k != trace.Print {
			t.Errorf("%q reads as %v, %v", bad, k, err)
		}
	}
}

func TestAccess(t *testing.T) {
	want := map[trace.Kind]trace.Access{
		trace.Read: trace.Reads, trace.Check: trace.Reads,
		trace.Write: trace.Writes, trace.Acquire: trace.Writes, trace.Release: trace.Writes, trace.Set: trace.Writes,
		trace.Clear: trace.Writes, trace.Notify: trace.Writes, trace.Put: trace.Writes, trace.Get: trace.Writes,
		trace.Cancel: trace.Writes, trace.Print: trace.Writes,
	}
	for _, k := range kinds() {
		if got := k.Access(); got != want[k] {
			t.Errorf("%v: access %d, want %d", k, got, want[k])
		}
	}
}

// The level Order must keep whatever footprints are made of.
func TestOrderKeepsEveryAccess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SampledFrom(kinds()).Draw(t, "kind")
		kept := len(record(trace.Order, []trace.Entry{{Kind: k}}).Events()) == 1
		if k.Access() != trace.NoAccess && !kept {
			t.Fatalf("%v is not kept", k)
		}
	})
}

func BenchmarkRecord(b *testing.B) {
	for _, level := range []trace.Level{trace.Off, trace.Order, trace.Full} {
		b.Run(level.String(), func(b *testing.B) {
			r, entries := trace.NewRecorder(level), program()
			for b.Loop() {
				r.Reset()
				for _, e := range entries {
					r.Record(e)
				}
			}
		})
	}
}
