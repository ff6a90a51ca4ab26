package bubble_test

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/walk"
	"weft/sim/order"
)

type slowly struct{}

func (slowly) Write(p []byte) (int, error) {
	time.Sleep(time.Second)
	bubble.Println(strings.TrimSpace(string(p)))
	return len(p), nil
}

// Whoever waits for a lock of the standard library that somebody of the program holds is
// blocked: time moves on.
func TestLibraryLocksBlock(t *testing.T) {
	controlled(t)
	for name, c := range map[string]struct {
		program func()
		want    []string
	}{
		"log": {func() {
			l := log.New(slowly{}, "", 0)
			var wg sync.WaitGroup
			wg.Go(func() { l.Print("a") })
			wg.Go(func() { l.Print("b") })
			wg.Wait()
		}, []string{"finished a\nb\n", "finished b\na\n"}},
		"pipe": {func() {
			r, w := io.Pipe()
			var wg sync.WaitGroup
			wg.Go(func() { w.Write([]byte("a")) })
			wg.Go(func() { w.Write([]byte("b")) })
			time.Sleep(time.Second)
			text := make([]byte, 2)
			io.ReadFull(r, text)
			bubble.Println(string(text))
			wg.Wait()
		}, []string{"finished ab\n", "finished ba\n"}},
	} {
		r := explored(t, c.program, explore.WithStrategy(walk.Exhaustive()), explore.WithRuns(1000))
		if got := outcomes(r); !slices.Equal(got, c.want) {
			t.Errorf("%s: %s: %q, want %q", name, r.Verdict(), got, c.want)
		}
	}
}

// A wait for a child process lets others go on, who feed it and read from it.
func TestChildProcess(t *testing.T) {
	controlled(t)
	if _, err := exec.LookPath("cat"); err != nil {
		t.Skip("there is no cat")
	}
	run := order.RunOnce(bubble.Engine(func() {
		var out bytes.Buffer
		cmd := exec.Command("cat")
		cmd.Stdin, cmd.Stdout = strings.NewReader(strings.Repeat("x", 1<<20)), &out
		bubble.Println(cmd.Run(), out.Len())
	}), order.Default())
	if run.Err != nil || len(run.Output) != 1 || run.Output[0].Text != "<nil> 1048576" {
		t.Errorf("%v, %v", run.Err, run.Output)
	}
	if !slices.ContainsFunc(run.Untracked, func(s string) bool { return strings.Contains(s, "outside_test.go:") }) {
		t.Errorf("the process is not named: %q", run.Untracked)
	}
}

// Who closes what another one waits for ends that wait.
func TestCloseDuringAccept(t *testing.T) {
	controlled(t)
	run := order.RunOnce(bubble.Engine(func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		done := make(chan error)
		go func() {
			_, err := l.Accept()
			done <- err
		}()
		time.AfterFunc(0, func() { l.Close() })
		bubble.Println(errors.Is(<-done, net.ErrClosed))
	}), order.Default())
	if run.Err != nil || run.Output[0].Text != "true" {
		t.Errorf("%v, %v", run.Err, run.Output)
	}
}

// An engine inside a bubble is refused, with a sentence.
func TestNestedEngine(t *testing.T) {
	controlled(t)
	run := order.RunOnce(bubble.Engine(func() {
		order.RunOnce(bubble.Engine(func() {}), order.Default())
	}), order.Default())
	if run.End != order.Panicked || !strings.Contains(run.Summary, "cannot run inside another one") {
		t.Errorf("%s: %v", run.End, run.Err)
	}
}
