package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// A side is the tests without the overlay, or with it.
type side struct {
	goflags string
	overlay bool
}

func (s side) String() string {
	if s.overlay {
		return "with"
	}
	return "without"
}

// A test is one of a package; without a name it stands for the package itself.
type test struct{ pkg, name string }

func (t test) String() string {
	if t.name == "" {
		return t.pkg
	}
	return t.pkg + " " + t.name
}

// An event is one of go test -json, whose format is that of cmd/test2json.
type event struct {
	Action, Package, Test string
	Elapsed               float64
	Key, Value            string
}

// run runs go test in a folder, and returns the last action of each test.
func (s side) run(dir, log string, stop <-chan os.Signal, args ...string) (map[test]string, error) {
	actions := map[test]string{}
	err := s.events(dir, log, stop, args, func(e event) {
		switch e.Action {
		case "run", "pass", "fail", "skip":
			actions[test{e.Package, e.Test}] = e.Action
		}
	})
	return actions, err
}

// events runs go test in a folder, and hands over its events.
func (s side) events(dir, log string, stop <-chan os.Signal, args []string, seen func(event)) error {
	cmd := exec.Command("go", append([]string{"test", "-json", "-count=1"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS="+s.goflags, "GOWORK=off")
	if !s.overlay {
		cmd.Env = append(cmd.Env, "WEFT_OVERLAY=")
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan struct{})
	interrupted := false
	go func() {
		select {
		case <-stop:
			interrupted = true
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		case <-done:
		}
	}()
	err := cmd.Wait()
	close(done)
	if interrupted {
		return errors.New("interrupted")
	}
	if log != "" {
		if err := os.WriteFile(log, append(out.Bytes(), errs.Bytes()...), 0o644); err != nil {
			return err
		}
	}
	n := 0
	for line := range bytes.Lines(out.Bytes()) {
		var e event
		if json.Unmarshal(line, &e) == nil && e.Package != "" {
			seen(e)
			n++
		}
	}
	if n == 0 {
		return fmt.Errorf("go test %s: %v\n%s", strings.Join(args, " "), err, errs.Bytes())
	}
	return nil
}
