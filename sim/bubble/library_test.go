package bubble_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/order"
)

// The standard library works in a bubble as it is: a few hundred orders of each
// program end well, say what they should, and are the same when they are repeated.
func TestLibrary(t *testing.T) {
	controlled(t)
	for _, c := range []struct {
		name    string
		program func()
		want    []string // outputs, of which each order gives one; nil for any
	}{
		{"net.Pipe", overPipe, []string{"ping pong\n"}},
		{"net/http", overHTTP, []string{"200 hello weft\n"}},
		{"context", overContext, []string{"context deadline exceeded at 1s\n"}},
		{"errgroup", overGroup, []string{"worker 0 failed\n", "worker 1 failed\n"}},
		{"database/sql", overSQL, []string{"42 42\n"}},
		{"log/slog", overSlog, nil},
		{"time.Ticker", overTicker, []string{"1s 2s 3s\n"}},
		{"sync.Cond", overCond, []string{"0 1 2\n"}},
		{"sync.Once", overOnce, []string{"once 7 7 7\n"}},
		{"sync.Map", overMap, []string{"1\n"}},
		{"io.Pipe", overIOPipe, []string{"ab\n", "ba\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := explored(t, c.program, explore.WithStrategy(sample.Random()), explore.WithRuns(300))
			seen := map[string]bool{}
			for _, o := range r.Outcomes {
				seen[o.Text] = true
				if o.End != order.Finished {
					t.Errorf("%s: %s", o.End, o.Text)
				}
			}
			for _, want := range c.want {
				if !seen[want] {
					t.Errorf("no order printed %q", want)
				}
				delete(seen, want)
			}
			for text := range seen {
				if c.want != nil {
					t.Errorf("an order printed %q", text)
				}
			}
		})
	}
}

func overPipe() {
	a, b := net.Pipe()
	go func() {
		defer b.Close()
		buf := make([]byte, 4)
		io.ReadFull(b, buf)
		fmt.Fprint(b, string(buf), " pong")
	}()
	a.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprint(a, "ping")
	all, _ := io.ReadAll(a)
	bubble.Println(string(all))
}

// memory is a listener whose connections are pipes.
type memory struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case c := <-m.conns:
		return c, nil
	case <-m.done:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error   { m.once.Do(func() { close(m.done) }); return nil }
func (m *memory) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

func (m *memory) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case m.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func overHTTP() {
	l := &memory{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Second)
		fmt.Fprint(w, "hello ", r.URL.Query().Get("name"))
	})}
	go server.Serve(l)
	client := &http.Client{Transport: &http.Transport{DialContext: l.dial, DisableKeepAlives: true}, Timeout: time.Minute}
	response, err := client.Get("http://memory/?name=weft")
	if err != nil {
		bubble.Println(err)
		return
	}
	body, _ := io.ReadAll(response.Body)
	response.Body.Close()
	bubble.Println(response.StatusCode, string(body))
	server.Close()
}

func overContext() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	child, stop := context.WithCancel(ctx)
	defer stop()
	<-child.Done()
	bubble.Println(child.Err(), "at", time.Since(epoch))
}

// overGroup has the shape of golang.org/x/sync/errgroup.
func overGroup() {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	var wg sync.WaitGroup
	var once sync.Once
	for n := range 3 {
		wg.Go(func() {
			d := time.Second
			if n == 2 {
				d = time.Minute
			}
			select {
			case <-time.After(d):
				once.Do(func() { cancel(fmt.Errorf("worker %d failed", n)) })
			case <-ctx.Done():
			}
		})
	}
	wg.Wait()
	bubble.Println(context.Cause(ctx))
}

// answers is a driver in which all queries are answered with 42.
type answers struct{}

func (answers) Connect(context.Context) (driver.Conn, error) { return answers{}, nil }
func (answers) Driver() driver.Driver                        { return nil }
func (answers) Prepare(string) (driver.Stmt, error)          { return answers{}, nil }
func (answers) Begin() (driver.Tx, error)                    { return nil, errors.ErrUnsupported }
func (answers) Close() error                                 { return nil }
func (answers) NumInput() int                                { return 0 }
func (answers) Exec([]driver.Value) (driver.Result, error)   { return nil, errors.ErrUnsupported }
func (answers) Query([]driver.Value) (driver.Rows, error)    { return &row{}, nil }

type row struct{ over bool }

func (*row) Columns() []string { return []string{"answer"} }
func (*row) Close() error      { return nil }

func (r *row) Next(to []driver.Value) error {
	if r.over {
		return io.EOF
	}
	r.over = true
	to[0] = int64(42)
	return nil
}

func overSQL() {
	db := sql.OpenDB(answers{})
	defer db.Close()
	db.SetMaxOpenConns(1)
	var got [2]int
	var wg sync.WaitGroup
	for n := range got {
		wg.Go(func() {
			if err := db.QueryRow("what").Scan(&got[n]); err != nil {
				bubble.Println(err)
			}
		})
	}
	wg.Wait()
	bubble.Println(got[0], got[1])
}

type lines struct{}

func (lines) Write(p []byte) (int, error) {
	bubble.Printf("%s", p)
	return len(p), nil
}

func overSlog() {
	log := slog.New(slog.NewTextHandler(lines{}, nil))
	var wg sync.WaitGroup
	for n := range 2 {
		wg.Go(func() { log.Info("here", "n", n, "map", map[string]int{"a": n, "b": 2}) })
	}
	wg.Wait()
}

func overTicker() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	var at [3]time.Duration
	for n := range at {
		at[n] = (<-t.C).Sub(epoch)
	}
	bubble.Println(at[0], at[1], at[2])
}

func overCond() {
	var mu sync.Mutex
	turn := sync.NewCond(&mu)
	next, order := 0, []any{}
	var wg sync.WaitGroup
	for n := range 3 {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			for next != n {
				turn.Wait()
			}
			next++
			order = append(order, n)
			turn.Broadcast()
		})
	}
	wg.Wait()
	bubble.Println(order...)
}

func overOnce() {
	calls := 0
	value := sync.OnceValue(func() int {
		calls++
		time.Sleep(time.Second) // while others wait for it
		return 7
	})
	var got [3]int
	var wg sync.WaitGroup
	for n := range got {
		wg.Go(func() { got[n] = value() })
	}
	wg.Wait()
	if calls == 1 {
		bubble.Println("once", got[0], got[1], got[2])
	}
}

func overMap() {
	var m sync.Map
	var mu sync.Mutex
	stored := 0
	var wg sync.WaitGroup
	for n := range 3 {
		wg.Go(func() {
			if _, there := m.LoadOrStore("key", n); !there {
				mu.Lock()
				stored++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	bubble.Println(stored)
}

func overIOPipe() {
	r, w := io.Pipe()
	var wg sync.WaitGroup
	for _, text := range []string{"a", "b"} {
		wg.Go(func() { io.WriteString(w, text) })
	}
	go func() { wg.Wait(); w.Close() }()
	all, _ := io.ReadAll(r)
	bubble.Println(string(all))
}
