package coroutine

import "weft/scenarios/scenario"

// All returns the programs of the chapter in the order in which someone new would
// meet them.
func All() []scenario.Scenario {
	return []scenario.Scenario{
		hello,
		goodbye,
		sayAfterTasks,
		sayAfterAwaits,
		fib,
		evensOdds,
		evensOddsLoop,
		numbersLetters,
		allTasks,
		coroutineObject,
		awaitInline,
		neverAwaited,
		threeServers,
		syncVsAsyncSleep,
		downloads,
		books,
		fireAndForgetLog,
		cpuBound,
		blockingLibrary,
		notLost,
		callbacks,
		tenThousand,
	}
}
