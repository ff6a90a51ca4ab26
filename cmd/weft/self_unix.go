//go:build unix

package main

import "syscall"

// become makes another program of this process. It returns only if that fails.
func become(path string, args, environment []string) error {
	return syscall.Exec(path, append([]string{path}, args...), environment)
}
