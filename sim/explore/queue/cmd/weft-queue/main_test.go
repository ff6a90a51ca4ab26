package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"weft/sim/explore"
)

// selfVariable says that this test is to be the command itself.
const selfVariable = "WEFT_QUEUE_IS_COMMAND"

// tested is the binary whose explorations are spread.
var tested string

func TestMain(m *testing.M) {
	if os.Getenv(selfVariable) != "" {
		os.Unsetenv(selfVariable)
		main()
	}
	for _, v := range []string{"NATS_URL", "WEFT_QUEUE_TOKEN"} {
		os.Unsetenv(v)
	}
	folder, err := os.MkdirTemp("", "weft-queue-test")
	if err != nil {
		panic(err)
	}
	tested = filepath.Join(folder, "programs.test")
	if out, err := exec.Command("go", "test", "-c", "-o", tested, "weft/sim/explore/queue/programs").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("cannot build the programs: %v\n%s", err, out))
	}
	status := m.Run()
	os.RemoveAll(folder)
	os.Exit(status)
}

// command is the command in a process of its own.
func command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), selfVariable+"=1")
	return cmd
}

// call runs the command in this process, and returns its exit status and what it said.
func call(t *testing.T, args ...string) (status int, out, err string) {
	t.Helper()
	var o, e bytes.Buffer
	status = run(t.Context(), console{&o, &e}, args)
	return status, o.String(), e.String()
}

// freeAddress returns an address at which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

var elapsed = regexp.MustCompile(`(?m)^.*"elapsed_ns".*\n`)

// oneMachine returns the report of one machine, as JSON without its real time: of a test, as
// it keeps it with -weft.report.
func oneMachine(t *testing.T, binary string, args ...string) string {
	t.Helper()
	folder := t.TempDir()
	cmd := exec.Command(binary, append(args, "-weft.report="+folder, "-weft.nofailfile")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d reports, want 1; %v", len(files), err)
	}
	f, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	parts, err := explore.ReadParts(f)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := parts.Report().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return elapsed.ReplaceAllString(b.String(), "")
}

// report reads the report of weft-queue serve, in the same way.
func report(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return elapsed.ReplaceAllString(string(data), "")
}

// same fails the test where reports differ.
func same(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("the reports differ from line %d on:\n%s\nand one machine says\n%s", i+1, strings.Join(g[min(i, len(g)):min(i+20, len(g))], "\n"), strings.Join(w[min(i, len(w)):min(i+20, len(w))], "\n"))
		}
	}
}

// process is a process that may be killed.
type process struct {
	cmd  *exec.Cmd
	said *bytes.Buffer
	over chan struct{}
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{cmd: command(t, args...), said: &bytes.Buffer{}, over: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.cmd.Wait()
		close(p.over)
	}()
	t.Cleanup(p.kill)
	return p
}

func (p *process) kill() {
	p.cmd.Process.Signal(syscall.SIGKILL)
	<-p.over
}

// wait waits until it has ended, and returns its exit status.
func (p *process) wait(ctx context.Context, t *testing.T) int {
	t.Helper()
	select {
	case <-p.over:
		return p.cmd.ProcessState.ExitCode()
	case <-ctx.Done():
		t.Fatal("it did not end")
		return -1
	}
}

// TestFolder: the server's files are the user's own, unless a folder is named.
func TestFolder(t *testing.T) {
	t.Setenv("HOME", "/home/ada")
	t.Setenv("XDG_CACHE_HOME", "")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip(err) // another system
	}
	for store, want := range map[string]string{"": filepath.Join(cache, "weft", "queue"), "here": "here"} {
		if got, err := (&serveFlags{store: store}).folder(); got != want || err != nil {
			t.Errorf("--store %q: %q (%v), want %q", store, got, err, want)
		}
	}
	if strings.HasPrefix(cache, "/home/ada") {
		t.Setenv("HOME", "")
		if _, err := (&serveFlags{}).folder(); err == nil || !strings.Contains(err.Error(), "--store") {
			t.Errorf("without a home: %v", err)
		}
	}
}
