package queue

import "context"

// Ledger keeps values for good. What is in it was there as a whole from the beginning.
type Ledger interface {
	// Create writes a value, unless there is one with that key, and reports whether it
	// was written. If it cannot be known, because an answer was lost, say, it may say
	// false although the value is the caller's.
	Create(ctx context.Context, key string, value []byte) (bool, error)
	// Get returns a value, or nil if there is none.
	Get(ctx context.Context, key string) ([]byte, error)
}

// Line hands out units. It may hand out one several times, and in any order.
type Line interface {
	// Put puts a unit in line. A unit that is there already need not be put again.
	Put(ctx context.Context, id string, unit []byte) error
	// Take waits for a unit. The unit is handed out again if it is not done for the
	// length of a lease.
	Take(ctx context.Context) (Claim, error)
	// Waiting returns about how many units are in line that nobody does.
	Waiting(ctx context.Context) (int, error)
}

// Claim is a unit that somebody does.
type Claim interface {
	Unit() []byte
	// Keep renews the lease from now on, until it is told to stop.
	Keep(ctx context.Context) (stop func())
	// Done takes the unit out of the line for good.
	Done(ctx context.Context) error
	// GiveBack lets others have the unit at once.
	GiveBack(ctx context.Context) error
}

// The keys of the ledger.
const (
	KeyPlan    = "plan"
	KeyEnd     = "end"      // the exploration has ended, and why
	KeyUnits   = "unit."    // and the ID: what was found in it
	KeyFinding = "failure." // and the key of its outcome: see Finding
)
