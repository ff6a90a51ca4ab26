package goroutine_test

import (
	"strings"
	"testing"

	"weft/scenarios/goroutine"
	"weft/scenarios/internal/scenariotest"
)

func TestChapter(t *testing.T) {
	var programs []scenariotest.Program
	for _, s := range goroutine.All() {
		programs = append(programs, scenariotest.Program{
			Name: s.Name, Title: s.Title, Story: s.Story, Race: s.Fails != "" || s.DataRace, Fixes: s.Fixes,
		})
		if !strings.HasPrefix(s.Name, "go/") {
			t.Errorf("%s does not begin with go/", s.Name)
		}
		if s.Program == nil {
			t.Errorf("%s lacks a program", s.Name)
		}
		if found, ok := goroutine.Find(s.Name); !ok || found.Title != s.Title {
			t.Errorf("Find(%q) = %q, %v", s.Name, found.Name, ok)
		}
	}
	scenariotest.Chapter(t, programs)
	if _, ok := goroutine.Find("go/no-such-thing"); ok {
		t.Error("Find found a scenario that is not there")
	}
}

// TestAllIsACopy: a caller may sort or cut what All returns.
func TestAllIsACopy(t *testing.T) {
	goroutine.All()[0] = goroutine.Scenario{}
	if goroutine.All()[0].Name == "" {
		t.Error("a change to what All returned changed the chapter")
	}
}
