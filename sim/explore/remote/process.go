package remote

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/trace/words"
)

// Command says what process does the units.
type Command struct {
	Path string
	Args []string // behind the path
	// Number says which of the explorations to which the process comes is meant, counted
	// from 1; 0 is 1.
	Number int
	Dir    string
	Env    []string // beside those of this process, whose WEFT_ variables it does not get
}

// Patience is how long a process may take until it comes to its exploration, in real time.
const Patience = time.Minute

// Process is a process that does units.
type Process struct {
	Hello Hello

	cmd     *exec.Cmd
	in      *os.File // where requests go
	out     *os.File
	replies *bufio.Reader
	said    *tail
	ended   chan struct{} // closed when it has ended
	close   func()
}

// EndedError says that a process has ended that was to do a unit.
type EndedError struct {
	How  string // as the system says it
	Said string // the last lines that it said
}

func (e *EndedError) Error() string {
	text := "remote: the process that does units has ended (" + e.How + ")"
	if e.Said != "" {
		text += "; it said:\n" + e.Said
	}
	return text
}

// Start starts a process, and waits until it comes to its exploration.
func Start(ctx context.Context, c Command) (*Process, error) {
	requests, in, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("remote: %w", err)
	}
	out, replies, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("remote: %w", err), requests.Close(), in.Close())
	}
	p := &Process{in: in, out: out, replies: bufio.NewReaderSize(out, 1<<16), said: &tail{}, ended: make(chan struct{})}
	p.cmd = exec.Command(c.Path, c.Args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = c.Dir, p.said, p.said
	p.cmd.WaitDelay = time.Second // what it has started may hold its output open
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "WEFT_") {
			p.cmd.Env = append(p.cmd.Env, v)
		}
	}
	p.cmd.Env = append(append(p.cmd.Env, c.Env...), variable+"="+strconv.Itoa(max(1, c.Number)))
	p.cmd.ExtraFiles = []*os.File{requests, replies}
	release, err := startWithParent(p.cmd)
	err = errors.Join(err, requests.Close(), replies.Close())
	if err != nil {
		release()
		return nil, errors.Join(fmt.Errorf("remote: cannot start %s: %w", c.Path, err), in.Close(), out.Close())
	}
	go func() {
		p.cmd.Wait()
		release()
		close(p.ended)
	}()
	var once sync.Once
	p.close = func() {
		once.Do(func() {
			in.Close()
			out.Close()
		})
	}
	hurry, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	line, err := p.read(hurry)
	if err == nil {
		err = p.greeted(line)
	}
	var ended *EndedError
	switch {
	case err == nil:
		return p, nil
	case ctx.Err() == nil && hurry.Err() != nil:
		err = fmt.Errorf("remote: %s came to no exploration in %v; select one with its arguments, and nothing else", c.Path, Patience)
	case errors.As(err, &ended):
		err = fmt.Errorf("remote: %s has ended without coming to an exploration; do its arguments select a test with one?\n%w", c.Path, ended)
	}
	return nil, errors.Join(err, p.Close())
}

func (p *Process) greeted(line []byte) error {
	var refusal reply
	if json.Unmarshal(line, &refusal) == nil && refusal.Error != "" {
		return errors.New(refusal.Error)
	}
	if err := json.Unmarshal(line, &p.Hello); err != nil {
		return fmt.Errorf("remote: the process says something else than which exploration it is: %w", err)
	}
	if p.Hello.Version != version {
		return fmt.Errorf("remote: the process speaks version %d, and this one %d; build both with one version of Weft", p.Hello.Version, version)
	}
	return nil
}

// read reads a line. If ctx ends, the process is ended.
func (p *Process) read(ctx context.Context) ([]byte, error) {
	stop := context.AfterFunc(ctx, func() { p.cmd.Process.Kill() })
	defer stop()
	line, err := p.replies.ReadBytes('\n')
	if err == nil {
		return line, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("remote: cannot read what was found: %w", err)
	}
	select {
	case <-p.ended:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return nil, &EndedError{p.cmd.ProcessState.String(), p.said.String()}
}

// Do has the process do a unit. Its error is an [*EndedError] if the process ends
// meanwhile, and that of ctx if it is ended for that.
func (p *Process) Do(ctx context.Context, u explore.Unit, limits search.UnitLimits) (*explore.UnitResult, error) {
	data, err := json.Marshal(request{u, limits.Time, limits.Runs, limits.Parts})
	if err != nil {
		return nil, fmt.Errorf("remote: %w", err)
	}
	// That the process has ended is seen where its answer is read.
	p.in.Write(append(data, '\n'))
	line, err := p.read(ctx)
	if err != nil {
		return nil, err
	}
	var a reply
	if err := json.Unmarshal(line, &a); err != nil {
		return nil, fmt.Errorf("remote: the process answers something else than what was found: %w", err)
	}
	if a.Error != "" {
		return nil, errors.New(a.Error)
	}
	r, err := explore.ReadUnitResult(bytes.NewReader(append(a.Result, '\n')))
	if err == nil && r.Unit() != u.ID() {
		err = fmt.Errorf("remote: unit %s was asked for, and unit %s was done", u.ID(), r.Unit())
	}
	return r, err
}

// Close ends the process.
func (p *Process) Close() error {
	p.close()
	p.cmd.Process.Kill()
	<-p.ended
	return nil
}

// tail keeps the end of what was written to it.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

const tailKept = 4 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, b...)
	if over := len(t.kept) - tailKept; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var lines []string
	for line := range strings.Lines(string(t.kept)) {
		lines = append(lines, words.Clean(strings.TrimRight(line, "\n")))
	}
	return strings.Join(lines, "\n")
}
