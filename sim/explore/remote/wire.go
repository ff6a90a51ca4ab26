package remote

import (
	"encoding/json"
	"time"

	"weft/sim/explore"
)

// version is that of the format of what goes over the pipes.
const version = 1

// variable tells a process that it is to serve units, and of which of the explorations that
// it comes to, counted from 1.
const variable = "WEFT_UNITS"

// The pipes, as the process has them.
const (
	requestFile = 3
	replyFile   = 4
)

// Hello is what a process says of the exploration whose units it does.
type Hello struct {
	Version  int    `json:"weft_units"`
	Program  string `json:"program"`
	Policy   string `json:"policy"`
	Strategy string `json:"strategy"`
	Seed     uint64 `json:"seed"`
	Runs     int    `json:"runs"` // at most; how many of those that draw
}

// request asks for a unit to be done.
type request struct {
	Unit  explore.Unit  `json:"unit"`
	Time  time.Duration `json:"time_ns"`
	Runs  int           `json:"runs,omitempty"`
	Parts int           `json:"parts"`
}

// reply is what came of it: one of the two.
type reply struct {
	Result json.RawMessage `json:"result,omitempty"`
	Error  string          `json:"error,omitempty"`
}
