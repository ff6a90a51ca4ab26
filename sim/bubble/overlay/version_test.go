package overlay

import (
	"errors"
	"go/format"
	goversion "go/version"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTableFor(t *testing.T) {
	tables := []version{{name: "go1.26"}, {name: "go1.27"}}
	for release, want := range map[string]string{
		"go1.26": "go1.26", "go1.26.0": "go1.26", "go1.26.8": "go1.26", "go1.27rc1": "go1.27", "go1.27.1": "go1.27",
		"go1.26.8 X:greenteagc": "go1.26", "go1.26.8-X:greenteagc": "go1.26", "go1.26.8-ourcorp.3": "go1.26",
	} {
		if v, err := tableFor(tables, Toolchain{GOVERSION: release}); err != nil || v.name != want {
			t.Errorf("tableFor(%q) = %v, %v; want %s", release, v, err, want)
		}
	}
	for release, part := range map[string]string{
		"go1.25.3":                "it is go1.25.3",
		"go1.28":                  "it is go1.28",
		"go1.2":                   "it is go1.2",
		"go1.26-devel_1a2b3c4d":   "development version",
		"devel go1.27-3b8d1a Tue": "development version",
		"devel +abc":              "development version",
		"go1.18 gccgo (GCC) 13":   "it is go1.18",
		"tinygo":                  `"tinygo" is no version`,
		"":                        `"" is no version`,
	} {
		_, err := tableFor(tables, Toolchain{GOVERSION: release})
		refused(t, err, part, "go1.26 and go1.27", "GOTOOLCHAIN=go1.27.0")
		if !errors.Is(err, ErrUnsupported) {
			t.Errorf("%q: the error does not wrap ErrUnsupported", release)
		}
	}
}

// Where the module itself asks for a newer Go than any table is for, another toolchain is
// no way out.
func TestNoWayYet(t *testing.T) {
	tables := []version{{name: "go1.26"}, {name: "go1.27"}}
	mod := filepath.Join(t.TempDir(), "go.mod")
	for _, c := range []struct{ text, says string }{
		{"module m\n\ngo 1.28\n", mod + " asks for go1.28, so there is no way yet"},
		{"module m\n\ngo 1.28.3 // newest\n", mod + " asks for go1.28.3, so there is no way yet"},
		{"module m\n\ngo 1.27.9\n", "set GOTOOLCHAIN=go1.27.0"},
		{"module m\n", "set GOTOOLCHAIN=go1.27.0"},
	} {
		if err := os.WriteFile(mod, []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := tableFor(tables, Toolchain{GOVERSION: "go1.28.3", GOMOD: mod})
		refused(t, err, c.says)
	}
}

// TestTables holds for every table, also for those of a Go that is not in use.
func TestTables(t *testing.T) {
	if !slices.IsSortedFunc(versions, func(a, b version) int { return goversion.Compare(a.name, b.name) }) {
		t.Errorf("the tables are not in order: %q", Supported())
	}
	for i, v := range versions {
		if v.name == "" || goversion.Lang(v.name) != v.name || slices.Index(Supported(), v.name) != i {
			t.Errorf("%q is not the name of a minor version, or stands there twice", v.name)
		}
		if len(v.edits) == 0 {
			t.Errorf("%s: there are no edits", v.name)
		}
		for _, e := range v.edits {
			if !sourcePath(e.File) || e.Find == "" || e.Find == e.Put || strings.TrimSpace(e.Why) == "" || strings.Contains(e.Why, "\n") {
				t.Errorf("%s: an edit is not complete: %+v", v.name, e)
			}
		}
		for name, text := range v.added {
			if !sourcePath(name) {
				t.Errorf("%s: %q is no path below GOROOT/src", v.name, name)
			}
			if path.Ext(name) != ".go" {
				continue
			}
			if formatted, err := format.Source([]byte(text)); err != nil || string(formatted) != text {
				t.Errorf("%s: %s is not as gofmt writes it (%v)", v.name, name, err)
			}
		}
	}
}

func sourcePath(name string) bool {
	return name != "" && path.Clean(name) == name && !path.IsAbs(name) && !strings.HasPrefix(name, "../") && !strings.Contains(name, `\`)
}
