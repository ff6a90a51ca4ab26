package overlay

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInspect(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		found []int // for each edit
		fine  bool
	}{
		{"as released", fakeFiles, []int{1, 1, 1, 1}, true},
		{"two files differ", func() map[string]string {
			files := with("src/runtime/chan.go", "package runtime\n")
			files["src/sync/mutex.go"] += "\nfunc TryLock() {}\n"
			return files
		}(), []int{1, 1, 0, 2}, false},
		{"a file is missing", with("src/runtime/proc.go", ""), []int{0, 0, 1, 1}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			tools := fakeRoot(t, test.files)
			r := inspect(tools, []version{fakeTable})
			if r.Toolchain != tools || r.Table != "go1.26" || (r.Err == nil) != test.fine {
				t.Errorf("the report is %+v", r)
			}
			if diff := cmp.Diff([]Addition{{"runtime/weft.go", "Why it is there"}}, r.Added); diff != "" {
				t.Errorf("the added files differ (-want +got):\n%s", diff)
			}
			if len(r.Anchors) != len(test.found) {
				t.Fatalf("there are %d anchors, want %d", len(r.Anchors), len(test.found))
			}
			for i, a := range r.Anchors {
				if a.Edit != fakeTable.edits[i] || a.Found != test.found[i] || a.OK() != (test.found[i] == 1) {
					t.Errorf("anchor %d is %+v, want it found %d times", i, a, test.found[i])
				}
				if missing := test.files["src/"+a.File] == ""; (a.Err != nil) != missing {
					t.Errorf("anchor %d: the error is %v; the file is missing: %v", i, a.Err, missing)
				}
			}
		})
	}
	t.Run("another version", func(t *testing.T) {
		tools := fakeRoot(t, fakeFiles)
		tools.GOVERSION = "go1.99.1"
		r := inspect(tools, []version{fakeTable})
		if r.Err == nil || r.Table != "" || r.Anchors != nil || r.Added != nil {
			t.Errorf("the report is %+v", r)
		}
	})
}
