package simtest

import (
	"fmt"

	"weft/sim/explore"
	"weft/sim/explore/corpus"
	"weft/sim/order"
)

// openCorpus opens the corpus of the test, if one is asked for. A cache that cannot be used
// is no reason to fail.
func (c *check) openCorpus() *corpus.Corpus {
	c.Helper()
	if c.corpus == "" {
		return nil
	}
	name := c.Name()
	if c.ordinal > 1 {
		name += fmt.Sprintf("#%d", c.ordinal)
	}
	k, err := corpus.Open(c.corpus, c.pkg, name)
	if err != nil {
		c.Log(err)
		return nil
	}
	return k
}

// tryCorpus runs the orders of the corpus. What fails is reported as what is kept in fail
// files is.
func (c *check) tryCorpus() {
	c.Helper()
	k := c.openCorpus()
	if k == nil {
		return
	}
	defer k.Close()
	orders, problems := k.Read()
	for _, problem := range problems {
		c.Logf("%v; it was left alone", problem)
	}
	asked, tried, misfits := c.fresh, 0, 0
	for _, o := range orders {
		if c.policy != "" && o.Policy != c.policy {
			continue // other orders are permitted there
		}
		c.fresh = asked || o.Fresh
		tried++
		c.try(c.inCorpus(k, o, &misfits))
		c.fresh = asked
	}
	if tried > 0 {
		c.Logf("tried first: %d of the corpus in %s", tried, k)
	}
}

// inCorpus says what is done about an order of a corpus.
func (c *check) inCorpus(k *corpus.Corpus, o corpus.Order, misfits *int) *keptOrder {
	// replace keeps the order as a run of it fails now.
	replace := func(run *replayed, s order.Schedule) {
		if err := k.Replace(o, o.FailsNow(run.Run, s)); err != nil {
			c.Log(err)
		}
	}
	return &keptOrder{
		schedule: o.Schedule, policy: o.Policy, asWas: !o.Failed || *misfits >= corpus.NearbyMost, once: true,
		failed: func(err error) { c.Logf("corpus: %s: %v; it was left alone", o.File, err) },
		fails: func(run *replayed) string {
			if o.Failed {
				return "an order that failed before still fails; it is kept in the corpus, " + o.File
			}
			replace(run, o.Schedule)
			return "an order that was rare before fails now; it is kept in the corpus, " + k.String()
		},
		passes: func() {},
		gone: func(tried int, misfit error) {
			if o.Failed && tried == 0 {
				return // it has its turn the next time
			}
			*misfits++
			if err := k.Remove(o); err != nil {
				c.Log(err)
			}
		},
		moved: func(run *replayed, s order.Schedule, misfit error) string {
			*misfits++
			replace(run, s)
			return fmt.Sprintf("an order that failed before, kept in the corpus, %s, no longer fits the program: %v\nAn order near it fails, and is kept in its place", o.File, misfit)
		},
	}
}

// keepInCorpus keeps what is worth a try the next time.
func (c *check) keepInCorpus(r *explore.Report) {
	c.Helper()
	if r.Nondeterminism != nil {
		return // an order does not say what happens
	}
	k := c.openCorpus()
	if k == nil {
		return
	}
	defer k.Close()
	if err := k.Keep(r, c.fresh); err != nil {
		c.Log(err)
	}
}
