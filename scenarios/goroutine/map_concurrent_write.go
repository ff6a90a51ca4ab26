package goroutine

import (
	"sync"

	"weft/sim/bubble"
)

var mapConcurrentWrite = Scenario{
	Name:  "go/map-concurrent-write",
	Title: "two count in one map",
	Story: "Two goroutines write to one map, and nothing keeps them apart. " +
		"Here one goroutine runs at a time and stops only where goroutines synchronise, so no order fails; on a real machine the map breaks now and then. " +
		"It is a data race, which is found in every order, since nothing orders the two.",
	Program:  countVotes(func(_ *sync.Mutex, vote func()) { vote() }),
	DataRace: true,
}

var mapConcurrentWriteFixed = Scenario{
	Name:  "go/map-concurrent-write-fixed",
	Title: "two count in one map, one after the other",
	Story: "Whoever writes to the map holds a lock. " +
		"There is no data race then.",
	Program: countVotes(func(mu *sync.Mutex, vote func()) {
		mu.Lock()
		defer mu.Unlock()
		vote()
	}),
	Fixes: "go/map-concurrent-write",
}

// teller starts a goroutine that counts a vote.
func teller(wg *sync.WaitGroup, count func()) { wg.Go(func() { count() }) }

func countVotes(enter func(mu *sync.Mutex, vote func())) func() {
	return func() {
		votes := map[string]int{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 2 {
			teller(&wg, func() { enter(&mu, func() { votes["ada"]++ }) })
		}
		wg.Wait()
		bubble.Println("ada has", votes["ada"], "votes")
	}
}
