package overlay

import "slices"

// go126 is for Go 1.26.
var go126 = version{
	name:  "go1.26",
	added: addedFiles(), folders: "runtime/weft_std.go",
	edits: slices.Concat(shared(), hashKeys("runtime/alg.go")),
}

// hashKeys gives the hashes of maps the same keys in every process.
func hashKeys(file string) []Edit {
	return []Edit{
		{
			File: file, Why: "the order of a large map is the same in every process, given the seed of the map",
			Find: "		key[i] = bootstrapRand()\n",
			Put:  "		key[i] = weftMix(uint64(i) + 1)\n",
		},
		{
			File: file, Why: "the same, on a processor without instructions for AES",
			Find: "		hashkey[i] = uintptr(bootstrapRand())\n",
			Put:  "		hashkey[i] = uintptr(weftMix(uint64(i) + 1))\n",
		},
	}
}
