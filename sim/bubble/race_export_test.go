package bubble

// RaceDetector says that the tests were built with the race detector.
const RaceDetector = raceDetector
