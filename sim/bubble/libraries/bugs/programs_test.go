package bugs

import (
	"runtime"
	"time"

	"github.com/alitto/pond"
	"github.com/asaskevich/EventBus"
	"github.com/benbjohnson/clock"
	"github.com/cskr/pubsub"
	"github.com/dgraph-io/ristretto"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/jellydator/ttlcache/v3"
	"golang.org/x/sync/singleflight"

	"weft/sim/bubble"
)

// A bug is a program that has it.
type bug struct {
	name    string
	program func(t *bubble.T)
}

var bugs = []bug{
	{"eventbus", publishFromAHandler},
	{"lru", nobodyEndsTheCleaner},
	{"mock-clock", afterBesideAdd},
	{"pond", submitBesideStop},
	{"pubsub", pubBesideShutdown},
	{"ristretto-after", setAfterClose},
	{"ristretto-beside", setBesideClose},
	{"singleflight-goexit", exitInACall},
	{"singleflight-panic", panicInACall},
	{"ttlcache", stopTwice},
}

// publishFromAHandler is asaskevich/EventBus#35: handlers are called with the lock of the
// bus held, and one that publishes waits for itself.
func publishFromAHandler(t *bubble.T) {
	bus := EventBus.New()
	bus.Subscribe("sum", func(a, b int) {
		if a == 20 {
			bus.Publish("sum", a+1, b)
		}
	})
	bus.Publish("sum", 20, 40)
}

// nobodyEndsTheCleaner is hashicorp/golang-lru#159: a cache whose entries expire has a
// goroutine that nobody can end.
func nobodyEndsTheCleaner(t *bubble.T) {
	cache := expirable.NewLRU[string, int](2, nil, time.Second)
	cache.Add("a", 1)
	if _, ok := cache.Get("a"); !ok {
		t.Error("it is gone")
	}
}

// afterBesideAdd is the program of benbjohnson/clock#57: two that move the time of a mock
// fire one timer twice, and the second time there is no room for it.
func afterBesideAdd(t *bubble.T) {
	mock := clock.NewMock()
	done := make(chan bool)
	go func() {
		defer close(done)
		mock.After(0)
	}()
	mock.Add(time.Millisecond)
	<-done
}

// submitBesideStop is alitto/pond#43: a task that is submitted while the pool is stopped
// comes to a wait group, or to a channel, that is over.
func submitBesideStop(t *bubble.T) {
	pool := pond.New(1, 0)
	done := make(chan bool)
	go func() {
		defer close(done)
		pool.TrySubmit(func() {})
	}()
	pool.StopAndWait()
	<-done
}

// pubBesideShutdown is of cskr/pubsub: whoever publishes when the hub was shut down waits
// for ever.
func pubBesideShutdown(t *bubble.T) {
	hub := pubsub.New(1)
	news := hub.Sub("news")
	done := make(chan bool)
	go func() {
		defer close(done)
		hub.Pub("hello", "news")
	}()
	hub.Shutdown()
	for range news {
	}
	<-done
}

func newCache(t *bubble.T) *ristretto.Cache {
	cache, err := ristretto.NewCache(&ristretto.Config{NumCounters: 10, MaxCost: 10, BufferItems: 64})
	if err != nil {
		t.Fatal(err)
	}
	return cache
}

// setAfterClose is dgraph-io/ristretto#202: what is set when the cache was closed is sent to
// a closed channel.
func setAfterClose(t *bubble.T) {
	cache := newCache(t)
	cache.Close()
	cache.Set("a", 1, 1)
}

// setBesideClose is dgraph-io/ristretto#286: the same where the two go on side by side.
func setBesideClose(t *bubble.T) {
	cache := newCache(t)
	done := make(chan bool)
	go func() {
		cache.Set("a", 1, 1)
		close(done)
	}()
	cache.Close()
	<-done
}

// panicInACall is golang/go#33519: if the function panics, whoever waits for the same call
// waits for ever.
func panicInACall(t *bubble.T) {
	var group singleflight.Group
	call := func() {
		defer func() { recover() }()
		group.Do("key", func() (any, error) { panic("no") })
	}
	done := make(chan bool)
	go func() {
		call()
		close(done)
	}()
	call()
	<-done
}

// exitInACall is golang/go#67087: if the function ends its goroutine, no result ever comes.
func exitInACall(t *bubble.T) {
	var group singleflight.Group
	<-group.DoChan("key", func() (any, error) {
		runtime.Goexit() // as t.FailNow does
		return nil, nil
	})
}

// stopTwice is jellydator/ttlcache#175: to stop a cache that is not running, or was stopped
// before, takes for ever.
func stopTwice(t *bubble.T) {
	cache := ttlcache.New[string, int](ttlcache.WithTTL[string, int](time.Minute))
	go cache.Start()
	cache.Stop()
	cache.Stop()
}
