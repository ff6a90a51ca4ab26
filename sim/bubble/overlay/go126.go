package overlay

import "slices"

// go126 is for Go 1.26.
var go126 = version{
	name:  "go1.26",
	added: addedFiles(), folders: "runtime/weft_std.go",
	edits: slices.Concat(shared(), hashKeys("runtime/alg.go"), mapSeeds("hash/maphash/maphash_runtime.go")),
}
