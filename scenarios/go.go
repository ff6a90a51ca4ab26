package scenarios

import (
	"slices"

	"weft/sim/bubble"
	"weft/sim/order"
)

// GoScenario is a program of the gallery in ordinary Go: with goroutines, channels,
// locks and timers, and nothing of package sim. It runs in a bubble of package
// bubble, in a program that was built with the overlay.
//
// Those whose Fails or DataRace is set are races, and each is followed by its
// repair:
//
//   - go/hello: two goroutines that sleep at the same time
//   - go/lost-update: two deposits, and one does not count
//   - go/lock-order-deadlock: two philosophers, two forks
//   - go/missed-wakeup: the bell rings before anybody listens
//   - go/double-close: two close one connection
//   - go/timeout-against-completion: paid at the deadline, and once more
//   - go/send-on-closed: a report for a newspaper that is printed already
//   - go/leaked-worker: an answer that nobody waits for
//   - go/waitgroup-add-after-wait: the house is locked while a guest comes in
//   - go/map-concurrent-write: two count in one map
//   - go/context-cancel-leak: a source that does not hear that it should stop
//   - go/select-starvation: the urgent order comes last
type GoScenario struct {
	// Name is unique in the gallery, and begins with "go/".
	Name string
	// Title says the idea in a line.
	Title string
	// Story tells a beginner, in two or three sentences, what happens and why.
	Story string
	// Program is the program. It keeps nothing between runs. Its output goes
	// through bubble.Println and bubble.Printf.
	Program func()
	// Policy says which orders are permitted. The zero Policy means order.AnyReady.
	Policy order.Policy
	// Fixes is the name of the race that the scenario repairs.
	Fixes string
	// Fails is how the run ends in the orders in which it fails. It is empty if no
	// order fails.
	Fails order.End
	// DataRace says that goroutines use the same memory at the same time, which the
	// race detector finds in every order in which they do. A program that was
	// built with -race prints that, and ends with a failure of its own.
	DataRace bool
}

// Engine returns what package explore needs to run the scenario in many orders.
// What options say comes after what the scenario itself needs, and wins. Engine
// panics if the program was built without the overlay; see [bubble.Controlled].
func (s GoScenario) Engine(options ...bubble.Option) order.Engine {
	own := []bubble.Option{bubble.WithProgram(s.Name)}
	if s.Policy != (order.Policy{}) {
		own = append(own, bubble.WithPolicy(s.Policy))
	}
	return bubble.Engine(s.Program, slices.Concat(own, options)...)
}

// goGallery holds the scenarios in ordinary Go, each race before its repair.
var goGallery = []GoScenario{
	goHello,
	goLostUpdate, goLostUpdateFixed,
	goLockOrderDeadlock, goLockOrderDeadlockFixed,
	goMissedWakeup, goMissedWakeupFixed,
	goDoubleClose, goDoubleCloseFixed,
	goTimeoutAgainstCompletion, goTimeoutAgainstCompletionFixed,
	goSendOnClosed, goSendOnClosedFixed,
	goLeakedWorker, goLeakedWorkerFixed,
	goWaitGroupAddAfterWait, goWaitGroupAddAfterWaitFixed,
	goMapConcurrentWrite, goMapConcurrentWriteFixed,
	goContextCancelLeak, goContextCancelLeakFixed,
	goSelectStarvation, goSelectStarvationFixed,
}

// GoScenarios returns every scenario in ordinary Go, each race before its repair.
func GoScenarios() []GoScenario { return slices.Clone(goGallery) }

// FindGo returns the scenario in ordinary Go of that name, such as "go/hello", and
// false if there is none.
func FindGo(name string) (GoScenario, bool) {
	i := slices.IndexFunc(goGallery, func(s GoScenario) bool { return s.Name == name })
	if i < 0 {
		return GoScenario{}, false
	}
	return goGallery[i], true
}
