// Whether the compiler has a program report what it reads and writes. Flags do not say: those
// in the environment may be meant for another module.

package runtime

import (
	"internal/goarch"
	"internal/stringslite"
	"unsafe"
)

// weftReports reports whether a function whose name begins with one of these prefixes does:
// whether there is a call of one of those that the compiler has it call then.
func weftReports(prefixes []string) bool {
	for _, md := range activeModules() {
		for i := range max(0, len(md.ftab)-1) { // the last entry is the end
			f := md.funcAt(i)
			name := funcname(f)
			for _, p := range prefixes {
				if stringslite.HasPrefix(name, p) && weftCallsRace(f.entry(), md.textAddr(md.ftab[i+1].entryoff)) {
					return true
				}
			}
		}
	}
	return false
}

// weftCallsRace looks for calls of raceread and its like in code.
func weftCallsRace(from, to uintptr) bool {
	switch {
	case goarch.IsAmd64 == 1: // CALL with a distance of 32 bits
		for p := from; p+5 <= to; p++ {
			if *(*byte)(unsafe.Pointer(p)) == 0xe8 && weftIsRace(p+5+uintptr(*(*int32)(unsafe.Pointer(p + 1)))) {
				return true
			}
		}
		return false
	case goarch.IsArm64 == 1: // BL with a distance of 26 bits, in words
		for p := from; p+4 <= to; p += 4 {
			if word := *(*uint32)(unsafe.Pointer(p)); word>>26 == 0b100101 && weftIsRace(p+uintptr(int32(word<<6)>>4)) {
				return true
			}
		}
		return false
	}
	return true // it is not known
}

func weftIsRace(pc uintptr) bool {
	f := findfunc(pc)
	return f.valid() && f.entry() == pc && stringslite.HasPrefix(funcname(f), "runtime.race")
}
