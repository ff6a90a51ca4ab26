package main

import (
	"regexp"
	"testing"

	"weft/scenarios"
	"weft/scenarios/goroutine"
)

func TestList(t *testing.T) {
	got := fine(t, "list")
	golden(t, "list.golden", got)
	for _, s := range scenarios.All() {
		line := regexp.MustCompile(`(?m)^  ` + regexp.QuoteMeta(s.Name) + ` +` + regexp.QuoteMeta(s.Title) + `$`)
		if len(line.FindAllString(got, -1)) != 1 {
			t.Errorf("want one line with %s and its title", s.Name)
		}
		topic := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(string(s.Topic)) + `$`)
		if len(topic.FindAllString(got, -1)) != 1 {
			t.Errorf("want one line with the topic %q", s.Topic)
		}
	}
	for _, s := range goroutine.All() {
		contains(t, got, "\n  "+s.Name+" ", " "+s.Title+"\n")
	}
	if n := len(regexp.MustCompile(`(?m)^  \S`).FindAllString(got, -1)); n != len(scenarios.All())+len(goroutine.All()) {
		t.Errorf("%d programs are listed, want %d and %d", n, len(scenarios.All()), len(goroutine.All()))
	}
}

func TestListTakesNoArguments(t *testing.T) {
	refuses(t, exitUsage, []string{"list", "hello"}, `"hello"`)
	refuses(t, exitUsage, []string{"list", "--view", "log"}, "--view")
}
