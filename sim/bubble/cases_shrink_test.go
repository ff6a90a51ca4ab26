package bubble_test

import (
	"sync"
	"testing"

	"weft/sim/bubble"
	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/order"
)

// feed has two locks, which its readers take in opposite orders once it is closed.
type feed struct {
	state, buffer sync.Mutex
	closed        bool
	n             int
	more          chan bool
}

func (s *feed) read() bool {
	for {
		s.state.Lock()
		if s.closed {
			s.buffer.Lock()
			empty := s.n == 0
			s.buffer.Unlock()
			if empty {
				s.state.Unlock()
				return false
			}
		}
		s.state.Unlock()
		s.buffer.Lock()
		if s.n > 0 {
			s.n--
			s.state.Lock() // to tell the other side
			s.state.Unlock()
			s.buffer.Unlock()
			return true
		}
		s.buffer.Unlock()
		<-s.more
	}
}

// twoReaders read a feed that a pump fills and closes.
func twoReaders() {
	s := &feed{more: make(chan bool, 1)}
	in, ack := make(chan int), make(chan int)
	go func() {
		for i := range 30 {
			in <- i
			<-ack
		}
		close(in)
	}()
	go func() {
		for range in {
			s.buffer.Lock()
			s.n++
			s.buffer.Unlock()
			select {
			case s.more <- true:
			default:
			}
			ack <- 0
		}
		s.state.Lock()
		s.closed = true
		s.state.Unlock()
		close(s.more)
	}()
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for s.read() {
			}
		})
	}
	wg.Wait()
}

// Two switches near the end of a long run do, none of which is in the schedule that a seed
// finds: taking turns away from it comes to more than a hundred.
func TestShrinkBeyondTheSchedule(t *testing.T) {
	controlled(t)
	engine := bubble.Engine(twoReaders)
	for seed := range uint64(1000) {
		run := order.RunOnce(engine, order.Random(seed))
		if !run.Failed() {
			continue
		}
		got, err := explain.Shrink(t.Context(), engine, run.Schedule(), explore.WithRuns(explore.DefaultRuns))
		if err != nil {
			t.Fatal(err)
		}
		if got.Switches > 2 || got.Before < 100 {
			t.Errorf("%d switches were shrunk to %d in %d runs: %s", got.Before, got.Switches, got.Runs, got.Schedule)
		}
		return
	}
	t.Fatal("no seed fails")
}
