//go:build unix

package bubble_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"weft/sim/bubble"
	"weft/sim/order"
	"weft/trace"
)

// mapped makes room for locks in memory that is not Go's.
func mapped(t *testing.T) (locks []sync.Mutex, unmap func()) {
	data, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	return unsafe.Slice((*sync.Mutex)(unsafe.Pointer(&data[0])), 64), func() {
		if err := syscall.Munmap(data); err != nil {
			t.Fatal(err)
		}
	}
}

// lockers is a program whose locks lie in memory that it has mapped before the run, and
// in such that it maps and gives back.
func lockers(t *testing.T, before []sync.Mutex) func() {
	return func() {
		for range 3 {
			locks, unmap := mapped(t)
			var wg sync.WaitGroup
			for i := range 3 {
				wg.Go(func() {
					for _, l := range []*sync.Mutex{&before[i%2], &locks[7]} {
						l.Lock()
						l.Unlock()
					}
				})
			}
			wg.Wait()
			unmap()
		}
	}
}

// told describes a run by what must be the same in each: hash, schedule, and objects.
func told(r *order.Run) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v %x %s %q\n", r.Err, r.Hash, r.Schedule(), r.Untracked)
	for _, s := range r.Footprints {
		fmt.Fprintln(&b, s.Name, s.Touches)
	}
	return b.String()
}

// Locks in memory that is not Go's are named by who is first to use them in a run, and
// so are called the same in each run and in each process, wherever the memory lies.
func TestLocksInMappedMemory(t *testing.T) {
	controlled(t)
	var texts []string
	for seed := range uint64(3) {
		var first string
		for k := range 5 {
			// Each time at another place: those before stay mapped.
			before, unmap := mapped(t)
			defer unmap()
			r := order.RunOnce(bubble.Engine(lockers(t, before)), order.Random(seed))
			text := told(r)
			if strings.Contains(text, "{mutex global") || !strings.Contains(text, ":1? writes") {
				t.Fatal(text)
			}
			if k == 0 {
				first = text
			} else if text != first {
				t.Fatalf("seed %d, run %d:\n%s\nrun 1:\n%s", seed, k+1, text, first)
			}
		}
		texts = append(texts, first)
	}
	const child = "WEFT_TEST_MAPPED"
	if os.Getenv(child) != "" {
		fmt.Print(child, strings.Join(texts, ""), child)
		return
	}
	for range 2 {
		c := exec.Command(os.Args[0], "-test.run=^TestLocksInMappedMemory$")
		c.Env = append(os.Environ(), child+"=1")
		out, err := c.CombinedOutput()
		if parts := strings.Split(string(out), child); err != nil || len(parts) != 3 || parts[1] != strings.Join(texts, "") {
			t.Fatalf("another process: %v\n%s\nwant\n%s", err, out, strings.Join(texts, ""))
		}
	}
}

// Memory that is given back and mapped again holds other locks, be its address the same
// or not.
func TestUnmappedLocksAreForgotten(t *testing.T) {
	controlled(t)
	if runtime.GOOS != "linux" {
		t.Skip("only there is it seen that memory is given back")
	}
	r := order.RunOnce(bubble.Engine(func() {
		for range 3 {
			locks, unmap := mapped(t)
			locks[0].Lock()
			locks[1].Lock()
			unmap()
		}
	}), order.Default())
	var names []string
	for _, e := range r.Trace().Events {
		if e.Kind == trace.Acquire {
			names = append(names, e.Object)
		}
	}
	want := []string{"mutex main:1?", "mutex main:2?", "mutex main:3?", "mutex main:4?", "mutex main:5?", "mutex main:6?"}
	if !slices.Equal(names, want) || len(r.Untracked) != 1 || r.Untracked[0] != "a mutex in memory that is not Go's" {
		t.Errorf("%q, untracked %q; want %q", names, r.Untracked, want)
	}
}
