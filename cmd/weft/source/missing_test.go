package source_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"weft/cmd/weft/source"
	"weft/sim/bubble/overlay"
)

// TestHint: what is said of a program that cannot be built, since the wrong files were named.
func TestHint(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the go command")
	}
	dir := filepath.Join(t.TempDir(), "a [b]")
	for name, text := range map[string]string{
		"a/main.go":  "package main\n\nfunc main() { helper(y, z) }\n",
		"a/other.go": "package main\n\nvar x, y int\n",
		"a/lib.go":   "package lib\n\nfunc helper() {}\n",
		"b/one.go":   "package main\n\nfunc main() {}\n",
		"b/two.go":   "package main\n\nfunc main() {}\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ named, want string }{
		{"a/main.go", "y is declared in other.go, which was not named; name all files of the program, or its folder"},
		{"b", "each of one.go, two.go is a program of its own; name one of them"},
	} {
		p, err := source.Find([]string{filepath.Join(dir, test.named)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Build(t.Context(), func(context.Context, *overlay.Overlay, bool) []string { return nil })
		var wrong *source.BuildError
		if !errors.As(err, &wrong) || wrong.Hint != test.want {
			t.Errorf("%s: %v, hint %q, want %q", test.named, err, wrong.Hint, test.want)
		}
	}
}
