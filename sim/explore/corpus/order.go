package corpus

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"weft/sim/internal/kept"
	"weft/sim/order"
	"weft/trace"
)

// Order is an order that is kept, with what it led to when it was.
type Order struct {
	Policy   string
	Schedule order.Schedule
	Fresh    bool // it was made in a process of its own
	Failed   bool
	// Outcome is the hash of its outcome, and Runs how many runs of how many had that.
	Outcome  trace.Hash
	Runs, Of int
	// Text is the outcome in words. It is written for people, and not read again.
	Text string
	// File is where it lies, with the folder of the corpus.
	File string

	name string // of the file
	age  int64  // a later one is newer
}

const formatVersion = "1"

var format = kept.Format{
	Header: "weft-corpus", Version: formatVersion,
	Required:   []string{"program", "policy", "outcome", "failed", "runs", "of", "schedule"},
	Optional:   []string{"fresh"},
	MayBeEmpty: []string{"program"},
	Belongs:    "only files of a corpus belong there",
	Older:      "delete it",
}

// fileName returns the name of the order's file: there is one for each outcome.
func (o *Order) fileName(program string) string {
	h := trace.Hash(0).Text(formatVersion).Text(program).Text(o.Policy).Word(uint64(o.Outcome))
	if o.Fresh {
		h = h.Text("fresh")
	}
	return h.String() + extension
}

const extension = ".order"

// text returns what is in the file of an order of a program.
func (o *Order) text(program string) string {
	what := "showed in this order, as few others do"
	if o.Failed {
		what = "failed in this order"
	}
	var b strings.Builder
	said := strings.SplitAfterN(strings.TrimRight(o.Text, "\n"), "\n", linesKept+1)
	if len(said) > linesKept {
		said[linesKept] = "..."
	}
	b.WriteString(kept.Comment(fmt.Sprintf("%s %s:\n    %s", program, what, strings.Join(said, "    "))))
	fmt.Fprintf(&b, "%s %s\nprogram %s\npolicy %s\noutcome %v\nfailed %t\nruns %d\nof %d\nschedule %v\n",
		format.Header, format.Version, program, o.Policy, o.Outcome, o.Failed, o.Runs, o.Of, o.Schedule)
	if o.Fresh {
		b.WriteString("fresh true\n")
	}
	return b.String()
}

// linesKept is how many lines of an outcome stand in the file.
const linesKept = 20

// parse reads the text of a file.
func parse(text string) (program string, o Order, err error) {
	fields, err := format.Parse(text)
	if err != nil {
		return "", o, err
	}
	o.Policy = fields["policy"]
	read := func(key string, into func(string) error) {
		if err == nil && fields[key] != "" {
			if wrong := into(fields[key]); wrong != nil {
				err = fmt.Errorf("the line %q has %s", key, kept.Quoted(fields[key]))
			}
		}
	}
	number := func(n *int) func(string) error {
		return func(text string) (err error) {
			if *n, err = strconv.Atoi(text); err == nil && *n < 0 {
				err = strconv.ErrRange
			}
			return err
		}
	}
	truth := func(b *bool) func(string) error {
		return func(text string) (err error) {
			*b, err = strconv.ParseBool(text)
			return err
		}
	}
	read("policy", func(text string) error {
		_, err := order.ParsePolicy(text)
		return err
	})
	read("outcome", func(text string) error { return o.Outcome.UnmarshalText([]byte(text)) })
	read("failed", truth(&o.Failed))
	read("fresh", truth(&o.Fresh))
	read("runs", number(&o.Runs))
	read("of", number(&o.Of))
	if err != nil {
		return "", o, err
	}
	o.Schedule, err = order.ParseSchedule(fields["schedule"])
	return fields["program"], o, err
}

// share is what part of the runs had the outcome.
func (o *Order) share() float64 { return float64(o.Runs) / float64(max(1, o.Of)) }

// first compares two orders: failures come first, and of these those with the fewest
// switches; and then what was rarest.
func first(a, b Order) int {
	if a.Failed != b.Failed {
		if a.Failed {
			return -1
		}
		return 1
	}
	if a.Failed {
		return cmp.Or(cmp.Compare(len(a.Schedule), len(b.Schedule)), cmp.Compare(a.name, b.name))
	}
	return cmp.Or(cmp.Compare(a.share(), b.share()), cmp.Compare(a.name, b.name))
}
