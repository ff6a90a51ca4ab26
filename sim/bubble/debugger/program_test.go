package debugger

import (
	"os"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
)

// TestWithdraw passes in every order, and says what is left: in some orders, one
// withdrawal is lost.
func TestWithdraw(t *testing.T) {
	var options []bubble.Option
	busy := 0
	if os.Getenv(stopped) != "" {
		// The watchdog would take this for a loop, if it did not notice the debugger.
		options, busy = append(options, bubble.WithWatchdog(time.Millisecond)), 100_000_000
	}
	bubble.CheckWith(t, options, func(t *bubble.T) {
		for range busy {
		}
		var mu sync.Mutex
		balance := 100
		withdraw := func(amount int) {
			mu.Lock()
			seen := balance
			mu.Unlock()
			mu.Lock()               // and in between?
			balance = seen - amount // the debugger stops here
			mu.Unlock()
		}
		var wg sync.WaitGroup
		wg.Go(func() { withdraw(30) })
		wg.Go(func() { withdraw(20) })
		wg.Wait()
		bubble.Println("left", balance)
	})
}
