package corpus

import (
	"strings"
	"testing"

	"weft/trace"
)

// FuzzOrder reads what may be in a file. What can be read is the same when it was written
// again.
func FuzzOrder(f *testing.F) {
	good := (&Order{Policy: "any-ready", Outcome: trace.Hash(5), Failed: true, Runs: 1, Of: 100, Text: "one\ntwo"}).text("./bank TestX")
	f.Add(good)
	f.Add(strings.Replace(good, "schedule w1", "schedule w1,ready:a.2=b.2", 1) + "fresh true\n")
	f.Add(good[:len(good)-5])
	f.Add("weft-corpus 1\nprogram\npolicy fifo\noutcome 0\nfailed maybe\nruns -1\nof 9999999999999999999\nschedule w1")
	f.Fuzz(func(t *testing.T, text string) {
		program, o, err := parse(text)
		if err != nil {
			if text := err.Error(); len(text) > 2000 || strings.ContainsAny(text, "\x00\x1b\n") {
				t.Errorf("the error is %q", text)
			}
			return
		}
		written := o.text(program)
		again, p, err := parse(written)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if again != program || p.text(again) != written {
			t.Errorf("written as\n%s\nand then as\n%s", written, p.text(again))
		}
		if a, b := o.fileName(program), p.fileName(again); a != b || !strings.HasSuffix(a, extension) {
			t.Errorf("its file is %s, and then %s", a, b)
		}
	})
}
