package explore

import (
	"fmt"
	"slices"
	"strings"

	"weft/sim/explore/search"
	"weft/trace/words"
)

// Predicate is a claim about the set of outcomes of a program, as the test
// library of dejafu makes them (Walker and Runciman, Haskell'15). It returns nil
// if the claim holds, and else an error that shows what speaks against it, with
// a schedule.
//
// Always, Never, AtMostOne and Gives can be shown to be wrong by any report, and
// to be right only by one whose coverage is complete; with another, they return
// an error that says so, unless [Predicate.SoFar] is asked.
type Predicate struct {
	check func(r *Report) error
	// whole says that the claim needs a complete exploration to hold.
	whole bool
}

// Check returns nil if the claim holds for all that is permitted.
func (p Predicate) Check(r *Report) error {
	if err := p.SoFar(r); err != nil {
		return err
	}
	if p.whole && !r.Coverage.Complete() {
		return fmt.Errorf("explore: the claim holds for what was seen, but that was not all: %s", r.Verdict())
	}
	return nil
}

// SoFar returns nil if nothing that was seen speaks against the claim.
func (p Predicate) SoFar(r *Report) error {
	if r.Nondeterminism != nil {
		return r.Nondeterminism
	}
	if r.Runs == 0 {
		return fmt.Errorf("explore: the claim was not tested: there was no run")
	}
	return p.check(r)
}

// Always claims that every outcome satisfies f.
func Always(f func(search.Outcome) bool) Predicate {
	return Predicate{whole: true, check: func(r *Report) error {
		for _, o := range r.Outcomes {
			if !f(o) {
				return fmt.Errorf("explore: not always; schedule %s gives\n%s", o.Witness, indented(o.Text))
			}
		}
		return untold(r)
	}}
}

// Never claims that no outcome satisfies f.
func Never(f func(search.Outcome) bool) Predicate {
	return Predicate{whole: true, check: func(r *Report) error {
		for _, o := range r.Outcomes {
			if f(o) {
				return fmt.Errorf("explore: not never; schedule %s gives\n%s", o.Witness, indented(o.Text))
			}
		}
		return untold(r)
	}}
}

// Sometimes claims that some outcome satisfies f.
func Sometimes(f func(search.Outcome) bool) Predicate {
	return Predicate{check: func(r *Report) error {
		if slices.ContainsFunc(r.Outcomes, f) {
			return nil
		}
		return fmt.Errorf("explore: none of %s does it (%s)", words.Count(len(r.Outcomes), "outcome"), r.Verdict())
	}}
}

// Gives claims that the outcomes are exactly these, by their texts in any order.
func Gives(texts ...string) Predicate {
	return Predicate{whole: true, check: func(r *Report) error {
		var wrong []string
		for _, o := range r.Outcomes {
			if !slices.Contains(texts, o.Text) {
				wrong = append(wrong, fmt.Sprintf("not claimed, but schedule %s gives\n%s", o.Witness, indented(o.Text)))
			}
		}
		got := r.texts()
		for _, text := range texts {
			if !slices.Contains(got, text) {
				wrong = append(wrong, "claimed, but not found:\n"+indented(text))
			}
		}
		if len(wrong) > 0 {
			return fmt.Errorf("explore: other outcomes than claimed (%s): %s", r.Verdict(), strings.Join(wrong, "\n"))
		}
		return untold(r)
	}}
}

// AtMostOne claims that at most one outcome satisfies f. With an f that is always
// true, the order makes no difference.
func AtMostOne(f func(search.Outcome) bool) Predicate {
	return Predicate{whole: true, check: func(r *Report) error {
		var first *search.Outcome
		for i := range r.Outcomes {
			o := &r.Outcomes[i]
			switch {
			case !f(*o):
			case first == nil:
				first = o
			default:
				return fmt.Errorf("explore: more than one; schedule %s gives\n%sand schedule %s\n%s",
					first.Witness, indented(first.Text), o.Witness, indented(o.Text))
			}
		}
		return untold(r)
	}}
}

// Any is true of every outcome, for [AtMostOne].
func Any(search.Outcome) bool { return true }

// Failing is true of outcomes that are failures, for [Never] and others.
func Failing(o search.Outcome) bool { return o.Failed }

// Refines claims that the program shows nothing that another one cannot show:
// every outcome is among those of the other, whose report must be complete.
func Refines(other *Report) Predicate {
	return Predicate{whole: true, check: func(r *Report) error {
		if !other.Coverage.Complete() {
			return fmt.Errorf("explore: what the program should refine was not explored to its end: %s", other.Verdict())
		}
		known := other.texts()
		for _, o := range r.Outcomes {
			if !slices.Contains(known, o.Text) {
				return fmt.Errorf("explore: no refinement; schedule %s gives what the other never shows:\n%s", o.Witness, indented(o.Text))
			}
		}
		return untold(r)
	}}
}

// untold refuses a claim about all outcomes where some were not told apart.
func untold(r *Report) error {
	if r.Others > 0 {
		return fmt.Errorf("explore: %s had outcomes beyond the first %s, which were not looked at; give WithOutcome what matters of an outcome",
			words.Count(r.Others, "run"), words.Thousands(search.OutcomesKept))
	}
	return nil
}

func indented(text string) string {
	if text == "" {
		return "\t(nothing)\n"
	}
	return "\t" + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n\t") + "\n"
}
