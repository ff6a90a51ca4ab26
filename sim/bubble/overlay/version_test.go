package overlay

import (
	"errors"
	"go/format"
	goversion "go/version"
	"path"
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
		if v, err := tableFor(tables, release); err != nil || v.name != want {
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
		_, err := tableFor(tables, release)
		refused(t, err, part, "go1.26, go1.27", "GOTOOLCHAIN=go1.27.0")
		if !errors.Is(err, ErrUnsupported) {
			t.Errorf("%q: the error does not wrap ErrUnsupported", release)
		}
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
