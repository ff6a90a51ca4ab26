package race

import "weft/scenarios/scenario"

// All returns the programs of the chapter, each race before its repair.
func All() []scenario.Scenario {
	return []scenario.Scenario{
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
}
