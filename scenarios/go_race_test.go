//go:build race

package scenarios_test

// raceDetector says that the tests were built with -race.
const raceDetector = true
