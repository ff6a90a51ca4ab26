package words_test

import (
	"testing"

	"weft/trace/words"
)

func TestShell(t *testing.T) {
	for text, want := range map[string]string{
		"./sim": "./sim", "": "''", "a b": "'a b'", "~": "'~'", "é": "'é'", "example.com/a-b": "example.com/a-b",
	} {
		if got := words.Shell(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
