package main

import (
	"time"

	"weft/sim/explore"
	"weft/sim/explore/search"
)

// statusKeeper keeps a file that says how far an exploration is, if the file has a name.
type statusKeeper struct {
	file explore.StatusFile
	name string // of the program
}

// begin finds out at once, and not after an hour, whether the file can be written.
func (k *statusKeeper) begin(name string) error {
	k.name = name
	if k.file.Name == "" {
		return nil
	}
	return k.file.Write(explore.Progress{}.Status(name, time.Now()))
}

func (k *statusKeeper) show(e explore.Progress) {
	if now := time.Now(); k.file.Name != "" && k.file.Due(now) {
		k.file.Write(e.Status(k.name, now)) // that it cannot be written is said at the end
	}
}

// end writes what was found, and says whether that could be done.
func (k *statusKeeper) end(r *explore.Report) error {
	if k.file.Name == "" {
		return nil
	}
	e := explore.Progress{Runs: r.Runs, Elapsed: r.Elapsed}
	if r.Coverage.Complete() || r.Stopped == search.RunsSpent {
		e.Total = float64(r.Runs)
	}
	s := e.Status(k.name, time.Now())
	s.Show(r)
	s.Ended = r.Verdict()
	return k.file.Write(s)
}
