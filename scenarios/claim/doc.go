// Package claim says what a run of a scenario keeps: how long it takes, what it prints
// and when, who prints it. A claim is a function that looks at a run and returns nil
// if it holds, and else an error that says what differs:
//
//	Check: claim.All(claim.Takes(time.Second), claim.PrintsAt("1s Hello 1!", "1s Hello 2!")),
//
// A claim that these cannot say is a function of the scenario's own.
package claim
