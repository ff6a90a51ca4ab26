package jet

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"weft/sim/explore/queue"
)

// DialOptions say which server is used, and who uses it.
type DialOptions struct {
	URL    string  // several, with commas between them, are those of one cluster
	Server *Server // in this process, in place of a URL
	Token  string
	Creds  string // a file of credentials
	TLS    TLS
	// Patience is how long a server may not answer, in real time; 0 is DefaultPatience.
	Patience time.Duration
}

// DefaultPatience is how long a server may not answer, in real time.
const DefaultPatience = 5 * time.Minute

// Client speaks to a server.
type Client struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	patience time.Duration

	mu     sync.Mutex
	broken chan struct{} // closed when the connection was broken, and is made again
}

// reconnected returns what is closed when the connection breaks and is made again, next
// time.
func (c *Client) reconnected() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.broken
}

func (c *Client) breaks(*nats.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.broken)
	c.broken = make(chan struct{})
}

// Dial connects to a server.
func Dial(ctx context.Context, o DialOptions) (*Client, error) {
	if o.Patience == 0 {
		o.Patience = DefaultPatience
	}
	c := &Client{patience: o.Patience, broken: make(chan struct{})}
	options := []nats.Option{
		nats.ReconnectHandler(c.breaks),
		nats.Name("weft-queue"), nats.MaxReconnects(-1), nats.ReconnectWait(100 * time.Millisecond), nats.ReconnectJitter(50*time.Millisecond, 50*time.Millisecond),
		nats.Timeout(5 * time.Second),
	}
	if o.Token != "" {
		options = append(options, nats.Token(o.Token))
	}
	if o.Server != nil {
		options = append(options, nats.InProcessServer(o.Server.s))
	} else {
		if o.Creds != "" {
			options = append(options, nats.UserCredentials(o.Creds))
		}
		if o.TLS.Cert != "" || o.TLS.Key != "" {
			options = append(options, nats.ClientCert(o.TLS.Cert, o.TLS.Key))
		}
		if o.TLS.CA != "" {
			options = append(options, nats.RootCAs(o.TLS.CA))
		}
	}
	err := c.again(ctx, "connect", func(context.Context) (err error) {
		c.nc, err = nats.Connect(o.URL, options...)
		if errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrAuthExpired) || errors.Is(err, nats.ErrAuthRevoked) {
			err = final{err}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	c.js, err = jetstream.New(c.nc, jetstream.WithDefaultTimeout(attempt))
	if err != nil {
		c.nc.Close()
		return nil, fmt.Errorf("jet: %w", err)
	}
	return c, nil
}

// Close ends the connection.
func (c *Client) Close() { c.nc.Close() }

// attempt is how long one attempt at something waits for its answer.
const attempt = 3 * time.Second

// final is an error that another attempt does not change.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// again does something until it is done, with pauses that grow. What is done may be done
// twice, if an answer was lost.
func (c *Client) again(ctx context.Context, what string, do func(ctx context.Context) error) error {
	began := time.Now()
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		err := func() error {
			ctx, cancel := context.WithTimeout(ctx, attempt)
			defer cancel()
			return do(ctx)
		}()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var f final
		if errors.As(err, &f) || time.Since(began) >= c.patience {
			return fmt.Errorf("jet: cannot %s: %w", what, err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// prefix stands before the names of explorations, in those of buckets, streams and subjects.
const prefix = "weft-"

func bucketOf(name string) string  { return prefix + name }
func streamOf(name string) string  { return prefix + name + "-line" }
func subjectOf(name string) string { return prefix + name + ".line" }

// Plans returns the plans of the explorations that the server has, by name.
func (c *Client) Plans(ctx context.Context) ([]queue.Plan, error) {
	var plans []queue.Plan
	err := c.again(ctx, "list the explorations", func(ctx context.Context) error {
		plans = nil
		names := c.js.KeyValueStoreNames(ctx)
		var found []string
		for bucket := range names.Name() {
			if name, ok := strings.CutPrefix(bucket, prefix); ok {
				found = append(found, name)
			}
		}
		if err := names.Error(); err != nil {
			return err
		}
		for _, name := range found {
			kv, err := c.js.KeyValue(ctx, bucketOf(name))
			if err != nil {
				return err
			}
			entry, err := kv.Get(ctx, queue.KeyPlan)
			if errors.Is(err, jetstream.ErrKeyNotFound) {
				continue // it is being made
			} else if err != nil {
				return err
			}
			p, err := queue.ParsePlan(entry.Value())
			if err != nil {
				return final{err}
			}
			plans = append(plans, p)
		}
		return nil
	})
	return plans, err
}

// Begin begins an exploration, or takes up the one of that name, if its plan is the same.
func (c *Client) Begin(ctx context.Context, p queue.Plan) (*Exploration, error) {
	err := c.again(ctx, "begin the exploration", func(ctx context.Context) error {
		kv, err := c.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: bucketOf(p.Name), Description: "what was found in an exploration of Weft"})
		if err != nil {
			return err
		}
		_, err = c.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
			Name: streamOf(p.Name), Subjects: []string{subjectOf(p.Name)}, Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage,
			Description: "units of an exploration of Weft that wait",
		})
		if err != nil {
			return err
		}
		_, err = kv.Create(ctx, queue.KeyPlan, p.Encode())
		if !errors.Is(err, jetstream.ErrKeyExists) {
			return err
		}
		entry, err := kv.Get(ctx, queue.KeyPlan)
		if err != nil {
			return err
		}
		was, err := queue.ParsePlan(entry.Value())
		if err != nil {
			return final{err}
		}
		if string(was.Encode()) != string(p.Encode()) {
			if err := was.Fits(p.Binary, p.SHA256); err != nil {
				return final{err}
			}
			return final{fmt.Errorf("the server has an exploration %s already, with other arguments or limits; choose another --name", p.Name)}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.Open(ctx, p)
}

// Forget removes all that the server has of an exploration.
func (c *Client) Forget(ctx context.Context, name string) error {
	return c.again(ctx, "remove the exploration", func(ctx context.Context) error {
		err := c.js.DeleteStream(ctx, streamOf(name))
		if err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			return err
		}
		err = c.js.DeleteKeyValue(ctx, bucketOf(name))
		if err != nil && !errors.Is(err, jetstream.ErrBucketNotFound) {
			return err
		}
		return nil
	})
}
