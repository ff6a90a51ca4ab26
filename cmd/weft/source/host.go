package source

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
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

// besideModule adds a file to all packages of the program's module that it depends on, so
// that these are initialised in each run as well. It returns the path of the module, or "" if
// that is Weft.
func (h *host) besideModule(ctx context.Context, goes goCommand, p *Program, work string) (module string, err error) {
	list := func(args ...string) (string, error) {
		cmd := goes(ctx, p.Folder, append([]string{"list"}, args...)...)
		cmd.Env = append(cmd.Environ(), "GOFLAGS=")
		if work != "" {
			cmd.Env = append(cmd.Env, "GOWORK="+work)
		}
		said, err := cmd.Output()
		return strings.TrimSpace(string(said)), err
	}
	const format = "{{with .Module}}{{.Path}}\t{{.Main}}{{end}}\t{{.ImportPath}}\t{{.Name}}\t{{.Dir}}"
	target := []string{"."}
	if !p.Whole {
		target = p.Files
	}
	if module, err = modulePath(ctx, goes, p.Folder); err != nil || module == "weft" {
		return "", nil // the go command will say itself what is wrong
	}
	said, err := list(append([]string{"-e", "-deps", "-f", format}, target...)...)
	if err != nil {
		return module, nil
	}
	for line := range strings.Lines(said) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) != 5 || f[0] != module || f[3] == "main" || f[4] == p.Folder {
			continue
		}
		if _, err := h.beside(f[4], imports(f[3])); err != nil {
			return "", err
		}
	}
	return module, nil
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
