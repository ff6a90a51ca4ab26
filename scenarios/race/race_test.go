package race_test

import (
	"testing"

	"weft/scenarios/internal/scenariotest"
	"weft/scenarios/race"
)

func TestChapter(t *testing.T) {
	var programs []scenariotest.Program
	for _, s := range race.All() {
		programs = append(programs, scenariotest.Program{Name: s.Name, Title: s.Title, Story: s.Story, Race: s.Fixes == "", Fixes: s.Fixes})
	}
	scenariotest.Chapter(t, programs)
}

// TestDefaultOrder: the claims hold, and what the programs show is in their golden
// files.
func TestDefaultOrder(t *testing.T) {
	for _, s := range race.All() {
		t.Run(s.Name, func(t *testing.T) { scenariotest.DefaultOrder(t, s) })
	}
}

// TestClaimsInAnyOrder checks the claims that say so in other orders too.
func TestClaimsInAnyOrder(t *testing.T) {
	for _, s := range race.All() {
		scenariotest.AnyOrder(t, s)
	}
}
