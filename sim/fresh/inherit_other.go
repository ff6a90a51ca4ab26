//go:build !unix

package fresh

import "os"

func keepFrom(*os.File) {}
