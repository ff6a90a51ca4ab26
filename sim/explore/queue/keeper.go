package queue

import (
	"context"
	"encoding/json"
	"strings"

	"weft/sim/explore"
	"weft/sim/explore/search"
)

// Keeper adds up what is found, and ends the exploration when all is done. It keeps nothing
// that is not in the ledger: it may be killed at any point, and replaced by another one.
// Two of them at once do no harm.
type Keeper struct {
	Ledger Ledger
	Line   Line
	Units  explore.Units
	End    *End
	// Findings are the failures that were found, by the keys of their outcomes. There may
	// be some that are not counted yet.
	Findings map[string]Finding
}

// Learn takes note of an entry of the ledger. Those that it knows already, and those of
// which it knows nothing, make no difference.
func (k *Keeper) Learn(key string, value []byte) error {
	switch {
	case key == KeyEnd:
		end, err := ParseEnd(value)
		if err == nil {
			k.End = &end
		}
		return err
	case strings.HasPrefix(key, KeyUnits):
		r, err := DecodeResult(value)
		if err != nil {
			return err
		}
		return k.Units.Add(r)
	case strings.HasPrefix(key, KeyFinding):
		f, err := ParseFinding(value)
		if err != nil {
			return err
		}
		if k.Findings == nil {
			k.Findings = map[string]Finding{}
		}
		k.Findings[strings.TrimPrefix(key, KeyFinding)] = f
	}
	return nil
}

// Over reports whether the exploration has ended, and ends it if all was done.
func (k *Keeper) Over(ctx context.Context) (bool, error) {
	if k.End != nil {
		return true, nil
	}
	if !k.Units.Done() {
		return false, nil
	}
	end := End{Why: search.Through}
	if _, err := k.Ledger.Create(ctx, KeyEnd, end.encode()); err != nil {
		return false, err
	}
	k.End = &end
	return true, nil
}

// Mend puts in line what is open. It is called at the beginning, when that is the whole,
// and whenever the line is empty although something is open.
func (k *Keeper) Mend(ctx context.Context) error {
	for _, u := range k.Units.Open() {
		data, err := json.Marshal(u)
		if err == nil {
			err = k.Line.Put(ctx, u.ID(), data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Report returns what is known: the report that one machine would have given, if the
// exploration is through. It returns nil if nothing is known.
func (k *Keeper) Report() *explore.Report {
	if k.Units.Counted() == 0 {
		return nil
	}
	why := search.Interrupted
	if k.End != nil && k.End.Why != search.Through {
		why = k.End.Why
	}
	return k.Units.Report(why)
}
