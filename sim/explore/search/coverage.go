package search

// CoverageKind says what is known to be covered.
type CoverageKind string

// The kinds of coverage.
const (
	AllOrders CoverageKind = "all-orders" // every permitted order was run
	AllTraces CoverageKind = "all-traces" // for every permitted order, one was run that can differ only in steps which do not affect each other
	AllWithin CoverageKind = "all-within" // every order with at most Bound switches
	Sampled   CoverageKind = "sampled"    // some orders were drawn
	Partial   CoverageKind = "partial"    // some orders were walked; the search is not through
	OneOrder  CoverageKind = "one-order"  // one order was run, because one was asked for
)

// Coverage says how much of what is permitted was seen.
type Coverage struct {
	Kind  CoverageKind
	Bound int    // for AllWithin
	Why   string // how the strategy came to do this, if there is something to say
	// Walked is how many of the runs were walked, one order after the other, before
	// the others were drawn; for Sampled.
	Walked int
}

// Complete reports whether every permitted outcome was seen.
func (c Coverage) Complete() bool { return c.Kind == AllOrders || c.Kind == AllTraces }
