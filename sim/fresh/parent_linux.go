package fresh

import (
	"os/exec"
	"syscall"
)

// endWithParent has a process killed when the thread that starts it ends, as it does with
// its process.
func endWithParent(cmd *exec.Cmd) {
	var attributes syscall.SysProcAttr
	if cmd.SysProcAttr != nil {
		attributes = *cmd.SysProcAttr
	}
	attributes.Pdeathsig = syscall.SIGKILL
	cmd.SysProcAttr = &attributes
}
