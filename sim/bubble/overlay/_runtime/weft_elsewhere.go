//go:build !amd64 && !arm64

package runtime

// Without frame pointers, locks of the program cannot be told from those of the standard
// library: a program would be built whose orders are not what is said of them.
var _ int = "Weft's overlay is for amd64 and arm64; build without it for other processors"
