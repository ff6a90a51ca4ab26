package bubble

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"
)

// declared returns what the files of a pattern declare, as far as it can be told without
// the rest of their package.
func declared(t *testing.T, pattern string) *types.Scope {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(names), err)
	}
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	config := types.Config{Error: func(error) {}, IgnoreFuncBodies: true}
	found, _ := config.Check("", set, files, nil)
	return found.Scope()
}

// numbers returns the constants whose names begin with a prefix, by the rest of the name.
func numbers(scope *types.Scope, prefix string) map[string]int64 {
	found := map[string]int64{}
	for _, name := range scope.Names() {
		rest, ok := strings.CutPrefix(name, prefix)
		c, isConst := scope.Lookup(name).(*types.Const)
		if !ok || !isConst || rest == "" || rest[0] < 'A' || rest[0] > 'Z' || c.Val().Kind() != constant.Int {
			continue
		}
		found[rest], _ = constant.Int64Val(c.Val())
	}
	return found
}

// What stands here and in the runtime is the same.
func TestConstantsOfTheRuntime(t *testing.T) {
	theirs := declared(t, filepath.Join("overlay", "_runtime", "weft*.go"))
	ours := declared(t, "runtime.go")
	all := numbers(theirs, "weft")
	for of, want := range map[string]map[string]int64{
		"Op": numbers(ours, "op"), "": numbers(ours, "end"),
	} {
		for name, n := range want {
			if got, ok := all[of+name]; !ok || got != n {
				t.Errorf("weft%s%s is %d there (declared: %v), and %d here", of, name, got, ok, n)
			}
		}
		if len(want) < 5 {
			t.Errorf("%d constants were found: %v", len(want), want)
		}
	}
	if there, here := len(numbers(theirs, "weftOp")), len(numbers(ours, "op")); there != here || here != int(operationsEnd) {
		t.Errorf("%d operations there and %d here, want %d", there, here, operationsEnd)
	}
	for name, n := range map[string]int64{
		"Fair": fair, "FIFO": int64(fifo), "SameInstant": int64(sameInstant), "AnyReady": int64(anyReady),
		"Pick": int64(wantPick), "Timer": int64(wantTimer), "Select": int64(wantCase), "Over": int64(wantNobody), "Full": int64(wantRoom), "Left": int64(wantLeft),
	} {
		if got, ok := all[name]; !ok || got != n {
			t.Errorf("weft%s is %d there (declared: %v), and %d here", name, got, ok, n)
		}
	}
	// The runtime leaves half of its room empty, where it looks for a place.
	room := int64(0)
	for _, name := range theirs.Names() {
		structure, ok := theirs.Lookup(name).Type().Underlying().(*types.Struct)
		for i := 0; ok && i < structure.NumFields(); i++ {
			if array, ok := structure.Field(i).Type().(*types.Array); ok && structure.Field(i).Name() == "sites" {
				room = array.Len()
			}
		}
	}
	if room != 2*sitesMost {
		t.Errorf("there is room for %d accesses that are points, want %d", room, 2*sitesMost)
	}
}
