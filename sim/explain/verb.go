package explain

import (
	"strconv"
	"strings"

	"weft/sim/order"
	"weft/trace"
	"weft/trace/words"
)

// turnOf says what a decision took if it is not the default. Of goroutines, the names say it.
func turnOf(e trace.Event, inGo bool) string {
	if e.Kind != trace.Decide || len(e.Alternatives) == 0 || e.Detail == e.Alternatives[0] {
		return ""
	}
	kind, key, _ := strings.Cut(e.Object, ":")
	if !order.IsOrder(kind) {
		return "choice: " + words.Line(key) + " is " + words.Line(e.Detail) + ", not " + words.Line(e.Alternatives[0])
	}
	if inGo {
		return "switch: " + goroutineOf(e.Detail) + " before " + goroutineOf(e.Alternatives[0])
	}
	return "switch: " + words.Line(e.Detail) + " before " + words.Line(e.Alternatives[0])
}

// doing says in a few words, much like those of the program, what a task did; ""
// for what nobody needs to see. What goes on in the loop is shown if it is marked.
func doing(e trace.Event, marked bool) string {
	if strings.HasSuffix(e.Object, byEngine) && !marked {
		return ""
	}
	if text := inGo(e); text != "" {
		return text
	}
	object, detail := name(strings.TrimPrefix(e.Object, ownLock)), words.Line(e.Detail)
	if detail == "" && (e.Kind == trace.Read || e.Kind == trace.Write || e.Kind == trace.Get || e.Kind == trace.Put) {
		detail = `""`
	}
	switch e.Kind {
	case trace.Start:
		if marked {
			return "starts"
		}
	case trace.Resume:
		if marked {
			return "goes on"
		}
	case trace.Fire:
		if marked {
			return "its " + object + " is over"
		}
	case trace.Callback:
		if marked {
			return "calls " + object
		}
	case trace.Wait:
		switch e.Object {
		case "yield":
			return "yields"
		case "sleep":
			return "sleeps " + detail
		case "its turn": // a goroutine that might go on
			return "pauses before this"
		case "select":
			return "waits in a select"
		}
		return "waits for " + object
	case trace.Finish:
		switch e.Object {
		case "failed":
			return "fails: " + detail
		case "panicked":
			return "panics: " + strings.TrimPrefix(detail, "panic in "+words.Line(e.Task)+": ")
		case "cancelled":
			return "is cancelled"
		case "exited":
			return "exits"
		}
		return "returns"
	case trace.Hold:
		return "holds the loop for " + detail
	case trace.Print:
		return "prints " + strconv.Quote(e.Detail)
	case trace.Read:
		return object + ".Get() = " + detail
	case trace.Write:
		return object + ".Set(" + detail + ")"
	case trace.Acquire:
		return object + ".Acquire()"
	case trace.Release:
		return object + ".Release()"
	case trace.Set:
		if strings.HasPrefix(e.Object, "future ") {
			return object + ".SetResult(" + detail + ")"
		}
		return object + ".Set(" + detail + ")"
	case trace.Clear:
		return object + ".Clear()"
	case trace.Notify:
		return object + ".Notify(" + detail + ")"
	case trace.Put:
		return object + ".Put(" + detail + ")"
	case trace.Get:
		return object + ".Get() = " + detail
	case trace.Cancel:
		return "cancels " + object
	case trace.Check:
		return "looks at " + object
	}
	return ""
}

// byEngine ends the names of what the engine has made for its own use, such as the context
// that a run's function is given.
const byEngine = "made by the engine"
