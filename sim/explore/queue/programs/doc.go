// Package programs has tests whose explorations are spread over processes by the tests of
// the queue. Flags say how large they are.
package programs
