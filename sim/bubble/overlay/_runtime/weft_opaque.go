// Code that no compiler of Go has made: what it reads and writes is not seen.

package runtime

import (
	"internal/abi"
	"unsafe"
)

// weftOpaque returns the functions of the program, and of what it depends on but for the
// standard library, that are written in assembly, and those through which it calls C.
func weftOpaque() []string {
	var names []string
	for _, md := range activeModules() {
		for i := range max(0, len(md.ftab)-1) { // the last entry is the end
			f := md.funcAt(i)
			name := funcname(f)
			if f.flag&abi.FuncFlagAsm == 0 && !weftCallsC(name) {
				continue
			}
			if weftKindOf(f.entry()+1) >= weftProgram {
				names = append(names, name)
			}
		}
	}
	return names
}

func (md *moduledata) funcAt(i int) funcInfo {
	return funcInfo{(*_func)(unsafe.Pointer(&md.pclntable[md.ftab[i].funcoff])), md}
}

// weftCallsC reports whether cgo has made a function of this name to call one of C.
func weftCallsC(name string) bool {
	const mark = "._Cfunc_"
	for i := range max(0, len(name)-len(mark)) {
		if name[i:i+len(mark)] == mark {
			return true
		}
	}
	return false
}
