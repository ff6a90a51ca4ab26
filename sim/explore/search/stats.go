package search

// Stats are the least, the greatest and the sum of some numbers.
type Stats struct {
	N, Min, Max, Sum int
}

func (s *Stats) add(n int) {
	if s.N == 0 || n < s.Min {
		s.Min = n
	}
	s.Max = max(s.Max, n)
	s.Sum += n
	s.N++
}

func (s *Stats) merge(o Stats) {
	if o.N == 0 {
		return
	}
	if s.N == 0 || o.Min < s.Min {
		s.Min = o.Min
	}
	s.Max = max(s.Max, o.Max)
	s.Sum += o.Sum
	s.N += o.N
}

// Mean is the mean of the numbers, or 0 if there are none.
func (s Stats) Mean() float64 {
	if s.N == 0 {
		return 0
	}
	return float64(s.Sum) / float64(s.N)
}
