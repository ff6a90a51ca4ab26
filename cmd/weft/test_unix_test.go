//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// weftUnder is weft under a context.
func weftUnder(ctx context.Context, args ...string) answer {
	var out, err bytes.Buffer
	status := execute(ctx, args, console{Out: &out, Err: &err})
	return answer{status, out.String(), err.String()}
}

// awaits is a go command whose test makes a file and then waits for a signal.
const awaits = `[ "$1" = test ] || exec "$REAL" "$@"
trap 'echo interrupted; exit 41' INT
trap 'echo terminated; exit 42' TERM
: >"$STARTED"
while :; do sleep 0.01; done`

// TestGoTestGetsSignals: go test decides what an interrupt means, and weft waits
// for it, even if it was told to stop by its own context.
func TestGoTestGetsSignals(t *testing.T) {
	for signal, want := range map[syscall.Signal]answer{
		syscall.SIGINT:  {41, "interrupted\n", ""},
		syscall.SIGTERM: {42, "terminated\n", ""},
	} {
		t.Run(signal.String(), func(t *testing.T) {
			supported(t)
			fakeGo(t, awaits)
			started := filepath.Join(t.TempDir(), "started")
			t.Setenv("STARTED", started)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			sent := make(chan error, 1)
			go func() {
				for t.Context().Err() == nil {
					if _, err := os.Stat(started); err == nil {
						cancel()
						sent <- syscall.Kill(os.Getpid(), signal)
						return
					}
					time.Sleep(time.Millisecond)
				}
			}()
			if got := weftUnder(ctx, "test"); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if err := <-sent; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestGoTestKilled(t *testing.T) {
	supported(t)
	fakeGo(t, "[ \"$1\" = test ] || exec \"$REAL\" \"$@\"\nkill -KILL $$")
	if got := weft("test"); got.status != 137 || got.err != "" {
		t.Errorf("got %+v, want the status 137 of shells", got)
	}
}

func TestGoTestInterruptedBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, want := weftUnder(ctx, "test"), (answer{exitInterrupted, "", "weft: interrupted\n"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
