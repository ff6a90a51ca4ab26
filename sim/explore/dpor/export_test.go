package dpor

import "weft/sim/explore/search"

// InParts returns a reduction that is cut into so many parts, at least, if it is cut.
func InParts(s search.Strategy, parts int) search.Strategy {
	switch s := s.(type) {
	case reduction:
		s.parts = parts
		return s
	case optimal:
		return optimal{parts}
	}
	return s
}
