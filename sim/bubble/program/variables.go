package program

import (
	"unsafe"

	"weft/sim/bubble"
	"weft/sim/fresh"
)

// keep has variables put back before each run, of the packages that are initialised in it. It
// reports whether that can be: of a package of the program that is initialised already, what
// its variables lead to by now is not known.
func keep(all []fresh.Variables) bool {
	var pieces [][2]uintptr
	for _, v := range all {
		initialised := v.Task != 0 && *at(uintptr(v.Task)) != 0
		switch {
		case v.Ours && initialised:
			return false
		case !v.Ours && (v.Task == 0 || initialised):
			continue // as it is where several tests of a package run in one process
		}
		for _, p := range v.Pieces {
			pieces = append(pieces, [2]uintptr{uintptr(p[0]), uintptr(p[1])})
		}
	}
	bubble.KeepVariables(pieces)
	return len(all) > 0
}

// at returns the state of a package, as the runtime keeps it: 0 until it is initialised.
func at(task uintptr) *uint32 { return *(**uint32)(unsafe.Pointer(&task)) }
