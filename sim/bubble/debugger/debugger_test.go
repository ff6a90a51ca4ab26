// Package debugger walks with a debugger through a schedule that is replayed. It is a
// module of its own, so that what the debugger needs is none of Weft's.
package debugger

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// stopped is set in the process that is debugged.
const stopped = "TEST_WITH_DEBUGGER"

// lost is a schedule of TestWithdraw: the second withdrawal comes between the first one's
// look at the balance and its update, and is lost.
const lost = "w1,ready:TestWithdraw.3=TestWithdraw.func1.3.0"

// commands stop in each withdrawal, step over the update, and show what is seen. The
// first two withdrawals are those of the run by which the engine warms up.
const commands = `config source-list-line-count 0
break program_test.go:LINE
continue
print amount
print seen
print balance
next
print balance
`

// Under the overlay, dlv test goes the way of a schedule, and the values at the
// breakpoints are those of that order.
func TestReplayUnderDebugger(t *testing.T) {
	if os.Getenv(stopped) != "" {
		t.Skip("this is the process that is debugged")
	}
	program, err := os.ReadFile("program_test.go")
	if err != nil {
		t.Fatal(err)
	}
	before, _, found := bytes.Cut(program, []byte("// the debugger stops here"))
	if !found {
		t.Fatal("the place to stop at is gone")
	}
	line := 1 + bytes.Count(before, []byte("\n"))
	once := strings.SplitAfterN(commands, "\n", 3)
	script := once[0] + strings.ReplaceAll(once[1], "LINE", strconv.Itoa(line)) + strings.Repeat(once[2], 4) + "continue\nexit\n"
	file := filepath.Join(t.TempDir(), "init")
	if err := os.WriteFile(file, []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	dlv := goTool(t, "dlv")
	debug := exec.Command("sh", "-c", `eval "$(`+goTool(t, "weft")+` overlay --env)" && exec "$@"`, "sh",
		dlv, "test", "--init", file, "--allow-non-terminal-interactive", ".", "--", "-test.run=^TestWithdraw$", "-test.v")
	debug.Env = append(os.Environ(), stopped+"=1", "WEFT_SCHEDULE="+lost, "WEFT_REQUIRE_OVERLAY=1", "NO_COLOR=1")
	out, err := debug.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got [][]string
	for i, stop := range strings.Split(string(out), "> [Breakpoint 1]") {
		if i > 0 {
			got = append(got, regexp.MustCompile(`(?m)^\d+$`).FindAllString(stop, -1))
		}
	}
	want := [][]string{ // amount, seen, balance before and after
		{"30", "100", "100", "70"},
		{"20", "70", "70", "50"},
		{"20", "100", "100", "80"},
		{"30", "100", "80", "70"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the debugger shows %v, want %v", got, want)
	}
	for _, text := range []string{"this order passes", `prints "left 70"`} {
		if !strings.Contains(string(out), text) {
			t.Errorf("no %q", text)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}

// goTool returns the path of a tool of this module, built without the overlay.
func goTool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.Command("go", "tool", "-n", name).Output()
	if err != nil {
		t.Fatalf("go tool -n %s: %v", name, err)
	}
	return strings.TrimSpace(string(path))
}
