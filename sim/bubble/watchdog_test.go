package bubble_test

import (
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/order"
)

// What never comes to a point ends its run, with its name and where it is. The next run
// of the same runner is none the worse. What is stuck here stays so until the test lets
// it go, however long that takes.
func TestWatchdog(t *testing.T) {
	controlled(t)
	if testing.Short() {
		t.Skip("it waits for real")
	}
	var stop int32
	defer atomic.StoreInt32(&stop, 1)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, c := range []struct {
		name, task, says string
		program          func()
	}{
		{"a computation without a point", "compute", "bubble/watchdog_test.go:", func() {
			go compute(&stop)
			time.Sleep(time.Second)
		}},
		{"input that never comes", "", "main waits for input or output of the operating system", func() {
			c, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				panic(err)
			}
			c.Read(make([]byte, 1))
		}},
	} {
		var hang atomic.Bool
		r := bubble.Engine(func() {
			if hang.Load() {
				c.program()
			}
		}, bubble.WithWatchdog(2*time.Second)).Runner()
		hang.Store(true)
		run := r.Run(order.Default(), 0)
		stuck, ok := errors.AsType[*bubble.StuckError](run.Err)
		if !ok || run.End != order.StuckEnd || stuck.Task != c.task || !strings.Contains(run.Err.Error(), c.says) {
			t.Errorf("%s: %s: %v", c.name, run.End, run.Err)
		}
		hang.Store(false)
		if again := r.Run(order.Default(), 0); again.Failed() {
			t.Errorf("%s: the run behind it: %v", c.name, again.Err)
		}
		r.Close()
	}
}

// compute is in another state with each round, and so does not only spin.
func compute(stop *int32) {
	for n := uint64(1); !stopped(stop) && n > 0; n++ {
	}
}

//go:norace
//go:noinline
func stopped(stop *int32) bool { return *stop != 0 }
