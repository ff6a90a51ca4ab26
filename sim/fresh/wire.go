package fresh

import (
	"time"

	"weft/sim/order"
	"weft/trace"
)

// What goes over the pipes is JSON, one value after another.

// request is which run a process is to make. It is sent to it first.
type request struct {
	Policy   string
	Level    trace.Level
	Strategy string  // its name
	Seed     *uint64 `json:",omitempty"`
	Plan     []order.PlannedTurn
	Data     []byte // of whoever uses this package
	Several  bool   `json:",omitempty"` // runs are to be made in this process, if it can
	Saw      uint32 `json:",omitempty"` // what runs of other processes have seen; see Sighted
}

// message is what the process says. One field is set.
type message struct {
	Ready    bool            `json:",omitempty"` // it waits for its request
	Decision *order.Decision `json:",omitempty"` // what is to be taken? If Taken is not negative, it went by the plan
	Followed bool            `json:",omitempty"` // was the schedule followed?
	Done     *done           `json:",omitempty"` // the run
	Trace    []byte          `json:",omitempty"` // as JSON Lines
	Failed   string          `json:",omitempty"` // why it cannot do what it was asked
}

// answer is what it is told.
type answer struct {
	Taken int        `json:",omitempty"`
	Err   *wireError `json:",omitempty"`
	Trace bool       `json:",omitempty"` // the trace is wanted
	Next  *request   `json:",omitempty"` // and no trace: another run is wanted
}

// done is a run.
type done struct {
	End     order.End
	Err     *wireError `json:",omitempty"`
	Summary string     `json:",omitempty"`
	Bug     string     `json:",omitempty"`
	Output  []order.Line
	Elapsed time.Duration
	Steps   int64
	Ahead   time.Duration
	// Decisions are left out if the run recorded them as they were asked.
	Decisions  []order.Decision `json:",omitempty"`
	Asked      bool             `json:",omitempty"`
	Footprints []order.Step     `json:",omitempty"`
	Pending    []order.Step     `json:",omitempty"`
	Untracked  []string         `json:",omitempty"`
	Hash       trace.Hash
	Traced     bool            `json:",omitempty"` // there is a trace, for who asks
	Seen       map[string]bool `json:",omitempty"`
	Data       []byte          // of whoever uses this package
	Again      bool            `json:",omitempty"` // the process can make another run
	Differs    bool            `json:",omitempty"` // its first run did otherwise than later ones
	Saw        uint32          `json:",omitempty"` // what runs have seen, those of other processes among them
	Claim      string          `json:",omitempty"` // what follows from that; see order.Claimant
}

// The file descriptors of a process that makes a run.
const (
	requestFile = 3
	replyFile   = 4
)

// variable is the environment's variable that tells a process that it is to make a run.
const variable = "WEFT_PROCESS"
