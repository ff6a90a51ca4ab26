package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseGoTest(t *testing.T) {
	text := func(s string) *string { return &s }
	for _, test := range []struct {
		line   string
		want   goTestLine
		folder string
	}{
		{"", goTestLine{}, ""},
		{"./...", goTestLine{rest: []string{"./..."}}, ""},
		{"-v -run X ./...", goTestLine{rest: []string{"-v", "-run", "X", "./..."}}, ""},
		{"-overlay o.json -v", goTestLine{overlay: text("o.json"), rest: []string{"-v"}}, ""},
		{"-v --overlay=o.json ./...", goTestLine{overlay: text("o.json"), rest: []string{"-v", "./..."}}, ""},
		{"-overlay=a -overlay b", goTestLine{overlay: text("b")}, ""},
		{"-overlay=", goTestLine{overlay: text("")}, ""},
		{"-v -overlay", goTestLine{rest: []string{"-v", "-overlay"}}, ""}, // go test has a word for it
		{"./... -args -overlay=x -h", goTestLine{rest: []string{"./...", "-args", "-overlay=x", "-h"}}, ""},
		{"--args -h", goTestLine{rest: []string{"--args", "-h"}}, ""},
		{"-v -- -help", goTestLine{rest: []string{"-v", "--", "-help"}}, ""},
		{"-C dir -v", goTestLine{dir: []string{"-C", "dir"}, rest: []string{"-v"}}, "dir"},
		{"-C=dir -v", goTestLine{dir: []string{"-C=dir"}, rest: []string{"-v"}}, "dir"},
		{"--C=a=b", goTestLine{dir: []string{"--C=a=b"}}, "a=b"},
		{"-v -C dir", goTestLine{rest: []string{"-v", "-C", "dir"}}, ""}, // go test refuses it
		{"-C", goTestLine{rest: []string{"-C"}}, ""},
		{"-overlays=x -overlayed", goTestLine{rest: []string{"-overlays=x", "-overlayed"}}, ""},
		{"- overlay=x", goTestLine{rest: []string{"-", "overlay=x"}}, ""},
		{"-h", goTestLine{help: true}, ""},
		{"--help", goTestLine{help: true}, ""},
		{"-v -help", goTestLine{rest: []string{"-v"}, help: true}, ""},
	} {
		t.Run(test.line, func(t *testing.T) {
			got := parseGoTest(strings.Fields(test.line))
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(goTestLine{})); diff != "" {
				t.Errorf("the line differs (-want +got):\n%s", diff)
			}
			if got.folder() != test.folder {
				t.Errorf("the folder is %q, want %q", got.folder(), test.folder)
			}
		})
	}
}

func TestOverlayInGOFLAGS(t *testing.T) {
	for flags, want := range map[string]string{
		"":                                   "none",
		"-v -mod=mod":                        "none",
		"-overlay=a.json":                    "a.json",
		" -v\t--overlay=a.json  -x":          "a.json",
		"-overlay=a -overlay=b":              "b",
		"-overlay=":                          "",
		"'-overlay=a b.json' -v":             "a b.json",
		`-v "-overlay=it's.json"`:            "it's.json",
		`'-ldflags=-X a=-overlay=b'`:         "none",
		`'-ldflags=-X a -overlay=b' -v`:      "none",
		"-overlay":                           "none", // go says what it thinks of it
		"'-overlay=never closed":             "never closed",
		`-overlay=back\slash "-overlay=c d"`: "c d",
	} {
		got := "none"
		if found := overlayInGOFLAGS(flags); found != nil {
			got = *found
		}
		if got != want {
			t.Errorf("in GOFLAGS=%q there is %q, want %q", flags, got, want)
		}
	}
}

// recorder is a go command whose test writes down how it was called.
const recorder = `[ "$1" = test ] || exec "$REAL" "$@"
for word in "$@"; do echo "$word"; done
echo "WEFT_OVERLAY=$WEFT_OVERLAY"
echo "OTHER=$OTHER"
echo "this is for standard error" >&2`

func TestGoTest(t *testing.T) {
	supported(t)
	made := path(t, fine(t, "overlay"))
	fakeGo(t, recorder)
	t.Setenv("WEFT_MEMORY", "off")
	t.Setenv("OTHER", "stays")
	t.Setenv("WEFT_OVERLAY", "of before")
	t.Setenv("WEFT_SEED", "")
	dir := t.TempDir()
	for _, test := range []struct {
		name       string
		args, want []string // want has no "test", and O for the overlay
	}{
		{"nothing", nil, []string{"O"}},
		{"packages", []string{"./..."}, []string{"O", "./..."}},
		{"flags", []string{"-race", "-run", "A B|'C'", "-count=1", "./x", "-args", "-v", "--help", ""}, []string{"O", "-race", "-run", "A B|'C'", "-count=1", "./x", "-args", "-v", "--help", ""}},
		{"-C stays first", []string{"-C", dir, "-v"}, []string{"-C", dir, "O", "-v"}},
		{"-C=", []string{"-C=" + dir, "-v"}, []string{"-C=" + dir, "O", "-v"}},
		{"no other overlay", []string{"-overlay=", "-v"}, []string{"O", "-v"}},
		{"the same overlay", []string{"-overlay", made, "-v"}, []string{"O", "-v"}},
		{"a flag named as one of weft's", []string{"-seed", "3", "--view"}, []string{"O", "-seed", "3", "--view"}},
		{"a package named as a command", []string{"test", "run"}, []string{"O", "test", "run"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := weft(append([]string{"test"}, test.args...)...)
			want := "test\n" + strings.Join(test.want, "\n") + "\nWEFT_OVERLAY=" + made + "\nOTHER=stays\n"
			want = strings.Replace(want, "\nO\n", "\n-overlay="+made+"\n", 1)
			if a.status != exitOK || a.err != "this is for standard error\n" {
				t.Errorf("status %d, standard error %q", a.status, a.err)
			}
			if diff := cmp.Diff(want, a.out); diff != "" {
				t.Errorf("go was called differently (-want +got):\n%s", diff)
			}
		})
	}
}

// The cache of test results does not know of the variable that the runtime reads.
func TestGoTestWithASeed(t *testing.T) {
	supported(t)
	fakeGo(t, recorder)
	t.Setenv("WEFT_SEED", "7")
	t.Setenv("WEFT_MEMORY", "off")
	for _, c := range []struct{ args, want string }{{"./...", "\n-count=1\n./...\n"}, {"-count=3", ".json\n-count=3\n"}, {"--test.count=3", ".json\n--test.count=3\n"}} {
		if a := weft("test", c.args); !strings.Contains(a.out, c.want) || strings.Count(a.out, "count") != 1 {
			t.Errorf("%s: go was called with\n%s", c.args, a.out)
		}
	}
}

func TestGoTestStatus(t *testing.T) {
	supported(t)
	for _, status := range []int{0, 1, 2, 77} {
		fakeGo(t, recorder+"\nexit "+strconv.Itoa(status))
		if a := weft("test"); a.status != status || a.err != "this is for standard error\n" {
			t.Errorf("status %d, %q; want %d, and nothing of weft's own", a.status, a.err, status)
		}
	}
}

func TestGoTestMerges(t *testing.T) {
	found := supported(t)
	made := path(t, fine(t, "overlay"))
	fakeGo(t, recorder)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module m\n")
	write("other.json", `{"Replace": {"a.go": "b.go"}}`)
	t.Chdir(dir)

	merged := func(t *testing.T, args ...string) {
		t.Helper()
		a := weft(append([]string{"test"}, args...)...)
		if a.status != exitOK {
			t.Fatalf("status %d, %s", a.status, a.err)
		}
		_, line, _ := strings.Cut(a.out, "WEFT_OVERLAY=")
		line, _, _ = strings.Cut(line, "\n")
		contains(t, a.out, "\n-overlay="+line+"\n")
		var ours, theirs struct{ Replace map[string]string }
		if err := json.Unmarshal([]byte(content(t, line)), &theirs); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(content(t, made)), &ours); err != nil {
			t.Fatal(err)
		}
		ours.Replace[filepath.Join(dir, "a.go")] = filepath.Join(dir, "b.go")
		if diff := cmp.Diff(ours, theirs); diff != "" {
			t.Errorf("the overlay differs (-want +got):\n%s", diff)
		}
	}
	t.Run("flag", func(t *testing.T) { merged(t, "-overlay", "other.json") })
	t.Run("GOFLAGS", func(t *testing.T) {
		t.Setenv("GOFLAGS", "-overlay=other.json")
		merged(t, "-v")
	})
	t.Run("the flag counts", func(t *testing.T) {
		write("unfit.json", `{"Replace": {"c.go": "d.go"}}`)
		t.Setenv("GOFLAGS", "-overlay=unfit.json")
		merged(t, "-overlay=other.json")
	})
	t.Run("in another folder", func(t *testing.T) {
		t.Chdir(t.TempDir())
		merged(t, "-C", dir, "-overlay=other.json")
	})
	t.Run("the same file", func(t *testing.T) {
		patched := filepath.Join(found.Toolchain.GOROOT, "src", filepath.FromSlash(found.Anchors[0].File))
		write("bad.json", `{"Replace": {"`+patched+`": "b.go"}}`)
		refuses(t, exitUsage, []string{"test", "-overlay=bad.json"}, "bad.json", patched, "Weft's own overlay")
	})
	t.Run("no such file", func(t *testing.T) {
		refuses(t, exitUsage, []string{"test", "-overlay=gone.json"}, "gone.json", "cannot be read")
	})
}

func TestGoTestRefuses(t *testing.T) {
	distribution(t, "go1.99.0")
	refuses(t, exitUsage, []string{"test", "./..."}, "it is go1.99.0", "go1.26")
}

func TestGoTestHelp(t *testing.T) {
	for _, args := range [][]string{{"test", "--help"}, {"test", "-h"}, {"help", "test"}, {"test", "-v", "-help"}} {
		contains(t, fine(t, args...), "Run go test with the runtime overlay", "weft test ./...", "WEFT_OVERLAY", "exit status")
	}
	for command, part := range map[string]string{"overlay": "go test -overlay=$(weft overlay)", "doctor": "exit status is 0"} {
		contains(t, fine(t, command, "--help"), part)
	}
	contains(t, fine(t), "  test ", "  overlay ", "  doctor ")
}

// TestGoTestReadsStandardInput: a test may ask for something.
func TestGoTestReadsStandardInput(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no shell")
	}
	supported(t)
	fakeGo(t, "[ \"$1\" = test ] || exec \"$REAL\" \"$@\"\nread line; echo \"it was $line\"")
	standardInput(t, file(t, "in", "typed\n"))
	if out := fine(t, "test"); out != "it was typed\n" {
		t.Errorf("the output is %q", out)
	}
}
