package course

import "time"

// loopLessons returns the lessons about one loop, in which nothing goes wrong.
func loopLessons() []Lesson {
	return []Lesson{
		{
			ID:      "one-coroutine",
			Title:   "one coroutine, and time that costs nothing",
			Words:   []string{"coroutine", "virtual time", "loop"},
			Program: "goodbye",
			Text: "A coroutine is a function that can stop in the middle and go on later. " +
				"What starts it and lets it go on is called the loop. " +
				"This one prints a greeting, sleeps for a second, and prints another. " +
				"While it sleeps there is nothing else to do, so the loop moves its clock straight to the end of the sleep. " +
				"Such time is called virtual time: it is counted exactly, and nobody has to wait for it. " +
				"Look at the time beside each line.",
			Question: Question{
				Ask:     "How much virtual time passes until the program ends?",
				Choices: []Fact{takes(0), takes(time.Second), takes(2 * time.Second)},
				Why:     "The sleep takes its second of virtual time, although you did not wait for it. Printing takes none.",
			},
			Claims: []Fact{possible("Hello, World!", "Goodbye!").in("it greets first and says goodbye afterwards")},
			Notes: Notes{
				Mistake: "They say that no time passes, because the program is over at once. Two clocks are in play: the one on the wall, and that of the loop.",
				Ask:     "What would change if the sleep took a year?",
				Minutes: 10,
			},
		},
		{
			ID:      "a-call-is-not-a-run",
			Title:   "calling a coroutine function runs nothing",
			Words:   []string{"await"},
			Program: "never-awaited",
			Text: "Calling a coroutine function does not run it: it gives back a coroutine that has not started. " +
				"To run it, somebody has to await it, which means to wait until it has ended and to take its result. " +
				"This program calls a coroutine function that prints `Hello!`, and throws away what it gets. " +
				"Then it prints that it ends.",
			Question: Question{
				Ask: "What does the program print?",
				Choices: []Fact{
					possible("Hello!", "the program ends"),
					possible("the program ends", "Hello!"),
					possible("the program ends"),
				},
				Why: "Nobody awaits the coroutine, so not one line of it runs. That is no error, but it is hardly what was meant, so Weft reports it at the end of the run.",
			},
			Claims: []Fact{reports("never awaited: greet").in("the run ends with a report that names the coroutine, greet")},
			Notes: Notes{
				Mistake: "They expect a call to run, as that of an ordinary function does.",
				Ask:     "Why is it good to have something that has not started yet?",
				Minutes: 10,
			},
		},
		{
			ID:      "one-after-the-other",
			Title:   "two coroutines, one after the other",
			Program: "say-after-awaits",
			Text: "One coroutine waits for 1 second and says `hello`, the other one waits for 2 seconds and says `world`. " +
				"The program awaits the first one, and then the second one. " +
				"Look at when the second one begins.",
			Question: Question{
				Ask:     "How much virtual time passes until the program ends?",
				Choices: []Fact{takes(time.Second), takes(2 * time.Second), takes(3 * time.Second)},
				Why:     "To await a coroutine is to run it to its end, there and then. The second one begins when the first one has ended, so the waits add up.",
			},
			Claims: []Fact{orders(1).in("at each moment, only one thing can happen next")},
			Notes: Notes{
				Mistake: "They take coroutines for something that runs side by side by itself.",
				Ask:     "When is one after the other what you want?",
				Minutes: 10,
			},
		},
		{
			ID:      "at-the-same-time",
			Title:   "two coroutines at the same time",
			Words:   []string{"task"},
			Program: "say-after-tasks",
			Text: "These are the same two coroutines, with waits of 1 and 2 seconds. " +
				"But now a task is made of each. " +
				"A task is a coroutine that the loop runs by itself, whether or not anybody awaits it already. " +
				"The program makes both tasks, and only then it awaits the one and the other.",
			Question: Question{
				Ask:     "How much virtual time passes until the program ends?",
				Choices: []Fact{takes(time.Second), takes(2 * time.Second), takes(3 * time.Second)},
				Why:     "Both waits begin at once and pass at the same time, so the longer one decides.",
			},
			Claims: []Fact{possible("started at 20:19:39", "hello", "world", "finished at 20:19:41").in("it starts at 20:19:39 and finishes at 20:19:41, and `hello` comes before `world`")},
			Notes: Notes{
				Mistake: "They think that awaiting the first task holds the second one back, since the two awaits stand one below the other.",
				Ask:     "What would happen if the second task was made after the first was awaited?",
				Minutes: 10,
			},
		},
		{
			ID:      "the-slowest-decides",
			Title:   "who waits for whom",
			Words:   []string{"gather"},
			Program: "three-servers",
			Text: "Three servers are asked, and they answer after 1, 10 and 1 seconds. " +
				"First they are asked one by one: each coroutine is awaited before the next. " +
				"Then they are asked together, with gather. " +
				"It makes a task of each coroutine that it is given, and waits for all of them. " +
				"Look for the third answer: when does it come the first time, and when the second time?",
			Question: Question{
				Ask:     "How much virtual time passes in the whole program, both ways together?",
				Choices: []Fact{takes(12 * time.Second), takes(13 * time.Second), takes(22 * time.Second), takes(24 * time.Second)},
				Why:     "One by one takes 1 + 10 + 1 = 12 seconds, together as long as the slowest, 10 seconds.",
			},
			Claims: []Fact{alwaysShows("the second server answers\ntogether: 10s").in("asked together, the second server always answers last")},
			Notes: Notes{
				Mistake: "They forget that the second part begins only when the first one is over.",
				Ask:     "Which part would get slower if the third server took 9 seconds?",
				Minutes: 15,
			},
		},
		{
			ID:      "who-has-control",
			Title:   "who has control",
			Words:   []string{"control"},
			Program: "await-inline",
			Text: "One task has control at a time. " +
				"It keeps control until it waits for something that is not there yet, such as the end of a sleep. " +
				"The task of this program is called main. " +
				"It makes a coroutine called count, which prints 0 to 9, and awaits it; then it prints `Finished`. " +
				"No sleep is anywhere in it.",
			Question: Question{
				Ask:     "Which task prints the 5?",
				Choices: []Fact{printedBy("main", "5"), printedBy("count", "5")},
				Why:     "No task was made of count. Awaiting a coroutine runs it in the task that awaits it, as a call runs a function. As nothing waits, main keeps control from the beginning to the end.",
			},
			Claims: []Fact{
				orders(1).in("the loop never gets to choose"),
				takes(0).in("no time passes"),
			},
			Notes: Notes{
				Mistake: "They believe that every await lets others go on. Only one that has to wait does.",
				Ask:     "Another task is ready from the beginning. When does it get its turn?",
				Minutes: 10,
			},
		},
		{
			ID:      "blocking-the-loop",
			Title:   "the sleep that nobody else can use",
			Words:   []string{"blocking"},
			Program: "sync-vs-async-sleep",
			Text: "Task A needs two steps, task B three, and each step takes a second of sleep. " +
				"The program does all of that twice. " +
				"The first time the sleep is a blocking one: the task keeps control while it sleeps. " +
				"The second time it is a sleep that gives control back to the loop. " +
				"Look at when B begins, the first time and the second time.",
			Question: Question{
				Ask:     "How much virtual time passes in the whole program, both times together?",
				Choices: []Fact{takes(6 * time.Second), takes(8 * time.Second), takes(10 * time.Second)},
				Why:     "With the blocking sleep the five steps come one after the other, 5 seconds. With the other sleep the tasks wait at the same time, 3 seconds, as long as B alone.",
			},
			Claims: []Fact{alwaysShows("blocking sleep: 5s").in("with the blocking sleep it takes 5 seconds"), alwaysShows("async sleep: 3s").in("with the other sleep it takes 3 seconds")},
			Notes: Notes{
				Mistake: "They trust the word task: two tasks, so side by side. A task that keeps control stops all the others.",
				Ask:     "What else, beside a sleep, could keep control for a second?",
				Minutes: 15,
			},
		},
		{
			ID:      "seven-and-nine",
			Title:   "two events that may change places",
			Words:   []string{"order", "event", "schedule", "default order", "instant"},
			Program: "hello",
			Text: "Two tasks sleep for a second each and then greet, the first one with `Hello 1!`, the second one with `Hello 2!`. " +
				"Both sleeps end at one instant. " +
				"Nothing says which of the two events comes first, so both orders are permitted. " +
				"Events have numbers; look at number 7 and number 9. " +
				"The one that is taken if nobody chooses is called the default order. " +
				"Weft runs a program in every order that is permitted, and a schedule is the short text that leads back to one of them.",
			Question: Question{
				Ask: "Which of these outputs are possible?",
				Choices: []Fact{
					possible("Hello 1!"),
					possible("Hello 1!", "Hello 2!"),
					possible("Hello 2!", "Hello 1!"),
				},
				Why: "Either sleep may be the first to be delivered, but none is ever left out: both greetings come in both orders.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which the second task greets first.",
				Goal: Goal{Shows: "Hello 2!\nHello 1!"},
			},
			Claims: []Fact{
				orders(2).in("there are 2 orders"),
				mayBeSwapped(7, 9).in("7 and 9 may be swapped, and the output changes"),
				takes(time.Second).in("both orders take 1 second"),
			},
			Notes: Notes{
				Mistake: "They run a program once, see one order, and take it for a rule.",
				Ask:     "Who decides, on a real machine, which of the two comes first?",
				Minutes: 15,
			},
		},
		{
			ID:      "counting-orders",
			Title:   "many small choices make many orders",
			Program: "numbers-letters",
			Text: "One task prints the numbers 0 to 4, the other one the letters a to e, and each sleeps for 0.1 seconds after everything that it prints. " +
				"At the start, the numbers come first. " +
				"After that, both sleeps end together five times, and each time either task may go on first. " +
				"So there are 2 × 2 × 2 × 2 × 2 = 32 orders. " +
				"Look at what the tasks do after the last sleep.",
			Question: Question{
				Ask:     "How many different outputs do the 32 orders show?",
				Choices: []Fact{outputs(5), outputs(10), outputs(16), outputs(32)},
				Why:     "After the last sleep both tasks end without printing anything, so that choice changes nothing that can be seen. Four choices are left that can: 2 × 2 × 2 × 2 = 16.",
			},
			Challenge: &Challenge{
				Ask:  "Find an order in which the last line is a number.",
				Goal: Goal{Shows: "e\n4\n"},
			},
			Claims: []Fact{orders(32).in("there are 32 orders"), takes(500 * time.Millisecond).in("every order takes 0.5 seconds")},
			Notes: Notes{
				Mistake: "They add where they should multiply: five choices of two, so ten orders.",
				Ask:     "How many orders would there be with a hundred letters? Could anybody try them all?",
				Minutes: 15,
			},
		},
	}
}
