package trace_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"

	"weft/trace"
)

// render is trace.Render into a string.
func render(t testing.TB, name string, run *trace.Trace, o trace.ViewOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := trace.Render(&b, name, run, o); err != nil {
		t.Fatalf("Render(%q): %v", name, err)
	}
	return b.String()
}

func TestViewsMatchTheirGoldens(t *testing.T) {
	for name, run := range fixtures(t) {
		for _, view := range trace.Views() {
			golden(t, "golden/"+name+"."+view, []byte(render(t, view, run, trace.ViewOptions{})))
		}
		golden(t, "golden/"+name+".lanes-60", []byte(render(t, "lanes", run, trace.ViewOptions{Width: 60})))
		golden(t, "golden/"+name+".transfers-60", []byte(render(t, "transfers", run, trace.ViewOptions{Width: 60})))
		golden(t, "golden/"+name+".log-60", []byte(render(t, "log", run, trace.ViewOptions{Width: 60})))
	}
	golden(t, "golden/three.lanes-color", []byte(render(t, "lanes", three(), trace.ViewOptions{Color: true})))
}

func TestViewsListsWhatRenderKnows(t *testing.T) {
	want := []string{"log", "lanes", "transfers", "jsonl", "svg", "mermaid"}
	if got := trace.Views(); !slices.Equal(got, want) {
		t.Fatalf("Views() = %q, want %q", got, want)
	}
	err := trace.Render(io.Discard, "pie", hello(t), trace.ViewOptions{})
	if err == nil {
		t.Fatal("Render of an unknown view succeeded")
	}
	for _, name := range want {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("the error %q does not name the view %q", err, name)
		}
	}
}

func TestRenderIsTheViewOfThatName(t *testing.T) {
	direct := map[string]func(io.Writer, *trace.Trace, trace.ViewOptions) error{
		"log": trace.WriteLog, "lanes": trace.WriteLanes, "transfers": trace.WriteTransfers,
		"svg": trace.WriteSVG, "mermaid": trace.WriteMermaid,
		"jsonl": func(w io.Writer, run *trace.Trace, _ trace.ViewOptions) error { return trace.WriteJSONL(w, run) },
	}
	o := trace.ViewOptions{Width: 70, Color: true}
	for _, name := range trace.Views() {
		var b bytes.Buffer
		if err := direct[name](&b, busy(), o); err != nil {
			t.Fatal(err)
		}
		if got := render(t, name, busy(), o); got != b.String() {
			t.Errorf("Render(%q) is not what the view's own function writes", name)
		}
	}
}

func TestViewsReturnTheWritersError(t *testing.T) {
	broken := errors.New("disk full")
	for _, name := range trace.Views() {
		if err := trace.Render(failing{broken}, name, hello(t), trace.ViewOptions{}); !errors.Is(err, broken) {
			t.Errorf("view %s: error %v, want one that wraps %v", name, err, broken)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// Whatever a program calls its tasks and prints, no view fails, no byte that
// could drive a terminal gets through, and a second drawing is equal to the first.
func TestViewsOfAnyTrace(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		run := traces().Draw(rt, "trace")
		width := rapid.IntRange(0, 200).Draw(rt, "width")
		o := trace.ViewOptions{Width: width}
		for _, name := range trace.Views() {
			var first, second bytes.Buffer
			if err := trace.Render(&first, name, run, o); err != nil {
				rt.Fatalf("view %s: %v", name, err)
			}
			if err := trace.Render(&second, name, run, o); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
				rt.Fatalf("view %s is not stable", name)
			}
			if name != "jsonl" && !utf8.Valid(first.Bytes()) {
				rt.Fatalf("view %s is not UTF-8", name)
			}
			for _, r := range first.String() {
				if name != "jsonl" && (r < ' ' && r != '\n' || r == 0x7f || r >= 0x202a && r <= 0x202e) {
					rt.Fatalf("view %s lets %U through", name, r)
				}
			}
			switch name {
			case "svg":
				wellFormed(rt, first.String())
			case "mermaid":
				if n := len(utf16.Encode([]rune(first.String()))); n > 50_000 {
					rt.Fatalf("mermaid text has %d characters", n)
				}
			}
		}
	})
}

// wellFormed fails unless the text is XML.
func wellFormed(t rapid.TB, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
	}
}

func TestLanesKeepToTheirWidth(t *testing.T) {
	for name, run := range fixtures(t) {
		for width := 40; width <= 160; width += 3 {
			for i, line := range strings.Split(render(t, "lanes", run, trace.ViewOptions{Width: width}), "\n") {
				if got := cells(line); got > width {
					t.Fatalf("%s at width %d: line %d takes %d cells: %q", name, width, i+1, got, line)
				}
			}
		}
	}
}

// cells is a second, blunt way to measure the text of the fixtures: every rune
// from the East Asian blocks and the emoji takes two cells, combining accents none.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r >= 0x300 && r < 0x370:
		case r >= 0x3000 && r < 0xa000, r >= 0xff00 && r < 0xff61, r >= 0x1f300:
			n += 2
		default:
			n++
		}
	}
	return n
}

// A reader who pages through blocks must find every task and every line in one of them.
func TestLanesShowEveryTaskAtEveryWidth(t *testing.T) {
	for _, width := range []int{40, 60, 80, 120} {
		text := render(t, "lanes", busy(), trace.ViewOptions{Width: width})
		for _, word := range []string{"1001", "1002", "受付係", "logger", "watch", "coord"} {
			if !strings.Contains(text, word) {
				t.Errorf("width %d: %q is not to be found in\n%s", width, word, text)
			}
		}
		if width < 120 && !strings.Contains(text, " of 6") {
			t.Errorf("width %d: no heading says which of the 6 tasks a block shows", width)
		}
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestLanesSayNothingByColourAlone(t *testing.T) {
	for name, run := range fixtures(t) {
		plain := render(t, "lanes", run, trace.ViewOptions{})
		colour := render(t, "lanes", run, trace.ViewOptions{Color: true})
		if strings.Contains(plain, "\x1b") {
			t.Errorf("%s: colour that nobody asked for", name)
		}
		if name != "nothing" && plain == colour {
			t.Errorf("%s: Color changes nothing", name)
		}
		if got := ansi.ReplaceAllString(colour, ""); got != plain {
			t.Errorf("%s: without its colours, the coloured drawing differs:\n%s", name, got)
		}
	}
}

// long is a run with more events than a page can show.
func long(tasks, rounds int) *trace.Trace {
	s := tell("long", "fifo")
	name := func(i int) string {
		return "task-" + strings.Repeat("ü", i%3) + itoa(i)
	}
	for i := range tasks {
		s.spawn("", name(i))
	}
	for range rounds {
		for i := range tasks {
			s.resume(name(i), "yield", 0)
			s.do(name(i), trace.Print, "output", "end; #comment %% style: x#y; {} 😀ﬂ°°35¶ß")
			s.wait(name(i), "yield", "")
		}
	}
	return &s.Trace
}

func TestMermaidSaysWhatItLeavesOut(t *testing.T) {
	for _, size := range [][2]int{{3, 400}, {1000, 1}, {4000, 1}} {
		run := long(size[0], size[1])
		text := render(t, "mermaid", run, trace.ViewOptions{})
		n := len(utf16.Encode([]rune(text)))
		if n > 50_000 || n < 48_000 {
			t.Errorf("%v: %d characters, want nearly 50,000", size, n)
		}
		note := regexp.MustCompile(`the last (\d+) events are left out`).FindStringSubmatch(text)
		if note == nil {
			t.Fatalf("%v: no note says that events are left out", size)
		}
		// A line of the three kinds of rows is one event each in this run.
		kept := len(regexp.MustCompile(`(?m)^ +(p\d+-|Note right)`).FindAllString(text, -1))
		if left := strings.TrimLeft(note[1], "0"); left != itoa(len(run.Events)-kept) {
			t.Errorf("%v: the note says %s events, but of %d events %d are there", size, left, len(run.Events), kept)
		}
	}
	if text := render(t, "mermaid", busy(), trace.ViewOptions{}); strings.Contains(text, "left out") {
		t.Error("a short run says that something is left out")
	}
}

// What Mermaid's parsers take for something else than text is escaped, and nothing else.
func TestMermaidNeutralisesItsOwnSyntax(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`the end loop alt style classDef end`, ``},
		{`[a] {b} (c) "d" 'e' *f* |g| 50% a=b a_b ~ ^ $5 \\ - : , . ! ? @ + é 日`, ``},
		{"`code`", ``},
		{`end; #comment %% style: x#y; {} 😀ﬂ°°35¶ß`, `end#59; #35;comment #37;% #115;tyle: x#35;y#59; {} 😀#64258;°°35#182;ß`},
		{`a style, and <b>`, `a #115;tyle, and #60;b#62;`},
		{`classDef x &lt;`, `#99;lassDef x #38;lt#59;`},
		{`%%{init: {}}%%`, `#37;%{init: {}}#37;%`},
		{`%%%`, `#37;#37;%`},
		{`$$x$$`, `#36;$x#36;$`},
		{`wrap: me`, ``}, // since a number stands before it
	} {
		if test.want == "" {
			test.want = test.text
		}
		s := tell("", "")
		s.start("a")
		s.do("a", trace.Print, "output", strings.ReplaceAll(test.text, `\\`, `\`))
		if text, want := render(t, "mermaid", &s.Trace, trace.ViewOptions{}), `: 1.1 prints "`+strings.ReplaceAll(test.want, `"`, `\"`)+"\"\n"; !strings.Contains(text, want) {
			t.Errorf("got\n%s\nwant a line that ends with %s", text, want)
		}
	}
	s := tell("Wrap: me", "")
	s.start("nowrap: me")
	for _, want := range []string{"    title #87;rap: me\n", "    participant p1 as #110;owrap: me\n"} {
		if text := render(t, "mermaid", &s.Trace, trace.ViewOptions{}); !strings.Contains(text, want) {
			t.Errorf("got\n%s\nwant the line %s", text, want)
		}
	}
}

func TestSVGCanBeReadWithoutSeeingIt(t *testing.T) {
	for name, run := range fixtures(t) {
		text := render(t, "svg", run, trace.ViewOptions{})
		wellFormed(t, text)
		for _, want := range []string{`role="img"`, "<title id=", "<desc id=", "prefers-color-scheme:dark"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %s", name, want)
			}
		}
		for _, bad := range []string{"<script", "href", "@import", "url("} {
			if strings.Contains(text, bad) {
				t.Errorf("%s: has %s", name, bad)
			}
		}
		for _, swap := range trace.Swaps(run) {
			if strings.Count(text, swap.String()) < 2 { // in the description and below the drawing
				t.Errorf("%s: does not say %q", name, swap)
			}
		}
	}
	if text := render(t, "svg", hello(t), trace.ViewOptions{}); strings.Count(text, `<g class="swap">`) != 2 {
		t.Error("hello: want one bracket, between 7 and 9, and one in the legend")
	}
}

// The legend explains each sign that the drawing has, and no other.
func TestSVGLegend(t *testing.T) {
	always := []string{"control to a task", "control back to the loop", "has control", "a task is spawned"}
	for _, test := range []struct {
		name string
		run  *trace.Trace
		want []string
	}{
		{"hello", hello(t), append(always, "a decision", "anything else that happens", "may come in another order")},
		{"alone", alone(), append(always, "anything else that happens")},
		{"busy", busy(), append(always, "a decision", "a callback", "anything else that happens", "may come in another order")},
		{"goroutines", goroutines(), []string{"control to a goroutine", "control back to the scheduler", "has control", "a goroutine is spawned",
			"a decision", "anything else that happens", "may come in another order"}},
	} {
		text := render(t, "svg", test.run, trace.ViewOptions{})
		var got []string
		for _, m := range regexp.MustCompile(`<text class="faint" x="\d+" y="\d+">([a-z ]+)</text></g>`).FindAllStringSubmatch(text, -1) {
			got = append(got, m[1])
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: the legend explains %q, want %q", test.name, got, test.want)
		}
	}
}

// What passes of virtual time stands between the loop and the first task, and no label is cut
// for which there is room.
func TestSVGTextHasRoom(t *testing.T) {
	number := func(text, pattern string) []int {
		m := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("no %s in\n%s", pattern, text)
		}
		var out []int
		for _, s := range m[1:] {
			n, _ := strconv.Atoi(s)
			out = append(out, n)
		}
		return out
	}
	text := render(t, "svg", alone(), trace.ViewOptions{})
	task := number(text, `<g class="c1"><line x1="(\d+)"`)[0]
	later := number(text, `<text class="faint halo" x="(\d+)" y="\d+">1h30m0s later<`)[0]
	const cell = 8 // pixels, and more than a character takes
	if end := later + len("1h30m0s later")*cell - 4; end > task {
		t.Errorf("how much later it is ends at %d, and the task's line is at %d", end, task)
	}
	s := tell("", "")
	s.start("a")
	s.wait("a", "sleep", "1s")
	s.start("b")
	long := strings.Repeat("word ", 9)
	s.do("b", trace.Print, "output", long)
	s.do("a", trace.Print, "output", strings.Repeat("word ", 12))
	if text := render(t, "svg", &s.Trace, trace.ViewOptions{}); strings.Contains(text, "…") || !strings.Contains(text, long) {
		t.Errorf("a label is cut in\n%s", text)
	}
}
