package order

// TakenOf returns the indices that a run took.
func TakenOf(decisions []Decision) []int32 {
	taken := make([]int32, len(decisions))
	for i := range decisions {
		taken[i] = int32(decisions[i].Taken)
		if d := &decisions[i]; d.Of > len(d.Alternatives) {
			taken[i] = int32(d.Index)
		}
	}
	return taken
}

// Switches counts the decisions that did not go the default way.
func Switches(taken []int32) int {
	n := 0
	for _, t := range taken {
		if t != 0 {
			n++
		}
	}
	return n
}

// Compare says which of two orders is the simpler one, as a negative number
// if the first is: fewer switches, then earlier ones, then smaller alternatives.
// It is what witnesses are chosen by, and what shrinking aims at.
func Compare(a, b []int32) int {
	if d := Switches(a) - Switches(b); d != 0 {
		return d
	}
	i, k := 0, 0
	smaller := 0
	for {
		for i < len(a) && a[i] == 0 {
			i++
		}
		for k < len(b) && b[k] == 0 {
			k++
		}
		switch {
		case i == len(a):
			return smaller // both are at their ends: they have as many switches
		case i != k:
			return i - k
		case smaller == 0:
			smaller = int(a[i] - b[k])
		}
		i++
		k++
	}
}
