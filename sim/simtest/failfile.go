package simtest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"weft/sim/internal/kept"
	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
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

// failFolderOf returns the folder of a test's failures: one for each element of its
// name, or a single one for all of them if there are very many. Whatever the name is, it
// lies below failFolder.
func failFolderOf(test string) string {
	if strings.Count(test, "/") > 8 {
		return filepath.Join(failFolder, kept.Name(test))
	}
	elements := []string{failFolder}
	for _, e := range strings.Split(test, "/") {
		elements = append(elements, kept.Name(e))
	}
	return filepath.Join(elements...)
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
	// What is no file is in the way of one, and the error says so.
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() && name != f.replaces {
		return name, nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return "", err
	}
	// Under another name first, so that nobody reads half of it: another process may be
	// at the same.
	temp, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return "", err
	}
	defer os.Remove(temp.Name()) // fails if it was renamed, as it should be
	_, err = temp.WriteString(f.text(what, again))
	err = errors.Join(err, temp.Chmod(0o644), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), name)
	}
	return name, err
}

// text returns what is in the file.
func (f *failFile) text(what, again string) string {
	var b strings.Builder
	b.WriteString(kept.Comment(f.test + " failed in this order:\n" + indent(what, "    ") + "\n" +
		"It is tried before all others whenever the test runs. Delete the file when the\n" +
		"failure is repaired and need not be watched. This runs it alone:\n    " + again))
	fmt.Fprintf(&b, "weft-failure %s\ntest %s\npolicy %s\nschedule %s\n", failFileVersion, lineOf(f.test), f.policy, f.schedule)
	if f.fresh {
		b.WriteString("fresh true\n")
	}
	return b.String()
}

// lineOf returns the name of a test as it stands on a line of a file.
func lineOf(test string) string { return strings.TrimSpace(words.Clean(test)) }

// failFileFormat is the format of the files.
var failFileFormat = kept.Format{
	Header: "weft-failure", Version: failFileVersion,
	Required: []string{"test", "policy", "schedule"}, Optional: []string{"fresh"}, MayBeEmpty: []string{"test"},
	Belongs: "only files that a failing test has written belong there",
	Older:   "delete it, and let the test find the failure anew",
}

// failFileMost is how long a file may be, in bytes. The longest schedules have some
// hundreds of thousands of switches.
const failFileMost = 32 << 20

// readFailFile reads a file. The error says what is wrong with it.
func readFailFile(name string) (*failFile, error) {
	// A pipe or a device need not have an end, and the test would wait for it.
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > failFileMost {
		return nil, fmt.Errorf("it is longer than %d bytes; only files that a failing test has written belong there", failFileMost)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file; only files that a failing test has written belong there")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, failFileMost+1))
	if err != nil {
		return nil, err
	}
	if len(data) > failFileMost {
		return nil, fmt.Errorf("it is longer than %d bytes; only files that a failing test has written belong there", failFileMost)
	}
	return parseFailFile(string(data))
}

// parseFailFile reads the text of a file. The error names the line.
func parseFailFile(text string) (*failFile, error) {
	fields, err := failFileFormat.Parse(text)
	if err != nil {
		return nil, err
	}
	f := &failFile{test: fields["test"], policy: fields["policy"]}
	if given, ok := fields["fresh"]; ok {
		if f.fresh, err = yes(given); err != nil {
			return nil, fmt.Errorf("the line \"fresh\" has %s: %w", kept.Quoted(given), err)
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
