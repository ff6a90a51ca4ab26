package sim

import (
	"testing"
	"unsafe"
)

// A task lies in a piece of memory of 896 bytes, and the next larger ones have 1024: that
// shows where there are a million of them.
func TestTaskFitsItsMemory(t *testing.T) {
	if size := unsafe.Sizeof(Task[None]{}); unsafe.Sizeof(uintptr(0)) == 8 && size > 896 {
		t.Errorf("a task takes %d bytes", size)
	}
}
