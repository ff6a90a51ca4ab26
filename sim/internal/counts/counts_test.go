package counts_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/sim/internal/counts"
)

var orders = flag.Int("counts.orders", 5000, "programs with up to so many orders are explored exhaustively too")

// folders are those whose programs are run: this package's, and another one if
// WEFT_COUNTS_DIR names it.
func folders() []string {
	all := []string{"testdata"}
	if dir := os.Getenv("WEFT_COUNTS_DIR"); dir != "" {
		all = append(all, dir)
	}
	return all
}

// TestCounts demands exact numbers of the reductions, and of the event loop.
func TestCounts(t *testing.T) {
	for _, dir := range folders() {
		files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s holds no *.jsonl (%v)", dir, err)
		}
		for _, file := range files {
			programs, err := counts.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range programs {
				t.Run(p.String(), func(t *testing.T) { counts.Check(t, p, counts.Loop(p), *orders) })
			}
		}
	}
}

func TestReadRefusesWhatIsUnknown(t *testing.T) {
	line := func(op string) string {
		return `{"name":"p","n":1,"threads":[{"":` + op + `,"-":{"k":"END"}}],"locs":[],"init":{},"default":0,"traces":1,"inter":1,"dead":0,"outs":["-#"]}`
	}
	for _, c := range []struct{ text, want string }{
		{line(`{"k":"W","x":"x","a":1}`), ""},
		{line(`{"k":"W","x":"x","a":"-3"}`), ""},
		{line(`{"k":"WAIT","x":"x"}`), `unknown operation "WAIT"`},
		{line(`{"k":"W","x":"x"}`), `W without the field "a"`},
		{line(`{"k":"R","x":"x","weak":true}`), `R with the unknown field "weak"`},
		{line(`{"k":"W","x":"x","a":"one"}`), "not a whole number"},
		{line(`{"k":"STEP","ops":[["ADD","x","1"]]}`), "neither [R x] nor [W x a]"},
		{line(`{"x":"x"}`), "without a kind"},
		{strings.Replace(line(`{"k":"END"}`), `"n":1`, `"m":1`, 1), `unknown field "m"`},
		{strings.Replace(line(`{"k":"END"}`), `"":`, `"0":`, 1), "no operation after the results"},
		{strings.Replace(line(`{"k":"END"}`), `"inter":1`, `"inter":0`, 1), "must have"},
		{line(`{"k":"LOCK","x":"x"}`) + "\n" + strings.Replace(line(`{"k":"LOCK","x":"x"}`), `"-":{"k":"END"}`, `"-":{"k":"R","x":"x"}`, 1), `line 2: counts: p(1): "x" is a lock and a variable`},
	} {
		_, err := counts.Read(strings.NewReader(c.text))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s\n%v; want %s", c.text, err, c.want)
		}
	}
}
