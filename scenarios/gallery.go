package scenarios

import "slices"

// gallery holds the scenarios in the order in which someone new would meet them.
var gallery = []Scenario{
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
	lostUpdate, lostUpdateFixed,
	queueStolenItem, queueStolenItemFixed,
	cancelledLockHolder, cancelledLockHolderFixed,
	checkThenAct, checkThenActFixed,
	doubleClose, doubleCloseFixed,
	cacheStampede, cacheStampedeFixed,
	timeoutAgainstCompletion, timeoutAgainstCompletionFixed,
	retryStorm, retryStormFixed,
	exactlyOnce, exactlyOnceFixed,
	publishBeforeInit, publishBeforeInitFixed,
	readYourWrites, readYourWritesFixed,
	conditionWithoutLoop, conditionWithoutLoopFixed,
	lockOrderDeadlock, lockOrderDeadlockFixed,
	philosophers, philosophersFixed,
	missedWakeup, missedWakeupFixed,
	semaphoreLeakOnCancel, semaphoreLeakOnCancelFixed,
	starvation, starvationFixed,
}

// All returns every scenario, in the gallery's order: from the first program to
// the last promise, each topic in one piece.
func All() []Scenario { return slices.Clone(gallery) }

// Find returns the scenario of that name, and false if there is none.
func Find(name string) (Scenario, bool) {
	i := slices.IndexFunc(gallery, func(s Scenario) bool { return s.Name == name })
	if i < 0 {
		return Scenario{}, false
	}
	return gallery[i], true
}
