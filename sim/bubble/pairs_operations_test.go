package bubble_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// stand is what the two operations of a pair have in common. The objects of a family are
// made before, by the goroutine that does the first one.
type stand struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	above  context.Context
	child  context.Context // of above
	drop   context.CancelCauseFunc
	below  context.CancelFunc
	timed  context.Context
	end    context.CancelFunc
	heard  context.Context // a function is to be called for it
	hear   context.CancelFunc
	stop   func() bool
	called chan string // by the functions of AfterFunc

	timer  *time.Timer
	after  *time.Timer
	ticker *time.Ticker

	mu, held sync.Mutex
	rw, kept sync.RWMutex
	read     sync.RWMutex
	n, r     int // under mu, under rw
	once     sync.Once
	value    func() string
	made     int // by value
	group    sync.WaitGroup
	busy     sync.WaitGroup
	cmu      sync.Mutex
	cond     *sync.Cond
	signs    int // under cmu
	pool     sync.Pool
	m        *sync.Map

	integer *atomic.Int64
	plain   *int64
	flag    *atomic.Bool
	any     *atomic.Value
	pointer *atomic.Pointer[string]

	open, room, full, none chan string
	done                   chan string // closed
	order                  map[string]int
	many                   map[int]bool
}

type keyOfPairs struct{}

// families make the objects.
var families = map[string]func(s *stand){
	"context": func(s *stand) {
		s.ctx, s.cancel = context.WithCancelCause(context.WithValue(context.Background(), keyOfPairs{}, "v"))
	},
	"contexts": func(s *stand) {
		s.above, s.drop = context.WithCancelCause(context.Background())
		s.child, s.below = context.WithCancel(s.above)
	},
	"deadline": func(s *stand) {
		s.timed, s.end = context.WithTimeout(context.Background(), tick)
	},
	"function": func(s *stand) {
		s.called = make(chan string, 4)
		s.heard, s.hear = context.WithCancel(context.Background())
		s.stop = context.AfterFunc(s.heard, func() { s.called <- "called" })
	},
	"timer": func(s *stand) { s.timer = time.NewTimer(tick) },
	"timer function": func(s *stand) {
		s.called = make(chan string, 4)
		s.after = time.AfterFunc(tick, func() { s.called <- "called" })
	},
	"ticker": func(s *stand) { s.ticker = time.NewTicker(tick) },
	"lock":   func(s *stand) { s.held.Lock() },
	"rw":     func(s *stand) { s.kept.Lock(); s.read.RLock() },
	"once": func(s *stand) {
		s.value = sync.OnceValue(func() string { s.made++; return fmt.Sprint(s.made) })
	},
	"group":           func(s *stand) { s.busy.Add(1) },
	"cond":            func(s *stand) { s.cond = sync.NewCond(&s.cmu) },
	"pool":            func(s *stand) { s.pool.New = func() any { return "new" } },
	"map":             func(s *stand) { s.m = new(sync.Map); s.m.Store("a", "0") },
	"atomic":          func(s *stand) { s.integer = new(atomic.Int64) },
	"atomic function": func(s *stand) { s.plain = new(int64) },
	"atomic flag":     func(s *stand) { s.flag = new(atomic.Bool) },
	"atomic value":    func(s *stand) { s.any = new(atomic.Value) },
	"atomic pointer":  func(s *stand) { s.pointer = new(atomic.Pointer[string]) },
	"chan":            func(s *stand) { s.open = make(chan string) },
	"select": func(s *stand) {
		s.open, s.full = make(chan string), make(chan string, 1)
		s.full <- "first"
	},
	"buffered": func(s *stand) { s.room = make(chan string, 1) },
	"full": func(s *stand) {
		s.full = make(chan string, 1)
		s.full <- "first"
	},
	"closed": func(s *stand) {
		s.done = make(chan string)
		close(s.done)
	},
	"runtime": func(s *stand) {
		s.order, s.many = map[string]int{"a": 1, "b": 2, "c": 3}, map[int]bool{}
		for n := range 20 {
			s.many[n] = true
		}
	},
}

// pairOperation is one of a pair. It returns what it has seen.
type pairOperation struct {
	family, name string
	do           func(s *stand, who string) any
}

func polled(c <-chan struct{}) string {
	select {
	case <-c:
		return "done"
	default:
		return "live"
	}
}

func tried(c <-chan string) string {
	select {
	case v, ok := <-c:
		return fmt.Sprint(v, ok)
	default:
		return "nothing"
	}
}

const tick = time.Millisecond

var pairOperations = []pairOperation{
	// Contexts.
	{"context", "cancel", func(s *stand, who string) any { s.cancel(errors.New(who)); return nil }},
	{"context", "poll", func(s *stand, who string) any { return polled(s.ctx.Done()) }},
	{"context", "receive from Done", func(s *stand, who string) any { <-s.ctx.Done(); return context.Cause(s.ctx) }},
	{"context", "Err", func(s *stand, who string) any { return s.ctx.Err() }},
	{"context", "Cause", func(s *stand, who string) any { return context.Cause(s.ctx) }},
	{"context", "AfterFunc and stop", func(s *stand, who string) any { return context.AfterFunc(s.ctx, func() {})() }},
	{"context", "a child", func(s *stand, who string) any {
		ctx, cancel := context.WithCancelCause(s.ctx)
		seen := polled(ctx.Done())
		cancel(errors.New(who))
		return fmt.Sprint(seen, context.Cause(ctx))
	}},
	{"context", "WithoutCancel", func(s *stand, who string) any {
		ctx := context.WithoutCancel(s.ctx)
		return fmt.Sprint(ctx.Err(), ctx.Done() == nil, context.Cause(ctx))
	}},
	{"context", "Value", func(s *stand, who string) any { return s.ctx.Value(keyOfPairs{}) }},
	{"context", "WithTimeout", func(s *stand, who string) any {
		ctx, cancel := context.WithTimeout(s.ctx, tick)
		_ = cancel // its end comes by itself
		<-ctx.Done()
		return context.Cause(ctx)
	}},
	{"contexts", "cancel above", func(s *stand, who string) any { s.drop(errors.New(who)); return nil }},
	{"contexts", "cancel below", func(s *stand, who string) any { s.below(); return nil }},
	{"contexts", "poll below", func(s *stand, who string) any { return polled(s.child.Done()) }},
	{"contexts", "poll above, then below", func(s *stand, who string) any { return polled(s.above.Done()) + " " + polled(s.child.Done()) }},
	{"contexts", "receive below", func(s *stand, who string) any { <-s.child.Done(); return s.child.Err() }},
	{"contexts", "Err below", func(s *stand, who string) any { return s.child.Err() }},
	{"contexts", "Cause below", func(s *stand, who string) any { return context.Cause(s.child) }},
	{"contexts", "Err below, then above", func(s *stand, who string) any { return fmt.Sprint(s.child.Err(), s.above.Err()) }},
	{"function", "cancel what is heard", func(s *stand, who string) any { s.hear(); return nil }},
	{"function", "stop", func(s *stand, who string) any { return s.stop() }},
	{"function", "AfterFunc", func(s *stand, who string) any {
		context.AfterFunc(s.heard, func() { s.called <- "called for " + who })
		return nil
	}},
	{"deadline", "cancel it", func(s *stand, who string) any { s.end(); return nil }},
	{"deadline", "wait for it", func(s *stand, who string) any { <-s.timed.Done(); return s.timed.Err() }},
	{"deadline", "poll it", func(s *stand, who string) any { return polled(s.timed.Done()) }},
	{"deadline", "poll it when it is due", func(s *stand, who string) any { time.Sleep(tick); return polled(s.timed.Done()) }},
	{"deadline", "cancel it when it is due", func(s *stand, who string) any { time.Sleep(tick); s.end(); return s.timed.Err() }},
	{"deadline", "its child", func(s *stand, who string) any {
		ctx, cancel := context.WithCancel(s.timed)
		_ = cancel
		<-ctx.Done()
		return ctx.Err()
	}},

	// Timers.
	{"timer", "Stop", func(s *stand, who string) any { return s.timer.Stop() }},
	{"timer", "late Stop", func(s *stand, who string) any { time.Sleep(tick); return s.timer.Stop() }},
	{"timer", "Reset", func(s *stand, who string) any { return s.timer.Reset(2 * tick) }},
	{"timer", "late Reset", func(s *stand, who string) any { time.Sleep(tick); return s.timer.Reset(tick) }},
	{"timer", "wait for the timer", func(s *stand, who string) any { <-s.timer.C; return time.Since(epoch) }},
	{"timer", "late look", func(s *stand, who string) any {
		time.Sleep(tick)
		select {
		case <-s.timer.C:
			return "fired"
		default:
			return "not yet"
		}
	}},
	{"timer", "After", func(s *stand, who string) any { <-time.After(tick); return time.Since(epoch) }},
	{"timer", "After or the timer", func(s *stand, who string) any {
		select {
		case <-s.timer.C:
			return "timer"
		case <-time.After(tick):
			return "after"
		}
	}},
	{"timer", "Sleep", func(s *stand, who string) any { time.Sleep(tick); return len(s.timer.C) }},
	{"timer function", "stop the function", func(s *stand, who string) any { return s.after.Stop() }},
	{"timer function", "late stop of the function", func(s *stand, who string) any { time.Sleep(tick); return s.after.Stop() }},
	{"timer function", "late reset of the function", func(s *stand, who string) any { time.Sleep(tick); return s.after.Reset(tick) }},
	{"timer function", "time.AfterFunc", func(s *stand, who string) any {
		time.AfterFunc(tick, func() { s.called <- "called for " + who })
		return nil
	}},
	{"timer function", "late look for a call", func(s *stand, who string) any { time.Sleep(tick); return len(s.called) }},
	{"ticker", "wait for a tick", func(s *stand, who string) any { <-s.ticker.C; return time.Since(epoch) }},
	{"ticker", "stop the ticker", func(s *stand, who string) any { time.Sleep(tick); s.ticker.Stop(); return len(s.ticker.C) }},
	{"ticker", "reset the ticker", func(s *stand, who string) any { s.ticker.Reset(2 * tick); return nil }},
	{"ticker", "late look for a tick", func(s *stand, who string) any { time.Sleep(tick); return len(s.ticker.C) }},

	// Locks.
	{"lock", "Lock", func(s *stand, who string) any { s.mu.Lock(); defer s.mu.Unlock(); s.n++; return s.n }},
	{"lock", "Lock and keep", func(s *stand, who string) any { s.mu.Lock(); return nil }},
	{"lock", "TryLock", func(s *stand, who string) any {
		if !s.mu.TryLock() {
			return false
		}
		defer s.mu.Unlock()
		s.n++
		return s.n
	}},
	{"lock", "TryLock and keep", func(s *stand, who string) any { return s.mu.TryLock() }},
	{"lock", "Unlock", func(s *stand, who string) any { s.held.Unlock(); return nil }},
	{"lock", "TryLock of a held one", func(s *stand, who string) any { return s.held.TryLock() }},
	{"lock", "Lock of a held one", func(s *stand, who string) any { s.held.Lock(); return nil }},
	{"rw", "RLock", func(s *stand, who string) any { s.rw.RLock(); defer s.rw.RUnlock(); return s.r }},
	{"rw", "RLock and keep", func(s *stand, who string) any { s.rw.RLock(); return s.r }},
	{"rw", "TryRLock and keep", func(s *stand, who string) any { return s.rw.TryRLock() }},
	{"rw", "write lock", func(s *stand, who string) any { s.rw.Lock(); defer s.rw.Unlock(); s.r++; return s.r }},
	{"rw", "write TryLock", func(s *stand, who string) any {
		if !s.rw.TryLock() {
			return false
		}
		defer s.rw.Unlock()
		s.r++
		return s.r
	}},
	{"rw", "write Unlock", func(s *stand, who string) any { s.kept.Unlock(); return nil }},
	{"rw", "RLock of a held one", func(s *stand, who string) any { s.kept.RLock(); return nil }},
	{"rw", "TryRLock of a held one", func(s *stand, who string) any { return s.kept.TryRLock() }},
	{"rw", "RUnlock", func(s *stand, who string) any { s.read.RUnlock(); return nil }},
	{"rw", "write TryLock of one that is read", func(s *stand, who string) any { return s.read.TryLock() }},
	{"rw", "write Lock of one that is read", func(s *stand, who string) any { s.read.Lock(); return nil }},

	// What else package sync has.
	{"once", "Do", func(s *stand, who string) any {
		did := false
		s.once.Do(func() { did = true })
		return did
	}},
	{"once", "Do what panics", func(s *stand, who string) (got any) {
		defer func() { got = recover() }()
		s.once.Do(func() { panic("in once") })
		return nil
	}},
	{"once", "OnceValue", func(s *stand, who string) any { return s.value() }},
	{"group", "Add", func(s *stand, who string) any { s.busy.Add(1); return nil }},
	{"group", "Done", func(s *stand, who string) any { s.busy.Done(); return nil }},
	{"group", "Wait", func(s *stand, who string) any { s.busy.Wait(); return "over" }},
	{"group", "Go", func(s *stand, who string) any { s.busy.Go(func() {}); return nil }},
	{"group", "Go and Wait", func(s *stand, who string) any {
		n := 0
		s.group.Go(func() { n++ })
		s.group.Wait()
		return n
	}},
	{"cond", "cond Wait", func(s *stand, who string) any {
		s.cmu.Lock()
		defer s.cmu.Unlock()
		s.cond.Wait()
		s.signs++
		return s.signs
	}},
	{"cond", "cond Wait for", func(s *stand, who string) any {
		s.cmu.Lock()
		defer s.cmu.Unlock()
		for s.signs == 0 {
			s.cond.Wait()
		}
		return s.signs
	}},
	{"cond", "Signal", func(s *stand, who string) any { s.cond.Signal(); return nil }},
	{"cond", "change and Signal", func(s *stand, who string) any { s.cmu.Lock(); s.signs++; s.cmu.Unlock(); s.cond.Signal(); return nil }},
	{"cond", "Broadcast", func(s *stand, who string) any {
		s.cmu.Lock()
		s.signs += 2
		s.cond.Broadcast()
		s.cmu.Unlock()
		return nil
	}},
	{"pool", "Get", func(s *stand, who string) any { return s.pool.Get() }},
	{"pool", "Put", func(s *stand, who string) any { s.pool.Put("old " + who); return nil }},
	{"map", "map Load", func(s *stand, who string) any { v, ok := s.m.Load("a"); return fmt.Sprint(v, ok) }},
	{"map", "map Store", func(s *stand, who string) any { s.m.Store("a", who); return nil }},
	{"map", "map Store of another", func(s *stand, who string) any { s.m.Store("b", who); return nil }},
	{"map", "Range", func(s *stand, who string) any {
		var seen []string
		s.m.Range(func(k, v any) bool { seen = append(seen, fmt.Sprint(k, v)); return true })
		slices.Sort(seen)
		return seen
	}},
	{"map", "LoadOrStore", func(s *stand, who string) any { v, ok := s.m.LoadOrStore("b", who); return fmt.Sprint(v, ok) }},
	{"map", "LoadAndDelete", func(s *stand, who string) any { v, ok := s.m.LoadAndDelete("a"); return fmt.Sprint(v, ok) }},
	{"map", "Delete", func(s *stand, who string) any { s.m.Delete("a"); return nil }},
	{"map", "map Swap", func(s *stand, who string) any { v, ok := s.m.Swap("a", who); return fmt.Sprint(v, ok) }},
	{"map", "map CompareAndSwap", func(s *stand, who string) any { return s.m.CompareAndSwap("a", "0", who) }},
	{"map", "map CompareAndDelete", func(s *stand, who string) any { return s.m.CompareAndDelete("a", "0") }},
	{"map", "Clear", func(s *stand, who string) any { s.m.Clear(); return nil }},

	// Atomics: methods, and functions.
	{"atomic", "Load", func(s *stand, who string) any { return s.integer.Load() }},
	{"atomic", "Store", func(s *stand, who string) any { s.integer.Store(int64(len(who))); return nil }},
	{"atomic", "Add to it", func(s *stand, who string) any { return s.integer.Add(1) }},
	{"atomic", "CompareAndSwap", func(s *stand, who string) any { return s.integer.CompareAndSwap(0, 7) }},
	{"atomic", "CompareAndSwap, perhaps", func(s *stand, who string) any { return s.integer.CompareAndSwap(7, 9) }},
	{"atomic", "Swap", func(s *stand, who string) any { return s.integer.Swap(int64(10 * len(who))) }},
	{"atomic", "Or", func(s *stand, who string) any { return s.integer.Or(6) }},
	{"atomic function", "LoadInt64", func(s *stand, who string) any { return atomic.LoadInt64(s.plain) }},
	{"atomic function", "StoreInt64", func(s *stand, who string) any { atomic.StoreInt64(s.plain, int64(len(who))); return nil }},
	{"atomic function", "AddInt64", func(s *stand, who string) any { return atomic.AddInt64(s.plain, 1) }},
	{"atomic function", "CompareAndSwapInt64", func(s *stand, who string) any { return atomic.CompareAndSwapInt64(s.plain, 0, 7) }},
	{"atomic function", "SwapInt64", func(s *stand, who string) any { return atomic.SwapInt64(s.plain, int64(10*len(who))) }},
	{"atomic flag", "Bool", func(s *stand, who string) any { return s.flag.CompareAndSwap(false, true) }},
	{"atomic flag", "Bool.Load", func(s *stand, who string) any { return s.flag.Load() }},
	{"atomic value", "Value.Load", func(s *stand, who string) any { return s.any.Load() }},
	{"atomic value", "Value.Store", func(s *stand, who string) any { s.any.Store(who); return nil }},
	{"atomic value", "Value.CompareAndSwap", func(s *stand, who string) any { return s.any.CompareAndSwap(nil, who) }},
	{"atomic value", "Value.Swap", func(s *stand, who string) any { return s.any.Swap(who) }},
	{"atomic pointer", "Pointer.Load", func(s *stand, who string) any {
		if p := s.pointer.Load(); p != nil {
			return *p
		}
		return nil
	}},
	{"atomic pointer", "Pointer.Store", func(s *stand, who string) any { s.pointer.Store(&who); return nil }},
	{"atomic pointer", "Pointer.CompareAndSwap", func(s *stand, who string) any { return s.pointer.CompareAndSwap(nil, &who) }},

	// Channels.
	{"chan", "send", func(s *stand, who string) any { s.open <- who; return nil }},
	{"chan", "receive", func(s *stand, who string) any { v, ok := <-s.open; return fmt.Sprint(v, ok) }},
	{"chan", "try to send", func(s *stand, who string) any {
		select {
		case s.open <- who:
			return true
		default:
			return false
		}
	}},
	{"chan", "try to receive", func(s *stand, who string) any { return tried(s.open) }},
	{"chan", "close", func(s *stand, who string) any { close(s.open); return nil }},
	{"select", "select of two receives", func(s *stand, who string) any {
		select {
		case v, ok := <-s.open:
			return fmt.Sprint("open ", v, ok)
		case v, ok := <-s.full:
			return fmt.Sprint("full ", v, ok)
		}
	}},
	{"select", "select of a send and a receive", func(s *stand, who string) any {
		select {
		case s.open <- who:
			return "sent"
		case v, ok := <-s.full:
			return fmt.Sprint("full ", v, ok)
		}
	}},
	{"select", "select of two sends", func(s *stand, who string) any {
		select {
		case s.open <- who:
			return "open"
		case s.full <- who:
			return "full"
		}
	}},
	{"select", "select with default", func(s *stand, who string) any {
		select {
		case v, ok := <-s.open:
			return fmt.Sprint("open ", v, ok)
		case s.full <- who:
			return "sent"
		default:
			return "nothing"
		}
	}},
	{"select", "receive beside a select", func(s *stand, who string) any { v, ok := <-s.open; return fmt.Sprint(v, ok) }},
	{"select", "receive twice beside a select", func(s *stand, who string) any { return fmt.Sprint(<-s.full, <-s.open) }},
	{"select", "close beside a select", func(s *stand, who string) any { close(s.open); return nil }},
	{"buffered", "buffered send", func(s *stand, who string) any { s.room <- who; return nil }},
	{"buffered", "buffered receive", func(s *stand, who string) any { v, ok := <-s.room; return fmt.Sprint(v, ok) }},
	{"buffered", "try to send, buffered", func(s *stand, who string) any {
		select {
		case s.room <- who:
			return true
		default:
			return false
		}
	}},
	{"buffered", "try to receive, buffered", func(s *stand, who string) any { return tried(s.room) }},
	{"buffered", "close, buffered", func(s *stand, who string) any { close(s.room); return nil }},
	{"buffered", "len", func(s *stand, who string) any { return len(s.room) }},
	{"buffered", "cap", func(s *stand, who string) any { return cap(s.room) }},
	{"buffered", "range", func(s *stand, who string) any {
		n := 0
		for range s.room {
			n++
		}
		return n
	}},
	{"full", "send to a full one", func(s *stand, who string) any { s.full <- who; return len(s.full) }},
	{"full", "receive from a full one", func(s *stand, who string) any { v, ok := <-s.full; return fmt.Sprint(v, ok) }},
	{"full", "try to receive from a full one", func(s *stand, who string) any { return tried(s.full) }},
	{"full", "try to send to a full one", func(s *stand, who string) any {
		select {
		case s.full <- who:
			return true
		default:
			return false
		}
	}},
	{"full", "close a full one", func(s *stand, who string) any { close(s.full); return nil }},
	{"closed", "receive from a closed one", func(s *stand, who string) any { v, ok := <-s.done; return fmt.Sprint(v, ok) }},
	{"closed", "send to a closed one", func(s *stand, who string) any { s.done <- who; return nil }},
	{"closed", "close a closed one", func(s *stand, who string) any { close(s.done); return nil }},
	{"closed", "nil channel", func(s *stand, who string) any { return tried(s.none) }},
	{"closed", "receive from a nil channel", func(s *stand, who string) any { <-s.none; return nil }},

	// The rest.
	{"runtime", "range over a map", func(s *stand, who string) any {
		for k := range s.order {
			return k
		}
		return nil
	}},
	{"runtime", "range over a large map", func(s *stand, who string) any {
		for k := range s.many {
			return k
		}
		return nil
	}},
	{"runtime", "NumGoroutine", func(s *stand, who string) any { return runtime.NumGoroutine() }},
	{"runtime", "Gosched", func(s *stand, who string) any { runtime.Gosched(); return nil }},
	{"runtime", "go", func(s *stand, who string) any { go func() {}(); return nil }},
	{"runtime", "Goexit", func(s *stand, who string) any { go runtime.Goexit(); return nil }},
	{"runtime", "GOMAXPROCS", func(s *stand, who string) any { return runtime.GOMAXPROCS(0) }},
	{"runtime", "nothing", func(s *stand, who string) any { return nil }},
}

// corePairs are the operations of which each stands beside each of every other family.
var corePairs = []string{
	"Cause", "cancel", "poll", "receive from Done", "Err", "AfterFunc and stop", "a child", "WithoutCancel",
	"Value", "WithTimeout", "cancel above", "poll below", "stop", "cancel it when it is due", "late Stop",
	"late Reset", "wait for the timer", "After", "Sleep", "time.AfterFunc", "wait for a tick", "Lock",
	"TryLock", "Unlock", "RLock", "write lock", "TryRLock and keep", "Do", "OnceValue", "Done", "Wait", "Go",
	"cond Wait", "Signal", "Broadcast", "Get", "map Load", "map Store", "Range", "LoadOrStore", "Add to it",
	"CompareAndSwap", "LoadInt64", "StoreInt64", "Value.Store", "Pointer.Load", "send", "receive from it",
	"try to send", "try to receive", "close", "buffered send", "buffered receive", "len",
	"select of two receives", "nil channel", "range over a map", "NumGoroutine", "Gosched", "go", "nothing",
}
