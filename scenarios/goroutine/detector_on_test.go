//go:build race

package goroutine_test

// raceDetector says that the tests were built with -race.
const raceDetector = true
