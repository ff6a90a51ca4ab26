package watermill_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"

	"weft/sim/bubble"
	"weft/sim/bubble/libraries/internal/bug"
	"weft/sim/explore"
	"weft/sim/order"
)

// TestAck: Publish that waits for the acknowledgement returns after every subscriber has
// taken the message, also the one that refused it at first; each sees the messages in
// the order in which they were published.
func TestAck(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		bus := gochannel.NewGoChannel(gochannel.Config{BlockPublishUntilSubscriberAck: true}, watermill.NopLogger{})
		var mu sync.Mutex
		taken := map[string][]string{}
		var wg sync.WaitGroup
		for _, name := range []string{"patient", "picky"} {
			messages, err := bus.Subscribe(context.Background(), "orders")
			if err != nil {
				t.Fatal(err)
			}
			wg.Go(func() {
				refused := false
				for m := range messages {
					if name == "picky" && !refused {
						refused = true
						m.Nack()
						continue
					}
					mu.Lock()
					taken[name] = append(taken[name], m.UUID)
					mu.Unlock()
					m.Ack()
				}
			})
		}
		for _, id := range []string{"1", "2"} {
			if err := bus.Publish("orders", message.NewMessage(id, nil)); err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			for _, name := range []string{"patient", "picky"} {
				if !slices.Contains(taken[name], id) {
					t.Errorf("Publish of %s has returned, and %s has not taken it", id, name)
				}
			}
			mu.Unlock()
		}
		if err := bus.Close(); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		for name, ids := range taken {
			if !slices.Equal(ids, []string{"1", "2"}) {
				t.Errorf("%s has taken %v", name, ids)
			}
		}
	}, explore.WithRuns(1000))
}

// TestLeave: a subscriber that leaves in the middle of a message holds up neither the
// publisher nor the other one.
func TestLeave(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		bus := gochannel.NewGoChannel(gochannel.Config{BlockPublishUntilSubscriberAck: true}, watermill.NopLogger{})
		ctx, leave := context.WithCancel(context.Background())
		leaving, err := bus.Subscribe(ctx, "orders")
		if err != nil {
			t.Fatal(err)
		}
		staying, err := bus.Subscribe(context.Background(), "orders")
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			<-leaving // and never answers
			time.Sleep(time.Second)
			leave()
		})
		count := 0
		wg.Go(func() {
			for m := range staying {
				count++
				m.Ack()
			}
		})
		for range 2 {
			if err := bus.Publish("orders", message.NewMessage("m", nil)); err != nil {
				t.Fatal(err)
			}
		}
		bus.Close()
		wg.Wait()
		if count != 2 {
			t.Errorf("the one that stayed has taken %d messages", count)
		}
	}, explore.WithRuns(1000))
}

// TestCloseWhilePublishing shows a bug of watermill v1.5.1: Publish of a persistent
// channel asks whether it is closed, and then writes to a map that Close sets to nil in
// between.
func TestCloseWhilePublishing(t *testing.T) {
	bug.Find(t, order.Panicked, "assignment to entry in nil map", func() {
		bus := gochannel.NewGoChannel(gochannel.Config{Persistent: true}, watermill.NopLogger{})
		done := make(chan struct{})
		go func() {
			defer close(done)
			bus.Publish("orders", message.NewMessage("1", nil))
		}()
		bus.Close()
		<-done
	}, explore.WithRuns(5000))
}
