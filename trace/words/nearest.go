package words

import "strings"

// Nearest returns the known name that somebody who typed name most likely meant: the
// first of those that take the fewest typing errors, or else the first one that name is
// a part of. It is empty if each takes more than one error in three letters and a name of
// three letters is a part of none: "foo" is not "pos". Capitals make no difference.
func Nearest(name string, known []string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if len(name) > 100 {
		return "" // that is no word
	}
	best, least := "", 1+max(1, len(name)/3)
	for _, k := range known {
		if n := Distance(name, strings.ToLower(k)); n < least && n < len(k) {
			best, least = k, n
		}
	}
	if best == "" && len(name) >= 3 {
		for _, k := range known {
			if strings.Contains(strings.ToLower(k), name) {
				return k
			}
		}
	}
	return best
}

// DidYouMean returns what to add to an error about a name that is not known: the nearest
// one, as in " (did you mean pos?)", or nothing if none is near. before is what stands
// before a name where it is typed, such as "--".
func DidYouMean(name, before string, known []string) string {
	if near := Nearest(name, known); near != "" {
		return " (did you mean " + before + near + "?)"
	}
	return ""
}

// Distance counts the typing errors between two words: bytes that must be put in, left
// out, changed, or exchanged with the next one, none of them twice (optimal string
// alignment).
func Distance(a, b string) int {
	// rows[0] is for the part of a that was read, and each beginning of b; the other two
	// are those for one byte of a less, and two.
	var rows [3][]int
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	for k := range rows[0] {
		rows[0][k] = k
	}
	for i := range len(a) {
		rows[0], rows[1], rows[2] = rows[2], rows[0], rows[1]
		rows[0][0] = i + 1
		for k := range len(b) {
			change := rows[1][k]
			if a[i] != b[k] {
				change++
			}
			least := min(change, rows[0][k]+1, rows[1][k+1]+1)
			if i > 0 && k > 0 && a[i] == b[k-1] && a[i-1] == b[k] {
				least = min(least, rows[2][k-1]+1)
			}
			rows[0][k+1] = least
		}
	}
	return rows[0][len(b)]
}
