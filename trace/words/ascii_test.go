package words_test

import (
	"fmt"
	"testing"

	"weft/trace/words"
)

func TestASCII(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "",
		"plain":                "plain",
		"── switch ──":         "-- switch --",
		"⇄ 12 a │ ≈7 orders …": "% 12 a | ~7 orders ~",
		"日本 · said":            "日本 . said",
	} {
		got := words.ASCII(text)
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if words.Width(got) != words.Width(text) {
			t.Errorf("%q takes %d cells, and %q %d", text, words.Width(text), got, words.Width(got))
		}
	}
}

func ExampleASCII() {
	fmt.Println(words.ASCII("── nothing can go on ──"))
	// Output:
	// -- nothing can go on --
}

func TestUTF8(t *testing.T) {
	for _, c := range []struct {
		all, ctype, lang string
		want             bool
	}{
		{"", "", "", true},
		{"", "", "de_DE.UTF-8", true},
		{"", "", "de_DE.utf8@euro", true},
		{"", "", "de_DE.ISO-8859-15@euro", false},
		{"", "", "C", false},
		{"", "C.UTF-8", "POSIX", true},
		{"C", "C.UTF-8", "C.UTF-8", false},
	} {
		names := map[string]string{"LC_ALL": c.all, "LC_CTYPE": c.ctype, "LANG": c.lang}
		if got := words.UTF8(func(name string) string { return names[name] }); got != c.want {
			t.Errorf("%+v: %t", c, got)
		}
	}
}

func ExampleUTF8() {
	fmt.Println(words.UTF8(func(name string) string { return map[string]string{"LANG": "C.UTF-8"}[name] }))
	// Output:
	// true
}
