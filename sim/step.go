package sim

import "time"

// Access says how a step touches an object.
type Access uint8

// The ways to touch an object. Two touches of one object conflict unless both
// are Reads or both are Adds.
const (
	Reads Access = iota + 1
	Adds
	Writes
)

// Touch is one object that a step touches.
type Touch struct {
	Object string
	Access Access
}

// Step is what a task, a callback or a timer does between two points where
// control is with the loop, with its footprint.
type Step struct {
	Name    string
	Task    string
	At      time.Duration
	Seq     int
	Pick    int
	Begin   int
	Epoch   int
	Causes  []int
	Alone   bool
	Touches []Touch
}
