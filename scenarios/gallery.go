package scenarios

import (
	"slices"

	"weft/scenarios/coroutine"
	"weft/scenarios/race"
	"weft/scenarios/scenario"
)

// All returns every scenario for the event loop, in the order in which someone new
// would meet them: from the first program to the last repair, each topic in one piece.
// Those in ordinary Go are in [goroutine.All].
func All() []scenario.Scenario { return slices.Concat(coroutine.All(), race.All()) }

// Find returns the scenario for the event loop of that name, and false if there is
// none.
func Find(name string) (scenario.Scenario, bool) {
	all := All()
	i := slices.IndexFunc(all, func(s scenario.Scenario) bool { return s.Name == name })
	if i < 0 {
		return scenario.Scenario{}, false
	}
	return all[i], true
}
