package scenario

// Topic is a group of scenarios within a chapter.
type Topic string

// The topics, in the gallery's order.
const (
	FirstPrograms   Topic = "first programs"
	TakingTurns     Topic = "taking turns"
	CoroutineValues Topic = "coroutines as values"
	WaitingTogether Topic = "waiting together"
	HoldingOthersUp Topic = "what holds others up, and what does not"
	LoopPromises    Topic = "what the loop promises"
	SomethingLost   Topic = "races: something is lost"
	DoneTwice       Topic = "races: something is done twice"
	TooEarly        Topic = "races: somebody comes too early"
	WaitingForEver  Topic = "races: somebody waits for ever"
)
