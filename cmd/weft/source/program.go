package source

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Program is a program in files of its own.
type Program struct {
	Name   string   // of the file, or of the folder, without its path
	Folder string   // where its files are, as an absolute path
	Files  []string // the files of package main, as absolute paths
	Whole  bool     // the folder was named, and not the files

	coroutine bool     // it has a function Program
	main      bool     // it has a function main
	stray     bool     // its package is not called main
	modules   []string // the paths of the modules that lie in the user's folders, when it has been built
}

// Names reports whether an argument of the command line means a program in files: the path
// of a Go file, or of a folder. A name without a slash or a dot is one of the gallery's.
func Names(arg string) bool {
	if strings.HasSuffix(arg, ".go") {
		return true
	}
	if !strings.ContainsAny(arg, `/\.`) {
		return false
	}
	info, err := os.Stat(arg)
	return err == nil && info.IsDir()
}

// Find finds the program in Go files, or in one folder.
func Find(args []string) (*Program, error) {
	if len(args) == 1 && !strings.HasSuffix(args[0], ".go") {
		return findFolder(args[0])
	}
	p := &Program{}
	for _, arg := range args {
		file, err := goFile(arg)
		if err != nil {
			return nil, err
		}
		switch folder := filepath.Dir(file); {
		case p.Folder == "":
			p.Folder = folder
			p.Name = strings.TrimSuffix(filepath.Base(file), ".go")
		case p.Folder != folder:
			return nil, fmt.Errorf("source: %s and %s are in two folders; the files of a program are in one", p.Files[0], file)
		}
		p.Files = append(p.Files, file)
	}
	return p, p.look()
}

// Programs returns the programs that an argument of the command line means, each as [Find]
// takes it: a file, or the files of a folder that are programs of their own, or that folder.
func Programs(arg string) ([]string, error) {
	info, err := os.Stat(arg)
	if strings.HasSuffix(arg, ".go") || err != nil || !info.IsDir() {
		_, err := goFile(arg)
		return []string{arg}, err
	}
	files, err := filepath.Glob(filepath.Join(arg, "*.go"))
	if err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	var own []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		if _, err := Find([]string{file}); err == nil {
			own = append(own, file)
		}
	}
	if len(own) > 1 {
		return own, nil
	}
	return []string{arg}, nil
}

// goFile returns the absolute path of a file of a program.
func goFile(arg string) (string, error) {
	switch info, err := os.Stat(arg); {
	case !strings.HasSuffix(arg, ".go"):
		return "", fmt.Errorf("source: %s is no Go file; name files that end in .go, or one folder", arg)
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("source: there is no file or folder %q; this takes one, or the name of a program of the gallery (weft list)", arg)
	case err != nil:
		return "", fmt.Errorf("source: %w", err)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("source: %s is no file", arg)
	case strings.HasSuffix(arg, "_test.go"):
		return "", fmt.Errorf("source: %s is a test; weft test explores it, with bubble.Check in it", arg)
	}
	return filepath.Abs(arg)
}

func findFolder(arg string) (*Program, error) {
	folder, err := filepath.Abs(arg)
	if err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	p := &Program{Name: filepath.Base(folder), Folder: folder, Whole: true}
	found, err := build.ImportDir(folder, 0)
	var none *build.NoGoError
	switch {
	case errors.As(err, &none):
		return nil, fmt.Errorf("source: there is no Go program in %s", arg)
	case found == nil || len(found.GoFiles)+len(found.CgoFiles) == 0:
		return nil, fmt.Errorf("source: the program in %s cannot be read: %w", arg, err)
	}
	for _, name := range append(found.GoFiles, found.CgoFiles...) {
		p.Files = append(p.Files, filepath.Join(folder, name))
	}
	return p, p.look()
}

// look looks for the function with which the program begins. What is wrong with a file
// otherwise, the compiler will say.
func (p *Program) look() error {
	set := token.NewFileSet()
	for _, file := range p.Files {
		parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
		if parsed == nil {
			return fmt.Errorf("source: %w", err)
		}
		if parsed.Name != nil && parsed.Name.Name != "main" {
			p.stray = true
		}
		if err != nil {
			p.main = true // for all that is known
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			p.main = p.main || f.Name.Name == "main" && f.Type.Params.NumFields() == 0
			p.coroutine = p.coroutine || isCoroutine(f)
		}
	}
	if p.coroutine && p.stray {
		return fmt.Errorf("source: the package of %s is to be called main", p.Files[0])
	}
	if !p.coroutine && (p.stray || !p.main) {
		return fmt.Errorf("source: %s has no program: want func main() in package main, or func Program(ctx context.Context) error for a coroutine program; weft test runs the tests of other packages", p.Files[0])
	}
	return nil
}

// isCoroutine reports whether a function is Program(context.Context) error, as far as can be
// seen without its types.
func isCoroutine(f *ast.FuncDecl) bool {
	if f.Name.Name != "Program" || f.Type.Params.NumFields() != 1 || f.Type.Results.NumFields() != 1 {
		return false
	}
	of, ok := f.Type.Params.List[0].Type.(*ast.SelectorExpr)
	result, plain := f.Type.Results.List[0].Type.(*ast.Ident)
	return ok && of.Sel.Name == "Context" && plain && result.Name == "error"
}

// Coroutine reports whether it is a program for the event loop.
func (p *Program) Coroutine() bool { return p.coroutine }
