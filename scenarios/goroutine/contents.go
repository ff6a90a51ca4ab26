package goroutine

import "slices"

// All returns the programs of the chapter, each race before its repair.
func All() []Scenario {
	return []Scenario{
		hello,
		handOver, bufferedChannel,
		lostUpdate, lostUpdateFixed,
		lockOrderDeadlock, lockOrderDeadlockFixed,
		missedWakeup, missedWakeupFixed,
		doubleClose, doubleCloseFixed,
		timeoutAgainstCompletion, timeoutAgainstCompletionFixed,
		sendOnClosed, sendOnClosedFixed,
		leakedWorker, leakedWorkerFixed,
		waitGroupAddAfterWait, waitGroupAddAfterWaitFixed,
		mapConcurrentWrite, mapConcurrentWriteFixed,
		contextCancelLeak, contextCancelLeakFixed,
		selectStarvation, selectStarvationFixed,
	}
}

// Find returns the scenario of that name, such as "go/hello", and
// false if there is none.
func Find(name string) (Scenario, bool) {
	all := All()
	i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
	if i < 0 {
		return Scenario{}, false
	}
	return all[i], true
}
