package queue

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/order"
)

// Worker does units. It keeps nothing between them that matters: it may be killed at any
// point, and replaced by another one.
type Worker struct {
	Ledger Ledger
	Line   Line
	Plan   Plan
	// Do does a unit, such as remote.Process.Do.
	Do func(ctx context.Context, u explore.Unit, limits search.UnitLimits) (*explore.UnitResult, error)
}

// ErrOver is returned by Work when the exploration has ended.
var ErrOver = errors.New("queue: the exploration has ended")

// Work does units until the exploration has ended, or ctx, or there is an error.
func (w *Worker) Work(ctx context.Context) error {
	for {
		if err := w.Unit(ctx); err != nil {
			return err
		}
	}
}

// Unit takes one unit, and does it. Whatever the error, the unit is not lost.
func (w *Worker) Unit(ctx context.Context) error {
	if end, err := w.Ledger.Get(ctx, KeyEnd); err != nil {
		return err
	} else if end != nil {
		return ErrOver
	}
	claim, err := w.Line.Take(ctx)
	if err != nil || claim == nil {
		return err
	}
	var u explore.Unit
	if err := json.Unmarshal(claim.Unit(), &u); err != nil {
		return w.fail(ctx, claim, fmt.Errorf("queue: what is in line cannot be read: %w", err))
	}
	result, err := w.result(ctx, claim, u)
	if err != nil {
		return err
	}
	for _, rest := range result.Rest() {
		data, err := json.Marshal(rest)
		if err == nil {
			err = w.Line.Put(ctx, rest.ID(), data)
		}
		if err != nil {
			return err
		}
	}
	if err := w.tell(ctx, result); err != nil {
		return err
	}
	return claim.Done(ctx)
}

// result returns what was found in the unit that counts: what is in the ledger, or what is
// found now, if nobody else comes first.
func (w *Worker) result(ctx context.Context, claim Claim, u explore.Unit) (*explore.UnitResult, error) {
	key := KeyUnits + u.ID()
	known, err := w.stored(ctx, key)
	if known != nil || err != nil {
		return known, err
	}
	waiting, err := w.Line.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	stop := claim.Keep(ctx)
	found, err := w.Do(ctx, u, w.limits(waiting))
	stop()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, w.fail(ctx, claim, err)
	}
	data, err := EncodeResult(found)
	if err != nil {
		return nil, err
	}
	for known == nil {
		created, err := w.Ledger.Create(ctx, key, data)
		if err != nil || created {
			return found, err
		}
		// It is the one of somebody else, or this one, and the answer was lost.
		known, err = w.stored(ctx, key)
		if err != nil {
			return nil, err
		}
		// If there is none now, the ledger has lost it meanwhile.
	}
	if !known.Same(found) {
		end := End{search.NotRepeatable, fmt.Sprintf("unit %s was done twice, and not every time was the same found", u.ID())}
		_, err = w.Ledger.Create(ctx, KeyEnd, end.encode())
	}
	return known, err
}

// limits says how much is done of a unit while so many others wait. Where few do, others may
// soon have nothing to do: then it is short, and its rest is cut into many. Where many do,
// the rest is left as one: it would be cut for nothing.
func (w *Worker) limits(waiting int) search.UnitLimits {
	l := search.UnitLimits{Time: w.Plan.Unit, Parts: 1}
	switch {
	case waiting < 8:
		l.Time, l.Parts = max(l.Time/8, 1), 8
	case waiting < 32:
		l.Parts = 8
	case waiting < 256:
		l.Parts = 2
	}
	return l
}

func (w *Worker) stored(ctx context.Context, key string) (*explore.UnitResult, error) {
	data, err := w.Ledger.Get(ctx, key)
	if err != nil || data == nil {
		return nil, err
	}
	return DecodeResult(data)
}

// tell writes down what is worth knowing before all is added up.
func (w *Worker) tell(ctx context.Context, r *explore.UnitResult) error {
	failed := false
	for _, o := range r.Failures() {
		f := Finding{string(o.End), o.Text, o.Witness.String(), r.Unit()}
		if _, err := w.Ledger.Create(ctx, fmt.Sprintf("%s%016x", KeyFinding, o.Key), f.encode()); err != nil {
			return err
		}
		failed = failed || o.End != order.OutOfSteps // behind which there may be anything
	}
	var end *End
	switch {
	case r.Unequal() != nil:
		end = &End{Why: search.NotRepeatable}
	case failed && w.Plan.FirstFailure:
		end = &End{Why: search.FailureFound}
	default:
		return nil
	}
	_, err := w.Ledger.Create(ctx, KeyEnd, end.encode())
	return err
}

// fail ends an exploration of which a unit cannot be done, and returns why.
func (w *Worker) fail(ctx context.Context, claim Claim, why error) error {
	if _, err := w.Ledger.Create(ctx, KeyEnd, End{search.Interrupted, why.Error()}.encode()); err != nil {
		return errors.Join(why, err)
	}
	return errors.Join(why, claim.GiveBack(ctx))
}

// packers are kept, since each has a megabyte of tables.
var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // there is such a level
	}
	return z
}}

// EncodeResult writes a result as it stands in the ledger.
func EncodeResult(r *explore.UnitResult) ([]byte, error) {
	var b bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&b)
	if _, err := r.WriteTo(z); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// ResultBytes is how long a result may be. What is found in a unit is bounded.
const ResultBytes = 1 << 26

// DecodeResult reads a result from the ledger.
func DecodeResult(data []byte) (*explore.UnitResult, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("queue: a result in the ledger is damaged: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(z, ResultBytes+1))
	if err != nil {
		return nil, fmt.Errorf("queue: a result in the ledger is damaged: %w", err)
	}
	if len(plain) > ResultBytes {
		return nil, fmt.Errorf("queue: a result in the ledger is longer than %d bytes", ResultBytes)
	}
	return explore.ReadUnitResult(bytes.NewReader(plain))
}
