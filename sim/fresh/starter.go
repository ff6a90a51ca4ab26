package fresh

import (
	"os/exec"
	"runtime"
)

// starter starts processes that do not outlive this one. Where the system ends a process
// with the one that started it, it does so with the thread that did: so there is one for
// that, which goes on for as long as somebody may want the processes.
type starter struct {
	commands chan *exec.Cmd
	started  chan error
}

func newStarter() *starter {
	s := &starter{make(chan *exec.Cmd), make(chan error)}
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for cmd := range s.commands {
			endWithParent(cmd)
			s.started <- cmd.Start()
		}
	}()
	return s
}

func (s *starter) start(cmd *exec.Cmd) error {
	s.commands <- cmd
	return <-s.started
}

func (s *starter) close() { close(s.commands) }
