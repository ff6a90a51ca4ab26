package scenarios

import "embed"

//go:embed coroutine/*.go race/*.go goroutine/*.go
var sources embed.FS

// Source returns the text of a file of the gallery by the name that the events of runs
// have in their Pos, such as "coroutine/hello.go".
func Source(file string) (text string, ok bool) {
	data, err := sources.ReadFile(file)
	return string(data), err == nil
}
