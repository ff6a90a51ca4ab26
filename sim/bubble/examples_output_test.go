package bubble_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weft/sim/bubble"
)

// outputMark begins the comment with the output of an example. It is not that of go
// test, which would look for the output without the overlay, too.
const outputMark = "Output under the overlay:"

// examples are the functions of the example files, by their names.
var examples = map[string]func(){
	"ExampleEngine":       ExampleEngine,
	"ExampleEngine_clock": ExampleEngine_clock,
	"ExampleSpinError":    ExampleSpinError,
	"ExampleStallError":   ExampleStallError,
	"ExampleWithExpected": ExampleWithExpected,

	"ExampleDataRaceError":    ExampleDataRaceError,
	"ExampleWithAcceptedRace": ExampleWithAcceptedRace,
	"ExampleWithMemoryPoints": ExampleWithMemoryPoints,
}

// ofMemory are those that print something where runs see what is read and written.
var ofMemory = []string{"ExampleDataRaceError", "ExampleWithAcceptedRace", "ExampleWithMemoryPoints"}

// With the overlay, the examples print what they say.
func TestOutputOfExamples(t *testing.T) {
	controlled(t)
	all, err := filepath.Glob("example*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, file := range all {
		if built, err := build.Default.MatchFile(".", file); err != nil {
			t.Fatal(err)
		} else if built {
			files = append(files, file)
		}
	}
	found := 0
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "Example") {
				continue
			}
			found++
			t.Run(f.Name.Name, func(t *testing.T) {
				example, known := examples[f.Name.Name]
				if !known {
					t.Fatal("add it to the list in examples_output_test.go")
				}
				if slices.Contains(ofMemory, f.Name.Name) && !bubble.WatchesMemory() {
					t.Skip("built so that runs do not see memory")
				}
				want, ok := outputOf(parsed, f)
				got := printed(t, example)
				if !ok {
					t.Errorf("it has no comment that begins with %q; it prints\n%s", outputMark, got)
				} else if got != want {
					t.Errorf("it prints\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
	if found != len(examples) {
		t.Errorf("%d examples were found, and %d are listed", found, len(examples))
	}
}

// outputOf returns the output that the last comment in a function promises.
func outputOf(file *ast.File, f *ast.FuncDecl) (text string, ok bool) {
	for _, comment := range file.Comments {
		if comment.Pos() > f.Body.Lbrace && comment.End() < f.Body.Rbrace {
			text, ok = strings.CutPrefix(comment.Text(), outputMark)
		}
	}
	return strings.TrimSpace(text), ok
}

// printed returns what f prints to the standard output.
func printed(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	text := make(chan string)
	go func() {
		all, _ := io.ReadAll(r)
		text <- string(all)
	}()
	func() {
		defer w.Close() // also if f panics
		before := os.Stdout
		os.Stdout = w
		defer func() { os.Stdout = before }()
		f()
	}()
	return strings.TrimSpace(<-text)
}
