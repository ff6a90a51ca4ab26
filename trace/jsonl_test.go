package trace_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"weft/trace"
)

func itoa(n int) string { return strconv.Itoa(n) }

// kinds are all kinds of event there are.
func kinds() []trace.Kind {
	var out []trace.Kind
	for k := range 256 {
		if _, err := trace.Kind(k).MarshalText(); err == nil {
			out = append(out, trace.Kind(k))
		}
	}
	return out
}

// traces generates traces of any content that keep the rules of the format.
func traces() *rapid.Generator[*trace.Trace] {
	text := rapid.OneOf(rapid.SampledFrom([]string{"", "say1", "sleep", "1s", "yield", "end", "受付\n係"}), rapid.String())
	decision := rapid.SampledFrom([]string{"timer:", "ready:", "choose:", ""})
	return rapid.Custom(func(t *rapid.T) *trace.Trace {
		run := &trace.Trace{Header: trace.Header{
			Version: trace.Version, Program: text.Draw(t, "program"), Policy: text.Draw(t, "policy"),
			Strategy: text.Draw(t, "strategy"), Schedule: text.Draw(t, "schedule"),
			Hash: trace.Hash(rapid.Uint64().Draw(t, "hash")),
		}}
		if rapid.Bool().Draw(t, "seeded") {
			seed := rapid.Uint64().Draw(t, "seed")
			run.Seed = &seed
		}
		seq, at := 0, time.Duration(0)
		for range rapid.IntRange(0, 20).Draw(t, "events") {
			seq += rapid.IntRange(1, 3).Draw(t, "gap")
			if rapid.Bool().Draw(t, "later") {
				at += time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "time"))
			}
			e := trace.Event{
				Seq: seq, At: at, Task: text.Draw(t, "task"), Kind: rapid.SampledFrom(kinds()).Draw(t, "kind"),
				Object: text.Draw(t, "object"), Detail: text.Draw(t, "detail"), N: rapid.IntRange(0, 3).Draw(t, "n"),
				Pos: text.Draw(t, "pos"), Cause: rapid.IntRange(0, seq-1).Draw(t, "cause"),
			}
			if e.Kind == trace.Decide {
				e.Object = decision.Draw(t, "decision") + e.Object
				e.Alternatives = rapid.SliceOfN(rapid.OneOf(text, rapid.SampledFrom([]string{"say1.1", "sleep.1", "say1.2"})), 1, 4).Draw(t, "alternatives")
			}
			run.Events = append(run.Events, e)
		}
		return run
	})
}

func write(t rapid.TB, run *trace.Trace) string {
	t.Helper()
	var b bytes.Buffer
	if err := trace.WriteJSONL(&b, run); err != nil {
		t.Fatalf("WriteJSONL: %v", err)
	}
	return b.String()
}

func TestJSONLLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := traces().Draw(t, "trace")
		text := write(t, want)
		if lines := strings.Count(text, "\n"); lines != len(want.Events)+2 {
			t.Fatalf("%d lines for %d events, a header and an end", lines, len(want.Events))
		}
		got, err := trace.ReadJSONL(strings.NewReader(text))
		if err != nil {
			t.Fatalf("ReadJSONL: %v", err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("what came back differs (-want +got):\n%s", diff)
		}
	})
}

// The file of the hello program is written as WriteJSONL writes it, so that
// files can be compared byte for byte.
func TestJSONLHasOneForm(t *testing.T) {
	want, err := os.ReadFile("testdata/hello.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), write(t, hello(t))); diff != "" {
		t.Errorf("(-file +written):\n%s", diff)
	}
}

func TestJSONLTakesLinesOfAnyLength(t *testing.T) {
	want := hello(t)
	want.Events[11].Detail = strings.Repeat("all work and no play ", 50_000)
	got, err := trace.ReadJSONL(iotest.OneByteReader(strings.NewReader(write(t, want))))
	if err != nil {
		t.Fatal(err)
	}
	if got.Events[11].Detail != want.Events[11].Detail {
		t.Error("a long line came back changed")
	}
}

func TestJSONLDefaults(t *testing.T) {
	run := hello(t)
	run.Version = 0
	run.Events[0].Alternatives = []string{}
	got, err := trace.ReadJSONL(strings.NewReader(strings.TrimSuffix(write(t, run), "\n")))
	if err != nil {
		t.Fatal(err)
	}
	if got.Version != trace.Version || got.Events[0].Alternatives != nil {
		t.Errorf("version %d, alternatives %#v", got.Version, got.Events[0].Alternatives)
	}
}

func TestReadJSONLRefuses(t *testing.T) {
	const header = `{"weft_trace":2,"hash":"00000000000000aa"}` + "\n"
	const event = `{"seq":1,"at_ns":5,"kind":"print"}` + "\n"
	tests := []struct {
		name, text string
		line       int
		reason     string
	}{
		{"empty file", "", 1, "empty"},
		{"blank first line", "\n" + header, 1, "empty"},
		{"no header", event, 1, "no header"},
		{"header is not JSON", "hello\n", 1, "invalid character"},
		{"header is a list", "[]\n", 1, "not a JSON object"},
		{"header is null", "null\n", 1, "no header"},
		{"newer version", `{"weft_trace":3,"flavour":"mint"}` + "\n", 1, "version 3 of the format, and this Weft reads up to version 2"},
		{"older version", `{"weft_trace":1,"hash":"00000000000000aa"}` + "\n" + event, 1, "an old file: in version 1 of the format, nothing told whether a file is whole; record the run again"},
		{"version 0", `{"weft_trace":0,"hash":"00000000000000aa"}` + "\n", 1, "no version 0"},
		{"version is text", `{"weft_trace":"2","hash":"00000000000000aa"}` + "\n", 1, "weft_trace"},
		{"no hash", `{"weft_trace":2}` + "\n", 1, `"hash" is missing`},
		{"bad hash", `{"weft_trace":2,"hash":"aa"}` + "\n", 1, "16 hexadecimal digits"},
		{"seed is negative", `{"weft_trace":2,"hash":"00000000000000aa","seed":-1}` + "\n", 1, "seed"},
		{"unknown field in header", `{"weft_trace":2,"hash":"00000000000000aa","colour":"red"}` + "\n", 1, `unknown field "colour"`},
		{"unknown field", header + `{"seq":1,"at_ns":5,"kind":"print","colour":"red"}` + "\n", 2, `unknown field "colour"`},
		{"field in capitals", header + `{"SEQ":1,"at_ns":5,"kind":"print"}` + "\n", 2, `unknown field "SEQ"`},
		{"field twice", header + `{"seq":1,"seq":1,"at_ns":5,"kind":"print"}` + "\n", 2, `"seq" stands there twice`},
		{"field is null", header + `{"seq":1,"at_ns":5,"kind":"print","task":null}` + "\n", 2, `"task" is null`},
		{"field of wrong type", header + `{"seq":"1","at_ns":5,"kind":"print"}` + "\n", 2, `field "seq" cannot be a JSON string`},
		{"no seq", header + `{"at_ns":5,"kind":"print"}` + "\n", 2, `"seq" is missing`},
		{"no time", header + `{"seq":1,"kind":"print"}` + "\n", 2, `"at_ns" is missing`},
		{"no kind", header + `{"seq":1,"at_ns":5}` + "\n", 2, `"kind" is missing`},
		{"unknown kind", header + `{"seq":1,"at_ns":5,"kind":"dance"}` + "\n", 2, `unknown kind of event "dance"`},
		{"second object", header + event[:len(event)-1] + `{}` + "\n", 2, `"{}" follows`},
		{"trailing junk", header + event[:len(event)-1] + ` xyz` + "\n", 2, `"xyz" follows`},
		{"blank line", header + "\n" + event, 2, "empty"},
		{"array", header + "[1]\n", 2, "not a JSON object"},
		{"cut off", header + event + `{"seq":2,"at_ns":5,"ki`, 3, "cut off"},
		{"cut off before the value", header + event + `{"seq":2,"at_ns":`, 3, "cut off"},
		{"not UTF-8", header + `{"seq":1,"at_ns":5,"kind":"print","detail":"` + "\xff" + `"}` + "\n", 2, "not UTF-8"},
		{"number repeats", header + event + event, 3, "sequence number 1 after 1"},
		{"number 0", header + `{"seq":0,"at_ns":5,"kind":"print"}` + "\n", 2, "sequence number 0 after 0"},
		{"time goes back", header + event + `{"seq":2,"at_ns":4,"kind":"print"}` + "\n", 3, "time goes back from 5ns to 4ns"},
		{"time is negative", header + `{"seq":1,"at_ns":-5,"kind":"print"}` + "\n", 2, "time goes back"},
		{"cause is itself", header + `{"seq":1,"at_ns":5,"kind":"print","cause":1}` + "\n", 2, "cause 1 of event 1"},
		{"cause is negative", header + `{"seq":1,"at_ns":5,"kind":"print","cause":-1}` + "\n", 2, "cause -1"},
		{"no end", header + event, 3, "the file ends after 1 event, and a whole one ends with a line such as"},
		{"no end, and no line end", header + event[:len(event)-1], 2, "it was cut off"},
		{"no events and no end", header, 2, "it was cut off"},
		{"fewer events than there were", header + event + `{"weft_end":2}` + "\n", 3, "the file should have 2 events, and has 1: lines were lost or added"},
		{"negative end", header + event + `{"weft_end":-1}` + "\n", 3, "the file should have -1 events"},
		{"end is no number", header + event + `{"weft_end":"1"}` + "\n", 3, `field "weft_end" cannot be a JSON string`},
		{"end with another field", header + event + `{"weft_end":1,"colour":"red"}` + "\n", 3, `unknown field "colour"`},
		{"another sum", header + event + `{"weft_end":1,"sum":"00000000000000aa"}` + "\n", 3, `if the file was edited on purpose, leave out "sum"`},
		{"two runs", header + event + `{"weft_end":1}` + "\n" + header, 4, "something follows the end of the run"},
		{"huge number", header + `{"seq":1,"at_ns":1` + strings.Repeat("0", 1000) + `,"kind":"print"}` + "\n", 2, `field "at_ns" cannot be a JSON number 1000`},
		{"deep nesting", header + `{"seq":1,"at_ns":5,"kind":"print","task":` + strings.Repeat("[", 100_000) + "\n", 2, "exceeded max depth"},
		{"NUL bytes", header + strings.Repeat("\x00", 100) + "\n", 2, `invalid character '\x00'`},
		{"escape sequence as a field", header + `{"\u001b[31mred":1}` + "\n", 2, `unknown field "\x1b[31mred"`},
		{"escape sequence as a kind", header + `{"seq":1,"at_ns":5,"kind":"\u001b[31mred"}` + "\n", 2, `unknown kind of event "\x1b[31mred"`},
		{"ordinal is negative", header + `{"seq":1,"at_ns":5,"kind":"print","n":-1}` + "\n", 2, "ordinal -1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			run, err := trace.ReadJSONL(strings.NewReader(test.text))
			var bad *trace.SyntaxError
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, %v; want a *SyntaxError", run, err)
			}
			if bad.Line != test.line || !strings.Contains(bad.Reason, test.reason) {
				t.Errorf("got line %d: %s\nwant line %d: ... %s ...", bad.Line, bad.Reason, test.line, test.reason)
			}
			if want := "trace: line " + itoa(test.line) + ": " + bad.Reason; err.Error() != want {
				t.Errorf("Error() = %q, want %q", err, want)
			}
		})
	}
}

// A file that was cut off anywhere is refused: at the end of a line as well.
func TestReadJSONLRefusesWhatWasCutOff(t *testing.T) {
	text := strings.TrimSuffix(write(t, hello(t)), "\n")
	for n := range len(text) {
		var bad *trace.SyntaxError
		if _, err := trace.ReadJSONL(strings.NewReader(text[:n])); !errors.As(err, &bad) {
			t.Errorf("the first %d of %d bytes: %v, want a *SyntaxError", n, len(text), err)
		} else if line := 1 + strings.Count(text[:n], "\n"); bad.Line != line {
			t.Errorf("the first %d of %d bytes: line %d, want %d", n, len(text), bad.Line, line)
		}
	}
}

// A file of which one bit is another is refused, unless it says the same.
func TestReadJSONLRefusesWhatWasChanged(t *testing.T) {
	want := hello(t)
	text := write(t, want)
	same := 0
	for i := range 8 * len(text) {
		changed := []byte(text)
		changed[i/8] ^= 1 << (i % 8)
		got, err := trace.ReadJSONL(bytes.NewReader(changed))
		if err != nil {
			continue
		}
		same++
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("byte %d is %q instead of %q, and that was accepted:\n%s", i/8, changed[i/8], text[i/8], diff)
		}
	}
	if most := 16; same > most { // a digit of the sum in capitals
		t.Errorf("%d changed files were accepted, want %d at most", same, most)
	}
}

// Who edits a file leaves out the sum, and programs that change line ends do no harm.
func TestReadJSONLTakesEditedFiles(t *testing.T) {
	want := hello(t)
	text := write(t, want)
	dos := strings.ReplaceAll(text, "\n", "\r\n")
	if got, err := trace.ReadJSONL(strings.NewReader(dos)); err != nil || cmp.Diff(want, got) != "" {
		t.Errorf("with other line ends: %v", err)
	}
	edited := strings.Replace(text, `"say1"`, `"ada"`, 1)
	if _, err := trace.ReadJSONL(strings.NewReader(edited)); err == nil || !strings.Contains(err.Error(), `leave out "sum"`) {
		t.Errorf("an edited file: %v", err)
	}
	without := edited[:strings.LastIndex(edited, `,"sum"`)] + "}\n"
	if _, err := trace.ReadJSONL(strings.NewReader(without)); err != nil {
		t.Errorf("an edited file without its sum: %v", err)
	}
}

// endless is a file without an end and without line ends, such as /dev/zero.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	clear(p)
	e.read += len(p)
	return len(p), nil
}

// A line without an end is not read into memory.
func TestReadJSONLBoundsLines(t *testing.T) {
	e := &endless{}
	_, err := trace.ReadJSONL(e)
	var bad *trace.SyntaxError
	if !errors.As(err, &bad) || bad.Line != 1 || !strings.Contains(bad.Reason, "the line is longer than 67108864 bytes") {
		t.Errorf("got %v", err)
	}
	if e.read > 65<<20 {
		t.Errorf("%d bytes were read", e.read)
	}
	long := hello(t)
	long.Events[3].Detail = strings.Repeat("x", 64<<20)
	if err := trace.WriteJSONL(io.Discard, long); err == nil || !strings.HasPrefix(err.Error(), "trace: write event 4: it takes 671") {
		t.Errorf("a line that cannot be read was written: %v", err)
	}
}

func TestReadJSONLReturnsTheReadersError(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := trace.ReadJSONL(io.MultiReader(strings.NewReader(`{"weft_trace":2,"hash":"00000000000000aa"}`+"\n"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want one that wraps %v", err, broken)
	}
}

func TestWriteJSONLRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*trace.Trace)
		reason string
	}{
		{"other version", func(r *trace.Trace) { r.Version = 1 }, "format version 1"},
		{"no kind", func(r *trace.Trace) { r.Events[3].Kind = 0 }, "no kind"},
		{"number repeats", func(r *trace.Trace) { r.Events[3].Seq = 3 }, "sequence number 3 after 3"},
		{"time goes back", func(r *trace.Trace) { r.Events[9].At = 0 }, "time goes back"},
		{"late cause", func(r *trace.Trace) { r.Events[3].Cause = 4 }, "cause 4"},
		{"ordinal", func(r *trace.Trace) { r.Events[3].N = -1 }, "ordinal"},
		{"program", func(r *trace.Trace) { r.Program = "\xff" }, "UTF-8"},
		{"task", func(r *trace.Trace) { r.Events[3].Task = "\xff" }, "UTF-8"},
		{"detail", func(r *trace.Trace) { r.Events[3].Detail = "a\xffb" }, `"a\xffb" is not UTF-8`},
		{"alternative", func(r *trace.Trace) { r.Events[7].Alternatives[1] = "\xff" }, "UTF-8"},
	}
	for _, test := range tests {
		run := hello(t)
		test.change(run)
		var b bytes.Buffer
		err := trace.WriteJSONL(&b, run)
		if err == nil || !strings.HasPrefix(err.Error(), "trace: ") || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: got %v, want an error with %q", test.name, err, test.reason)
		}
		if b.Len() > 0 {
			t.Errorf("%s: something was written all the same", test.name)
		}
	}
}

// Whatever is accepted can be written and read again, and is then equal. What ends a file is
// put under each as well, because what is found by chance has another one.
func FuzzReadJSONL(f *testing.F) {
	for _, run := range fixtures(f) {
		var b bytes.Buffer
		if err := trace.WriteJSONL(&b, run); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		f.Add(b.Bytes()[:b.Len()/2])
		f.Add(b.Bytes()[:bytes.LastIndex(b.Bytes(), []byte("\n{"))])
	}
	f.Add([]byte(`{"weft_trace":2,"hash":"00000000000000aa"}` + "\r\n" + `{"kind":"end","at_ns":0,"seq":9,"detail":"\ud800"}` + "\n" + `{"weft_end":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		readAgain(t, data)
		readAgain(t, fmt.Appendf(bytes.Clone(data), "\n{\"weft_end\":%d}\n", bytes.Count(data, []byte("\n"))))
	})
}

func readAgain(t *testing.T, data []byte) {
	t.Helper()
	first, err := trace.ReadJSONL(bytes.NewReader(data))
	if err != nil {
		var bad *trace.SyntaxError
		if !errors.As(err, &bad) || bad.Line < 1 || bad.Line > bytes.Count(data, []byte("\n"))+1 {
			t.Fatalf("%v", err)
		}
		if len(bad.Reason) > 500 || strings.IndexFunc(bad.Reason, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) }) >= 0 {
			t.Errorf("it says %q", bad.Reason)
		}
		return
	}
	text := write(t, first)
	second, err := trace.ReadJSONL(strings.NewReader(text))
	if err != nil {
		t.Fatalf("what was written cannot be read: %v\n%s", err, text)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Fatalf("(-first +second):\n%s", diff)
	}
	if trace.Compare(first, second) != nil {
		t.Fatal("Compare sees a difference")
	}
	for _, view := range trace.Views() {
		if err := trace.Render(io.Discard, view, first, trace.ViewOptions{Width: 50}); err != nil {
			t.Fatalf("view %s: %v", view, err)
		}
	}
}

func TestKindsAreAllInFilesAndViews(t *testing.T) {
	run := &trace.Trace{}
	for i, k := range kinds() {
		run.Events = append(run.Events, trace.Event{Seq: i + 1, Kind: k, Task: "t", Object: "o", Detail: "d"})
	}
	got, err := trace.ReadJSONL(strings.NewReader(write(t, run)))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got.Events, run.Events, func(a, b trace.Event) bool { return a.Kind == b.Kind }) {
		t.Error("a kind changed on its way through a file")
	}
	golden(t, "golden/kinds.log", []byte(render(t, "log", run, trace.ViewOptions{})))
}
