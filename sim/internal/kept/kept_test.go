package kept_test

import (
	"fmt"
	"strings"
	"testing"

	"weft/sim/internal/kept"
)

// A name has nothing in it that leads elsewhere, and is another one for another element.
func TestName(t *testing.T) {
	seen := map[string]string{}
	for _, element := range []string{"", ".", "..", "a", "A", "a/b", `a\b`, "a b", "CON", "con", "NUL", "a.", "%", "%41", "ä", "\xff", "a\x00", strings.Repeat("x", 300), strings.Repeat("x", 301), strings.Repeat("ä", 300)} {
		name := kept.Name(element)
		if name == "" || len(name) > 150 || strings.ContainsAny(name, "./\\ \x00") {
			t.Errorf("%q has the name %q", element, name)
		}
		if other, twice := seen[name]; twice {
			t.Errorf("%q and %q have the name %q", element, other, name)
		}
		seen[name] = element
	}
}

var colours = kept.Format{Header: "colours", Version: "2", Required: []string{"red"}, Optional: []string{"blue"}, Belongs: "only colours belong there", Older: "delete it"}

func TestParse(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"good", "# a remark\n\ncolours 2\nred 1\nblue  3 4\n", ""},
		{"nothing", "", `line 1: it ends without a line "colours"`},
		{"another file", "red 1\n", `line 1: it does not begin with "colours 2"; only colours belong there`},
		{"another version", "colours 1\n", `this version of Weft reads 2; delete it`},
		{"twice", "colours 2\nred 1\nred 1\n", `line 3: "red" stands there twice`},
		{"cut off", "colours 2\nred 1\nbl", `line 3: "bl" is unknown; was the file cut off?`},
		{"no value", "colours 2\nred\n", `line 3: it ends without a line "red"`},
	} {
		fields, err := colours.Parse(test.text)
		switch {
		case test.want == "" && (err != nil || fields["red"] != "1" || fields["blue"] != "3 4"):
			t.Errorf("%s: %v, %v", test.name, fields, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

func ExampleFormat() {
	fields, err := colours.Parse(kept.Comment("warm ones") + "colours 2\nred 255\n")
	fmt.Println(fields["red"], err)
	// Output: 255 <nil>
}
