package words

import "strings"

// Nearest returns the known name that somebody who typed name most likely meant: the
// first of those that take the fewest typing errors. It is empty if each takes more
// than one error in three letters. Capitals make no difference.
func Nearest(name string, known []string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	best, least := "", 1+max(1, len(name)/3)
	for _, k := range known {
		if n := Distance(name, k); n < least && n < len(k) {
			best, least = k, n
		}
	}
	return best
}

// Distance counts the bytes that must be put in, left out or changed to get from one
// word to another (Levenshtein).
func Distance(a, b string) int {
	row := make([]int, len(b)+1) // for the part of a read so far, and each beginning of b
	for k := range row {
		row[k] = k
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for k := range len(b) {
			change := corner
			if a[i] != b[k] {
				change++
			}
			corner = row[k+1]
			row[k+1] = min(change, row[k]+1, row[k+1]+1)
		}
	}
	return row[len(b)]
}
