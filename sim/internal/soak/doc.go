// Package soak makes runs of programs by seed, for as long as it is told, and says a hash of
// each. The command in the folder matrix has processes of all kinds do that - with one
// processor and with several, with the collector at work all the time, with the race
// detector, built by either version of Go, in their first run and after many - and compares
// what they say: a seed gives one run, wherever it is made.
//
// A test that calls [Serve] is such a process. Run as an ordinary test, it makes a few runs
// twice.
package soak
