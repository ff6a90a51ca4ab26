//go:build !unix

package main

import "errors"

// become fails: here, no process can become another program.
func become(string, []string, []string) error { return errors.ErrUnsupported }
