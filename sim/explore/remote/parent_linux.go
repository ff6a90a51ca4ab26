package remote

import (
	"os/exec"
	"runtime"
	"syscall"
)

// startWithParent starts a process that is killed when this one ends. The system goes by
// the thread that has started it, so one is kept for that until it is released.
func startWithParent(cmd *exec.Cmd) (release func(), err error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	started, released := make(chan error), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		started <- cmd.Start()
		<-released
	}()
	return func() { close(released) }, <-started
}
