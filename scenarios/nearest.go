package scenarios

import (
	"slices"
	"strings"

	"weft/scenarios/goroutine"
	"weft/trace/words"
)

// Nearest returns the name of the scenario, in ordinary Go or not, that somebody who
// typed name most likely meant, or "" if none is like it; see [words.Nearest]. A "go/" too
// much or too little is no error, but decides between names that are equally near.
func Nearest(name string) string {
	bare, inGo := strings.CutPrefix(strings.ToLower(strings.TrimSpace(name)), "go/")
	known := names(inGo)
	bares := make([]string, len(known))
	for i, k := range known {
		bares[i] = strings.TrimPrefix(k, "go/")
	}
	if i := slices.Index(bares, words.Nearest(bare, bares)); i >= 0 {
		return known[i]
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
