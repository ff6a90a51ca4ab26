package explore

// spread is the least, the most and the sum of some numbers.
type spread struct {
	N, Min, Max, Sum int
}

func (s *spread) add(n int) {
	if s.N == 0 || n < s.Min {
		s.Min = n
	}
	s.Max = max(s.Max, n)
	s.Sum += n
	s.N++
}

func (s *spread) merge(o spread) {
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

func (s spread) mean() float64 {
	if s.N == 0 {
		return 0
	}
	return float64(s.Sum) / float64(s.N)
}
