package sample

import (
	"fmt"

	"weft/sim/explore/search"
	"weft/trace"
)

// shardRound returns the jobs of the next round that belong to the shard. Batches are cut
// as one machine cuts them, and dealt out in turn. Those that something is learned from
// are made by every shard, and counted by one.
func (s *sampler) shardRound() []search.Job {
	var jobs []search.Job
	for len(jobs) < search.JobsOfRound && s.next < s.x.Runs {
		first, end := s.roundOf(s.next)
		learns := s.learnsFrom(s.next)
		for end = min(end, s.x.Runs); s.next < end; s.unit++ {
			own, j := s.x.Shard.Has(s.unit), s.batch(first, end)
			if j.foreign = !own; own || learns {
				jobs = append(jobs, j)
			}
		}
		if learns && len(jobs) > 0 {
			break // what comes next goes by what is learned from these
		}
	}
	return jobs
}

// Plan identifies the plan of which this is a part: how many runs are drawn in all.
func (s *sampler) Plan() uint64 {
	return uint64(trace.Hash(0).Text(fmt.Sprintf("%d runs drawn", s.x.Runs)))
}

// Done reports whether the part's last batch was handed out and done.
func (s *sampler) Done() bool { return s.next >= s.x.Runs }
