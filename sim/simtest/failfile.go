package simtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"weft/sim/order"
	"weft/trace"
)

// failFile is a failure that is kept beside the test, in a file that people can
// read, and that is tried first whenever the test runs.
type failFile struct {
	test     string
	policy   string
	schedule order.Schedule
	fresh    bool   // it is of a process of its own
	replaces string // a file of this run that may be written anew, or ""
}

// failFileVersion is the version of the format that is written.
const failFileVersion = "1"

// failFolder is where the failures of all tests of a package are kept. The go
// command runs a test in its package's folder.
var failFolder = filepath.Join("testdata", "weft")

// folder returns the folder of a test's failures: one for each element of its
// name.
func failFolderOf(test string) string {
	elements := []string{failFolder}
	for _, e := range strings.Split(test, "/") {
		elements = append(elements, fileName(e))
	}
	return filepath.Join(elements...)
}

// fileName returns a name that every file system takes: letters, digits, "-" and
// "_" as they are, other bytes as %XX.
func fileName(element string) string {
	var b strings.Builder
	reserved := slices.Contains(reservedNames, strings.ToUpper(element))
	for i, r := range element {
		if r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_') && !(reserved && i == 0) {
			b.WriteRune(r)
			continue
		}
		_, size := utf8.DecodeRuneInString(element[i:])
		for k := range size {
			fmt.Fprintf(&b, "%%%02X", element[i+k])
		}
	}
	name := b.String()
	if len(name) > nameMost {
		end := nameMost - 20
		for !utf8.RuneStart(name[end]) {
			end--
		}
		name = name[:end] + "-" + trace.Hash(0).Text(element).String()
	}
	if name == "" {
		return "%"
	}
	return name
}

// nameMost is the longest name, in bytes. File systems take 255 at least.
const nameMost = 120

// reservedNames are files that Windows has in every folder.
var reservedNames = []string{
	"CON", "PRN", "AUX", "NUL",
	"COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
	"LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
}

// name returns the file's path. The same failure has the same.
func (f *failFile) name() string {
	h := trace.Hash(0).Text(failFileVersion).Text(f.test).Text(f.policy).Text(f.schedule.String())
	if f.fresh {
		h = h.Text("fresh")
	}
	return filepath.Join(failFolderOf(f.test), h.String()+".fail")
}

// write writes the file, unless it is there and not the one that it replaces. what says how the run failed, and
// again is the line that repeats it.
func (f *failFile) write(what, again string) (name string, err error) {
	name = f.name()
	if _, err := os.Lstat(name); err == nil && name != f.replaces {
		return name, nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return "", err
	}
	var b strings.Builder
	comment := func(text string) {
		for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
			b.WriteString(strings.TrimRight("# "+line, " \r\n") + "\n")
		}
	}
	comment(f.test + " failed in this order:\n" + indent(what, "    ") + "\n" +
		"It is tried before all others whenever the test runs. Delete the file when the\n" +
		"failure is repaired and need not be watched. This runs it alone:\n    " + again)
	fmt.Fprintf(&b, "weft-failure %s\ntest %s\npolicy %s\nschedule %s\n", failFileVersion, f.test, f.policy, f.schedule)
	if f.fresh {
		b.WriteString("fresh true\n")
	}
	// Under another name first, so that nobody reads half of it.
	temp := fmt.Sprintf("%s.%d", name, os.Getpid())
	defer os.Remove(temp)
	if err := os.WriteFile(temp, []byte(b.String()), 0o666); err != nil {
		return "", err
	}
	return name, os.Rename(temp, name)
}

// readFailFile reads a file. The error says what is wrong with it.
func readFailFile(name string) (*failFile, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f := &failFile{}
	fields := map[string]string{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, _ := strings.Cut(line, " ")
		if len(fields) == 0 {
			if key != "weft-failure" {
				return nil, fmt.Errorf("it does not begin with %q; only files that a failing test has written belong there", "weft-failure "+failFileVersion)
			}
			if value != failFileVersion {
				return nil, fmt.Errorf("it is of format version %q, and this version of Weft reads %s; delete it, and let the test find the failure anew", value, failFileVersion)
			}
		}
		if _, twice := fields[key]; twice || !slices.Contains([]string{"weft-failure", "test", "policy", "schedule", "fresh"}, key) {
			return nil, fmt.Errorf("the line %q is unknown, or there twice", line)
		}
		fields[key] = strings.TrimSpace(value)
	}
	for _, key := range []string{"weft-failure", "test", "policy", "schedule"} {
		if fields[key] == "" {
			return nil, fmt.Errorf("it has no line %q", key)
		}
	}
	f.test, f.policy = fields["test"], fields["policy"]
	if text, ok := fields["fresh"]; ok {
		if f.fresh, err = yes(text); err != nil {
			return nil, fmt.Errorf("the line \"fresh %s\": %w", text, err)
		}
	}
	f.schedule, err = order.ParseSchedule(fields["schedule"])
	return f, err
}

// failFilesOf returns the names of the files of a test, sorted.
func failFilesOf(test string) ([]string, error) {
	entries, err := os.ReadDir(failFolderOf(test))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && filepath.Ext(e.Name()) == ".fail" {
			names = append(names, filepath.Join(failFolderOf(test), e.Name()))
		}
	}
	return names, err
}

// indent puts space before every line that is not empty.
func indent(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString(by)
		}
		b.WriteString(line)
	}
	return b.String()
}
