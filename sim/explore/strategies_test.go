package explore_test

import (
	"strings"
	"testing"

	"weft/sim/explore"
)

func TestParseStrategy(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"auto", "auto"}, {" auto\n", "auto"}, {"default", "default"}, {"seed:7", "seed:7"},
		{"seed:18446744073709551615", "seed:18446744073709551615"},
		{"replay:w1", "replay:w1"}, {"replay:w1,timer:a.1=b.1", "replay:w1,timer:a.1=b.1"},
		{"replay-leniently:w1,timer:a.1=b.1", "replay-leniently:w1,timer:a.1=b.1"},
		{"exhaustive", "exhaustive"}, {"bounded", "bounded"}, {"bounded:0", "bounded:0"}, {"bounded:2", "bounded:2"},
		{"reduced", "reduced"}, {"sleepsets", "sleepsets"},
		{"random", "random"}, {"pct", "pct:3"}, {"pct:1", "pct:1"}, {"pct:12", "pct:12"},
		{"pos", "pos"}, {"urw", "urw"}, {"surw", "surw"}, {"portfolio", "portfolio"},
	} {
		s, err := explore.ParseStrategy(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if s.String() != c.want {
			t.Errorf("%q reads as %q, want %q", c.text, s, c.want)
		}
		if again, err := explore.ParseStrategy(s.String()); err != nil || again.String() != s.String() {
			t.Errorf("%q does not read as itself: %v, %v", s, again, err)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"", "there is no strategy"}, {"zigzag", `there is no strategy "zigzag"; want one of auto, default, seed:N, `},
		{"rnadom", "did you mean random?"}, {"Random", "did you mean random?"}, {"exhaustiv", "did you mean exhaustive?"},
		{"pctt:3", "did you mean pct?"}, {"portfolios", "did you mean portfolio?"}, {"reduce", "did you mean reduced?"},
		{"seed", "want a seed"}, {"seed:", "want a seed"}, {"seed:-1", "want a seed"}, {"seed:x", "want a seed"},
		{"replay", "want a schedule"}, {"replay:", "does not begin with"}, {"replay:w1,x", "turn 1"},
		{"bounded:-1", "highest number of switches"}, {"bounded:", "highest number of switches"},
		{"pct:0", "depth of at least 1"}, {"pct:x", "depth of at least 1"},
		{"random:3", "nothing can stand behind random"},
	} {
		s, err := explore.ParseStrategy(c.text)
		if err == nil || !strings.HasPrefix(err.Error(), "explore: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, %v; want an error with %q", c.text, s, err, c.want)
		}
	}
	if _, err := explore.ParseStrategy("xyz"); strings.Contains(err.Error(), "did you mean") {
		t.Errorf("far from every name: %v", err)
	}
}

// Every form that is listed can be read, with something in the place of what
// stands there in capital letters.
func TestStrategiesAreReadable(t *testing.T) {
	fill := strings.NewReplacer("SCHEDULE", "w1", "SWITCHES", "2", "DEPTH", "2", "N", "1", "[", "", "]", "")
	for _, form := range explore.Strategies() {
		if _, err := explore.ParseStrategy(fill.Replace(form)); err != nil {
			t.Errorf("%s: %v", form, err)
		}
		if bare, _, optional := strings.Cut(form, "["); optional {
			if _, err := explore.ParseStrategy(bare); err != nil {
				t.Errorf("%s: %v", form, err)
			}
		}
	}
}
