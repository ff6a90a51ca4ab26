package queue

import (
	"encoding/json"
	"fmt"

	"weft/sim/explore/search"
)

// End says that an exploration has ended, and why.
type End struct {
	// Why is search.Through if all was done, FailureFound if that was to end it, or
	// NotRepeatable.
	Why search.Stop `json:"why"`
	// Text says what went wrong if it could not be done.
	Text string `json:"text,omitempty"`
}

// ParseEnd reads an end.
func ParseEnd(data []byte) (End, error) {
	var e End
	if err := json.Unmarshal(data, &e); err != nil {
		return e, fmt.Errorf("queue: how the exploration ended cannot be read: %w", err)
	}
	return e, nil
}

func (e End) encode() []byte {
	data, err := json.Marshal(e)
	if err != nil {
		panic(err) // it is texts
	}
	return data
}

// Finding is a failure, as it is kept once however often it is found. It is stored under the
// key of its outcome, which says what the bug is.
type Finding struct {
	End      string `json:"end"`
	Text     string `json:"text"`
	Schedule string `json:"schedule"`
	Unit     string `json:"unit"` // in which it was found first
}

// ParseFinding reads a finding.
func ParseFinding(data []byte) (Finding, error) {
	var f Finding
	if err := json.Unmarshal(data, &f); err != nil {
		return f, fmt.Errorf("queue: a failure that was found cannot be read: %w", err)
	}
	return f, nil
}

func (f Finding) encode() []byte {
	data, err := json.Marshal(f)
	if err != nil {
		panic(err) // it is texts
	}
	return data
}
