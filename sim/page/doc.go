// Package page shows a program and its orders on a page: one HTML file on which a reader
// steps through runs and chooses what happens next.
//
// # What a page has
//
// Explore explores a program and returns a Program: the verdict with the outcomes, the
// tree of orders with the events of their runs, why the simplest failing run fails, what
// may be swapped in a run, and the program's text. Document.Write writes it as a page,
// which needs nothing beside it.
//
// # Who makes the runs
//
// What a reader chooses has to be run. Three things can do that, and the page knows them
// by one interface (web/src/backend.ts): the tree of orders that is in the page
// ([Embedded]), the event loop compiled to WebAssembly in the page ([Wasm]), and the
// server that the page comes from ([HTTP]). The latter two ask a [Library]; the first one
// follows the tree, as [Tree.Run] does.
//
// # The format
//
// All three speak the same JSON, which other programs may read as well. It is that of the
// types Program, Run and Swap, as package encoding/json writes them; every object that
// stands for itself has the field "weft_page", the version of the format. Why a run fails
// stands in it as package explain writes it, with its own version. A reader should
// refuse a version that it does not know, and pass over fields that it does not know.
//
//   - Times are nanoseconds of virtual time since the run's start, in fields whose names
//     end in _ns.
//   - Schedules are strings in the form of order.Schedule: "w1,ready:alice.2=bob.2".
//   - Events are those of package trace, with the same fields, except that the
//     alternatives of a decision stand at the Decision of a run, and not at its event.
//     "number" is what a reader calls an event, "text" says it in words.
//   - A tree is nested nodes. A node holds the events from the decision that led to it up
//     to the next one, whose alternatives and branches stand side by side. The run of a
//     schedule is the way from the root that takes, at each decision, the branch whose
//     "turn" is the schedule's next one, and else the first.
//
// In a page, the data stands in the element with the ID weft-data: as JSON or, where that
// is long, as a JSON string of base64 of gzip of JSON.
//
// # An exploration that goes on
//
// With Document.Watch, the page shows how far an exploration is that goes on somewhere, and
// what it has found so far. It asks the server that it comes from for an explore.Status, once
// in a second until that has ended, and says so if nothing new comes.
//
// # Text is data
//
// Names, values and output come from the program. They reach the page as text only: the
// script makes no markup of strings, what cannot be seen or turns the direction of writing
// is shown as an escape, and a content security policy lets the page run its own script and
// ask nobody for anything.
//
// # The sources of the page
//
// The page's script is TypeScript, with Preact for its views: one module a file in web/src.
// What a state of a program is (state.ts), an address (address.ts), the tree (tree.ts) and how
// two runs are laid side by side (pairs.ts) are functions of their own; page.ts holds what the
// page is about and does what keys and buttons ask for; the rest are views. The types of what
// the page is given (format.ts) are made from those in this package, which a test checks.
// Nobody needs Node to use Weft: the script that esbuild makes of all that is committed
// (assets/page.js), and web/run -check finds out whether it comes of the sources. The tests in
// a browser are a module of their own, in the folder browser.
//
// Lessons stand in the page as [Lesson] has them: what is right and which order solves a
// challenge was found out by running the programs, by whoever made the page.
//
// # Anchors
//
// To be the scheduler comes from Deadlock Empire, choosing actions and the trace in the
// address from Spectacle, columns from Lincheck, the table of outcomes from jcstress, and
// the point of no return from Antithesis.
package page
