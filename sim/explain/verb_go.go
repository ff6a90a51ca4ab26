package explain

import (
	"strings"

	"weft/trace"
	"weft/trace/words"
)

// inGo says what an event shows of what goroutines synchronise by, or "" for anything else.
func inGo(e trace.Event) string {
	if is, _ := e.InGo(); is != "" {
		return is + " " + name(e.Object)
	}
	return ""
}

// goroutineOf names whose step an alternative is, or whose timer.
func goroutineOf(id string) string {
	id, timer := strings.CutPrefix(id, "+")
	task := words.Line(strings.TrimSuffix(taskOf(id), "/timer"))
	if timer {
		return "the timer of " + task
	}
	return task
}
