package scenarios_test

import (
	"testing"

	"weft/scenarios"
	"weft/scenarios/goroutine"
	"weft/scenarios/scenario"
)

func TestAll(t *testing.T) {
	names := map[string]bool{}
	topics := map[scenario.Topic]bool{}
	last := scenario.Topic("")
	for _, s := range scenarios.All() {
		if names[s.Name] {
			t.Errorf("two scenarios are called %s", s.Name)
		}
		names[s.Name] = true
		if s.Program == nil || s.Check == nil {
			t.Errorf("%s lacks a program or a check", s.Name)
		}
		if s.Topic == "" {
			t.Errorf("%s has no topic", s.Name)
		}
		if s.Topic != last && topics[s.Topic] {
			t.Errorf("%s: the topic %q is in two pieces", s.Name, s.Topic)
		}
		topics[s.Topic], last = true, s.Topic
		if _, ok := goroutine.Find(s.Name); ok {
			t.Errorf("a program in ordinary Go is called %s, too", s.Name)
		}
	}
}

func TestFind(t *testing.T) {
	for _, s := range scenarios.All() {
		if found, ok := scenarios.Find(s.Name); !ok || found.Title != s.Title {
			t.Errorf("Find(%q) = %q, %v", s.Name, found.Name, ok)
		}
	}
	if _, ok := scenarios.Find("no-such-thing"); ok {
		t.Error("Find found a scenario that is not there")
	}
}

// TestAllIsACopy: a caller may sort or cut what All returns.
func TestAllIsACopy(t *testing.T) {
	scenarios.All()[0] = scenario.Scenario{}
	if scenarios.All()[0].Name == "" {
		t.Error("a change to what All returned changed the gallery")
	}
}
