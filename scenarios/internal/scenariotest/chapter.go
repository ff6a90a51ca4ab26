package scenariotest

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Program is what a reader of a chapter sees of a program.
type Program struct {
	Name, Title, Story string
	// Race says that the program fails in some order.
	Race bool
	// Fixes is the name of the race that the program repairs.
	Fixes string
}

var listed = regexp.MustCompile(`(?m)^//   - ([a-z0-9/-]+):`)

// Chapter checks what a reader needs of every chapter, in whose folder the test runs.
// Each program has a name of its own, a title, and a story that can be read at a
// glance; it stands in the file of its name; the package comment lists the programs
// in their order; every race is followed by its repair.
func Chapter(t testing.TB, programs []Program) {
	t.Helper()
	var names []string
	seen := map[string]bool{}
	for i, p := range programs {
		names = append(names, p.Name)
		if seen[p.Name] {
			t.Errorf("two scenarios are called %s", p.Name)
		}
		seen[p.Name] = true
		for field, text := range map[string]string{"name": p.Name, "title": p.Title, "story": p.Story} {
			if text == "" || strings.TrimSpace(text) != text {
				t.Errorf("%s: the %s is %q", p.Name, field, text)
			}
		}
		if n := strings.Count(p.Story, ". ") + 1; n < 2 || n > 3 || !strings.HasSuffix(p.Story, ".") {
			t.Errorf("%s: the story has %d sentences; two or three can be read at a glance", p.Name, n)
		}
		if _, err := os.Stat(File(p.Name, p.Fixes)); err != nil {
			t.Errorf("%s: %v; the program stands in the file of its name, or of the race that it repairs", p.Name, err)
		}
		switch {
		case p.Race && p.Fixes != "":
			t.Errorf("%s repairs %s and fails", p.Name, p.Fixes)
		case p.Race && (i+1 == len(programs) || programs[i+1].Fixes != p.Name || programs[i+1].Name != p.Name+"-fixed"):
			t.Errorf("%s is not followed by its repair", p.Name)
		case p.Fixes != "" && (i == 0 || programs[i-1].Name != p.Fixes):
			t.Errorf("%s does not follow %s, which it repairs", p.Name, p.Fixes)
		}
	}

	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var inDoc []string
	for _, item := range listed.FindAllStringSubmatch(string(doc), -1) {
		inDoc = append(inDoc, item[1])
	}
	if diff := cmp.Diff(names, inDoc); diff != "" {
		t.Errorf("doc.go lists other programs (-chapter +doc.go):\n%s", diff)
	}
}

// File is the file, in the folder of its chapter, in which a program stands that
// repairs the race fixes, or none.
func File(name, fixes string) string {
	if fixes != "" {
		name = fixes
	}
	return strings.ReplaceAll(strings.TrimPrefix(name, "go/"), "-", "_") + ".go"
}
