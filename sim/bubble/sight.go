package bubble

import (
	"runtime/debug"
	"strings"
	"sync"
)

// WatchesMemory reports whether runs see what this program reads and writes, and so find
// its data races: whether it was built with the overlay, and packages of it with the
// compiler's instrumentation, as "weft test" does unless it is told -weft.memory=off.
func WatchesMemory() bool { return controlled() && instrumented() }

// instrumented reports whether packages of this program were compiled with the race
// detector's instrumentation, and the program is linked without the detector.
var instrumented = sync.OnceValue(func() bool {
	if raceDetector {
		return false
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return false
	}
	for _, s := range info.Settings {
		if s.Key == "-gcflags" {
			_, flags, _ := strings.Cut(s.Value, "=")
			return strings.Contains(" "+flags+" ", " -race ")
		}
	}
	return false
})
