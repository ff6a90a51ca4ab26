package explain

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/bits"
	"math/rand/v2"
	"strings"
	"time"

	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/explore/walk"
	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// ProspectRuns is how many runs [Prospects] makes at most, unless [explore.WithRuns] says
// otherwise.
const ProspectRuns = 20_000

// sampledRuns is how many continuations are drawn where there are too many to run
// all.
const sampledRuns = 200

// Prospect says what could still come of a run at one point of it. The point at
// which a failure became certain is the first with nothing but failing
// continuations; the idea to show that is Antithesis's.
type Prospect struct {
	// Decision is the index of the decision that the point comes after; -1 stands
	// for the beginning of the run. At is its virtual time, Kind and Key name it,
	// Taken is what was taken and Instead what could have been. Number is what readers
	// call the decision's event; see [trace.Numbers].
	Decision         int
	Number           string
	At               time.Duration
	Kind, Key, Taken string
	Instead          []string
	// Failing is the share, from 0 to 1, of the orders from there on that end in a
	// failure.
	Failing float64
	// Exact says that all of the orders were run: Orders and Failures count them.
	// If it is false, Failing is an estimate from Runs random continuations, each
	// weighted with the number of alternatives along its way, so that it is about
	// orders as well (Knuth, Mathematics of Computation 1975).
	Exact            bool
	Orders, Failures int
	Runs             int
}

// Prospects returns, for the beginning of a run and for the point after each of
// its decisions, the share of the orders from there on that fail. A schedule names
// the run; nil is the default order.
//
// It counts from the end, where few orders are left, and as far to the beginning
// as the limit of runs allows. For the points before that it draws continuations,
// 200 each or, if [explore.WithRuns] is less, as many; these come on top of the limit.
//
// The error matches order.ErrScheduleMismatch if the schedule does not fit, and is a
// [*search.NondeterminismError] if the program depends on more than its decisions. If ctx
// or [explore.WithTime] ends the search, the error says so. It panics if engine is nil.
func Prospects(ctx context.Context, engine order.Engine, schedule order.Schedule, options ...explore.Option) ([]Prospect, error) {
	t := newRerunner(ctx, "Prospects", engine, ProspectRuns, options)
	defer t.close()
	r, o, err := t.given(schedule, trace.Full)
	if err != nil {
		return nil, err
	}
	numbers := decisionNumbers(r.Trace())
	points := make([]Prospect, len(r.Decisions)+1)
	points[0].Decision = -1
	for i := range r.Decisions {
		d := &r.Decisions[i]
		p := &points[i+1]
		p.Decision, p.At, p.Kind, p.Key, p.Taken = i, d.At, d.Kind, d.Key, d.Alternatives[d.Taken].Name
		if i < len(numbers) {
			p.Number = numbers[i]
		}
		for k := range d.Alternatives {
			if k != d.Taken {
				p.Instead = append(p.Instead, d.Alternatives[k].Name)
			}
		}
	}
	orders, failures := 1, 0
	if r.Failed() {
		failures = 1
	}
	points[len(points)-1].count(orders, failures)
	at := len(points) - 2
	for ; at >= 0; at-- {
		all, failing := orders, failures
		whole, err := t.siblings(o, at, func(failed bool) bool {
			all++
			if failed {
				failing++
			}
			return true
		})
		if err != nil {
			return nil, err
		}
		if !whole {
			break
		}
		orders, failures = all, failing
		points[at].count(orders, failures)
	}
	for ; at >= 0; at-- {
		if err := t.sample(&points[at], o.taken[:at]); err != nil {
			return nil, err
		}
	}
	return points, nil
}

func (p *Prospect) count(orders, failures int) {
	p.Exact, p.Orders, p.Failures, p.Runs = true, orders, failures, orders
	p.Failing = float64(failures) / float64(orders)
}

// halted returns an error if the search has to stop before it is through.
func (t *rerunner) halted() error {
	if stop := t.stopped(); stop != search.Through && stop != search.RunsSpent {
		return fmt.Errorf("explain: the prospects of a run were not all found: stopped (%s)", stop)
	}
	return nil
}

// siblings runs all orders that take something else at a decision than a given
// one, which has the same decisions before, until see says that it is enough.
// whole says that they were all run.
func (t *rerunner) siblings(o choices, at int, see func(failed bool) (more bool)) (whole bool, err error) {
	for other := range o.widths[at] {
		if other == o.taken[at] {
			continue
		}
		tree := walk.Below(append(o.taken[:at:at], other))
		for more := true; more; more = tree.Advance() {
			if err := t.halted(); err != nil {
				return false, err
			}
			if t.stopped() != search.Through {
				return false, nil
			}
			r, walked, err := t.follow(tree.Taken, nil, trace.Off)
			if err != nil {
				return false, err
			}
			tree.Taken, tree.Widths = walked.taken, walked.widths
			if !see(r.Failed()) {
				return false, nil
			}
		}
	}
	return true, nil
}

// PointOfNoReturn says with which decision of a failing run, from the end backwards, the
// failure became certain, if few enough orders have to be run to know that.
func PointOfNoReturn(ctx context.Context, engine order.Engine, schedule order.Schedule, options ...explore.Option) (string, error) {
	t := newRerunner(ctx, "PointOfNoReturn", engine, WhyRuns, options)
	defer t.close()
	r, o, err := t.given(schedule, trace.Full)
	if err != nil || !r.Failed() {
		return "", err
	}
	numbers := decisionNumbers(r.Trace())
	decisions := make([]string, len(r.Decisions)) // the next run takes their memory
	for i := range r.Decisions {
		d := &r.Decisions[i]
		if i < len(numbers) {
			decisions[i] = "event " + numbers[i] + ", "
		}
		decisions[i] += fmt.Sprintf("where %s was taken at %s:%s", words.Line(d.Alternatives[d.Taken].Name), d.Kind, words.Line(d.Key))
	}
	for at := len(o.taken) - 1; at >= 0; at-- {
		passes := false
		whole, err := t.siblings(o, at, func(failed bool) bool {
			passes = !failed
			return failed
		})
		switch {
		case err != nil:
			return "", err
		case passes:
			return fmt.Sprintf("From decision %d of %d on, %s, every order fails.", at+1, len(o.taken), decisions[at]), nil
		case !whole:
			return "", nil
		}
	}
	return "Every order fails.", nil
}

// decisionNumbers returns what readers call the decisions of a run.
func decisionNumbers(t *trace.Trace) []string {
	all := trace.Numbers(t)
	var numbers []string
	for _, e := range t.Events {
		if e.Kind == trace.Decide {
			numbers = append(numbers, all[e.Seq])
		}
	}
	return numbers
}

// sample estimates the share below a prefix.
func (t *rerunner) sample(p *Prospect, prefix []int32) error {
	p.Runs = min(sampledRuns, t.Runs)
	weights, failed := make([]float64, p.Runs), make([]bool, p.Runs)
	most := math.Inf(-1)
	for n := range p.Runs {
		if err := t.halted(); err != nil {
			return err
		}
		s := &wanderer{lenient: lenient{prefix: prefix}}
		s.source.Seed(search.SeedOf(t.Seed, n), uint64(len(prefix)))
		r := t.run(s, trace.Off)
		if s.strayed || len(s.taken) < len(prefix) {
			return t.strayed(prefix)
		}
		weights[n], failed[n] = s.weight, r.Failed()
		most = max(most, s.weight)
	}
	var all, failing float64
	for n, w := range weights {
		w = math.Exp(w - most)
		all += w
		if failed[n] {
			failing += w
		}
	}
	p.Failing = failing / all
	return nil
}

// wanderer follows a prefix and then draws every alternative with equal
// probability.
type wanderer struct {
	lenient
	source rand.PCG
	weight float64 // logarithm of one by the probability of what was drawn
}

func (s *wanderer) Name() string { return "random" }

func (s *wanderer) Choose(d *order.Decision) int {
	if len(s.taken) < len(s.prefix) {
		return s.lenient.Choose(d)
	}
	drawn, _ := bits.Mul64(s.source.Uint64(), uint64(len(d.Alternatives)))
	s.weight += math.Log(float64(len(d.Alternatives)))
	return s.note(d, int(drawn))
}

// WriteProspects writes what [Prospects] returned as a table: each decision, what
// was taken and what could have been, and the share of failing orders before and
// after it. The decision with which failure became certain is marked. It returns
// what w returns.
func WriteProspects(w io.Writer, points []Prospect) error {
	var b strings.Builder
	if len(points) == 0 {
		return nil
	}
	first := points[0]
	fmt.Fprintf(&b, "before the first decision, %s\n", first.words())
	rows := [][]string{{"decision", "event", "at", "taken", "instead of", "failing before", "after", ""}}
	certain := first.Exact && first.Failures == first.Orders
	for i, p := range points[1:] {
		what, taken := p.Kind+":"+p.Key, p.Taken
		row := []string{fmt.Sprintf("%d %s", p.Decision+1, words.Line(what)), p.Number, p.At.String(), words.Line(taken),
			words.Elide(words.Line(strings.Join(p.Instead, ", ")), laneMost), points[i].share(), p.share(), ""}
		if !certain && p.Exact && p.Failures == p.Orders {
			certain = true
			row[len(row)-1] = "<- from here on, every order fails"
		}
		rows = append(rows, row)
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], words.Width(cell))
		}
	}
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += words.Pad(cell, widths[i]) + "  "
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// share writes the share of failing orders, with its sign if it is an estimate.
func (p *Prospect) share() string {
	text := words.Percent(p.Failing)
	if p.Exact && p.Failures < p.Orders && text == "100%" {
		text = ">99%"
	}
	if !p.Exact {
		return "≈" + text
	}
	return text
}

func (p *Prospect) words() string {
	if p.Exact {
		return fmt.Sprintf("%s of %s fail (%s)", words.Thousands(p.Failures), words.Plural(p.Orders, "order", "orders"), p.share())
	}
	return fmt.Sprintf("%s of the orders fail, by %s", p.share(), words.Plural(p.Runs, "random run", "random runs"))
}
