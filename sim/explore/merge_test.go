package explore_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/explore"
	"weft/sim/explore/search"
	"weft/sim/internal/exploretest"
	"weft/sim/order"
)

// parted explores in so many parts.
func parted(t testing.TB, engine order.Engine, of int, options ...explore.Option) []*explore.Part {
	t.Helper()
	parts := make([]*explore.Part, of)
	for i := range parts {
		p, err := explore.SearchPart(context.Background(), engine, append(options, explore.WithShard(i+1, of))...)
		if err != nil {
			t.Fatal(err)
		}
		parts[i] = p
	}
	return parts
}

// timeless is a report as JSON, but for the real time that it took.
func timeless(t testing.TB, r *explore.Report) string {
	t.Helper()
	same := *r
	same.Elapsed = 0
	var b bytes.Buffer
	if err := same.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if err := same.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// read writes a part to a file, and reads it.
func read(t testing.TB, p *explore.Part) *explore.Parts {
	t.Helper()
	var b bytes.Buffer
	if _, err := p.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	m, err := explore.ReadParts(&b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func merge(t testing.TB, parts ...*explore.Parts) *explore.Parts {
	t.Helper()
	m := &explore.Parts{}
	for _, p := range parts {
		if err := m.Merge(p); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// small returns programs that can be walked many times.
func small() map[string]order.Engine {
	return map[string]order.Engine{
		"sleepers":    exploretest.SameInstant(exploretest.Sleepers(3, 2)),
		"one order":   exploretest.SameInstant(exploretest.Sleepers(1, 1)),
		"withdrawals": sim.Engine(exploretest.Withdrawals()),
		"deposits":    sim.Engine(exploretest.Deposits([]int{1, 2}, 1, 2)),
		"long":        sim.Engine(exploretest.LongAndShort()),
	}
}

// TestMergedIsTheWhole: whatever the number of parts, and in whatever order they are
// merged, some of them twice, the report is that of one machine.
func TestMergedIsTheWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, engine := range small() {
		for _, strategy := range []string{"exhaustive", "bounded", "bounded:0", "bounded:1", "bounded:3", "auto", "random", "pct:2", "pos", "urw", "surw", "portfolio"} {
			t.Run(name+"/"+strategy, func(t *testing.T) {
				s, err := explore.ParseStrategy(strategy)
				if err != nil {
					t.Fatal(err)
				}
				runs := 200
				if strategy == "exhaustive" || strings.HasPrefix(strategy, "bounded") {
					runs = 100_000
				}
				options := []explore.Option{explore.WithStrategy(s), explore.WithRuns(runs), explore.WithSeed(7)}
				want := timeless(t, exploretest.Search(t, engine, options...))
				for of := 1; of <= 7; of++ {
					if testing.Short() && of != 1 && of != 3 {
						continue
					}
					var files []*explore.Parts
					for _, p := range parted(t, engine, of, options...) {
						files = append(files, read(t, p))
					}
					files = append(files, files[random.IntN(of)], files[random.IntN(of)])
					random.Shuffle(len(files), func(i, k int) { files[i], files[k] = files[k], files[i] })
					cut := random.IntN(len(files))
					all := merge(t, merge(t, files[:cut]...), merge(t, files[cut:]...))
					if missing := all.Missing(); len(missing) > 0 {
						t.Errorf("%d parts: %v are missing", of, missing)
					}
					if got := timeless(t, all.Report()); got != want {
						t.Fatalf("%d parts: the merged report is\n%s\nand that of one machine\n%s", of, got, want)
					}
				}
			})
		}
	}
}

// TestMergedSamplesAreTheWhole: also of runs that go by what others have shown.
func TestMergedSamplesAreTheWhole(t *testing.T) {
	engine := sim.Engine(exploretest.Deposits([]int{1, 2, 3}, 1, 1))
	for _, strategy := range []string{"random", "pct:3", "portfolio", "auto"} {
		options := []explore.Option{explore.WithStrategy(mustParse(t, strategy)), explore.WithRuns(4000)}
		if strategy == "auto" { // with too many orders to walk
			options = append(options, explore.WithRuns(1200))
		}
		want := timeless(t, exploretest.Search(t, engine, options...))
		if got := timeless(t, explore.Merged(parted(t, engine, 3, options...)...).Report()); got != want {
			t.Errorf("%s: the merged report is\n%s\nand that of one machine\n%s", strategy, got, want)
		}
	}
}

func TestMissingPartIsNamed(t *testing.T) {
	engine := exploretest.SameInstant(exploretest.Sleepers(4, 2))
	parts := parted(t, engine, 5, explore.WithStrategy(explore.Auto()))
	m := explore.Merged(parts[0], parts[2], parts[4])
	r := m.Report()
	if r.Coverage.Kind != search.Partial || r.Coverage.Complete() || r.Claim != "" {
		t.Errorf("coverage %+v, claim %q", r.Coverage, r.Claim)
	}
	if want := "not all orders explored: parts 2, 4 of 5 missing"; r.Verdict() != want {
		t.Errorf("verdict %q, want %q", r.Verdict(), want)
	}
	if got := parts[1].Report().Verdict(); !strings.Contains(got, "parts 1, 3, 4, 5 of 5 missing") {
		t.Errorf("the verdict of one part is %q", got)
	}
}

func TestStoppedPartIsNamed(t *testing.T) {
	engine := exploretest.SameInstant(exploretest.Sleepers(4, 2))
	options := []explore.Option{explore.WithStrategy(mustParse(t, "exhaustive")), explore.WithRuns(150)}
	parts := parted(t, engine, 3, options...)
	r := explore.Merged(parts...).Report()
	if r.Coverage.Complete() || !strings.Contains(r.Verdict(), "not done (the limit of runs)") {
		t.Errorf("verdict %q", r.Verdict())
	}
}

func mustParse(t testing.TB, strategy string) search.Strategy {
	t.Helper()
	s, err := explore.ParseStrategy(strategy)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestDifferentPartIsNondeterminism: a part that was made twice must be the same.
func TestDifferentPartIsNondeterminism(t *testing.T) {
	said := "one"
	engine := exploretest.SameInstant(sim.Main(func(ctx context.Context) error {
		sim.Print(ctx, said)
		return nil
	}))
	options := []explore.Option{explore.WithStrategy(mustParse(t, "exhaustive"))}
	first := parted(t, engine, 2, options...)
	said = "two"
	second := parted(t, engine, 2, options...)
	for _, parts := range [][]*explore.Part{{first[0], first[1], second[0]}, {second[0], first[1], first[0]}, {second[0], first[0], second[0], first[1]}} {
		r := explore.Merged(parts...).Report()
		if r.Nondeterminism == nil || !strings.Contains(r.Nondeterminism.Error(), "Part 1 of 2 was made more than once") || r.Coverage.Complete() {
			t.Errorf("%v, coverage %v", r.Nondeterminism, r.Coverage)
		}
	}
}

// TestPartsOfTwoVersions: parts that were made by two versions of a program are cut alike if
// these have the same decisions, and claim nothing together.
func TestPartsOfTwoVersions(t *testing.T) {
	said := "one"
	engine := exploretest.SameInstant(sim.Main(func(ctx context.Context) error {
		late := func(ctx context.Context) error { return sim.Sleep(ctx, 1) }
		prints := func(ctx context.Context) error {
			err := sim.Sleep(ctx, 1)
			sim.Print(ctx, said)
			return err
		}
		_, err := sim.Gather(ctx, sim.Go(ctx, "late", late), sim.Go(ctx, "prints", prints)).Await(ctx)
		return err
	}))
	for _, strategy := range []string{"exhaustive", "bounded:1", "reduced", "optimal", "sleepsets", "random"} {
		options := []explore.Option{explore.WithStrategy(mustParse(t, strategy)), explore.WithRuns(100)}
		said = "one"
		first := parted(t, engine, 2, options...)
		said = "two"
		second := parted(t, engine, 2, options...)
		if r := explore.Merged(first...).Report(); r.Nondeterminism != nil {
			t.Errorf("%s: %v of one version", strategy, r.Nondeterminism)
		}
		r := explore.Merged(first[0], second[1]).Report()
		if r.Nondeterminism == nil || !strings.Contains(r.Nondeterminism.Error(), "two versions of the program") || r.Coverage.Complete() {
			t.Errorf("%s: %v, coverage %v", strategy, r.Nondeterminism, r.Coverage)
		}
	}
}

// claiming is an engine that has seen something, and claims something.
type claiming struct {
	order.Engine
	saw   uint32
	claim string
}

func (e claiming) Saw(others uint32) uint32 { return e.saw | others }
func (e claiming) Claim() string            { return e.claim }

// TestMergedClaims: what is claimed of all parts leaves out what was seen in any of them.
func TestMergedClaims(t *testing.T) {
	sleepers := sim.Engine(exploretest.Sleepers(3, 1))
	for _, test := range []struct {
		first, second claiming
		want          string
	}{
		{claiming{saw: 1, claim: "all but files"}, claiming{saw: 1, claim: "all but files"}, "all but files"},
		{claiming{saw: 0, claim: "all"}, claiming{saw: 1, claim: "all but files"}, "all but files"},
		{claiming{saw: 1, claim: "all but files"}, claiming{saw: 0, claim: "all"}, "all but files"},
		{claiming{saw: 1, claim: "all but files"}, claiming{saw: 2, claim: "all but dates"}, ""},
		{claiming{saw: 1, claim: "all but files"}, claiming{saw: 0, claim: ""}, ""},
		{claiming{saw: 1, claim: "all but files"}, claiming{saw: 1, claim: "all but all"}, ""},
	} {
		m := &explore.Parts{}
		for i, e := range []claiming{test.first, test.second} {
			e.Engine = sleepers
			if err := m.Add(parted(t, e, 2, explore.WithStrategy(mustParse(t, "exhaustive")))[i]); err != nil {
				t.Fatal(err)
			}
		}
		if r := m.Report(); !r.Coverage.Complete() || r.Claim != test.want {
			t.Errorf("of %+v and %+v: %q, want %q", test.first, test.second, r.Claim, test.want)
		}
	}
}

func TestPartsOfDifferentExplorations(t *testing.T) {
	sleepers := func(n int, options ...sim.Option) order.Engine {
		return sim.Engine(exploretest.Sleepers(n, 1), append([]sim.Option{sim.WithProgram("p")}, options...)...)
	}
	walk := explore.WithStrategy(mustParse(t, "exhaustive"))
	base := parted(t, sleepers(3), 2, walk)[0]
	for want, other := range map[string]*explore.Part{
		`program is "p" in one and "q"`:         parted(t, sleepers(3, sim.WithProgram("q")), 2, walk)[1],
		"the policy is":                         parted(t, sleepers(3, sim.WithPolicy(order.FIFO)), 2, walk)[1],
		`strategy is "exhaustive" in one`:       parted(t, sleepers(3), 2)[1],
		`seed is "0" in one and "1"`:            parted(t, sleepers(3), 2, walk, explore.WithSeed(1))[1],
		`limit of runs is "10000"`:              parted(t, sleepers(3), 2, walk, explore.WithRuns(9))[1],
		`number of parts is "2" in one and "3"`: parted(t, sleepers(3), 3, walk)[1],
		"was cut in another way":                parted(t, sleepers(4), 2, walk)[1],
	} {
		m := explore.Merged(base)
		if err := m.Add(other); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
}

func TestStrategiesWithoutParts(t *testing.T) {
	for _, strategy := range []string{"seed:1", "default"} {
		_, err := explore.SearchPart(context.Background(), sim.Engine(exploretest.Withdrawals()), explore.WithStrategy(mustParse(t, strategy)), explore.WithShard(1, 2))
		if err == nil || !strings.Contains(err.Error(), "strategy "+strategy+"") || !strings.Contains(err.Error(), "cannot be done in parts") {
			t.Errorf("%s: error %v", strategy, err)
		}
		engine := sim.Engine(exploretest.Withdrawals())
		options := []explore.Option{explore.WithStrategy(mustParse(t, strategy))}
		whole, err := explore.SearchPart(context.Background(), engine, options...)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := timeless(t, read(t, whole).Report()), timeless(t, exploretest.Search(t, engine, options...)); got != want {
			t.Errorf("%s: read from its file, the report is\n%s\nwant\n%s", strategy, got, want)
		}
	}
}

// TestDamagedParts: a file that was cut off or changed is refused, and is never a panic.
func TestDamagedParts(t *testing.T) {
	p := parted(t, sim.Engine(exploretest.Withdrawals()), 3)[1]
	var b bytes.Buffer
	if _, err := p.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	for n := range len(good) {
		if _, err := explore.ReadParts(bytes.NewReader(good[:n])); err == nil {
			t.Fatalf("a file that was cut at byte %d of %d was taken", n, len(good))
		}
		bad := bytes.Clone(good)
		bad[n] ^= 1 << (n % 8)
		if _, err := explore.ReadParts(bytes.NewReader(bad)); err == nil {
			t.Fatalf("a file with another byte %d was taken", n)
		}
	}
	for _, text := range []string{"", "null", "{}", "[]", "0", `{"weft_part":2}`, `{"weft_part":1}`, `{"weft_part":1e99}`, strings.Repeat("[", 100_000), "\x00", `{"weft_report":1}`} {
		if _, err := explore.ReadParts(strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), "explore: ") {
			t.Errorf("%.20q: error %v", text, err)
		}
	}
}

func FuzzReadParts(f *testing.F) {
	for of := 1; of <= 2; of++ {
		for _, p := range parted(f, sim.Engine(exploretest.Withdrawals()), of) {
			var b bytes.Buffer
			if _, err := p.WriteTo(&b); err != nil {
				f.Fatal(err)
			}
			f.Add(b.Bytes())
			f.Add(b.Bytes()[:b.Len()/2])
		}
	}
	f.Add([]byte(`{"weft_part":1,"of":1,"parts":[{"shard":1}],"sum":"0"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := explore.ReadParts(bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if _, err := m.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		if _, err := explore.ReadParts(&b); err != nil {
			t.Errorf("what was read is refused when it is written: %v", err)
		}
		m.Report().WriteText(&b)
	})
}

func ExampleMerged() {
	engine := sim.Engine(sim.Main(func(ctx context.Context) error {
		say := func(ctx context.Context) error { return sim.Yield(ctx) }
		_, err := sim.Gather(ctx, sim.Go(ctx, "a", say), sim.Go(ctx, "b", say), sim.Go(ctx, "c", say)).Await(ctx)
		return err
	}))
	var parts []*explore.Part
	for i := range 3 { // on three machines, elsewhere
		part, err := explore.SearchPart(context.Background(), engine, explore.WithShard(i+1, 3))
		if err != nil {
			fmt.Println(err)
			return
		}
		parts = append(parts, part)
	}
	fmt.Println(explore.Merged(parts[:2]...).Report().Verdict())
	fmt.Println(explore.Merged(parts...).Report().Verdict())
	// Output:
	// not all orders explored: part 3 of 3 missing
	// all 90 orders explored
}
