package bubble

// Plain runs f in a bubble of testing/synctest as it is.
func Plain(f func()) { hooks.plain(f) }

// WithRoom sets for how many alternatives of a decision there is room.
func WithRoom(n int) Option { return optionFunc(func(s *settings) { s.room = n }) }
