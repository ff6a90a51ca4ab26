package overlay

import (
	"errors"
	"fmt"
	goversion "go/version"
	"strings"
)

// version is the table for one minor version of Go.
type version struct {
	name  string // as go/version.Lang has it, such as "go1.26"
	edits []Edit
	added map[string]string // path below GOROOT/src, with slashes -> content
	// folders is the path of a file that is added, and lists the folders of the
	// standard library, or "".
	folders string
}

// versions holds the tables, oldest first.
var versions = []version{go126}

// ErrUnsupported is wrapped by the error for a version of Go that has no table.
var ErrUnsupported = errors.New("this version of Go is not supported")

// Supported returns the minor versions of Go that have a table, oldest first,
// such as "go1.26".
func Supported() []string { return names(versions) }

func names(tables []version) []string {
	list := make([]string, len(tables))
	for i, v := range tables {
		list[i] = v.name
	}
	return list
}

// tableFor finds the table for what the go command says of its version.
func tableFor(tables []version, release string) (*version, error) {
	refuse := func(what string) error {
		return fmt.Errorf("overlay: %w: %s; the runtime is patched by tables for %s: use one of these, for example with GOTOOLCHAIN=%s.0",
			ErrUnsupported, what, strings.Join(names(tables), ", "), tables[len(tables)-1].name)
	}
	// A development version calls itself after the release that it will become,
	// and has the sources of any commit on the way.
	if strings.Contains(release, "devel") {
		return nil, refuse(fmt.Sprintf("%q is a development version", release))
	}
	// Experiments that the toolchain was built with follow as " X:name"; what is
	// after a "-" go/version takes off.
	plain, _, _ := strings.Cut(release, " ")
	lang := goversion.Lang(plain)
	if lang == "" {
		return nil, refuse(fmt.Sprintf("%q is no version of a Go release", release))
	}
	for i := range tables {
		if tables[i].name == lang {
			return &tables[i], nil
		}
	}
	return nil, refuse("it is " + release)
}
