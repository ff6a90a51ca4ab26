package fresh_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// held is open for as long as the process lives.
var held *os.File

func init() {
	programs["loops"] = func(context.Context) error {
		var err error
		if held, err = os.OpenFile(os.Getenv("FRESH_HELD"), os.O_WRONLY, 0); err != nil {
			return err
		}
		fmt.Fprintln(held, os.Getpid())
		for {
		}
	}
}

// A process that loops ends when the one that started it is killed.
func TestProcessEndsWithItsParent(t *testing.T) {
	name := filepath.Join(t.TempDir(), "held")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Skip(err)
	}
	// Open for writing as well, or opening it would wait for the process.
	pipe, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), "FRESH_PARENT=loops", "FRESH_HELD="+name)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	defer parent.Process.Kill()
	r, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	const patience = time.Minute // if it fails
	r.SetReadDeadline(time.Now().Add(patience))
	lines := bufio.NewReader(r)
	child := 0
	if _, err := fmt.Fscanln(lines, &child); err != nil {
		t.Fatalf("the process did not begin: %v", err)
	}
	pipe.Close() // now the process alone holds it
	parent.Process.Kill()
	parent.Wait()
	if _, err := lines.ReadByte(); !errors.Is(err, io.EOF) {
		syscall.Kill(child, syscall.SIGKILL)
		t.Errorf("the process %d goes on: %v", child, err)
	}
}
