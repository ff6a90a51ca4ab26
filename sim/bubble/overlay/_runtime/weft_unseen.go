//go:build race

// With the race detector, nothing is watched: it watches itself.

package runtime

import "unsafe"

const weftSees = false

type weftSeer struct{}
type weftClock struct{}

func (w *weftControl) sightBegins()                     {}
func (w *weftControl) sightEnds()                       {}
func (w *weftControl) sightSpawned(parent, gp *g)       {}
func (w *weftControl) sightWakes(by, gp *g)             {}
func (w *weftControl) sightGoes(gp *g)                  {}
func (w *weftControl) sightCollects(obj unsafe.Pointer) {}

func weftForget(p unsafe.Pointer, size uintptr) {}
func weftFires(t *timer, b *synctestBubble)     {}
func weftFired(b *synctestBubble)               {}
func weftWaited(gp *g)                          {}

//go:linkname atomic_weftOrder sync/atomic.weftOrder
//go:nosplit
func atomic_weftOrder(how uint8, obj unsafe.Pointer) {}

const (
	weftAtomicLoad = iota
	weftAtomicStore
	weftAtomicUpdate
)

//go:nosplit
func weftPointer(ptr unsafe.Pointer, pc uintptr, how uint8) {}

//go:nosplit
func weftPointerSwaps(ptr unsafe.Pointer, pc uintptr, swapped bool) {}

//go:nosplit
func weftStoreUintptr(ptr *uintptr, new uintptr) { sync_atomic_StoreUintptr(ptr, new) }

//go:nosplit
func weftSwapUintptr(ptr *uintptr, new uintptr) uintptr { return sync_atomic_SwapUintptr(ptr, new) }

//go:nosplit
func weftCasUintptr(ptr *uintptr, old, new uintptr) bool {
	return sync_atomic_CompareAndSwapUintptr(ptr, old, new)
}
