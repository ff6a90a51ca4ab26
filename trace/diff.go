package trace

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-cmp/cmp"

	"weft/trace/words"
)

// CompareOption changes what [Compare] does. The options are [Context] and
// [IgnoreHeader].
type CompareOption interface{ apply(*comparison) }

type comparison struct {
	before, after int
	ignoreHeader  bool
}

type compareOption func(*comparison)

func (o compareOption) apply(c *comparison) { o(c) }

// Context sets how many events a [Difference] holds before the one that
// diverges (3 if not set), and how many after it (2). It panics if one is negative.
func Context(before, after int) CompareOption {
	if before < 0 || after < 0 {
		panic("trace: Context wants numbers that are not negative")
	}
	return compareOption(func(c *comparison) { c.before, c.after = before, after })
}

// IgnoreHeader makes [Compare] look at events alone, for two runs that should
// be one although they were asked for in different ways: by seed, say, and by
// the schedule that the seed had led to.
func IgnoreHeader() CompareOption {
	return compareOption(func(c *comparison) { c.ignoreHeader = true })
}

// Difference says where two traces part. It holds what there is to say;
// [Difference.String] is one way to say it.
type Difference struct {
	// Header holds the fields in which the headers differ. Where the events
	// diverge, the hashes do too.
	Header []Field
	// Index is the index of the first event that diverges, in both traces,
	// which are equal up to there. It is -1 if all events are equal.
	Index int
	// Fields holds the fields in which the two events at Index differ. It is
	// empty if one of the traces has no event there because it is the beginning of the other.
	Fields []Field
	// A and B hold the events around Index, in both traces, from index From on.
	From int
	A, B []Event
	// NumbersA and NumbersB are what readers call these events; see [Numbers].
	NumbersA, NumbersB []string
	// LenA and LenB are the numbers of events in the traces.
	LenA, LenB int
}

// Field is one field that differs, with both of its values as Go would print them.
type Field struct {
	Name string // such as "Detail", or "Alternatives[1]"
	A, B string // "(none)" for what is not there
}

// Compare returns where two traces part, or nil if they are equal. The first
// event that diverges is what matters: all that comes after it may be its
// consequence. A difference in [Event.Pos] alone is none, nor is one between a
// list without elements and no list. It panics if a trace is nil.
func Compare(a, b *Trace, options ...CompareOption) *Difference {
	if a == nil || b == nil {
		panic("trace: Compare wants two traces; one of them is nil")
	}
	c := comparison{before: 3, after: 2}
	for _, o := range options {
		o.apply(&c)
	}
	d := &Difference{Index: -1, LenA: len(a.Events), LenB: len(b.Events)}
	if !c.ignoreHeader {
		d.Header = fields(a.Header, b.Header)
	}
	for i := range max(len(a.Events), len(b.Events)) {
		if i < len(a.Events) && i < len(b.Events) {
			if sameEvent(a.Events[i], b.Events[i]) {
				continue
			}
			d.Fields = fields(unplaced(a.Events[i]), unplaced(b.Events[i]))
		}
		d.Index = i
		d.From = max(0, i-c.before)
		d.A = around(a.Events, d.From, i+c.after+1)
		d.B = around(b.Events, d.From, i+c.after+1)
		d.NumbersA, d.NumbersB = numbersOf(a, d.A), numbersOf(b, d.B)
		break
	}
	if d.Index < 0 && len(d.Header) == 0 {
		return nil
	}
	return d
}

// sameEvent compares without go-cmp, which is for the one event that differs:
// traces have many that do not.
func sameEvent(a, b Event) bool {
	return a.Seq == b.Seq && a.At == b.At && a.Task == b.Task && a.Kind == b.Kind && a.Object == b.Object &&
		a.Detail == b.Detail && a.N == b.N && a.Cause == b.Cause && slices.Equal(a.Alternatives, b.Alternatives)
}

func unplaced(e Event) Event {
	e.Pos = ""
	if len(e.Alternatives) == 0 {
		e.Alternatives = nil
	}
	return e
}

// numbersOf returns the numbers of some events of a trace.
func numbersOf(t *Trace, events []Event) []string {
	all := Numbers(t)
	numbers := make([]string, len(events))
	for i := range events {
		numbers[i] = all[events[i].Seq]
	}
	return numbers
}

func around(events []Event, from, to int) []Event {
	return slices.Clone(events[min(from, len(events)):min(to, len(events))])
}

// none stands for a value that is not there.
const none = "(none)"

// fields lets go-cmp find what differs within two values of one type.
func fields(a, b any) []Field {
	r := &reporter{}
	cmp.Equal(a, b, cmp.Reporter(r))
	return r.fields
}

// reporter collects the leaves that go-cmp finds unequal.
type reporter struct {
	path   cmp.Path
	fields []Field
}

func (r *reporter) PushStep(step cmp.PathStep) { r.path = append(r.path, step) }
func (r *reporter) PopStep()                   { r.path = r.path[:len(r.path)-1] }

func (r *reporter) Report(result cmp.Result) {
	if result.Equal() {
		return
	}
	a, b := r.path.Last().Values()
	name := ""
	for _, step := range r.path {
		switch step := step.(type) {
		case cmp.StructField:
			name = step.Name()
		case cmp.SliceIndex:
			ka, kb := step.SplitKeys()
			name += "[" + strconv.Itoa(max(ka, kb)) + "]"
		}
	}
	show := func(v interface {
		IsValid() bool
		CanInterface() bool
		Interface() any
	}) string {
		if !v.IsValid() || !v.CanInterface() {
			return none
		}
		switch v := v.Interface().(type) {
		case string:
			return strconv.Quote(v)
		case *uint64:
			if v == nil {
				return none
			}
			return strconv.FormatUint(*v, 10)
		default:
			return fmt.Sprint(v)
		}
	}
	field := Field{name, show(a), show(b)}
	if i := len(r.fields) - 1; i >= 0 && r.fields[i].Name == name && r.fields[i].B == none && field.A == none {
		r.fields[i].B = field.B // go-cmp tells of a changed element as one removed and one added
		return
	}
	r.fields = append(r.fields, field)
}

// String returns a report for a reader, of several lines. "-" and "+" stand
// before what only the first and only the second trace has.
func (d *Difference) String() string {
	var b strings.Builder
	switch {
	case d.Index < 0:
		fmt.Fprintf(&b, "the %d events are equal, and the headers differ:\n", d.LenA)
	case d.Index >= d.LenA:
		fmt.Fprintf(&b, "the first trace ends after %d events, where the second goes on to %d:\n", d.LenA, d.LenB)
	case d.Index >= d.LenB:
		fmt.Fprintf(&b, "the second trace ends after %d events, where the first goes on to %d:\n", d.LenB, d.LenA)
	case d.Index == 0:
		b.WriteString("the traces differ from the first event on:\n")
	default:
		fmt.Fprintf(&b, "the traces part after %s:\n", count(d.Index, "equal event"))
	}
	if d.Index >= 0 {
		common := min(d.Index-d.From, len(d.A), len(d.B))
		if d.From > 0 {
			b.WriteString("    ...\n")
		}
		a, z := d.A[common:], d.B[common:]
		na, nz := d.NumbersA[common:], d.NumbersB[common:]
		writeEvents(&b, "    ", d.A[:common], d.NumbersA)
		if len(a) > 1 && slices.EqualFunc(a[1:], z[min(1, len(z)):], sameEvent) && slices.Equal(na[1:], nz[min(1, len(z)):]) {
			writeEvents(&b, "  - ", a[:1], na)
			writeEvents(&b, "  + ", z[:1], nz)
			writeEvents(&b, "    ", a[1:], na[1:])
		} else {
			writeEvents(&b, "  - ", a, na)
			writeEvents(&b, "  + ", z, nz)
		}
		writeFields(&b, "what differs there:", d.Fields)
	}
	if d.Index >= 0 {
		writeFields(&b, "the headers differ too:", d.Header)
	} else {
		writeFields(&b, "", d.Header)
	}
	return b.String()
}

func writeEvents(b *strings.Builder, margin string, events []Event, numbers []string) {
	for i, e := range events {
		b.WriteString(margin + words.Clean(numbers[i]+" "+e.text()) + "\n")
	}
}

func writeFields(b *strings.Builder, heading string, fields []Field) {
	if len(fields) == 0 {
		return
	}
	if heading != "" {
		b.WriteString(heading + "\n")
	}
	names := 0
	for _, f := range fields {
		names = max(names, len(f.Name))
	}
	for _, f := range fields {
		fmt.Fprintf(b, "    %-*s  - %s\n    %-*s  + %s\n", names, f.Name, f.A, names, "", f.B)
	}
}

// count returns a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
