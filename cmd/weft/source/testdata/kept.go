package main

import (
	"fmt"
	"mime"
)

// What package mime was told it knows from then on, so this program cannot run twice in one
// process.
func main() {
	if mime.TypeByExtension(".weft") != "" {
		panic("known already")
	}
	mime.AddExtensionType(".weft", "text/weft")
	fmt.Println("first")
}
