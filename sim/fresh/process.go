package fresh

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// process is one that is to make a run, seen from outside.
type process struct {
	cmd     *exec.Cmd
	in, out *os.File // of ours
	encoder *json.Encoder
	decoder *json.Decoder
	output  tail
	made    int           // runs
	again   bool          // it can make another one
	differs bool          // its first run did otherwise than later ones
	saw     uint32        // what runs have seen
	claim   string        // what follows from that
	ended   chan struct{} // closed when it has
	err     error         // how; read it when ended is closed
}

// What a process is given in real time: to come to where it waits for its request, and to
// end when it is not wanted any more.
const (
	startTime = time.Minute
	graceTime = 10 * time.Second
)

// process starts a process by a command that is ready but for its pipes.
func (s *starter) process(cmd *exec.Cmd, label string) (*process, error) {
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		theirIn.Close()
		in.Close()
		return nil, err
	}
	p := &process{cmd: cmd, in: in, out: out, encoder: json.NewEncoder(in), decoder: json.NewDecoder(bufio.NewReader(out)), ended: make(chan struct{})}
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	cmd.Env = append(cmd.Environ(), variable+"="+label)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = nil, &p.output, &p.output
	cmd.WaitDelay = time.Second // for what it has started itself and left with its outputs
	err = s.start(cmd)
	theirIn.Close()
	theirOut.Close()
	if err != nil {
		in.Close()
		out.Close()
		return nil, fmt.Errorf("fresh: a process for a run cannot be started: %w", err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// ready waits until the process waits for its request.
func (p *process) ready() error {
	limit := time.AfterFunc(startTime, func() { p.cmd.Process.Kill() })
	m, err := p.hear()
	switch {
	case !limit.Stop():
		err = fmt.Errorf("fresh: the process of a run did not come to its program in %v", startTime)
	case err != nil:
		p.wait()
		err = fmt.Errorf("fresh: the process of a run ended (%v) before it came to its program; does the program depend on what only this process has?", p.status())
	case m.Failed != "":
		err = errors.New(m.Failed)
	case m.Ready:
		return nil
	default:
		err = errors.New("fresh: the process of a run said something else than that it is ready")
	}
	if text := p.output.String(); text != "" {
		err = fmt.Errorf("%w\nIt wrote last:\n    %s", err, strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    "))
	}
	return err
}

func (p *process) hear() (*message, error) {
	m := &message{}
	return m, p.decoder.Decode(m)
}

func (p *process) tell(a answer) error { return p.encoder.Encode(a) }

// release lets the process end.
func (p *process) release() {
	p.in.Close()
	p.out.Close()
	go p.wait()
}

// wait waits until the process has ended, and ends it if that takes long.
func (p *process) wait() {
	limit := time.AfterFunc(graceTime, func() { p.cmd.Process.Kill() })
	<-p.ended
	limit.Stop()
}

// died says how the process ended, which it is about to do.
func (p *process) died() *DiedError {
	p.wait()
	return &DiedError{Status: p.status(), Output: p.output.String()}
}

func (p *process) status() string {
	if p.err == nil {
		return "exit status 0"
	}
	return p.err.Error()
}

// tail keeps the beginning and the end of what is written to it: that of a fatal error
// says what it was.
type tail struct {
	mu   sync.Mutex
	head []byte
	last []byte
	lost bool
}

const tailRoom = 8 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(p)
	if room := tailRoom - len(t.head); room > 0 && len(t.last) == 0 {
		k := min(room, len(p))
		t.head, p = append(t.head, p[:k]...), p[k:]
	}
	t.last = append(t.last, p...)
	if over := len(t.last) - tailRoom; over > tailRoom {
		t.last, t.lost = append([]byte(nil), t.last[over:]...), true
	}
	return n, nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lost {
		return string(t.head) + "\n...\n" + string(t.last)
	}
	return string(t.head) + string(t.last)
}
