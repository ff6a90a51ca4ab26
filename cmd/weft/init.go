package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// The module of Weft. If it gets a public home, its path changes here and in go.mod.
const (
	ownModule  = "weft"
	ownCommand = ownModule + "/cmd/weft"
)

func newInit(c console) *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Put Weft into a module of one's own",
		Long: `Put Weft into the module in the folder DIR, the current one if it is left out: its
go.mod requires Weft, replaced by the copy that this command comes from, and names it
as a tool. Then go tool weft test ./... and go test ./... work there.

The lines that are added are shown. What is there already is left alone, so that the
second time nothing changes. If something goes wrong, the module is left as it was.

The exit status is 0, or 2 if Weft is not in the module.`,
		Example: `  go run ./cmd/weft init ../bank
  cd ../bank && go tool weft test ./...`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			return putInto(cmd.Context(), c, dir)
		},
	}
}

// goMod is what go mod edit -json says of a go.mod, as far as it matters here.
type goMod struct {
	Module  struct{ Path string }
	Require []struct{ Path, Version string }
	Replace []struct {
		Old, New struct{ Path, Version string }
	}
	Tool []struct{ Path string }
}

// putInto puts Weft into the module in a folder.
func putInto(ctx context.Context, c console, dir string) error {
	source, err := ownSource(ctx)
	if err != nil {
		return err
	}
	file, mod, err := moduleIn(ctx, dir)
	if err != nil {
		return err
	}
	if mod.Module.Path == ownModule {
		return fmt.Errorf("%s is Weft's own module; it has itself already", file)
	}
	if mod.has(source) {
		fmt.Fprintf(c.Out, "Weft is in %s already; nothing was changed.\n", file)
		return nil
	}
	if other, ok := mod.replacement(); ok && other != source {
		return fmt.Errorf("%s replaces %s by %s already, and this Weft is in %s; take that line out to change over, or run the other one", file, ownModule, other, source)
	}

	kept, err := keepFiles(file, filepath.Join(filepath.Dir(file), "go.sum"))
	if err != nil {
		return err
	}
	for _, args := range [][]string{
		{"mod", "edit", "-require=" + ownModule + "@v0.0.0", "-replace=" + ownModule + "=" + source},
		{"get", "-tool", ownCommand},
	} {
		if _, err := goIn(ctx, dir, args...); err != nil {
			return errors.Join(fmt.Errorf("Weft cannot be put into %s, which is left as it was: %w", file, err), kept.restore())
		}
	}
	fmt.Fprintf(c.Out, "Weft is in the module %s now.\n", mod.Module.Path)
	for _, f := range kept {
		now, err := os.ReadFile(f.name)
		if err != nil {
			return err
		}
		added, gone := lineChanges(string(f.text), string(now))
		if len(added)+len(gone) > 0 {
			fmt.Fprintf(c.Out, "\n%s\n", f.name)
		}
		for _, line := range gone {
			fmt.Fprintf(c.Out, "  - %s\n", line)
		}
		if filepath.Base(f.name) == "go.sum" {
			fmt.Fprintf(c.Out, "  + %d sums\n", len(added))
			continue
		}
		for _, line := range added {
			fmt.Fprintf(c.Out, "  + %s\n", line)
		}
	}
	fmt.Fprintf(c.Out, "\nTests there: go tool weft test ./...\n")
	if _, err := os.Stat(filepath.Join(filepath.Dir(file), "vendor", "modules.txt")); err == nil {
		fmt.Fprintln(c.Out, "It has a vendor folder, which does not know of this yet: go mod vendor")
	}
	return nil
}

// ownSource returns the folder of the copy of Weft that this command comes from.
func ownSource(ctx context.Context) (string, error) {
	out, err := goIn(ctx, "", "list", "-m", "-f", "{{.Dir}}", ownModule)
	dir := strings.TrimSpace(out)
	if err != nil || dir == "" {
		return "", fmt.Errorf("cannot tell where Weft's source is; run this in a copy of it, as go run ./cmd/weft init DIR: %w", err)
	}
	return dir, nil
}

// moduleIn reads the go.mod in a folder.
func moduleIn(ctx context.Context, dir string) (file string, mod *goMod, err error) {
	info, err := os.Stat(dir)
	if err != nil {
		return "", nil, fmt.Errorf("there is no folder %s: %w", dir, err)
	}
	if !info.IsDir() {
		return "", nil, fmt.Errorf("%s is no folder; name the one that the go.mod is in", dir)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", nil, err
	}
	file = filepath.Join(abs, "go.mod")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		out, _ := goIn(ctx, dir, "env", "GOMOD")
		if above := strings.TrimSpace(out); above != "" && above != os.DevNull {
			return "", nil, fmt.Errorf("there is no go.mod in %s; its module is that of %s: name that folder", dir, filepath.Dir(above))
		}
		return "", nil, fmt.Errorf("%s is no module: it has no go.mod; make one with go mod init NAME", dir)
	} else if err != nil {
		return "", nil, err
	}
	if mod, err = readGoMod(ctx, file); err != nil {
		return "", nil, err
	}
	if mod.Module.Path == "" {
		return "", nil, fmt.Errorf("%s names no module", file)
	}
	return file, mod, nil
}

func readGoMod(ctx context.Context, file string) (*goMod, error) {
	out, err := goIn(ctx, filepath.Dir(file), "mod", "edit", "-json", file)
	if err != nil {
		return nil, err
	}
	mod := new(goMod)
	if err := json.Unmarshal([]byte(out), mod); err != nil {
		return nil, fmt.Errorf("go mod edit -json: %w", err)
	}
	return mod, nil
}

// has reports whether Weft from this source is in the module, as a tool.
func (m *goMod) has(source string) bool {
	by, replaced := m.replacement()
	required := slices.ContainsFunc(m.Require, func(r struct{ Path, Version string }) bool { return r.Path == ownModule })
	return replaced && by == source && required && m.tool()
}

// tool reports whether the module names weft as a tool.
func (m *goMod) tool() bool {
	return slices.ContainsFunc(m.Tool, func(t struct{ Path string }) bool { return t.Path == ownCommand })
}

// replacement returns what the module replaces Weft by.
func (m *goMod) replacement() (by string, ok bool) {
	for _, r := range m.Replace {
		if r.Old.Path == ownModule {
			return r.New.Path, true
		}
	}
	return "", false
}

// goIn runs a go command in a folder, and returns what it prints.
func goIn(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS="+withoutMod(os.Getenv("GOFLAGS")))
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %s (%w)", strings.Join(args, " "), strings.Join(strings.Fields(said.String()), " "), err)
	}
	return string(out), nil
}

// withoutMod takes -mod out of flags: with -mod=vendor, the go command does not look at
// go.mod, which is what it is asked about here.
func withoutMod(flags string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(flags), func(f string) bool {
		name, _, _ := cutFlag(f)
		return name == "mod"
	}), " ")
}

// keptFile is a file as it was. text is nil if there was none.
type keptFile struct {
	name string
	text []byte
}

type keptFiles []keptFile

func keepFiles(names ...string) (keptFiles, error) {
	var kept keptFiles
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		kept = append(kept, keptFile{name, text})
	}
	return kept, nil
}

// restore puts the files back.
func (k keptFiles) restore() error {
	var all []error
	for _, f := range k {
		now, err := os.ReadFile(f.name)
		switch {
		case err == nil && f.text == nil:
			all = append(all, os.Remove(f.name))
		case f.text != nil && (err != nil || !bytes.Equal(now, f.text)):
			all = append(all, os.WriteFile(f.name, f.text, 0o666))
		}
	}
	return errors.Join(all...)
}

// lineChanges returns the lines that a text has got and lost, in their order.
func lineChanges(before, after string) (added, gone []string) {
	count := map[string]int{}
	for line := range strings.Lines(before) {
		count[strings.TrimSpace(line)]++
	}
	for line := range strings.Lines(after) {
		line = strings.TrimSpace(line)
		if count[line]--; count[line] < 0 && line != "" && line != ")" && !strings.HasSuffix(line, "(") {
			added = append(added, line)
		}
	}
	for line := range strings.Lines(before) {
		line = strings.TrimSpace(line)
		if count[line] > 0 && line != "" && line != ")" && !strings.HasSuffix(line, "(") {
			gone = append(gone, line)
			count[line]--
		}
	}
	return added, gone
}
