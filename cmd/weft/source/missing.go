package source

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	undefined  = regexp.MustCompile(`: undefined: (\w+)`)
	redeclared = regexp.MustCompile(`: main redeclared in this block`)
)

// hint says what may be wrong with what was named, of a program that cannot be built: files of
// it were left out, or several programs lie in the folder. It is "" if neither is so.
func (p *Program) hint(said string) string {
	if p.Whole {
		var programs []string
		for _, file := range p.Files {
			if slices.Contains(declared(file), "main") {
				programs = append(programs, filepath.Base(file))
			}
		}
		if len(programs) > 1 && redeclared.MatchString(said) {
			return fmt.Sprintf("each of %s is a program of its own; name one of them", strings.Join(programs, ", "))
		}
		return ""
	}
	files, err := filepath.Glob(filepath.Join(escaped.Replace(p.Folder), "*.go"))
	if err != nil {
		return ""
	}
	for _, file := range files {
		if slices.Contains(p.Files, file) || strings.HasSuffix(file, "_test.go") {
			continue
		}
		names := declared(file)
		for _, found := range undefined.FindAllStringSubmatch(said, -1) {
			if slices.Contains(names, found[1]) {
				return fmt.Sprintf("%s is declared in %s, which was not named; name all files of the program, or its folder", found[1], filepath.Base(file))
			}
		}
	}
	return ""
}

// escaped has the name of a folder stand for itself in a pattern.
var escaped = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)

// declared returns what a file of package main declares for all of the package.
func declared(file string) []string {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if parsed == nil || err != nil || parsed.Name.Name != "main" {
		return nil
	}
	var names []string
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
				case *ast.ValueSpec:
					for _, name := range s.Names {
						names = append(names, name.Name)
					}
				}
			}
		}
	}
	return names
}
