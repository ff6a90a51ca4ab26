package bubble

import (
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"weft/trace/words"
)

// WatchesMemory reports whether runs see what this program reads and writes, and so find
// its data races: whether it was built with the overlay, and packages of it with the
// compiler's instrumentation, as "weft test" does unless it is told -weft.memory=off.
func WatchesMemory() bool { return controlled() && instrumented() }

// instrumented reports whether packages of the main module were compiled with the race
// detector's instrumentation, and its dependencies so that their atomics are seen, and the
// program is linked without the detector.
var instrumented = sync.OnceValue(func() bool {
	if raceDetector {
		return false
	}
	of := []string{"main.", "command-line-arguments"} // what the go command calls packages of files
	info, ok := debug.ReadBuildInfo()
	if ok && info.Main.Path != "" {
		of = append(of, info.Main.Path+".", info.Main.Path+"/", info.Main.Path+"_test.")
		if modules, _ := compiled(info); modules != nil && !slices.Contains(modules, info.Main.Path) {
			return false
		}
	}
	return hooks.reports(of)
})

// asked reports whether the compiler was told to instrument packages, of whichever module,
// without the race detector.
func asked() bool {
	info, ok := debug.ReadBuildInfo()
	if !ok || raceDetector {
		return false
	}
	_, instruments := compiled(info)
	return instruments
}

// compiledFor begins the pattern by which "weft test" and "weft overlay" leave word for which
// main modules the flags of the compiler are.
const compiledFor = "weft-modules:"

// compiled returns what a program says of the flags of the compiler: for which main modules
// they were made, or nil if that is not known, and whether packages are instrumented.
func compiled(info *debug.BuildInfo) (modules []string, instruments bool) {
	for _, s := range info.Settings {
		if s.Key != "-gcflags" {
			continue
		}
		pattern, flags, _ := strings.Cut(s.Value, "=")
		if list, ok := strings.CutPrefix(pattern, compiledFor); ok {
			modules = strings.Split(list, ",")
		}
		instruments = strings.Contains(" "+flags+" ", " -race ")
	}
	return modules, instruments
}

// sight is what an engine knows of what its runs have seen of memory.
type sight struct {
	partial atomic.Bool   // a data race was accepted, or there was no room for one
	timed   atomic.Bool   // the program has set timers
	outside atomic.Bool   // some runs were not watched in packages outside of the main module
	chances atomic.Uint32 // all that one of the runs has seen; see chance
}

// Saw adds what runs in other processes have seen, and returns what all have.
func (e *engine) Saw(others uint32) (all uint32) {
	const partial, timed, outside = 1 << 16, 1 << 17, 1 << 18
	if others&partial != 0 {
		e.seen.partial.Store(true)
	}
	if others&timed != 0 {
		e.seen.timed.Store(true)
	}
	if others&outside != 0 {
		e.seen.outside.Store(true)
	}
	e.seen.chances.Or(others &^ (partial | timed | outside))
	all = e.seen.chances.Load()
	if e.seen.partial.Load() {
		all |= partial
	}
	if e.seen.timed.Load() {
		all |= timed
	}
	if !e.watchesAll() {
		all |= outside
	}
	return all
}

// watchesAll reports whether runs are watched in all packages, if they are watched.
func (e *engine) watchesAll() bool {
	return os.Getenv(memoryVariable) == "all" && !e.seen.outside.Load()
}

// Claim returns what it shows of a program that none of its orders has a data race: it
// behaves then as if what its goroutines do came one after the other, and all of these
// orders were walked (the theorem on data-race-free programs: Adve and Hill, ISCA 1990).
// It names what is left out of that, and is "" unless runs see memory.
func (e *engine) Claim() string {
	if !WatchesMemory() || !e.policy.PicksReady() || e.seen.partial.Load() {
		return ""
	}
	text := "no data race in any: the program has no other behaviour"
	var but []string
	all := e.watchesAll()
	if !all {
		but = append(but, "what packages outside of the main module read and write")
	}
	if opaque := opaqueIn(all); len(opaque) > 0 {
		but = append(but, "the assembly and C of "+strings.Join(opaque, ", "))
	}
	if e.seen.timed.Load() {
		if times, most := e.policy.HoldsUp(); times > 0 {
			but = append(but, fmt.Sprintf("more than %s, or one of more than %v", words.Count(times, "hold-up"), most))
		} else {
			but = append(but, "time that passes while a goroutine is ready")
		}
	}
	for _, c := range [...]struct {
		is   chance
		what string
	}{
		{chanceTime, "other dates"}, {chanceNumbers, "other random numbers"}, {chanceMaps, "other orders of maps"}, {chancePools, "what a sync.Pool gives back"},
		{chanceSystem, "other orders and results of real input and output"}, {chanceSignals, "signals that come"}, {chanceCollector, "when memory is collected"},
		{chanceLibrary, "what comes between calls of the standard library that share something"},
	} {
		if chance(e.seen.chances.Load())&c.is != 0 {
			but = append(but, c.what)
		}
	}
	switch last := len(but) - 1; {
	case last == 0:
		text += ", but for " + but[0]
	case last > 0:
		text += ", but for " + strings.Join(but[:last], ", ") + " and " + but[last]
	}
	return text
}

// opaqueIn returns the packages, all of them or those of the main module, that have
// functions in assembly or C which are part of this program, without those of the standard
// library.
func opaqueIn(all bool) []string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	var packages []string
	for _, function := range opaqueFunctions() {
		slash := strings.LastIndexByte(function, '/') + 1
		dot := strings.IndexByte(function[slash:], '.')
		if dot < 0 {
			continue
		}
		path := function[:slash+dot]
		ours := path == "main" || path == info.Main.Path || strings.HasPrefix(path, info.Main.Path+"/")
		first, _, _ := strings.Cut(path, "/") // has a dot in it where a module can be fetched
		if (ours || all && strings.Contains(first, ".")) && !slices.Contains(packages, path) {
			packages = append(packages, path)
		}
	}
	slices.Sort(packages)
	return packages
}

var opaqueFunctions = sync.OnceValue(func() []string { return hooks.opaque() })

// memoryVariable is how "weft test" says which packages see what they read and write.
const memoryVariable = "WEFT_MEMORY"
