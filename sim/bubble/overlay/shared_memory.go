package overlay

import (
	"fmt"
	"strings"
)

// accesses lets a run be watched that is compiled with the instrumentation of the race
// detector, and not linked with it: the runtime and package internal/race say to Weft what
// they would say to the detector, while a run is watched. At other times that costs a look
// at a variable.
func accesses() []Edit {
	var edits []Edit
	// Where the runtime says something to the detector.
	for _, f := range [...]struct {
		file  string
		times int
	}{
		{"chan.go", 11}, {"select.go", 8}, {"slice.go", 3}, {"string.go", 3}, {"map.go", 6}, {"iface.go", 2}, {"mbarrier.go", 2},
	} {
		edits = append(edits, Edit{
			File: "runtime/" + f.file, Why: "what the runtime reads, writes and orders is seen",
			Find: "if raceenabled", Put: "if (raceenabled || weftSees)", Times: f.times,
		})
	}
	for _, f := range [...][2]string{
		{"raceReadObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr)", "weftObjectPC(t, addr, callerpc, false)"},
		{"raceWriteObjectPC(t *_type, addr unsafe.Pointer, callerpc, pc uintptr)", "weftObjectPC(t, addr, callerpc, true)"},
		{"racewritepc(addr unsafe.Pointer, callerpc, pc uintptr)", "weftWritePC(addr, callerpc, pc)"},
		{"racereadpc(addr unsafe.Pointer, callerpc, pc uintptr)", "weftReadPC(addr, callerpc, pc)"},
		{"racereadrangepc(addr unsafe.Pointer, sz, callerpc, pc uintptr)", "weftTouched(addr, sz, callerpc, false)"},
		{"racewriterangepc(addr unsafe.Pointer, sz, callerpc, pc uintptr)", "weftTouched(addr, sz, callerpc, true)"},
		{"raceacquire(addr unsafe.Pointer)", "weftEdge(getg(), addr, weftAcquires)"},
		{"raceacquireg(gp *g, addr unsafe.Pointer)", "weftEdge(gp, addr, weftAcquires)"},
		{"racerelease(addr unsafe.Pointer)", "weftEdge(getg(), addr, weftReleases)"},
		{"racereleaseg(gp *g, addr unsafe.Pointer)", "weftEdge(gp, addr, weftReleases)"},
		{"racereleaseacquire(addr unsafe.Pointer)", "weftEdge(getg(), addr, weftExchanges)"},
		{"racereleaseacquireg(gp *g, addr unsafe.Pointer)", "weftEdge(gp, addr, weftExchanges)"},
		{"racereleasemerge(addr unsafe.Pointer)", "weftEdge(getg(), addr, weftMerges)"},
	} {
		name, _, _ := strings.Cut(f[0], "(")
		edits = append(edits, Edit{
			File: "runtime/race0.go", Why: name + " says it to Weft",
			Find: "func " + name + "(",
			Put:  "func " + f[0] + " { " + f[1] + " }\nfunc weftNo_" + name + "(",
		})
	}
	edits = append(edits,
		Edit{
			File: "runtime/malloc.go", Why: "what lay in memory before is forgotten",
			Find: "	if raceenabled {\n		racemalloc(x, size-asanRZ)\n	}\n",
			Put:  "	if raceenabled {\n		racemalloc(x, size-asanRZ)\n	}\n	if weftSees {\n		weftForget(x, size-asanRZ)\n	}\n",
		},
		Edit{
			File: "runtime/time.go", Why: "what was before a timer is set happens before it fires",
			Find: "	if raceenabled {\n		racerelease(unsafe.Pointer(&t.timer))\n	}\n",
			Put:  "	if raceenabled || weftSees {\n		racerelease(unsafe.Pointer(&t.timer))\n	}\n", Times: 2,
		},
		Edit{
			File: "runtime/time.go", Why: "it happens before it fires: the beginning",
			Find: "	if raceenabled {\n		// Note that we are running on a system stack,\n",
			Put:  "	if weftSees {\n		weftFires(t, bubble)\n	}\n	if raceenabled {\n		// Note that we are running on a system stack,\n",
		},
		Edit{
			File: "runtime/time.go", Why: "it happens before it fires: the end",
			Find: "	if raceenabled {\n		gp := getg()\n		gp.racectx = 0\n	}\n",
			Put:  "	if weftSees {\n		weftFired(bubble)\n	}\n	if raceenabled {\n		gp := getg()\n		gp.racectx = 0\n	}\n",
		},
		Edit{
			File: "runtime/synctest.go", Why: "what all others have done happens before Wait returns",
			Find: "	if raceenabled {\n		raceacquireg(gp, gp.bubble.raceaddr())\n	}\n}\n",
			Put:  "	if raceenabled {\n		raceacquireg(gp, gp.bubble.raceaddr())\n	}\n	if weftSees {\n		weftWaited(gp)\n	}\n}\n",
		},
		Edit{
			File: "internal/race/norace.go", Why: "the standard library says to Weft what it would say to the race detector",
			Find: "const Enabled = false\n",
			Put: `// Enabled says that a run is watched.
var Enabled bool

//go:linkname weftAcquire
func weftAcquire(addr unsafe.Pointer)

//go:linkname weftRelease
func weftRelease(addr unsafe.Pointer)

//go:linkname weftReleaseMerge
func weftReleaseMerge(addr unsafe.Pointer)

//go:linkname weftDisable
func weftDisable()

//go:linkname weftEnable
func weftEnable()

//go:linkname weftTouchPC
func weftTouchPC(addr unsafe.Pointer, callerpc uintptr, writes bool)

//go:linkname weftObjectPC
func weftObjectPC(t *abi.Type, addr unsafe.Pointer, callerpc uintptr, writes bool)
`,
		})
	for _, f := range [...][2]string{
		{"Acquire(addr unsafe.Pointer)", "weftAcquire(addr)"},
		{"Release(addr unsafe.Pointer)", "weftRelease(addr)"},
		{"ReleaseMerge(addr unsafe.Pointer)", "weftReleaseMerge(addr)"},
		{"Disable()", "weftDisable()"},
		{"Enable()", "weftEnable()"},
		{"ReadPC(addr unsafe.Pointer, callerpc, pc uintptr)", "weftTouchPC(addr, callerpc, false)"},
		{"ReadObjectPC(t *abi.Type, addr unsafe.Pointer, callerpc, pc uintptr)", "weftObjectPC(t, addr, callerpc, false)"},
		{"WritePC(addr unsafe.Pointer, callerpc, pc uintptr)", "weftTouchPC(addr, callerpc, true)"},
		{"WriteObjectPC(t *abi.Type, addr unsafe.Pointer, callerpc, pc uintptr)", "weftObjectPC(t, addr, callerpc, true)"},
	} {
		name, _, _ := strings.Cut(f[0], "(")
		edits = append(edits, Edit{
			File: "internal/race/norace.go", Why: name + " says it to Weft",
			Find: "func " + f[0] + " {\n}\n",
			Put:  "func " + f[0] + " {\n	if Enabled {\n		" + f[1] + "\n	}\n}\n",
		})
	}
	return edits
}

// atomicTypes are those that the functions of package sync/atomic are for, with the
// operations that each has.
var atomicTypes = [...][2]string{
	{"Int32", "int32"}, {"Int64", "int64"}, {"Uint32", "uint32"}, {"Uint64", "uint64"}, {"Uintptr", "uintptr"}, {"Pointer", "unsafe.Pointer"},
}

var atomicOperations = [...]struct{ name, in, out, args, how string }{
	{"Load", "", "(val T)", "", "0"},
	{"Store", ", val T", "", ", val", "1"},
	{"Swap", ", new T", "(old T)", ", new", "2"},
	{"Add", ", delta T", "(new T)", ", delta", "2"},
	{"And", ", mask T", "(old T)", ", mask", "2"},
	{"Or", ", mask T", "(old T)", ", mask", "2"},
	{"CompareAndSwap", ", old, new T", "(swapped bool)", ", old, new", "0"},
}

// atomicFunctions makes functions of package sync/atomic points, such as atomic.AddInt64.
// They are reached where the compiler calls them: in code with instrumentation, and in
// code without intrinsics. Elsewhere it puts instructions in their place.
func atomicFunctions() []Edit {
	edits := []Edit{}
	for _, t := range atomicTypes {
		for _, o := range atomicOperations {
			if t[0] == "Pointer" && o.name != "Load" {
				continue // package runtime has these
			}
			name := o.name + t[0]
			edits = append(edits, Edit{
				File: "sync/atomic/asm.s", Why: name + " is a point where it is called",
				Find: "TEXT ·" + name + "(SB),NOSPLIT,$0\n",
				Put:  "TEXT ·" + name + "(SB),NOSPLIT,$0\n	JMP	·weft" + name + "(SB)\n",
			})
		}
	}
	// What package runtime does in their place must not be interrupted.
	for _, f := range [...]struct{ name, signature, how, raw, own string }{
		{"Store", "(ptr *unsafe.Pointer, new unsafe.Pointer) {\n", "weftAtomicStore", "	sync_atomic_StoreUintptr((", "	weftStoreUintptr(("},
		{"Swap", "(ptr *unsafe.Pointer, new unsafe.Pointer) unsafe.Pointer {\n", "weftAtomicUpdate", "unsafe.Pointer(sync_atomic_SwapUintptr((", "unsafe.Pointer(weftSwapUintptr(("},
		{
			"CompareAndSwap", "(ptr *unsafe.Pointer, old, new unsafe.Pointer) bool {\n", "weftAtomicLoad",
			"	return sync_atomic_CompareAndSwapUintptr((*uintptr)(noescape(unsafe.Pointer(ptr))), uintptr(old), uintptr(new))\n",
			"	swapped := weftCasUintptr((*uintptr)(noescape(unsafe.Pointer(ptr))), uintptr(old), uintptr(new))\n	weftPointerSwaps(unsafe.Pointer(ptr), sys.GetCallerPC(), swapped)\n	return swapped\n",
		},
	} {
		signature := "func sync_atomic_" + f.name + "Pointer" + f.signature
		edits = append(edits, Edit{
			File: "runtime/atomic_pointer.go", Why: f.name + "Pointer is a point where the program calls it",
			Find: signature,
			Put:  signature + "	weftPointer(unsafe.Pointer(ptr), sys.GetCallerPC(), " + f.how + ")\n",
		}, Edit{
			File: "runtime/atomic_pointer.go", Why: f.name + "Uintptr is a point, and not here",
			Find: f.raw, Put: f.own,
		})
	}
	return append(edits, Edit{
		File: "runtime/atomic_pointer.go", Why: "for the place of the call",
		Find: "	\"internal/runtime/atomic\"\n",
		Put:  "	\"internal/runtime/atomic\"\n	\"internal/runtime/sys\"\n",
	})
}

// withoutIntrinsics lets packages be compiled without intrinsics, as those are in which
// functions of sync/atomic are to be calls: what the standard library has only as an
// intrinsic, and what is put into its callers there, does the same without.
func withoutIntrinsics() []Edit {
	return []Edit{{
		File: "crypto/internal/constanttime/constant_time.go", Why: "crypto/subtle works where it is compiled with a caller that has no intrinsics",
		Find: "	panic(\"unreachable; must be intrinsicified\")\n",
		Put:  "	if b {\n		return 1\n	}\n	return 0\n",
	}}
}

// atomicFile is a file of package sync/atomic: what its functions do where they are called.
// The operation itself is an instruction, since this package is compiled as ever.
func atomicFile() string {
	var b strings.Builder
	b.WriteString("//go:build !race\n\n// Functions, where they are called, are points.\n\npackage atomic\n\nimport \"unsafe\"\n\n")
	for _, t := range atomicTypes {
		for _, o := range atomicOperations {
			if t[0] == "Pointer" && o.name != "Load" {
				continue
			}
			op := "weftStore"
			if o.name == "Load" {
				op = "weftLoad"
			}
			in, out := strings.ReplaceAll(o.in, "T", t[1]), strings.ReplaceAll(o.out, "T", t[1])
			if out != "" {
				out += " "
			}
			fmt.Fprintf(&b, "func weft%s%s(addr *%s%s) %s{\n", o.name, t[0], t[1], in, out)
			fmt.Fprintf(&b, "	weftPoint(%s, unsafe.Pointer(addr))\n	weftOrder(%s, unsafe.Pointer(addr))\n", op, o.how)
			call := fmt.Sprintf("%s%s(addr%s)", o.name, t[0], o.args)
			switch {
			case o.name == "CompareAndSwap":
				fmt.Fprintf(&b, "	swapped = %s\n	if swapped {\n		weftOrder(3, unsafe.Pointer(addr))\n	} else {\n		weftFailed(unsafe.Pointer(addr))\n	}\n	return\n", call)
			case out == "":
				fmt.Fprintf(&b, "	%s\n", call)
			default:
				fmt.Fprintf(&b, "	return %s\n", call)
			}
			b.WriteString("}\n\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
