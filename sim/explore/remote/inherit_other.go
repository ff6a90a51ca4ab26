//go:build !unix

package remote

import "os"

func keepFrom(*os.File) {}
