//go:build !race

package bubble

// raceDetector says that the program was built with the race detector.
const raceDetector = false
