package simtest

import (
	"strings"
	"testing"
	"unicode"
)

// FuzzFailFile reads fail files: what is read is written as a file that is read as the
// same, and what is said of the rest can be shown.
func FuzzFailFile(f *testing.F) {
	const good = "weft-failure 1\ntest TestCoins\npolicy any-ready\nschedule w1,choose:main/a.1=1\n"
	for _, text := range []string{
		good, good + "fresh true\n", "# by hand\r\n\n" + good, good + good, good[:20], strings.Replace(good, "1", "2", 1), "", "\x00",
		strings.ReplaceAll(good, "TestCoins", "\x1b[31m"), strings.ReplaceAll(good, "a.1=1", "%1B=%"),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := parseFailFile(text)
		if err != nil {
			if said := err.Error(); len(said) > 1000 || strings.IndexFunc(said, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) }) >= 0 {
				t.Errorf("it says %q", said)
			}
			return
		}
		written := first.text(text, "go test")
		second, err := parseFailFile(written)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, written)
		}
		if second.test != lineOf(first.test) || second.policy != first.policy || second.schedule.String() != first.schedule.String() || second.fresh != first.fresh {
			t.Errorf("%+v came back as %+v", first, second)
		}
	})
}
