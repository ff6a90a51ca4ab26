package scenarios

import (
	"strings"

	"weft/scenarios/goroutine"
	"weft/trace/words"
)

// Nearest returns the name of the scenario, in ordinary Go or not, that somebody who
// typed name most likely meant, or "" if none is like it: the name that takes the
// fewest typing errors, or else the first one that name is a part of. A "go/" too much
// or too little is no error, but decides between names that are equally near.
func Nearest(name string) string {
	bare, inGo := strings.CutPrefix(strings.ToLower(strings.TrimSpace(name)), "go/")
	if bare == "" {
		return "" // it is a part of every name
	}
	known := names(inGo)
	best, fewest := "", 1+max(1, len(bare)/3)
	for _, k := range known {
		if n := words.Distance(bare, strings.TrimPrefix(k, "go/")); n < fewest {
			best, fewest = k, n
		}
	}
	if best != "" {
		return best
	}
	for _, k := range known {
		if strings.Contains(strings.TrimPrefix(k, "go/"), bare) {
			return k
		}
	}
	return ""
}

// names returns all names, with those in ordinary Go first or last.
func names(goFirst bool) []string {
	var own, inGo []string
	for _, s := range All() {
		own = append(own, s.Name)
	}
	for _, s := range goroutine.All() {
		inGo = append(inGo, s.Name)
	}
	if goFirst {
		return append(inGo, own...)
	}
	return append(own, inGo...)
}
