package words_test

import (
	"fmt"

	"weft/trace/words"
)

func ExampleNearest() {
	fmt.Println(words.Nearest("exaustive", []string{"exhaustive", "bounded"}))
	fmt.Printf("%q\n", words.Nearest("foo", []string{"pos", "pct"}))
	// Output:
	// exhaustive
	// ""
}

func ExampleCount() {
	fmt.Println(words.Count(1, "run"), words.Count(12345, "run"), words.Plural(2, "switch", "switches"))
	// Output: 1 run 12,345 runs 2 switches
}

// What comes from a program is shown as text, whatever it holds.
func ExampleClean() {
	fmt.Println(words.Clean("red \x1b[31m, and \u202eback"), "|", words.Line("two\nlines"))
	// Output: red \x1b[31m, and \u202eback | two lines
}

func ExampleElide() {
	fmt.Println(words.Elide("a long name", 8), words.ElideMiddle("worker-17-of-pool", 10), words.Width("日本"))
	// Output: a long… worke…pool 4
}

func ExampleLines() {
	for _, line := range words.Lines("to be or not to be", 8) {
		fmt.Println(line)
	}
	// Output:
	// to be or
	// not to
	// be
}

func ExampleShell() {
	fmt.Println(words.Shell("./sim"), words.Shell("^it's$"))
	// Output: ./sim '^it'\''s$'
}
