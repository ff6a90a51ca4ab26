package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/scenarios"
	"weft/scenarios/goroutine"
	"weft/sim/explore"
	"weft/trace"
)

func TestCompletionScripts(t *testing.T) {
	for shell, part := range map[string]string{
		"bash":       "complete -o default -F __start_weft weft",
		"zsh":        "#compdef weft",
		"fish":       "complete -c weft",
		"powershell": "Register-ArgumentCompleter -CommandName 'weft'",
	} {
		t.Run(shell, func(t *testing.T) {
			got := fine(t, "completion", shell)
			contains(t, got, part, "__complete")
			if again := fine(t, "completion", shell); again != got {
				t.Error("a second call gives another script")
			}
		})
	}
}

// completions asks, as the scripts do, what the last word may become. It
// returns the words with what is said of them, and what the shell shall do.
func completions(t *testing.T, args ...string) (words []string, directive string) {
	t.Helper()
	a := weft(append([]string{"__complete"}, args...)...)
	if a.status != exitOK {
		t.Fatalf("__complete %q: status %d, %s", args, a.status, a.err)
	}
	lines := strings.Split(strings.TrimRight(a.out, "\n"), "\n")
	return lines[:len(lines)-1], lines[len(lines)-1]
}

const (
	filesToo = ":0"
	noFiles  = ":4"
)

func TestCompletion(t *testing.T) {
	var names []string
	for _, s := range scenarios.All() {
		names = append(names, s.Name+"\t"+s.Title)
	}
	for _, s := range goroutine.All() {
		names = append(names, s.Name+"\t"+s.Title)
	}
	for _, test := range []struct {
		name      string
		args      []string
		words     []string
		directive string
	}{
		{"programs", []string{"run", ""}, names, noFiles},
		{"programs after a flag", []string{"run", "--seed", "3", ""}, names, noFiles},
		{"programs or recorded runs", []string{"explore", ""}, names, filesToo},
		{"strategies", []string{"explore", "hello", "--strategy", ""}, explore.Strategies(), noFiles},
		{"one program only", []string{"run", "hello", ""}, nil, noFiles},
		{"views", []string{"run", "hello", "--view", ""}, trace.Views(), noFiles},
		{"views of a file", []string{"trace", "hello.jsonl", "--view", ""}, trace.Views(), noFiles},
		{"policies", []string{"run", "hello", "--policy", ""}, []string{"fifo", "same-instant", "any-ready", "jitter:", "hold-ups:"}, noFiles},
		{"a trace", []string{"trace", ""}, nil, filesToo},
		{"two traces", []string{"diff", "a.jsonl", ""}, nil, filesToo},
		{"output", []string{"run", "hello", "-o", ""}, nil, filesToo},
	} {
		t.Run(test.name, func(t *testing.T) {
			words, directive := completions(t, test.args...)
			if diff := cmp.Diff(test.words, words, cmp.Transformer("none", func(w []string) []string {
				return append([]string{}, w...)
			})); diff != "" {
				t.Errorf("the words differ (-want +got):\n%s", diff)
			}
			if directive != test.directive {
				t.Errorf("the directive is %s, want %s", directive, test.directive)
			}
		})
	}
	t.Run("commands", func(t *testing.T) {
		words, _ := completions(t, "")
		contains(t, strings.Join(words, "\n"), "list\t", "run\t", "trace\t", "diff\t")
	})
	t.Run("what is completed is accepted", func(t *testing.T) {
		words, _ := completions(t, "run", "")
		for _, word := range words {
			name, _, _ := strings.Cut(word, "\t")
			if _, ok := goroutine.Find(name); ok {
				continue
			}
			if _, err := findProgram(name); err != nil {
				t.Error(err)
			}
		}
	})
}
