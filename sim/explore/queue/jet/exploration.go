package jet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"weft/sim/explore/queue"
)

// Exploration is the ledger and the line of an exploration.
type Exploration struct {
	Plan queue.Plan

	c        *Client
	kv       jetstream.KeyValue
	consumer jetstream.Consumer
}

// Open takes up an exploration that the server has.
func (c *Client) Open(ctx context.Context, p queue.Plan) (*Exploration, error) {
	x := &Exploration{Plan: p, c: c}
	err := c.again(ctx, "open the exploration", func(ctx context.Context) (err error) {
		if x.kv, err = c.js.KeyValue(ctx, bucketOf(p.Name)); err != nil {
			return err
		}
		x.consumer, err = c.js.CreateOrUpdateConsumer(ctx, streamOf(p.Name), jetstream.ConsumerConfig{
			Durable: "workers", AckPolicy: jetstream.AckExplicitPolicy, AckWait: p.Lease, MaxAckPending: -1, MaxWaiting: 1 << 14,
		})
		return err
	})
	return x, err
}

// Create writes a value, unless there is one.
func (x *Exploration) Create(ctx context.Context, key string, value []byte) (created bool, err error) {
	if most := x.c.nc.MaxPayload(); int64(len(value)) > most {
		return false, fmt.Errorf("jet: what was found in a unit has %d bytes, and the server takes %d at most; raise its max_payload, or make units shorter", len(value), most)
	}
	err = x.c.again(ctx, "write "+key, func(ctx context.Context) error {
		_, err := x.kv.Create(ctx, key, value)
		created = err == nil
		if errors.Is(err, jetstream.ErrKeyExists) {
			return nil
		}
		return err
	})
	return created, err
}

// Get reads a value, or nil.
func (x *Exploration) Get(ctx context.Context, key string) (value []byte, err error) {
	err = x.c.again(ctx, "read "+key, func(ctx context.Context) error {
		entry, err := x.kv.Get(ctx, key)
		switch {
		case errors.Is(err, jetstream.ErrKeyNotFound):
			value = nil
			return nil
		case err != nil:
			return err
		}
		value = entry.Value()
		return nil
	})
	return value, err
}

// Put puts a unit in line, unless it was put there a short time ago.
func (x *Exploration) Put(ctx context.Context, id string, unit []byte) error {
	return x.c.again(ctx, "put a unit in line", func(ctx context.Context) error {
		_, err := x.c.js.Publish(ctx, subjectOf(x.Plan.Name), unit, jetstream.WithMsgID(id))
		return err
	})
}

// takes is how long a request for a unit waits at the server. Whoever takes one looks again
// whether the exploration has ended then.
const takes = time.Second

// Take waits for a unit, and returns nil if there is none for a while.
func (x *Exploration) Take(ctx context.Context) (queue.Claim, error) {
	var taken jetstream.Msg
	err := x.c.again(ctx, "take a unit", func(ctx context.Context) error {
		batch, err := x.consumer.Fetch(1, jetstream.FetchMaxWait(takes))
		if err != nil {
			return err
		}
		select {
		case m, open := <-batch.Messages():
			if open {
				taken = m
				return nil
			}
			return batch.Error()
		case <-ctx.Done(): // what comes now is handed out again
			return ctx.Err()
		}
	})
	if err != nil || taken == nil {
		return nil, err
	}
	return &claim{x, taken}, nil
}

// Waiting returns how many units are in line that nobody does, but for one that was put
// there just now: the server counts it a little later.
func (x *Exploration) Waiting(ctx context.Context) (waiting int, err error) {
	waiting, _, err = x.line(ctx)
	return waiting, err
}

// Idle reports whether nobody does anything, and nothing is in line.
func (x *Exploration) Idle(ctx context.Context) (bool, error) {
	waiting, claimed, err := x.line(ctx)
	return waiting == 0 && claimed == 0, err
}

func (x *Exploration) line(ctx context.Context) (waiting, claimed int, err error) {
	err = x.c.again(ctx, "look at the line", func(ctx context.Context) error {
		info, err := x.consumer.Info(ctx)
		if err == nil {
			waiting, claimed = int(info.NumPending), info.NumAckPending
		}
		return err
	})
	return waiting, claimed, err
}

// Entry is a value of the ledger, and when it was written. An empty key says that all was
// told that was there at the beginning.
type Entry struct {
	Key   string
	Value []byte
	At    time.Time
}

// Entries tells what the ledger has, and then what is added, until ctx ends. If the server
// was away, all is told again. When entries is closed, an error says why.
func (x *Exploration) Entries(ctx context.Context) (entries <-chan Entry, why <-chan error) {
	to, failed := make(chan Entry, 64), make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			err = x.watch(ctx, to)
		}
		failed <- err
		close(to)
	}()
	return to, failed
}

// watch tells what there is and what is added, until the connection breaks. A watch would
// go on then as if nothing had happened, and the server know nothing of it.
func (x *Exploration) watch(ctx context.Context, to chan<- Entry) error {
	broken := x.c.reconnected()
	var w jetstream.KeyWatcher
	err := x.c.again(ctx, "watch the ledger", func(context.Context) (err error) {
		w, err = x.kv.WatchAll(ctx) // for as long as ctx goes on
		return err
	})
	if err != nil {
		return err
	}
	defer w.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-broken:
			return nil
		case e, open := <-w.Updates():
			entry := Entry{}
			switch {
			case !open:
				return nil
			case e == nil:
			case e.Operation() != jetstream.KeyValuePut:
				continue
			default:
				entry = Entry{e.Key(), e.Value(), e.Created()}
			}
			select {
			case to <- entry:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// claim is a message that is not acknowledged yet.
type claim struct {
	x *Exploration
	m jetstream.Msg
}

func (c *claim) Unit() []byte { return c.m.Data() }

// Keep tells the server three times in each lease that the unit is done.
func (c *claim) Keep(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	over := make(chan struct{})
	go func() {
		defer close(over)
		tick := time.NewTicker(c.x.Plan.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				c.m.InProgress() // if it does not arrive, somebody else does the unit as well
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-over }
}

// Done acknowledges the message. If that is lost, the unit comes up once more.
func (c *claim) Done(ctx context.Context) error {
	c.m.Ack()
	return nil
}

func (c *claim) GiveBack(ctx context.Context) error {
	c.m.Nak()
	return nil
}
