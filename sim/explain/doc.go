// Package explain says why a run fails.
//
//   - [Shrink] reduces a failing schedule to the simplest that fails in the same way:
//     the fewest switches away from the default order, as early as can be. Delta
//     debugging (Zeller, 2002) takes turns with a visit of all simpler orders.
//   - [Why] explains a failing schedule as a [Failure]: the nearest passing run, the
//     smallest swap that leads there, and the [Race] between them, named by its
//     [Pattern] where it is a known one. [Failure.WriteText] tells it to a reader.
//   - [Swaps] says which events of a run may change places, and what becomes of the
//     output then.
//   - [Prospects] says at each decision which share of the orders behind it fail, and
//     [PointOfNoReturn] from which one on all of them do.
//
// A failure is a value, and there are views of it: [Failure.WriteText] for a terminal or the
// log of a test, [Failure.WriteJSON], whose format is documented there and has a version,
// and [Failure.WriteMarkdown] for a page with a picture.
//
// # Where to read on
//
// rerun.go makes the runs, one after another, and takes down what was decided.
// failure_kind.go says when two runs fail in the same way. shrink.go and preorder.go find
// the simplest run that does, explain.go the nearest that passes; nearby.go looks for a
// failure that no longer fits the program. race.go finds in both what raced, race_pattern.go
// knows the patterns, and race_checked.go checks by a run that this is what decides.
// failure_lanes.go says what of a run is drawn, failure_columns.go draws it, verb.go has the
// words; failure_text.go, failure_json.go and failure_markdown.go are the views. swap.go and
// prospect.go stand for themselves.
//
// All of them make runs, one after another, and take options of package explore for
// their limits. They know a program by its [order.Engine] alone.
package explain
