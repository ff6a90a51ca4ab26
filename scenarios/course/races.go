package course

import (
	"time"

	"weft/sim/order"
)

// raceLessons returns the lessons about what goes wrong in some orders.
func raceLessons() []Lesson {
	return []Lesson{
		{
			ID:      "lost-update",
			Title:   "read, wait, write: an update is lost",
			Words:   []string{"ready"},
			Program: "lost-update",
			Text: "Alice and Bob pay 100 each into one account that holds 0. " +
				"To pay in is to read the balance, to wait for a second, and to write the sum of both. " +
				"Alice begins at once, and Bob a second later. " +
				"At that instant Alice's wait is over and Bob begins, so both tasks are ready, which means that they could go on. " +
				"From here on, any task that is ready may go on first. " +
				"Look at what Bob reads.",
			Question: Question{
				Ask:     "What can the balance be in the end?",
				Choices: []Fact{balance("0"), balance("100"), balance("200")},
				Why:     "If Alice writes before Bob reads, he reads 100 and writes 200. If Bob reads before Alice writes, he reads 0, and writes 100 over her 100. It cannot be 0, since whoever writes last writes at least 100.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order that loses an update.",
				Goal: Goal{End: order.Failed, Shows: "the balance is 100"},
			},
			Repair: &Repair{
				Program: "lost-update-fixed",
				Text:    "Whoever reads the balance keeps the other one out until the new one is written; how, lesson 12 says.",
			},
			Claims: []Fact{failing(2, 4, "an update is lost")},
			Notes: Notes{
				Mistake: "They look for the mistake in one line. Each line is right; what is wrong is that somebody else may come in between.",
				Ask:     "Would it help to make the wait shorter?",
				Minutes: 20,
			},
		},
		{
			ID:      "check-then-act",
			Title:   "what was true a second ago",
			Program: "check-then-act",
			Text: "One seat is left. " +
				"Ann sees that it is free, pays for a second, and takes it. " +
				"Ben comes at the end of that second and does the same. " +
				"Each of them looks first and acts later, on what they saw. " +
				"Look at what Ben sees.",
			Question: Question{
				Ask: "What can the two of them say?",
				Choices: []Fact{
					shows("ann has the seat\nben comes too late"),
					shows("ben comes too late\nann has the seat"),
					shows("ann has the seat\nben has the seat"),
				},
				Why: "Ben comes too late if Ann took the seat before he looked; she says so at once, before him. If he looks first, both pay, and the seat is sold twice. He cannot be too late before she has the seat.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order that sells the seat twice.",
				Goal: Goal{End: order.Failed, Shows: "sold twice"},
			},
			Repair: &Repair{
				Program: "check-then-act-fixed",
				Text:    "Whoever sees the seat free takes it at once, and pays afterwards. No wait lies between the look and the act, so nobody else gets control there.",
			},
			Claims: []Fact{failing(2, 4, "the seat is sold twice")},
			Notes: Notes{
				Mistake: "They say that Ben should look again after he has paid. Then somebody has paid for nothing; and there is a wait between any two looks.",
				Ask:     "Where have you been sold a ticket, or a username, that somebody else had?",
				Minutes: 15,
			},
		},
		{
			ID:      "a-lock",
			Title:   "one at a time",
			Words:   []string{"lock"},
			Program: "lost-update-fixed",
			Text: "A lock is held by one task at most. " +
				"Whoever wants it while somebody else holds it waits, and gets it when it is given back. " +
				"Alice and Bob pay in as they did before, but each takes the lock before reading the balance, and gives it back after writing. " +
				"Alice still waits for a second in between, and Bob still comes at the end of that second. " +
				"There are 4 orders, as many as without the lock.",
			Question: Question{
				Ask:     "How many different outputs do the 4 orders show?",
				Choices: []Fact{outputs(4), outputs(2), outputs(1)},
				Why:     "A lock does not take orders away: Bob may still go on before Alice. But then he finds the lock held and waits, so that in each order he reads what she has written.",
			},
			Claims: []Fact{
				possible("the balance is 200").in("the balance is 200"),
				orders(4).in("there are 4 orders"),
				noneFail.in("no order loses an update"),
				takes(2 * time.Second).in("every order takes 2 seconds"),
			},
			Notes: Notes{
				Mistake: "They think that a lock protects a variable. It protects nothing from a task that does not take it.",
				Ask:     "What if only Alice took the lock?",
				Minutes: 15,
			},
		},
		{
			ID:      "missed-wakeup",
			Title:   "a bell that nobody hears",
			Words:   []string{"condition", "notify", "deadlock"},
			Program: "missed-wakeup",
			Text: "A condition is a bell: a task waits for it, and another one may notify, which wakes one that waits. " +
				"It does not remember that it was rung. " +
				"Ida waits for the bell, and the postman brings a letter and rings once. " +
				"Both begin at one instant. " +
				"If all tasks wait and nothing is left that could wake any of them, the run has ended in a deadlock, and Weft says who waits for what.",
			Question: Question{
				Ask: "How can the program end?",
				Choices: []Fact{
					shows("ida has the letter").in("Ida has the letter"),
					ends(Goal{End: order.Deadlocked}, "in a deadlock: Ida waits for ever"),
					ends(Goal{End: order.Finished, Shows: "ida has the letter\nida has the letter"}, "Ida has the letter twice"),
				},
				Why: "If Ida listens first, the bell wakes her. If the postman rings first, nobody hears it, and it will not ring again.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which Ida waits for ever.",
				Goal: Goal{End: order.Deadlocked},
			},
			Repair: &Repair{
				Program: "missed-wakeup-fixed",
				Text:    "Ida waits for the letter, not for the bell: she looks into the box first, and the bell only tells her when to look again.",
			},
			Claims: []Fact{failing(1, 2, "Ida waits for ever")},
			Notes: Notes{
				Mistake: "They want the postman to ring twice, or to wait a little. Then it fails less often, which is worse: it is only harder to find.",
				Ask:     "What is the difference between news and a state?",
				Minutes: 15,
			},
		},
		{
			ID:      "deadlock",
			Title:   "each holds what the other one needs",
			Words:   []string{"cycle"},
			Program: "lock-order-deadlock",
			Text: "Two philosophers sit at a table with two forks, and to eat, each needs both. " +
				"A fork is a lock. " +
				"Plato takes fork 0, reaches for a second, and takes fork 1. " +
				"Socrates sits down at the end of that second; he takes fork 1 first, and fork 0 after a second. " +
				"If a first one waits for a second one, and the second one for the first, that is a cycle.",
			Question: Question{
				Ask: "How can the program end?",
				Choices: []Fact{
					possible("plato eats", "socrates eats").in("both eat, Plato first"),
					possible("socrates eats", "plato eats").in("both eat, Socrates first"),
					ends(Goal{End: order.Deadlocked}, "in a deadlock: nobody eats"),
				},
				Why: "Plato has fork 0 from the beginning. Either he gets fork 1 as well and eats, or Socrates takes it from under his hand, and then each waits for the other. Socrates cannot be first, since fork 0 is not free before Plato has eaten.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which both starve.",
				Goal: Goal{End: order.Deadlocked},
			},
			Repair: &Repair{
				Program: "lock-order-deadlock-fixed",
				Text:    "Both take fork 0 first and fork 1 second. Whoever holds fork 1 holds all that is needed, so no cycle can close.",
			},
			Claims: []Fact{failing(1, 3, "both starve")},
			Notes: Notes{
				Mistake: "They propose to lay a fork back after a while. Then both may take and lay back together for ever.",
				Ask:     "What four things must come together for a deadlock?",
				Minutes: 20,
			},
		},
		{
			ID:      "one-order-of-two-hundred",
			Title:   "a failure that is rare",
			Program: "philosophers",
			Text: "Now five philosophers sit at a round table with five forks, and one sits down every second. " +
				"Each takes the left fork, reaches for a second for the right one, and eats. " +
				"So there are 200 orders. " +
				"For all of them to starve, everybody must have got hold of the left fork, and nobody of the right one. " +
				"Think of what has to happen for that when the second one sits down, when the third one does, and so on.",
			Question: Question{
				Ask: "In how many of the 200 orders do all of them starve?",
				Choices: []Fact{
					failing(100, 200, "").in("100"),
					failing(40, 200, "").in("40"),
					failing(5, 200, "").in("5"),
					failing(1, 200, "").in("1"),
				},
				Why: "Each of the neighbours must be quicker than a hand that has been reaching for a second, every time. One exception, and somebody eats, and then all of them do.",
			},
			Challenge: &Challenge{
				Ask:  "Find the order in which all of them starve.",
				Goal: Goal{End: order.Deadlocked},
			},
			Repair: &Repair{
				Program: "philosophers-fixed",
				Text:    "The forks have numbers, and everybody takes the one with the lower number first. The last philosopher begins on the right, and no cycle can close.",
			},
			Claims: []Fact{orders(200).in("there are 200 orders")},
			Notes: Notes{
				Mistake: "They take a test that passes a hundred times for a proof.",
				Ask:     "How often would you have to run the program at random until you could expect to see it fail?",
				Minutes: 20,
			},
		},
		{
			ID:      "cancelled-halfway",
			Title:   "stopped in the middle",
			Words:   []string{"cancel"},
			Program: "cancelled-lock-holder",
			Text: "To cancel a task is to ask it to stop: where it waits, it gets an error instead of what it waits for. " +
				"A transfer takes 100 from one account, waits for a second, and puts them into the other one. " +
				"It holds a lock all that time. " +
				"At the end of that second, the user cancels it. " +
				"At last, the program takes the lock and adds up both accounts.",
			Question: Question{
				Ask: "What can the accounts hold in the end, both together?",
				Choices: []Fact{
					shows("the accounts hold 0:").in("0"),
					shows("the accounts hold 100").in("100"),
					shows("the accounts hold 200").in("200"),
				},
				Why: "If the transfer is cancelled before it goes on, it stops after taking and before putting. The lock is given back, as it should be; but a lock keeps others out, and does not undo what was half done.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which the money is gone.",
				Goal: Goal{End: order.Failed, Shows: "the accounts hold 0"},
			},
			Repair: &Repair{
				Program: "cancelled-lock-holder-fixed",
				Text:    "What must not stop halfway runs in a task of its own behind a shield. The user can stop waiting for it, but cannot stop it.",
			},
			Claims: []Fact{failing(2, 8, "the money is gone")},
			Notes: Notes{
				Mistake: "They think that a lock makes what it guards one piece. It does so for others who take the lock, and not for an error in the middle.",
				Ask:     "What does a bank do if the power fails between taking and putting?",
				Minutes: 20,
			},
		},
		{
			ID:      "a-queue",
			Title:   "a job for somebody who has left",
			Words:   []string{"queue"},
			Program: "queue-stolen-item",
			Text: "A queue hands items to those who wait for one, first come, first served. " +
				"The worker sends an errand boy to wait at the queue. " +
				"After a second the worker gives up on him, but does not cancel him, and waits at the queue as well. " +
				"At that instant, one job is put into the queue. " +
				"Look at who stands in front.",
			Question: Question{
				Ask: "How can the program end?",
				Choices: []Fact{
					shows("the worker has the job").in("the worker has the job"),
					ends(Goal{End: order.Finished, Shows: "the worker has the job\nthe worker has the job"}, "the worker has the job twice"),
					ends(Goal{End: order.Deadlocked}, "in a deadlock: the worker waits, and the job is gone"),
				},
				Why: "If the job comes before the worker gives up, the errand boy brings it. If the worker gives up first, the boy still stands in front: he takes the job, and nobody asks him for it any more.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which the job is lost.",
				Goal: Goal{End: order.Deadlocked},
			},
			Repair: &Repair{
				Program: "queue-stolen-item-fixed",
				Text:    "Whoever gives up on somebody cancels them, so that nobody stands in the queue who does not want the job any more.",
			},
			Claims: []Fact{failing(3, 33, "the job is lost")},
			Notes: Notes{
				Mistake: "They look for the mistake in the queue. It does what it promises; the one who was forgotten is the mistake.",
				Ask:     "What would you say at a counter if you had asked a friend to stand in line for you?",
				Minutes: 20,
			},
		},
	}
}

// balance: in some order, this is the balance.
func balance(amount string) Fact { return shows("the balance is " + amount).in(amount) }
