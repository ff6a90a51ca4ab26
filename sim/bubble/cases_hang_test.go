package bubble_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"weft/sim/bubble"
)

// hanging are tests in which somebody goes on alone while others wait, or waits for ever
// behind who spins.
var hanging = map[string]func(t *testing.T){
	// A goroutine that ticks for ever, and a waiter whose signal is lost in one order.
	"ticker": func(t *testing.T) {
		bubble.Check(t, func(t *bubble.T) {
			stop := make(chan bool)
			defer close(stop)
			go func() {
				bubble.Name("ticker")
				tick := time.NewTicker(time.Second) // hang: ticker made
				defer tick.Stop()
				for {
					select { // hang: ticker
					case <-tick.C:
					case <-stop:
						return
					}
				}
			}()
			var ready atomic.Bool
			signal := make(chan bool)
			go func() {
				bubble.Name("signaller")
				ready.Store(true)
				select {
				case signal <- true:
				default: // nobody waits yet
				}
			}()
			if !ready.Load() {
				<-signal // hang: lost signal
			}
		})
	},
	// The same with small limits, as the length of a run goes.
	"lengths": func(t *testing.T) {
		for _, n := range []int{1_000, 2_000, 4_000, 8_000} {
			t.Run(strconv.Itoa(n), func(t *testing.T) {
				bubble.CheckWith(t, []bubble.Option{bubble.WithStepLimit(n)}, func(t *bubble.T) {
					stop := make(chan bool)
					defer close(stop)
					go func() {
						bubble.Name("ticker")
						for {
							select {
							case <-time.After(time.Second):
							case <-stop:
								return
							}
						}
					}()
					signal := make(chan bool)
					go func() {
						select {
						case signal <- true:
						default:
						}
					}()
					<-signal // hang: lost signal, with a limit
				})
			})
		}
	},
	// A spin lock of the functions of sync/atomic, held across a point.
	"spin lock": func(t *testing.T) {
		bubble.Check(t, func(t *bubble.T) {
			var held int32
			var mu sync.Mutex
			n := 0
			work := func() {
				for !atomic.CompareAndSwapInt32(&held, 0, 1) { // hang: spin lock
				}
				mu.Lock() // hang: in the spin lock
				n++
				mu.Unlock()
				atomic.StoreInt32(&held, 0)
			}
			var wg sync.WaitGroup
			wg.Go(work)
			wg.Go(work)
			wg.Wait() // hang: wait group
		})
	},
	// The same with a method, which is a point, and nobody who gives the lock back.
	"spin for ever": func(t *testing.T) {
		bubble.Check(t, func(t *bubble.T) {
			var held atomic.Int32
			var wg sync.WaitGroup
			work := func() {
				for !held.CompareAndSwap(0, 1) { // hang: spins for ever
				}
			}
			wg.Go(work)
			wg.Go(work)
			wg.Wait() // hang: waits for one that spins
		})
	},
	// A pool whose lock spins: close wakes nobody.
	"pool": func(t *testing.T) {
		bubble.Check(t, func(t *bubble.T) {
			p := &pool{}
			p.cond = sync.NewCond(p)
			var wg sync.WaitGroup
			wg.Go(p.take)
			wg.Go(p.close)
			wg.Wait() // hang: pool
		})
	},
	// A registry behind a lock of the package.
	"package lock": func(t *testing.T) {
		bubble.Check(t, func(t *bubble.T) {
			var wg sync.WaitGroup
			for i := range 4 {
				wg.Go(func() {
					gateLock.Lock()
					defer gateLock.Unlock()
					gate.Add(int64(i))
				})
			}
			wg.Wait()
		})
	},
}

var (
	gateLock sync.Mutex
	gate     atomic.Int64
)

// TestHanging is for those below, which run it.
func TestHanging(t *testing.T) {
	test := hanging[os.Getenv("BUBBLE_HANGS")]
	if test == nil {
		t.Skip("for other tests")
	}
	test(t)
}

// hangs runs one of these tests with default settings, in a folder of its own. The command
// ends long before a run could come to its step limit.
func hangs(t *testing.T, which string) (text string, passed bool) {
	t.Helper()
	controlled(t)
	if bubble.RaceDetector {
		t.Skip("with the race detector it takes minutes, and shows nothing else")
	}
	binary, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-test.run=^TestHanging$", "-test.v", "-test.timeout=5m")
	own := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WEFT_") && !strings.HasPrefix(v, "WEFT_MEMORY=") })
	cmd.Dir, cmd.Env = t.TempDir(), append(own, "BUBBLE_HANGS="+which)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// A signal is lost beside a ticker: it ends early, and says who waits and what ticks. No
// names of the report are longer with the run.
func TestLostSignalBesideATicker(t *testing.T) {
	const file = "cases_hang_test.go"
	text, passed := hangs(t, "ticker")
	if passed {
		t.Fatalf("it passed:\n%s", text)
	}
	wants(t, text, "FAILS: stall: main has waited since 0s at "+placeOf(t, file, "hang: lost signal")+" to receive from signal\n",
		"Only timers go on: for 10,000 ticks, from 1s to 2h46m41s, nothing else has happened\n", "main waits for chan signal since 0s ("+placeOf(t, file, "hang: lost signal")+")",
		"ticker comes back to select ("+placeOf(t, file, "hang: ticker")+"), woken by the timer made at",
		placeOf(t, file, "hang: ticker made"), "(1 switch)", "The nearest passing run", "No simpler order fails in the same way.",
		" change places.", "It passes with schedule w1,", "── and so on: only timers go on ──", "kept in  ")
}

// So it does at a step limit, of whatever length the run is.
func TestLostSignalWithAStepLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	text, passed := hangs(t, "lengths")
	if passed {
		t.Fatalf("it passed:\n%s", text)
	}
	for _, n := range []string{"997", "1,997", "3,997", "7,997"} {
		wants(t, text, "Only timers go on: for "+n+" ticks, from 1s to ")
	}
	place := "main waits for chan signal since 0s (" + placeOf(t, "cases_hang_test.go", "hang: lost signal, with a limit") + ")"
	if n := strings.Count(text, place); n < 4 {
		t.Errorf("%d times, want 4: %q in\n%s", n, place, text)
	}
}

// A spin lock without Gosched works where the functions of sync/atomic are points. Where
// they are none, who spins is named, with the place of the loop and who has the lock.
func TestSpinLockWithoutGosched(t *testing.T) {
	const file = "cases_hang_test.go"
	text, passed := hangs(t, "spin lock")
	if bubble.WatchesMemory() {
		if !passed {
			t.Errorf("it failed:\n%s", text)
		}
		wants(t, text, ": 1 outcome")
		return
	}
	if passed {
		t.Fatalf("it passed:\n%s", text)
	}
	text = strings.Join(strings.Fields(text), " ") // wherever lines are broken
	wants(t, text, "FAILS: spin: ", " spins ("+placeOf(t, file, "hang: spin lock")+"): it goes round a loop without a point",
		"main waits for wait group wg since 0s ("+placeOf(t, file, "hang: wait group")+")",
		"waits for its turn since 0s ("+placeOf(t, file, "hang: in the spin lock")+")", "── nothing changes any more ──")
}

// Who spins for ever at a point is named, with the line and the variable.
func TestSpinsForEver(t *testing.T) {
	const file = "cases_hang_test.go"
	text, passed := hangs(t, "spin for ever")
	if passed {
		t.Fatalf("it passed:\n%s", text)
	}
	text = strings.Join(strings.Fields(text), " ")
	wants(t, text, "FAILS: spin: 1 goroutine spins, and nothing else can go on: nothing has changed for 10,000 steps, at 0s",
		" spins on atomic held ("+placeOf(t, file, "hang: spins for ever")+")",
		"main waits for wait group wg since 0s ("+placeOf(t, file, "hang: waits for one that spins")+")")
}

// Behind a lock that spins, a deadlock is told as one, with who hangs and where.
func TestCloseWakesNobody(t *testing.T) {
	text, passed := hangs(t, "pool")
	if passed {
		t.Fatalf("it passed:\n%s", text)
	}
	wants(t, text, "FAILS: deadlock: ", "At 0s nothing is ready and no timer is left:",
		"main waits for wait group wg since 0s ("+placeOf(t, "cases_hang_test.go", "hang: pool")+")",
		"waits for cond p.cond since 0s ("+placeOf(t, "spin_test.go", "spin: hangs")+")", "── nothing can go on ──")
}

// A lock of a package is no fault, on however many processors.
func TestPackageLockPasses(t *testing.T) {
	text, passed := hangs(t, "package lock")
	if !passed || strings.Contains(text, "kept from run to run") {
		t.Errorf("passed is %v:\n%s", passed, text)
	}
	wants(t, text, ": 1 outcome")
}
