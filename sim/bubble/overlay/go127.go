package overlay

import (
	"fmt"
	"slices"
	"strings"
)

// go127 is for Go 1.27. Map hashes have moved to a package of their own, and compiled
// code makes small things by functions for their size, which go around newobject.
var go127 = version{
	name:  "go1.27",
	added: added127(), folders: "runtime/weft_std.go",
	edits: slices.Concat(shared(), hashKeys("internal/runtime/maps/runtime_alg.go"), mapSeeds("hash/maphash/maphash.go"), specialized127(), orderedMaps127()),
}

func added127() map[string]string {
	files := addedFiles()
	files["internal/runtime/maps/weft_mix.go"] = strings.Replace(files["runtime/weft_mix.go"], "package runtime", "package maps", 1)
	return files
}

// specialized127 names what the functions for one size class make, as the edits of
// newobject and mallocgc do for the rest. The runtime calls them as well, through
// mallocgc: what it makes is named there.
func specialized127() []Edit {
	var edits []Edit
	wrap := func(name string) {
		const rest = "(size uintptr, typ *_type, needzero bool) unsafe.Pointer {\n"
		edits = append(edits, Edit{
			File: "runtime/malloc_generated.go", Why: "memory of a size class has a name",
			Find: "func " + name + rest,
			Put: "func " + name + rest + "	p := weft_" + name + "(size, typ, needzero)\n" +
				"	if weftSees {\n		weftForget(p, size)\n	}\n	weftSpecialized(p, typ, size, sys.GetCallerPC())\n	return p\n}\n\n" +
				"func weft_" + name + rest,
		})
	}
	for class := 1; class <= 7; class++ {
		wrap(fmt.Sprintf("mallocgcSmallScanNoHeaderSC%d", class))
	}
	for class := 2; class <= 7; class++ {
		wrap(fmt.Sprintf("mallocgcSmallNoScanSC%d", class))
	}
	wrap("mallocgcTinySC2")
	return edits
}
