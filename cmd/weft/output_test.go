package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"weft/trace"
)

func TestRunView(t *testing.T) {
	for _, view := range trace.Views() {
		t.Run(view, func(t *testing.T) {
			got := fine(t, "run", "hello", "--view", view)
			golden(t, "hello."+view, got)
			if again := fine(t, "run", "hello", "--view="+view); again != got {
				t.Error("a second run gives another text")
			}
		})
	}
}

func TestUnknownView(t *testing.T) {
	run := recorded(t, "hello")
	for _, command := range [][]string{{"run", "hello"}, {"trace", run}} {
		for typed, parts := range map[string][]string{
			"lane":      {`no view "lane"`, "lanes", "did you mean"},
			"transfer":  {`no view "transfer"`, "did you mean transfers?"},
			"mermiad":   {"did you mean mermaid?"},
			"SVG":       {"svg"},
			"hologram!": {`no view "hologram!"`},
		} {
			parts = append(parts, strings.Join(trace.Views(), ", "))
			refuses(t, exitUsage, append(command, "--view", typed), parts...)
		}
	}
	lacks(t, weft("run", "hello", "--view", "hologram!").err, "did you mean")
}

// TestOutputFile: without --view, the name's ending says what to write.
func TestOutputFile(t *testing.T) {
	run := recorded(t, "hello")
	for _, test := range []struct{ name, view string }{
		{"hello.log", "log"},
		{"hello.txt", "lanes"},
		{"hello.jsonl", "jsonl"},
		{"hello.svg", "svg"},
		{"hello.mmd", "mermaid"},
		{"hello.md", "mermaid"},
		{"HELLO.SVG", "svg"},
		{"hello.svg.log", "log"},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := fine(t, "run", "hello", "--view", test.view)
			for _, command := range [][]string{{"run", "hello"}, {"trace", run}} {
				path := file(t, test.name, strings.Repeat("what was there before\n", 10_000))
				// A file is the same from a terminal of any kind.
				a := weftOn(trace.ViewOptions{Width: 44, Color: true}, append(command, "-o", path)...)
				if a.status != exitOK || a.out != "" {
					t.Fatalf("weft %q: status %d, output %q, %s", command, a.status, a.out, a.err)
				}
				contains(t, a.err, "weft: wrote "+path+" ("+test.view+", ")
				if got := content(t, path); got != want {
					t.Errorf("weft %q: %s does not hold the view %s:\n%.300s", command, test.name, test.view, got)
				}
			}
		})
	}
}

func TestOutputFileWithView(t *testing.T) {
	refuses(t, exitUsage, []string{"run", "hello", "--view", "transfers", "--output", "hello.svg"}, "asks for the view svg, and --view for transfers")
	for _, name := range []string{"hello.txt", "hello.unknown", "hello"} {
		path := filepath.Join(t.TempDir(), name)
		if a := weft("run", "hello", "--view", "transfers", "--output", path); a.status != exitOK {
			t.Fatalf("%s: status %d, %s", name, a.status, a.err)
		}
		if got, want := content(t, path), fine(t, "run", "hello", "--view", "transfers"); got != want {
			t.Errorf("%s does not hold what --view asked for:\n%.300s", name, got)
		}
	}
}

// TestOutputFileRefused: nothing is written, and nothing is run, if it is not
// clear what to write and where.
func TestOutputFileRefused(t *testing.T) {
	run := recorded(t, "hello")
	for _, command := range [][]string{{"run", "hello"}, {"trace", run}} {
		for _, name := range []string{"hello", "hello.png", "hello.json", ".svg.old"} {
			path := filepath.Join(t.TempDir(), name)
			refuses(t, exitUsage, append(command, "-o", path), "cannot tell from the name", "--view", strings.Join(trace.Views(), ", "))
			if _, err := os.Stat(path); err == nil {
				t.Errorf("%s was written", name)
			}
		}

		missing := filepath.Join(t.TempDir(), "no", "such", "folder", "hello.svg")
		refuses(t, exitUsage, append(command, "-o", missing), missing)

		folder := filepath.Join(t.TempDir(), "folder.svg")
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		refuses(t, exitUsage, append(command, "-o", folder), folder)

		kept := file(t, "kept.svg", "kept")
		refuses(t, exitUsage, append(command, "-o", kept, "--view", "hologram!"), "hologram!")
		if got := content(t, kept); got != "kept" {
			t.Errorf("a refused command line wrote %q", got)
		}
	}
}

// TestOutputFileOfMismatch: a run that ended badly leaves its trace all the
// same, because that is when it is needed.
func TestOutputFileOfMismatch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	a := weft("run", "hello", "--schedule", "w1,timer:say1.1=say3.1", "-o", path)
	if a.status != exitMismatch {
		t.Errorf("status %d, want %d", a.status, exitMismatch)
	}
	contains(t, fine(t, "trace", path, "--view", "transfers"), "the loop starts say1")
}

// TestScreen: a view on a terminal follows its width and its colours.
func TestScreen(t *testing.T) {
	run := recorded(t, "hello")
	for _, command := range [][]string{{"run", "hello"}, {"trace", run}} {
		narrow := weftOn(trace.ViewOptions{Width: 50}, append(command, "--view", "lanes")...)
		if narrow.status != exitOK {
			t.Fatalf("status %d: %s", narrow.status, narrow.err)
		}
		for line := range strings.Lines(narrow.out) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 50 {
				t.Errorf("a line takes %d cells of 50: %q", n, line)
			}
		}
		lacks(t, narrow.out, "\x1b")
		contains(t, weftOn(trace.ViewOptions{Color: true}, append(command, "--view", "lanes")...).out, "\x1b[")
	}
}

// TestNoScreen: into a file or a pipe, views are plain, whatever the
// environment says of colours.
func TestNoScreen(t *testing.T) {
	t.Setenv("COLUMNS", "")
	t.Setenv("TERM", "xterm-256color")
	plain, err := os.Create(filepath.Join(t.TempDir(), "out.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	for _, noColor := range []string{"", "1"} {
		t.Setenv("NO_COLOR", noColor)
		if got := viewOf(plain); got != (trace.ViewOptions{}) {
			t.Errorf("NO_COLOR=%q: viewOf(a file) = %+v, want the zero value", noColor, got)
		}
	}
	for _, columns := range []string{"0", "-3", "wide", "80x24"} {
		t.Setenv("COLUMNS", columns)
		if got := viewOf(plain); got.Width != 0 {
			t.Errorf("COLUMNS=%q, which is no width, gives %d", columns, got.Width)
		}
	}
}

// half is content that cannot be written to its end.
type half struct{}

func (half) WriteTo(w io.Writer) (int64, error) {
	n, _ := io.WriteString(w, "half of")
	return int64(n), errFull
}

func TestWriteWhole(t *testing.T) {
	name := file(t, "old.txt", "old")
	content := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
		}
		return string(text)
	}
	if _, err := writeWhole(name, half{}); !errors.Is(err, errFull) || !strings.HasPrefix(err.Error(), "cannot write "+name+": ") {
		t.Errorf("on a full disk: %v", err)
	}
	if got := content(name); got != "old" {
		t.Errorf("the older file is %q", got)
	}
	if left, err := os.ReadDir(filepath.Dir(name)); err != nil || len(left) != 1 {
		t.Errorf("beside the file there is %v, %v", left, err)
	}
	if n, err := writeWhole(name, strings.NewReader("new")); err != nil || n != 3 || content(name) != "new" {
		t.Errorf("%d bytes, %v, %q", n, err, content(name))
	}
	nowhere := filepath.Join(filepath.Dir(name), "nowhere", "x.svg")
	if _, err := writeWhole(nowhere, strings.NewReader("new")); err == nil || !strings.HasPrefix(err.Error(), "cannot write "+nowhere+": ") {
		t.Errorf("into a folder that is not there: %v", err)
	}
	link := filepath.Join(filepath.Dir(name), "link")
	if err := os.Symlink(name, link); err != nil {
		t.Skip(err)
	}
	if _, err := writeWhole(link, strings.NewReader("by link")); err != nil || content(name) != "by link" {
		t.Errorf("by a link: %v, %q", err, content(name))
	}
	if _, err := writeWhole(os.DevNull, strings.NewReader("gone")); err != nil {
		t.Errorf("to a device: %v", err)
	}
}
