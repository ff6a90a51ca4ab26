package course

import (
	"time"

	"weft/sim/order"
)

// goLessons returns the lessons about ordinary Go.
func goLessons() []Lesson {
	return []Lesson{
		{
			ID:      "goroutines",
			Title:   "two goroutines",
			Words:   []string{"goroutine"},
			Program: "go/hello",
			Text: "A goroutine is what Go has for a task. " +
				"There is no await: any function may wait, and the others go on. " +
				"On a real machine, goroutines even run side by side; Weft lets one go on at a time, and tries the orders. " +
				"This is the program of lesson 8 in ordinary Go: two goroutines sleep for a second each and greet.",
			Question: Question{
				Ask: "Which of these outputs are possible?",
				Choices: []Fact{
					possible("Hello 1!", "Hello 2!"),
					possible("Hello 2!"),
					possible("Hello 2!", "Hello 1!"),
				},
				Why: "Both sleeps end at one instant, so either may come first, and the program waits for both before it ends.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which the second goroutine greets first.",
				Goal: Goal{Shows: "Hello 2!\nHello 1!"},
			},
			Claims: []Fact{takes(time.Second).in("every order takes 1 second")},
			Notes: Notes{
				Mistake: "They expect goroutines to begin in the order in which they were started. Go promises nothing of that kind.",
				Ask:     "What would be printed if the program did not wait for the two?",
				Minutes: 10,
			},
		},
		{
			ID:      "hand-over",
			Title:   "a channel hands over",
			Words:   []string{"channel", "buffer"},
			Program: "go/hand-over",
			Text: "A channel is a way from one goroutine to another: one sends, another one receives. " +
				"If the channel has no buffer, a send waits until somebody receives. " +
				"A cook sends a dish, and then says that the cook is free. " +
				"A guest says that the guest sits down, receives the dish, and then says so. " +
				"Look at who waits for whom.",
			Question: Question{
				Ask: "Which of these outputs are possible?",
				Choices: []Fact{
					possible("the cook is free", "the guest sits down", "the guest has soup"),
					possible("the guest sits down", "the cook is free", "the guest has soup"),
					possible("the guest sits down", "the guest has soup", "the cook is free"),
				},
				Why: "The cook is free only after the guest has received, and the guest has sat down before that. After the hand-over, both may go on, and either may be the first to say so.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which the cook is free before the guest says to have the soup.",
				Goal: Goal{Shows: "the cook is free\nthe guest has soup"},
			},
			Claims: []Fact{
				alwaysShows("the guest sits down").in("the guest sits down in every order"),
				neverShows("the cook is free\nthe guest sits down").in("in no order is the cook free before the guest has sat down"),
			},
			Notes: Notes{
				Mistake: "They think that the receiver goes on first, because the sender was waiting for it. Nothing says so.",
				Ask:     "Who waits if the guest comes first, and who if the cook is ready first?",
				Minutes: 15,
			},
		},
		{
			ID:      "buffered-channel",
			Title:   "a channel with room for one",
			Program: "go/buffered-channel",
			Text: "The same cook and the same guest, but the channel has a buffer for one dish. " +
				"A send into a buffer with room does not wait. " +
				"A receive waits only if the buffer is empty. " +
				"Look at what the cook can do before the guest has come.",
			Question: Question{
				Ask: "Which of these outputs are possible?",
				Choices: []Fact{
					possible("the cook is free", "the guest sits down", "the guest has soup"),
					possible("the guest sits down", "the cook is free", "the guest has soup"),
					possible("the guest has soup", "the cook is free", "the guest sits down"),
				},
				Why: "The cook puts the dish into the buffer and need not wait for anybody. The guest still sits down before taking anything.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which the guest sits down before the cook is free.",
				Goal: Goal{Shows: "the guest sits down\nthe cook is free"},
			},
			Claims: []Fact{shows("the cook is free\nthe guest sits down").in("in some order, the cook is free before the guest has sat down")},
			Notes: Notes{
				Mistake: "They take a buffer for a way to make a program faster or to mend it. It changes who waits for whom.",
				Ask:     "The cook makes two dishes now. When does the cook have to wait?",
				Minutes: 10,
			},
		},
		{
			ID:      "leaked-goroutine",
			Title:   "an answer that nobody takes",
			Words:   []string{"leak", "select"},
			Program: "go/leaked-worker",
			Text: "A server sends its answer after a second, through a channel without a buffer. " +
				"The one who asked waits for the answer and for the end of a second at the same time, with a select: it goes on with whichever is there first. " +
				"If the second is over first, nobody receives the answer any more. " +
				"A goroutine that is left over and can never end is called a leak.",
			Question: Question{
				Ask: "How can the program end?",
				Choices: []Fact{
					possible("the answer is 42").in("there is an answer, and nothing is left over"),
					ends(Goal{End: order.Leaked, Shows: "there is no answer"}, "there is no answer, and the server is left over"),
					possible("there is no answer").in("there is no answer, and nothing is left over"),
				},
				Why: "A send without a buffer waits for a receiver. If that one has gone, it waits for ever.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which the server waits for ever.",
				Goal: Goal{End: order.Leaked},
			},
			Repair: &Repair{
				Program: "go/leaked-worker-fixed",
				Text:    "The channel has a buffer for one answer. The server can leave it there and end, whether or not anybody comes for it.",
			},
			Claims: []Fact{someFail.in("some orders leave the server over, and some do not")},
			Notes: Notes{
				Mistake: "They say that it does no harm. A server that does this once per request is out of memory after a week.",
				Ask:     "Why does nobody notice a leak in a short test?",
				Minutes: 15,
			},
		},
		{
			ID:      "select-picks",
			Title:   "a select has no favourites",
			Program: "go/select-starvation",
			Text: "A cook has three normal orders for meals in one channel, and an urgent one in another. " +
				"Four times, the cook takes a meal by a select that names the urgent channel first. " +
				"If several cases of a select could go on, it takes any of them, wherever it stands. " +
				"Look at where the milk for the baby comes.",
			Question: Question{
				Ask:     "How many different outputs are possible?",
				Choices: []Fact{outputs(1), outputs(2), outputs(4), outputs(24)},
				Why:     "The normal ones stay in their order, as they come out of one channel. The urgent one may come at any of four places among them, the last one as well.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which the milk comes last.",
				Goal: Goal{End: order.Panicked, Shows: "the urgent order came last"},
			},
			Repair: &Repair{
				Program: "go/select-starvation-fixed",
				Text:    "The cook looks into the urgent channel first, by a select that does not wait, and only then into both.",
			},
			Claims: []Fact{someFail.in("in some orders the milk comes last, and in some it does not")},
			Notes: Notes{
				Mistake: "They read a select from top to bottom, as a switch.",
				Ask:     "Why did the makers of Go let a select pick at random, and not the first?",
				Minutes: 15,
			},
		},
		{
			ID:      "context-cancel",
			Title:   "a source that does not hear",
			Words:   []string{"context"},
			Program: "go/context-cancel-leak",
			Text: "A source sends one number after the other through a channel without a buffer. " +
				"The reader takes two of them and cancels the context, which is how Go tells goroutines to stop. " +
				"The source asks the context before each number whether to stop. " +
				"Look at what the source does between asking and the end of the send.",
			Question: Question{
				Ask:     "In how many orders is the source left over?",
				Choices: []Fact{noneFail, someFail, allFail},
				Why:     "If the source asks after the cancel, it stops. If it asks just before, it sends a third number that nobody receives. This is lesson 11 again: what was true when it looked is not true when it acts.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which the source is left over.",
				Goal: Goal{End: order.Leaked},
			},
			Repair: &Repair{
				Program: "go/context-cancel-leak-fixed",
				Text:    "The source waits for both at once, by a select: for somebody who receives, and for the context.",
			},
			Claims: []Fact{alwaysShows("1\n2\n").in("the reader has its two numbers in every order")},
			Notes: Notes{
				Mistake: "They think that a cancel stops a goroutine. It only says that it should stop; the goroutine must listen while it waits.",
				Ask:     "Where else in this course did somebody look first and act later?",
				Minutes: 15,
			},
		},
		{
			ID:      "mutexes",
			Title:   "a lock in the wrong places",
			Words:   []string{"mutex"},
			Program: "go/lost-update",
			Text: "A mutex is Go's lock. " +
				"Two customers pay in 100 each. " +
				"They read the balance while they hold the mutex, give it back, take it again, and write the new balance. " +
				"So nobody ever reads or writes without the mutex. " +
				"Look at what can happen while it is free.",
			Question: Question{
				Ask:     "What can the balance be in the end?",
				Choices: []Fact{balance("100"), balance("0"), balance("200")},
				Why:     "Each of the two pieces is safe, but between them the other customer may pay in, and that is overwritten. What belongs together must be done under one lock without a break.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order that loses an update.",
				Goal: Goal{End: order.Panicked, Shows: "the balance is 100"},
			},
			Repair: &Repair{
				Program: "go/lost-update-fixed",
				Text:    "The mutex is held from the read to the write.",
			},
			Claims: []Fact{someFail.in("some orders lose an update, and some do not")},
			Notes: Notes{
				Mistake: "They check that every access is locked, and are content. A race detector is content as well.",
				Ask:     "How would you find out, in a big program, which accesses belong together?",
				Minutes: 15,
			},
		},
		{
			ID:      "memory",
			Title:   "memory without any rule",
			Words:   []string{"data race", "memory"},
			Program: "go/map-concurrent-write",
			Text: "Two goroutines write into one map, and no lock keeps them apart. " +
				"If two goroutines use the same memory, one of them writes, and nothing puts the two in order, that is a data race. " +
				"Of a map that is used in this way, Go promises nothing. " +
				"Weft lets one goroutine go on at a time, so the votes are counted rightly here; on a real machine the map may break. " +
				"But Weft sees that nothing puts the two in order, and says so at the end of the run.",
			Question: Question{
				Ask:     "In how many orders does Weft report the data race?",
				Choices: []Fact{noneFail, someFail, allFail},
				Why:     "A data race is not about who came first in this run, but about whether anything made it so. Nothing does, in any order. Without data races, trying all orders is enough; with one, it proves nothing.",
			},
			Repair: &Repair{
				Program: "go/map-concurrent-write-fixed",
				Text:    "Whoever writes into the map holds a mutex.",
			},
			Claims: []Fact{
				alwaysShows("ada has 2 votes").in("both votes are counted in every order that Weft runs"),
				ends(Goal{End: order.Raced}, "the run ends with the report of a data race"),
			},
			Notes: Notes{
				Mistake: "They see the right result and say that the program is right.",
				Ask:     "How can something be wrong if it never shows?",
				Minutes: 20,
			},
		},
	}
}
