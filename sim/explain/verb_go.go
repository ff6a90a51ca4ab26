package explain

import "weft/trace"

// inGo says what an event shows of what goroutines synchronise by, or "" for anything else.
func inGo(e trace.Event) string {
	if is, _ := e.InGo(); is != "" {
		return is + " " + name(e.Object)
	}
	return ""
}
