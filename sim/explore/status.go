package explore

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"weft/sim/explore/search"
	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// statusVersion is that of the format of a status.
const statusVersion = 1

// Status says how far an exploration is that goes on somewhere, for those who look on. As
// JSON, it is a document that other programs may read: they should refuse a version that they
// do not know, and pass over fields that they do not know. Times are nanoseconds of real time
// in fields whose names end in _ns.
type Status struct {
	Version  int    `json:"weft_status"`
	Name     string `json:"name"` // what the exploration is called
	Program  string `json:"program,omitempty"`
	Policy   string `json:"policy,omitempty"`
	Strategy string `json:"strategy,omitempty"`
	// At is when it was so.
	At time.Time `json:"at"`
	// Ended says how the exploration has ended, or is "".
	Ended string `json:"ended,omitempty"`
	Runs  int    `json:"runs"`
	// Total is about how many runs there will be, and Share about which part of the
	// exploration was done; 0 if nobody knows.
	Total float64 `json:"total,omitempty"`
	Share float64 `json:"share,omitempty"`
	// Elapsed is what it took so far, Rate how many runs it made in a second, and Left
	// about what is left, or 0 if nobody knows.
	Elapsed time.Duration `json:"elapsed_ns"`
	Rate    float64       `json:"rate,omitempty"`
	Left    time.Duration `json:"left_ns,omitempty"`
	// Units is how many units were done, of an exploration that is done in units.
	Units int `json:"units,omitempty"`
	// Outcomes is how many different ones were found, and Failed says whether one of them
	// is a failure. Shown are some of them, if they are known: failures first.
	Outcomes int           `json:"outcomes"`
	Failed   bool          `json:"failed,omitempty"`
	Shown    []OutcomeSeen `json:"shown,omitempty"`
}

// OutcomeSeen is an outcome of a Status.
type OutcomeSeen struct {
	Key      trace.Hash     `json:"key"`
	Text     string         `json:"text"` // its beginning, if it is long
	End      order.End      `json:"end"`
	Failed   bool           `json:"failed"`
	Runs     int            `json:"runs"`
	Schedule order.Schedule `json:"schedule"` // of the simplest run
}

// Status says the same as a Status, as of at.
func (p Progress) Status(name string, at time.Time) Status {
	s := Status{Version: statusVersion, Name: name, At: at, Runs: p.Runs, Total: p.Total, Elapsed: p.Elapsed, Outcomes: p.Outcomes, Failed: p.Failed}
	if p.Total > 0 {
		s.Share = min(1, float64(p.Runs)/p.Total)
	}
	if p.Elapsed > 0 {
		s.Rate = float64(p.Runs) / p.Elapsed.Seconds()
	}
	if left := (p.Total - float64(p.Runs)) / s.Rate; s.Rate > 0 && left > 0 && left < leftMost.Seconds() {
		s.Left = time.Duration(left * float64(time.Second))
	}
	return s
}

// leftMost is from where on it makes no difference how much time is left.
const leftMost = 1000 * time.Hour

// How many outcomes are shown in a status, and how much of each.
const (
	shownMost = 100
	textMost  = 2000 // columns
)

// Show adds what a report says: which exploration it is, and the outcomes.
func (s *Status) Show(r *Report) {
	s.Program, s.Policy, s.Strategy = r.Program, r.Policy, r.Strategy
	s.Runs, s.Outcomes, s.Failed, s.Shown = r.Runs, len(r.Outcomes), r.Failed(), nil
	ordered := slices.Clone(r.Outcomes)
	slices.SortStableFunc(ordered, func(a, b search.Outcome) int {
		switch {
		case a.Failed == b.Failed:
			return 0
		case a.Failed:
			return -1
		}
		return 1
	})
	for _, o := range ordered[:min(len(ordered), shownMost)] {
		s.Shown = append(s.Shown, OutcomeSeen{trace.Hash(o.Key), words.Elide(o.Text, textMost), o.End, o.Failed, o.Runs, o.Witness})
	}
}

// ParseStatus reads a status.
func ParseStatus(data []byte) (Status, error) {
	var s Status
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("explore: this is no status of an exploration (%w)", damage(err))
	}
	if s.Version != statusVersion {
		return s, fmt.Errorf("explore: the status has format %d, and this version of Weft reads %d; use one version everywhere", s.Version, statusVersion)
	}
	return s, nil
}

// WriteFile replaces a file by the status, as a whole: whoever reads it meanwhile gets the
// one before.
func (s Status) WriteFile(name string) error {
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("explore: cannot write the status: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("explore: cannot write the status: %w", err)
	}
	defer os.Remove(f.Name()) // fails if it was renamed, as it should be
	_, err = f.Write(append(data, '\n'))
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("explore: cannot write the status: %w", err)
	}
	return nil
}

// StatusFile keeps a file that says how far an exploration is. It is written once in a
// second of real time at most, and at the end.
type StatusFile struct {
	Name string // of the file
	last time.Time
}

// Due reports whether it is time to write.
func (f *StatusFile) Due(now time.Time) bool { return now.Sub(f.last) >= time.Second }

// Write writes the status.
func (f *StatusFile) Write(s Status) error {
	f.last = s.At
	return s.WriteFile(f.Name)
}
