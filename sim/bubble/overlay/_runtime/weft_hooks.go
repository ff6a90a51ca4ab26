//go:build !race && !amd64

package runtime

import "internal/runtime/sys"

// What weft_hooks_amd64.s has for other processors.

//go:nosplit
func raceread(addr uintptr) {
	gp := getg()
	if stamp := gp.weft.seer.stamp; stamp != 0 {
		entry, key := weftLatelyAt(addr, stamp)
		if e := *entry ^ key; e>>weftLatelyStamp != 0 || e>>(addr&7)&weftReadBit == 0 {
			if pc := sys.GetCallerPC(); !weftReadsPlainly(addr, pc) {
				weftReads(addr, pc)
			}
		}
	} else if gp.weft.sight == weftSight.run {
		weftReads(addr, sys.GetCallerPC())
	}
}

//go:nosplit
func racewrite(addr uintptr) {
	gp := getg()
	if stamp := gp.weft.seer.stamp; stamp != 0 {
		entry, key := weftLatelyAt(addr, stamp)
		if e := *entry ^ key; e>>weftLatelyStamp != 0 || e>>(addr&7)&weftWriteBit == 0 {
			if pc := sys.GetCallerPC(); !weftWritesPlainly(addr, pc) {
				weftWrites(addr, pc)
			}
		}
	} else if gp.weft.sight == weftSight.run {
		weftWrites(addr, sys.GetCallerPC())
	}
}
