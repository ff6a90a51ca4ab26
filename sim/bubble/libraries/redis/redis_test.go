package redis_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"weft/sim/bubble"
	"weft/sim/explore"
)

func client(s *server, size int, poolTimeout time.Duration) *redis.Client {
	return redis.NewClient(&redis.Options{
		Addr:                     "memory:6379",
		Dialer:                   s.dial,
		Protocol:                 2,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
		PoolSize:                 size,
		PoolTimeout:              poolTimeout,
		MaxRetries:               -1,
		ContextTimeoutEnabled:    true,
	})
}

// TestTimeout: one command is given up at the very instant at which its reply comes.
// Whoever gets that connection next does not read the reply that was meant for another.
func TestTimeout(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		s := &server{values: map[string]string{"slow": "late", "a": "1", "b": "2"}}
		c := client(s, 1, time.Minute)
		defer c.Close()
		var wg sync.WaitGroup
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			v, err := c.Get(ctx, "slow").Result()
			switch {
			case err == nil && v == "late":
				t.Sometimes("the reply comes first", true)
			case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded):
				t.Sometimes("the deadline comes first", true)
			default:
				t.Errorf("slow is %q, %v", v, err)
			}
		})
		for key, want := range map[string]string{"a": "1", "b": "2"} {
			wg.Go(func() {
				if v, err := c.Get(t.Context(), key).Result(); err != nil || v != want {
					t.Errorf("%s is %q, %v, want %q", key, v, err, want)
				}
			})
		}
		wg.Wait()
	}, explore.WithRuns(500))
}

// TestPipeline: the replies of a pipeline belong to it, in its order, whoever else
// sends in between.
func TestPipeline(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		s := &server{values: map[string]string{}}
		c := client(s, 2, time.Minute)
		defer c.Close()
		var wg sync.WaitGroup
		for _, key := range []string{"a", "b"} {
			wg.Go(func() {
				p := c.Pipeline()
				mine := p.Incr(t.Context(), key)
				shared := p.Incr(t.Context(), "both")
				again := p.Incr(t.Context(), key)
				if _, err := p.Exec(t.Context()); err != nil {
					t.Error(err)
				}
				if mine.Val() != 1 || again.Val() != 2 || shared.Val() != 1 && shared.Val() != 2 {
					t.Errorf("%s: %d, %d, %d", key, mine.Val(), shared.Val(), again.Val())
				}
			})
		}
		wg.Wait()
		if v, err := c.Get(t.Context(), "both").Int(); v != 2 || err != nil {
			t.Errorf("both is %d, %v", v, err)
		}
	}, explore.WithRuns(500))
}

// TestPoolTimeout: who waits for a connection longer than the pool permits is told so
// then, and takes no place in the pool with it.
func TestPoolTimeout(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		s := &server{values: map[string]string{"slow": "late", "a": "1"}}
		c := client(s, 1, 500*time.Millisecond)
		defer c.Close()
		var wg sync.WaitGroup
		wg.Go(func() {
			if v, err := c.Get(t.Context(), "slow").Result(); err != nil || v != "late" {
				t.Errorf("slow is %q, %v", v, err)
			}
		})
		time.Sleep(100 * time.Millisecond)
		start := time.Now()
		_, err := c.Get(t.Context(), "a").Result()
		if !errors.Is(err, redis.ErrPoolTimeout) {
			t.Errorf("a: %v", err)
		}
		if waited := time.Since(start); waited != 500*time.Millisecond {
			t.Errorf("it waited for %v", waited)
		}
		wg.Wait()
		if v, err := c.Get(t.Context(), "a").Result(); err != nil || v != "1" {
			t.Errorf("a is %q, %v", v, err)
		}
		if s.conns != 1 {
			t.Errorf("%d connections", s.conns)
		}
	}, explore.WithRuns(500))
}
