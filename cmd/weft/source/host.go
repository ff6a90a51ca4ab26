package source

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// host is what is added to a program: files that stand in no folder of its own.
type host struct {
	dir     string            // where they are kept
	replace map[string]string // where they seem to be -> where they are
}

// text is the file that is added to package main.
func (p *Program) text() string {
	if !p.coroutine {
		return imports("main")
	}
	text := "package main\n\nimport weft \"weft/sim/bubble/program\"\n\nfunc init() { weft.Coroutine(Program) }\n"
	if !p.main {
		text += "\nfunc main() { weft.RunCoroutine() }\n"
	}
	return text
}

// imports is a file that is initialised after what takes over when a run is wanted.
func imports(name string) string {
	return "package " + name + "\n\nimport _ \"weft/sim/bubble/program\"\n"
}

// beside adds a file to a folder, and returns what it seems to be called.
func (h *host) beside(folder, text string) (file string, err error) {
	name, _, _ := strings.Cut(strings.TrimPrefix(text, "package "), "\n")
	if name == "main" {
		name = filepath.Base(h.dir)
	}
	own := filepath.Join(h.dir, name+".txt")
	if err := settle(own, text); err != nil {
		return "", err
	}
	// Last in the order of names, so that it is initialised last.
	for file = filepath.Join(folder, "zz_weft.go"); exists(file); {
		file = strings.TrimSuffix(file, ".go") + "_.go"
	}
	h.replace[file] = own
	return file, nil
}

func exists(file string) bool {
	_, err := os.Lstat(file)
	return !errors.Is(err, os.ErrNotExist)
}

// besideModules adds a file to all packages that the program depends on and that lie in the
// user's folders, so that these are initialised in each run as well: packages of its module, and
// of those that a workspace or a replace line has in its place. It returns the paths of the
// modules, or none if the program's is Weft.
func (h *host) besideModules(ctx context.Context, goes goCommand, p *Program, work string) (modules []string, err error) {
	list := func(format string, args ...string) ([][]string, error) {
		cmd := goes(ctx, p.Folder, append([]string{"list", "-e", "-deps", "-f", format}, args...)...)
		cmd.Env = append(cmd.Environ(), "GOFLAGS=")
		if work != "" {
			cmd.Env = append(cmd.Env, "GOWORK="+work)
		}
		said, err := cmd.Output()
		var all [][]string
		for line := range strings.Lines(string(said)) {
			all = append(all, strings.Split(strings.TrimRight(line, "\n"), "\t"))
		}
		return all, err
	}
	const format = "{{with .Module}}{{.Path}}{{end}}\t{{.ImportPath}}\t{{.Name}}\t{{.Dir}}"
	target := []string{"."}
	if !p.Whole {
		target = p.Files
	}
	module, err := modulePath(ctx, goes, p.Folder)
	if err != nil || module == "weft" {
		return nil, nil // the go command will say itself what is wrong
	}
	modules = []string{module}
	found, err := list(format, target...)
	if err != nil {
		return modules, nil
	}
	cache, err := goes(ctx, "", "env", "GOMODCACHE").Output()
	if err != nil {
		return modules, nil
	}
	var own map[string]bool // packages that Weft itself depends on
	for _, f := range found {
		if len(f) != 4 || f[0] == "" || f[0] == "weft" || f[2] == "main" || f[3] == p.Folder || !local(f[3], strings.TrimSpace(string(cache))) {
			continue
		}
		if f[0] != module {
			if own == nil {
				own = map[string]bool{}
				needs, err := list("{{.ImportPath}}", "weft/sim/bubble/program")
				if err != nil {
					return modules, nil
				}
				for _, f := range needs {
					own[f[0]] = true
				}
			}
			if own[f[1]] {
				continue // it is initialised before Weft is
			}
			if !slices.Contains(modules, f[0]) {
				modules = append(modules, f[0])
			}
		}
		if _, err := h.beside(f[3], imports(f[2])); err != nil {
			return nil, err
		}
	}
	return modules, nil
}

// local reports whether a folder is one of the user's, and not a copy that the go command keeps.
func local(folder, cache string) bool {
	return !within(folder, cache) && !strings.Contains(filepath.ToSlash(folder), "/vendor/")
}

func modulePath(ctx context.Context, goes goCommand, folder string) (string, error) {
	cmd := goes(ctx, folder, "list", "-m", "-f", "{{.Path}}")
	cmd.Env = append(cmd.Environ(), "GOWORK=off", "GOFLAGS=")
	said, err := cmd.Output()
	return strings.TrimSpace(string(said)), err
}

// list writes the list of the files for the go command, and returns its path.
func (h *host) list() (string, error) {
	index, err := json.Marshal(map[string]map[string]string{"Replace": h.replace})
	if err != nil {
		return "", err
	}
	file := filepath.Join(h.dir, "host.json")
	return file, settle(file, string(index))
}
