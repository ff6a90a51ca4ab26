package simtest

import "weft/sim/explore/remote"

// serveUnits does units of the exploration for another process, see package remote, and
// ends the test: what was found is said there. Hold-ups are explored only if -weft.policy
// says so, as it is with parts.
func (c *check) serveUnits(s *remote.Server) {
	c.Helper()
	engine, err := c.engine(c.policy)
	if err != nil {
		s.Refuse(err)
		c.Fatal(err)
	}
	if err := s.Serve(c.Context(), engine, c.searchOptions()...); err != nil {
		c.Fatal(err)
	}
	c.SkipNow()
}
