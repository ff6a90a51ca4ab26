package nats_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"weft/sim/bubble"
	"weft/sim/explore"
)

// start starts a server that can be reached in this process alone.
func start(t *bubble.T) *server.Server {
	s, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(time.Second) {
		t.Fatal("the server does not start")
	}
	return s
}

func stop(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

// connect connects to the server; the channel is closed when the connection is.
func connect(t *bubble.T, s *server.Server) (*nats.Conn, <-chan struct{}) {
	closed := make(chan struct{})
	c, err := nats.Connect("", nats.InProcessServer(s), nats.NoReconnect(),
		nats.ClosedHandler(func(*nats.Conn) { close(closed) }))
	if err != nil {
		t.Fatal(err)
	}
	return c, closed
}

// TestDrain: one of two workers of a queue goes home by draining its connection, while
// jobs come in. Each job is done once, by one of them, in the order of their coming.
func TestDrain(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		s := start(t)
		const jobs = 3
		var mu sync.Mutex
		var done [2][]int
		var workers [2]*nats.Conn
		var closed [2]<-chan struct{}
		for w := range workers {
			workers[w], closed[w] = connect(t, s)
			if _, err := workers[w].QueueSubscribe("jobs", "workers", func(m *nats.Msg) {
				mu.Lock()
				defer mu.Unlock()
				done[w] = append(done[w], int(m.Data[0]))
			}); err != nil {
				t.Fatal(err)
			}
			if err := workers[w].Flush(); err != nil { // the server knows of it
				t.Fatal(err)
			}
		}
		boss, gone := connect(t, s)
		finished := make(chan struct{})
		go func() {
			defer close(finished)
			for job := range jobs {
				if err := boss.Publish("jobs", []byte{byte(job)}); err != nil {
					t.Error(err)
				}
			}
			if err := boss.Flush(); err != nil {
				t.Error(err)
			}
		}()
		if err := workers[0].Drain(); err != nil {
			t.Fatal(err)
		}
		<-closed[0]
		<-finished
		if err := workers[1].Drain(); err != nil {
			t.Fatal(err)
		}
		<-closed[1]
		boss.Close()
		<-gone
		stop(s)
		for w := range done {
			if !slices.IsSorted(done[w]) {
				t.Errorf("worker %d has done %v", w, done[w])
			}
		}
		all := slices.Sorted(slices.Values(slices.Concat(done[0], done[1])))
		if !slices.Equal(all, []int{0, 1, 2}) {
			t.Errorf("the workers have done %v and %v", done[0], done[1])
		}
		t.Sometimes("the one that leaves has done something", len(done[0]) > 0)
		t.Sometimes("the one that stays has done all", len(done[0]) == 0)
	}, explore.WithRuns(100))
}

// TestRequest: a request whose reply comes at the instant at which the caller stops
// waiting gets the reply or the timeout; the next one gets its own reply.
func TestRequest(t *testing.T) {
	bubble.Check(t, func(t *bubble.T) {
		s := start(t)
		service, closed := connect(t, s)
		if _, err := service.Subscribe("echo", func(m *nats.Msg) {
			if string(m.Data) == "slow" {
				time.Sleep(time.Second)
			}
			m.Respond(m.Data)
		}); err != nil {
			t.Fatal(err)
		}
		if err := service.Flush(); err != nil {
			t.Fatal(err)
		}
		client, gone := connect(t, s)
		m, err := client.Request("echo", []byte("slow"), time.Second)
		switch {
		case err == nil && string(m.Data) == "slow":
			t.Sometimes("the reply comes first", true)
		case err == nats.ErrTimeout:
			t.Sometimes("the timeout comes first", true)
		default:
			t.Errorf("slow: %v, %v", m, err)
		}
		m, err = client.Request("echo", []byte("fast"), time.Minute)
		if err != nil || string(m.Data) != "fast" {
			t.Errorf("fast: %v, %v", m, err)
		}
		client.Close()
		<-gone
		service.Close()
		<-closed
		stop(s)
	}, explore.WithRuns(100))
}
