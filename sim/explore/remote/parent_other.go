//go:build !linux

package remote

import "os/exec"

func startWithParent(cmd *exec.Cmd) (release func(), err error) { return func() {}, cmd.Start() }
