package simtest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"weft/sim/explain"
	"weft/trace"
)

// tellGitHub has GitHub Actions show a failure where it is looked at: at the line of the
// source, and in the summary of the job. Elsewhere it does nothing. again is the line that
// runs it again.
//
// The commands and the file are those of
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions.
func (c *check) tellGitHub(f *explain.Failure, again string) {
	if f == nil || os.Getenv("GITHUB_ACTIONS") != "true" {
		return
	}
	writeFinding(annotation(c.Name(), f.Headline(), os.Getenv("GITHUB_WORKSPACE")))
	name := os.Getenv("GITHUB_STEP_SUMMARY")
	if name == "" {
		return
	}
	if err := appendSummary(name, c.Name(), f, again); err != nil {
		c.Logf("simtest: the summary of the job: %v", err)
	}
}

// annotation is the command by which an error is shown at a line, on a line of its own.
func annotation(test, headline, workspace string) string {
	at := ""
	if file, line, ok := placeIn(headline); ok {
		if below, err := filepath.Rel(workspace, file); workspace != "" && err == nil && filepath.IsLocal(below) {
			file = below
		}
		at = fmt.Sprintf("file=%s,line=%s,", property(filepath.ToSlash(file)), line)
	}
	return fmt.Sprintf("\n::error %stitle=%s::%s\n", at, property(test+" fails"), data(headline))
}

// places are what a headline has for places in the source.
var places = regexp.MustCompile(`([\w.+-]+/)?[\w.+-]+\.go:(\d+)`)

// placeIn returns the first place in a headline that is known to be in a file.
func placeIn(headline string) (file, line string, ok bool) {
	for _, found := range places.FindAllStringSubmatch(headline, -1) {
		place, folder, line := found[0], found[1], found[2]
		file := trace.SourceFile(place)
		if folder == "" { // what was said to a T, in the folder where tests run
			base, _, _ := strings.Cut(place, ":")
			if here, err := filepath.Abs(base); err == nil {
				file = here
			}
		}
		if _, err := os.Stat(file); err == nil {
			return file, line, true
		}
	}
	return "", "", false
}

// data and property escape what stands in a command.
func data(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func property(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(text))
}

// summaryMost is how long a summary may be: GitHub takes a mebibyte.
const summaryMost = 1 << 20

func appendSummary(name, test string, f *explain.Failure, again string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", test)
	if err := f.WriteMarkdown(&b); err != nil {
		return err
	}
	fmt.Fprintf(&b, "\n```sh\n%s\n```\n\n", again)
	info, err := os.Stat(name)
	if err == nil && info.Size()+int64(b.Len()) > summaryMost {
		return fmt.Errorf("%s would be longer than %d bytes; %s is not in it", name, summaryMost, test)
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	if _, err := file.WriteString(b.String()); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
