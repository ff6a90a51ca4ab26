package bubble

import "sync/atomic"

// stage is a goroutine on which bubbles are run, one after another. It is not the
// driver's own, since a run that does not end is left behind with its stage.
type stage struct {
	baton     *baton
	control   *control // nil ends the stage
	program   func()
	recovered any
	handed    atomic.Uint64 // orders what is above for the race detector
}

func newStage() *stage {
	s := &stage{baton: hooks.baton()}
	go s.work()
	return s
}

// play begins a run.
func (s *stage) play(c *control, program func()) {
	s.control, s.program = c, program
	s.handed.Add(1)
	hooks.pass(s.baton)
}

// finished returns what a bubble panicked with that has ended, or nil.
func (s *stage) finished() any {
	s.handed.Load()
	return s.recovered
}

func (s *stage) close() { s.play(nil, nil) }

func (s *stage) work() {
	for {
		hooks.await(s.baton)
		s.handed.Load()
		if s.control == nil {
			return
		}
		s.bubble(s.control, s.program)
	}
}

func (s *stage) bubble(c *control, program func()) {
	owner := c.owner.Load()
	defer func() {
		s.recovered = recover()
		s.handed.Add(1)
		hooks.finish(c)
	}()
	hooks.run(c, func() {
		program()
		owner.returns()
	})
}
