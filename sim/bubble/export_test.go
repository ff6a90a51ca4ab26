package bubble

// WithRoom sets for how many alternatives of a decision there is room.
func WithRoom(n int) Option { return optionFunc(func(s *settings) { s.room = n }) }
