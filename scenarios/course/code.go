package course

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"weft/scenarios"
	"weft/scenarios/coroutine"
	"weft/scenarios/goroutine"
	"weft/scenarios/race"
	"weft/scenarios/scenario"
)

// Code returns the text of a program of the gallery: what its scenario calls, and all
// that this needs of the chapter, without the story and the claims, which give the
// answers away, and without what only its repair needs. The last line says how it begins.
func Code(program string) (string, error) {
	folder, files, err := filesOf(program)
	if err != nil {
		return "", err
	}
	c, err := parseChapter(folder, files)
	if err != nil {
		return "", err
	}
	value := c.program(program)
	if value == nil {
		return "", fmt.Errorf("course: no file of the chapter %s has the program %s", folder, program)
	}
	needed := c.needs(value)
	slices.SortFunc(needed, func(a, b ast.Decl) int { return cmp.Compare(a.Pos(), b.Pos()) })
	var b strings.Builder
	for _, d := range needed {
		b.WriteString(c.text(d) + "\n\n")
	}
	fmt.Fprintf(&b, "program: %s\n", strings.ReplaceAll(c.text(value), "\n\t", "\n"))
	return b.String(), nil
}

// filesOf returns the folder of the chapter that a program is in, and its files.
func filesOf(program string) (folder string, files []string, err error) {
	chapters := map[string][]scenario.Scenario{"coroutine": coroutine.All(), "race": race.All(), "goroutine": nil}
	for _, s := range goroutine.All() {
		chapters["goroutine"] = append(chapters["goroutine"], scenario.Scenario{Name: s.Name, Fixes: s.Fixes})
	}
	for folder, all := range chapters {
		if !slices.ContainsFunc(all, func(s scenario.Scenario) bool { return s.Name == program }) {
			continue
		}
		for _, s := range all {
			if s.Fixes == "" {
				files = append(files, strings.ReplaceAll(strings.TrimPrefix(s.Name, "go/"), "-", "_")+".go")
			}
		}
		if _, ok := scenarios.Source(folder + "/shared.go"); ok {
			files = append(files, "shared.go")
		}
		return folder, files, nil
	}
	return "", nil, fmt.Errorf("course: there is no program %q in the gallery", program)
}

// chapter is the source of a chapter, and which name stands for which declaration.
type chapter struct {
	files   *token.FileSet
	sources map[string]string
	uses    map[*ast.Ident]types.Object
	decls   map[types.Object]ast.Decl // of the package
	values  []*ast.CompositeLit
}

func parseChapter(folder string, names []string) (*chapter, error) {
	c := &chapter{files: token.NewFileSet(), sources: map[string]string{}, decls: map[types.Object]ast.Decl{}}
	var parsed []*ast.File
	for _, name := range names {
		name = folder + "/" + name
		source, ok := scenarios.Source(name)
		if !ok {
			return nil, fmt.Errorf("course: the gallery has no file %s", name)
		}
		file, err := parser.ParseFile(c.files, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("course: %w", err)
		}
		c.sources[name] = source
		parsed = append(parsed, file)
	}
	// Only names of the chapter itself are asked for, so nothing needs to be imported, and
	// what is missing by that is no error.
	info := types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	checker := types.Config{Importer: nothing{}, Error: func(error) {}}
	checker.Check(folder, c.files, parsed, &info)
	c.uses = info.Uses
	for _, file := range parsed {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				c.decls[info.Defs[d.Name]] = d
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						c.decls[info.Defs[spec.Name]] = d
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							c.decls[info.Defs[name]] = d
						}
						for _, value := range spec.Values {
							if literal, ok := value.(*ast.CompositeLit); ok {
								c.values = append(c.values, literal)
							}
						}
					}
				}
			}
		}
	}
	return c, nil
}

// nothing imports nothing.
type nothing struct{}

func (nothing) Import(path string) (*types.Package, error) {
	return nil, fmt.Errorf("course: %s is not imported", path)
}

// program returns what the scenario of that name has for its Program.
func (c *chapter) program(name string) ast.Expr {
	for _, literal := range c.values {
		fields := map[string]ast.Expr{}
		for _, element := range literal.Elts {
			if field, ok := element.(*ast.KeyValueExpr); ok {
				if key, ok := field.Key.(*ast.Ident); ok {
					fields[key.Name] = field.Value
				}
			}
		}
		if text, ok := fields["Name"].(*ast.BasicLit); ok && text.Value == `"`+name+`"` {
			return fields["Program"]
		}
	}
	return nil
}

// needs returns the declarations that an expression needs, and those that they need.
func (c *chapter) needs(value ast.Expr) []ast.Decl {
	var needed []ast.Decl
	var look func(n ast.Node)
	look = func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			name, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			if d := c.decls[c.uses[name]]; d != nil && !slices.Contains(needed, d) {
				needed = append(needed, d)
				look(d)
			}
			return true
		})
	}
	look(value)
	return needed
}

// text returns the source of a declaration, with its comment, or of an expression.
func (c *chapter) text(n ast.Node) string {
	from := n.Pos()
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Doc != nil {
			from = n.Doc.Pos()
		}
	case *ast.GenDecl:
		if n.Doc != nil {
			from = n.Doc.Pos()
		}
	}
	begin, end := c.files.Position(from), c.files.Position(n.End())
	return c.sources[begin.Filename][begin.Offset:end.Offset]
}
