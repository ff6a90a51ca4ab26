package bubble_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"weft/sim/bubble"
	"weft/sim/explore"
	"weft/sim/explore/sample"
	"weft/sim/order"
)

// serve starts a server that greets after a second, and returns it with a client that
// reaches it. Who comes is printed.
func serve() (*httptest.Server, *http.Client) {
	l := &memory{conns: make(chan net.Conn), done: make(chan struct{})}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Query().Get("name")
		bubble.Println(name, "comes")
		select {
		case <-time.After(time.Second):
			fmt.Fprint(w, "hello ", name)
		case <-r.Context().Done():
		}
	}))
	server.Listener.Close() // a real one
	server.Listener = l
	server.Start()
	client := server.Client()
	client.Transport.(*http.Transport).DialContext = l.dial
	return server, client
}

// greetings has two clients come to a server at once.
func greetings(server *httptest.Server, client *http.Client, timeout time.Duration) {
	var texts [2]string
	var wg sync.WaitGroup
	for i, name := range []string{"Ann", "Bob"} {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), timeout)
			defer cancel()
			request, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/?name="+name, nil)
			response, err := client.Do(request)
			if err != nil {
				texts[i] = fmt.Sprint("late: ", errors.Is(err, context.DeadlineExceeded))
				return
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			texts[i] = fmt.Sprint(response.StatusCode, " ", string(body), " ", err)
		})
	}
	wg.Wait()
	bubble.Println(strings.Join(texts[:], ", "), "at", time.Since(epoch))
}

// A server of net/http/httptest serves two clients at once, in virtual time, in many
// orders, and each is the same when it is repeated. Once it is closed, nothing of it is
// left; before, something is.
func TestHTTPServer(t *testing.T) {
	controlled(t)
	const answers = "200 hello Ann <nil>, 200 hello Bob <nil> at 1s\n"
	for _, c := range []struct {
		name    string
		program func()
		end     order.End
		want    []string // outputs, of which each order gives one
	}{
		{"closed", func() {
			server, client := serve()
			greetings(server, client, time.Minute)
			server.Close()
		}, order.Finished, []string{"Ann comes\nBob comes\n" + answers, "Bob comes\nAnn comes\n" + answers}},
		{"closed twice", func() {
			server, client := serve()
			greetings(server, client, time.Minute)
			server.CloseClientConnections()
			server.Close()
			server.Close()
		}, order.Finished, []string{"Ann comes\nBob comes\n" + answers, "Bob comes\nAnn comes\n" + answers}},
		{"nobody comes", func() {
			server, _ := serve()
			server.Close()
		}, order.Finished, []string{""}},
		{"one after the other", func() {
			server, client := serve()
			client.Transport.(*http.Transport).MaxConnsPerHost = 1
			greetings(server, client, time.Minute)
			server.Close()
		}, order.Finished, []string{
			"Ann comes\nBob comes\n" + strings.Replace(answers, "1s", "2s", 1),
			"Bob comes\nAnn comes\n" + strings.Replace(answers, "1s", "2s", 1),
		}},
		{"too late", func() {
			server, client := serve()
			greetings(server, client, time.Second/2)
			server.Close()
		}, order.Finished, []string{
			"Ann comes\nBob comes\nlate: true, late: true at 500ms\n",
			"Bob comes\nAnn comes\nlate: true, late: true at 500ms\n",
		}},
		{"not closed", func() {
			server, client := serve()
			greetings(server, client, time.Minute)
		}, order.Leaked, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := explored(t, c.program, explore.WithStrategy(sample.Random()), explore.WithRuns(200))
			seen := map[string]bool{}
			for _, o := range r.Outcomes {
				if o.End != c.end {
					t.Errorf("schedule %s ended %s: %s", o.Witness, o.End, o.Text)
				} else if seen[o.Text] = true; c.want != nil && !slices.Contains(c.want, o.Text) {
					t.Errorf("schedule %s printed %q", o.Witness, o.Text)
				}
			}
			for _, want := range c.want {
				if !seen[want] {
					t.Errorf("no order printed %q", want)
				}
			}
			if c.name != "nobody comes" && r.Traces < 50 {
				t.Errorf("only %d traces", r.Traces)
			}
		})
	}
}
