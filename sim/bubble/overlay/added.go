package overlay

import (
	"embed"
	"io/fs"
	"path"
)

// added holds files for package runtime, and for that of its maps. The go command does
// not look into a folder whose name begins with an underscore, and so does not compile
// them here.
//
//go:embed _runtime/*.go _runtime/*.s _maps/*.go
var added embed.FS

// addedFiles returns the added files, by their paths below GOROOT/src.
func addedFiles() map[string]string {
	files := map[string]string{
		// With a file of assembly, a package may declare functions that have no body.
		"context/weft.s":      "// Lets package context call what is in package runtime.\n",
		"sync/atomic/weft.go": atomicFile(),
	}
	for folder, pkg := range map[string]string{"_runtime": "runtime", "_maps": "internal/runtime/maps"} {
		names, err := fs.Glob(added, folder+"/*.*")
		if err != nil {
			panic(err) // the patterns are constants
		}
		for _, name := range names {
			text, err := added.ReadFile(name)
			if err != nil {
				panic(err) // the file is part of this program
			}
			files[pkg+"/"+path.Base(name)] = string(text)
		}
	}
	return files
}
