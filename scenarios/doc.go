// Package scenarios is a gallery of small concurrent programs, each of which
// shows one idea and proves what it says.
//
// # The gallery
//
// It has three chapters, which are packages of their own and list their programs:
//
//   - coroutine: programs of coroutines and tasks on the event loop, all of which do
//     what they should: first programs, taking turns, coroutines as values, waiting
//     together, what holds others up, what the loop promises
//   - race: programs on the event loop that fail in some orders, each before its
//     repair: something is lost, something is done twice, somebody comes too early,
//     somebody waits for ever
//   - goroutine: programs in ordinary Go, most of them races as well
//
// A program stands in the file of its name: hello in coroutine/hello.go, lost-update
// and lost-update-fixed in race/lost_update.go, go/hello in goroutine/hello.go.
//
// [All] gives the programs of the first two chapters in their order, and
// [goroutine.All] those in ordinary Go. [Find] finds one by its name, and [Nearest]
// knows what somebody meant who has mistyped it.
//
// Package scenario says what a program of the event loop has beside it, and package
// claim has the words in which it says what it keeps.
//
// Package course makes lessons of some of them, in an order that builds up.
//
// # How to add one
//
// Choose the chapter, take a name in lower case with hyphens, and write the scenario
// into the file of that name with underscores: first a variable of type
// [scenario.Scenario], below it the program, written for a reader who has seen the
// scenarios before it. Put the variable into the list in contents.go, and its name
// into the list in doc.go. State the claim with the functions of package claim, or
// with one of your own if they cannot say it; set AnyOrder if the claim speaks of
// times or of lines whose order is free. Then write its golden file and look at it:
//
//	go test ./scenarios/coroutine -update
//
// What a race needs besides, and a program in ordinary Go, is told in their chapters.
//
// # What the tests ask
//
// The tests ask of every scenario that its claim holds and that its check
// refuses a run in which nothing happened, that its output is what the golden
// file says, that two runs are equal event for event, and that its story has two
// or three sentences. Of a race they ask that the walk over all orders finds what
// is claimed, that its smallest failing schedule leads to the failure and nothing
// simpler does; of a repair, that its claim holds in every order.
package scenarios
