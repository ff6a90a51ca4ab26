package overlay

import (
	"errors"
	"fmt"
	goversion "go/version"
	"os"
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
var versions = []version{go126, go127}

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
func tableFor(tables []version, t Toolchain) (*version, error) {
	newest := tables[len(tables)-1].name
	refuse := func(what string) error {
		return fmt.Errorf("overlay: %w: %s; Weft has tables for %s: %s",
			ErrUnsupported, what, strings.Join(names(tables), " and "), instead(t, newest))
	}
	// A development version calls itself after the release that it will become,
	// and has the sources of any commit on the way.
	if strings.Contains(t.GOVERSION, "devel") {
		return nil, refuse(fmt.Sprintf("%q is a development version", t.GOVERSION))
	}
	// Experiments that the toolchain was built with follow as " X:name"; what is
	// after a "-" go/version takes off.
	plain, _, _ := strings.Cut(t.GOVERSION, " ")
	lang := goversion.Lang(plain)
	if lang == "" {
		return nil, refuse(fmt.Sprintf("%q is no version of a Go release", t.GOVERSION))
	}
	for i := range tables {
		if tables[i].name == lang {
			return &tables[i], nil
		}
	}
	return nil, refuse("it is " + t.GOVERSION)
}

// instead says what can be done in the folder about a version that has no table.
func instead(t Toolchain, newest string) string {
	for _, file := range []string{t.GOWORK, t.GOMOD} {
		if asked := asksFor(file); asked != "" && goversion.Compare(asked, newest+".999") > 0 {
			return fmt.Sprintf("%s asks for %s, so there is no way yet; a table for it can be made as \"go doc weft/sim/bubble/overlay\" tells", file, asked)
		}
	}
	return fmt.Sprintf("set GOTOOLCHAIN=%s.0, which the go command fetches", newest)
}

// asksFor returns the version of Go that a go.mod or go.work asks for at least, such as
// "go1.26.0", or "" if that cannot be told.
func asksFor(file string) string {
	if file == "" || file == os.DevNull || file == "off" {
		return ""
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "" // the go command will say it
	}
	for line := range strings.Lines(string(data)) {
		if words := strings.Fields(line); len(words) >= 2 && words[0] == "go" {
			return "go" + words[1]
		}
	}
	return ""
}
