// Package trace holds what happened in a run: its events, how they are
// recorded, stored, compared and drawn. It knows nothing of how programs are
// run, and so serves every engine.
//
// # Events
//
// A run of a concurrent program is a line of small things that happen one after
// the other, since only one task has control at a time: the loop starts a task,
// the task prints something, it begins to sleep, virtual time moves on, a timer
// is delivered, the task is resumed. Each of them is an [Event]. It has a
// number, a virtual time (counted from the run's start; no clock on a wall
// takes part), the task that was running, a [Kind], and the event that brought
// it about. The list of kinds says what the other fields mean for each.
//
// A [Trace] is the events of one run under a [Header] that says which run it
// is: the program, the order policy, and the seed or the schedule that leads to
// the same run again. Its [Hash] is over all of the events, and so is equal for
// equal runs and, for all one will ever see, different for different ones.
//
// # Recording
//
// An engine hands each event to a [Recorder]. How much is kept is a [Level]:
// nothing; what it takes to tell one order from another; or everything. The
// hash does not depend on it, which lets a search of a million runs keep little
// and still recognise each run when it is recorded in full later. Once its
// memory has grown to the length of a run, a Recorder allocates nothing.
//
// # Who has control
//
// [Transfers] tells a run as a numbered list of hand-overs, with what each step prints, reads
// and writes. For a program with two tasks that sleep for a second and then print, it is:
//
//	 1  0s  the loop starts say1
//	 2  0s  say1 starts its sleep of 1s
//	 3  0s  control goes back to the loop
//	 4  0s  the loop starts say2
//	 5  0s  say2 starts its sleep of 1s
//	 6  0s  control goes back to the loop
//	 7  1s  the sleep is over: the loop resumes say1, which prints "Hello 1!"
//	 8  1s  say1 is finished; control goes back to the loop
//	 9  1s  the sleep is over: the loop resumes say2, which prints "Hello 2!"
//	10  1s  say2 is finished; control goes back to the loop
//
// Both sleeps end at the same instant, and nothing says which of them should
// come first. Where an engine has such a pick to make, it records a [Decide]
// event with everything that it could have taken. [Swaps] follows each of these
// alternatives through the events that it caused to the hand-over that it led
// to, and says what a reader wants to know:
//
//	7 and 9 may be swapped: both sleeps are due at 1s.
//
// All other events have numbers between these: what say1 prints after it was resumed at 7 is
// 7.1. These [Numbers] are what every view, report and page calls the events, so that a class
// can look at number 10 together. The Seq of an event is its key in a file, and no reader
// needs it.
//
// In a run of ordinary Go there is no loop. Goroutines hand control to each other by way of
// the scheduler, and may do so before each operation that they synchronise by, such as the
// locking of a mutex, so each of these has a whole number as well.
//
// Decisions about values rather than orders, such as a coin that the program
// tosses, are its [Choices].
//
// # Views
//
// [Render] draws a run under one of the names that [Views] lists. All but jsonl say what may
// be swapped:
//
//   - log: every event in plain words, a line each;
//   - lanes: a column for each task and a line for each row, for a terminal;
//   - transfers: the list above;
//   - jsonl: the trace itself, for [ReadJSONL] and other programs;
//   - svg: a sequence diagram, one file without scripts;
//   - mermaid: a sequence diagram for a Markdown page.
//
// Lanes, svg and mermaid are three drawings of one [Diagram], which holds
// columns, rows and arrows and can be drawn by others too. Whatever a program
// calls its tasks and prints, a view shows it as text: control characters
// appear as Go escapes and cannot drive the terminal or break the page. The same
// trace gives the same bytes.
//
// # Comparison
//
// When two runs should have been one, [Compare] returns where they part: the
// first event that differs, what differs in it, and some events around it. The
// [Difference] holds the content; its String method is one way to show it.
//
// # Files
//
// A file is JSON Lines: a header, then an event a line, in order, then how many there are.
// [WriteJSONL] and [ReadJSONL] lose nothing. A file that is damaged or cut off, or from
// another version, is refused with a [*SyntaxError] that names the line.
package trace
