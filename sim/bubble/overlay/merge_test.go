package overlay

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// another writes a JSON file to a folder and returns its path.
func another(t *testing.T, dir string, replace map[string]string) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "other.json")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMerge(t *testing.T) {
	tools, cache, dir := fakeRoot(t, fakeFiles), t.TempDir(), t.TempDir()
	o, err := generate(tools, []version{fakeTable}, cache)
	if err != nil {
		t.Fatal(err)
	}
	file := another(t, dir, map[string]string{
		"main.go":                        "elsewhere/main.go",
		filepath.Join(dir, "lib.go"):     filepath.Join(dir, "lib2.go"),
		"gone.go":                        "", // deleted
		filepath.Join(tools.GOROOT, "x"): "y",
	})
	want := maps.Clone(o.replace)
	want[filepath.Join(dir, "main.go")] = filepath.Join(dir, "elsewhere", "main.go")
	want[filepath.Join(dir, "lib.go")] = filepath.Join(dir, "lib2.go")
	want[filepath.Join(dir, "gone.go")] = ""
	want[filepath.Join(tools.GOROOT, "x")] = filepath.Join(dir, "y")

	before := stamps(t, cache)
	for _, name := range []string{file, "other.json", "./other.json"} {
		m, err := o.Merge(name, dir)
		if err != nil {
			t.Fatal(err)
		}
		var list struct{ Replace map[string]string }
		if err := json.Unmarshal([]byte(read(t, m.Path)), &list); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, list.Replace); diff != "" {
			t.Errorf("the overlay differs (-want +got):\n%s", diff)
		}
		if m.Path == o.Path || m.Toolchain != tools {
			t.Errorf("the overlay is %+v", m)
		}
		before[m.Path] = stamps(t, cache)[m.Path]
	}
	if diff := cmp.Diff(before, stamps(t, cache)); diff != "" {
		t.Errorf("more was written than one file (-want +got):\n%s", diff)
	}

	t.Run("in the current folder", func(t *testing.T) {
		t.Chdir(dir)
		m, err := o.Merge("other.json", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, there := m.replace[filepath.Join(must(os.Getwd()), "main.go")]; !there {
			t.Errorf("main.go is missing in %v", m.replace)
		}
	})
	t.Run("with one that was merged from it", func(t *testing.T) {
		m, err := o.Merge(file, dir)
		if err != nil {
			t.Fatal(err)
		}
		again, err := o.Merge(m.Path, dir)
		if err != nil || again.Path != m.Path {
			t.Errorf("got %+v, %v; want %s", again, err, m.Path)
		}
	})
	t.Run("with nothing", func(t *testing.T) {
		m, err := o.Merge(another(t, t.TempDir(), nil), dir)
		if err != nil || !maps.Equal(m.replace, o.replace) {
			t.Errorf("got %+v, %v", m, err)
		}
	})
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

func TestMergeRefuses(t *testing.T) {
	tools, dir := fakeRoot(t, fakeFiles), t.TempDir()
	o, err := generate(tools, []version{fakeTable}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	src := filepath.Join(tools.GOROOT, "src")
	for _, test := range []struct {
		name, path, with string
	}{
		{"the same file", filepath.Join(src, "runtime", "proc.go"), "mine.go"},
		{"written in another way", src + "/sync/../runtime/./proc.go", "mine.go"},
		{"a file that is added", filepath.Join(src, "runtime", "weft.go"), "mine.go"},
		{"a file that is deleted", filepath.Join(src, "sync", "mutex.go"), ""},
		{"the folder", filepath.Join(src, "runtime"), ""},
		{"below a file", filepath.Join(src, "runtime", "proc.go", "x.go"), "mine.go"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := another(t, dir, map[string]string{test.path: test.with})
			_, err := o.Merge(file, dir)
			refused(t, err, file, test.path, o.Path, "Weft's own overlay")
		})
	}
	t.Run("twice", func(t *testing.T) {
		file := another(t, dir, map[string]string{"a.go": "b.go", "./a.go": "c.go"})
		_, err := o.Merge(file, dir)
		refused(t, err, file, "names", "a.go", "twice")
	})
	t.Run("no file", func(t *testing.T) {
		_, err := o.Merge("gone.json", dir)
		refused(t, err, "cannot be read", filepath.Join(dir, "gone.json"))
	})
	t.Run("no JSON", func(t *testing.T) {
		file := filepath.Join(dir, "bad.json")
		if err := os.WriteFile(file, []byte("{"), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := o.Merge(file, dir)
		refused(t, err, file, "not a JSON file", "go help build")
	})
}
