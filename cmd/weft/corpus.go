package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"weft/sim/explain"
	"weft/sim/explore"
	"weft/sim/explore/corpus"
	"weft/sim/order"
	"weft/trace/words"
)

// triedFirst is the corpus of a program, and what of it fails. It is nil if none is asked
// for.
type triedFirst struct {
	corpus   *corpus.Corpus
	tried    int
	failures []keptFailure
}

// keptFailure is an order of a corpus that fails.
type keptFailure struct {
	file     string
	schedule order.Schedule
	key      uint64 // of its outcome
	text     string
	how      string // it came to be known
}

// tryCorpus runs what is kept of a program.
func tryCorpus(c console, cmd *cobra.Command, s subject, dir string) (*triedFirst, error) {
	if dir == "" {
		return nil, nil
	}
	k, err := corpus.Open(dir, "weft explore", s.name+s.more)
	if err != nil {
		return nil, err
	}
	t := &triedFirst{corpus: k}
	orders, problems := k.Read()
	for _, problem := range problems {
		fmt.Fprintf(c.Err, "weft: %v; it was left alone\n", problem)
	}
	misfits := 0
	for _, o := range orders {
		if o.Policy != s.engine.Policy() || cmd.Context().Err() != nil {
			continue // other orders are permitted there
		}
		t.tried++
		if err := t.try(cmd, s, o, &misfits); err != nil {
			k.Close()
			return nil, err
		}
	}
	return t, nil
}

// try runs an order, and looks for a failure nearby if it does not fit any more.
func (t *triedFirst) try(cmd *cobra.Command, s subject, o corpus.Order, misfits *int) error {
	how := "an order that was rare before fails now"
	if o.Failed {
		how = "an order that failed before still fails"
	}
	run := order.RunOnce(s.engine, order.Replay(o.Schedule))
	schedule := o.Schedule
	if errors.Is(run.Err, order.ErrScheduleMismatch) {
		if o.Failed && *misfits == corpus.NearbyMost {
			return nil // it has its turn the next time
		}
		if !o.Failed {
			return t.corpus.Remove(o)
		}
		*misfits++
		near, err := explain.Nearby(cmd.Context(), s.engine, o.Schedule, patience)
		switch {
		case cmd.Context().Err() != nil:
			return nil
		case errors.Is(err, explain.ErrPasses):
			return t.corpus.Remove(o)
		case err != nil:
			return err
		}
		schedule, how = near.Schedule, "an order that failed before does not fit the program any more, and one near it fails"
		run = order.RunOnce(s.engine, order.Replay(schedule))
	}
	if !run.Failed() {
		return nil
	}
	now := o.FailsNow(run, schedule)
	t.failures = append(t.failures, keptFailure{o.File, schedule, uint64(now.Outcome), now.Text, how})
	return t.corpus.Replace(o, now)
}

// keep keeps what is worth a try the next time.
func (t *triedFirst) keep(s subject, r *explore.Report) error {
	if t == nil {
		return nil
	}
	defer t.corpus.Close()
	if r.Nondeterminism != nil {
		return nil // an order does not say what happens
	}
	return t.corpus.Keep(r, s.chilled)
}

// tell says what of the corpus fails, beside what the report has found, and explains the
// first of that if the report had nothing to explain.
func (t *triedFirst) tell(c console, cmd *cobra.Command, s subject, r *explore.Report, format string) error {
	if t == nil || t.tried == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nTried first, and not counted above: %s of the corpus in %s, of which %s.\n", words.Count(t.tried, "order"), t.corpus, words.Plural(len(t.failures), "fails", "fail"))
	for i, f := range t.failures {
		fmt.Fprintf(&b, "  %s (%s):\n%s", f.how, f.file, indent(indent(f.text)))
		fmt.Fprintf(&b, "    weft replay %s --policy %s --schedule %s%s\n", s.name, s.engine.Policy(), f.schedule, s.more)
		if i == 0 && format == "text" && r.Failure() == nil && r.Nondeterminism == nil {
			if err := tellFailure(c, cmd, &b, s, f.schedule); err != nil {
				return err
			}
		}
	}
	out := c.Out
	if format == "json" {
		out = c.Err
	}
	_, err := out.Write([]byte(b.String()))
	return err
}

// failed reports whether something of the corpus fails.
func (t *triedFirst) failed() bool { return t != nil && len(t.failures) > 0 }
