package scenarios

import "strings"

// Nearest returns the name of the scenario that somebody who typed name most
// likely meant, or "" if none is like it: the name that takes the fewest typing
// errors, or else the first one that name is a part of.
func Nearest(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	best, fewest := "", 1+max(1, len(name)/3)
	for _, s := range gallery {
		if n := typos(name, s.Name); n < fewest {
			best, fewest = s.Name, n
		}
	}
	if best != "" || name == "" {
		return best
	}
	for _, s := range gallery {
		if strings.Contains(s.Name, name) {
			return s.Name
		}
	}
	return ""
}

// typos returns how many letters must be put in, left out or replaced to turn a
// into b (Levenshtein's distance).
func typos(a, b string) int {
	row := make([]int, len(b)+1) // for the part of a read so far, and each beginning of b
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
