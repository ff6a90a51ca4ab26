package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGcflags: what the compiler is told, and that it is still told what the user says.
func TestGcflags(t *testing.T) {
	mains, dependencies := []string{"bank"}, []string{"example.org/queue"}
	for _, test := range []struct {
		name  string
		mode  memoryMode
		given []string
		want  []string
	}{
		{"off", memoryOff, []string{"-N"}, nil},
		{"module", memoryModule, nil, []string{"example.org/queue/...=-d=ssa/intrinsics/off", "bank/...=-race -d=checkptr=0"}},
		{"all", memoryAll, nil, []string{"all=-race -d=checkptr=0", "sync/atomic=", "weft/...=", "bank/...=-race -d=checkptr=0"}},
		{"the user's, for what is tested", memoryModule, []string{"-N -l"}, []string{"example.org/queue/...=-d=ssa/intrinsics/off", "bank/...=-race -d=checkptr=0", "-race -d=checkptr=0 -N -l"}},
		{"the user's, for a package", memoryModule, []string{"bank/ledger=-l"}, []string{"example.org/queue/...=-d=ssa/intrinsics/off", "bank/...=-race -d=checkptr=0", "bank/ledger=-race -d=checkptr=0 -l"}},
		{"the user's, for another one", memoryModule, []string{"fmt=-l"}, []string{"example.org/queue/...=-d=ssa/intrinsics/off", "fmt=-l", "bank/...=-race -d=checkptr=0"}},
		{"the user's, for all", memoryModule, []string{"all=-l"}, []string{"example.org/queue/...=-d=ssa/intrinsics/off", "all=-l", "bank/...=-race -d=checkptr=0 -l"}},
		{"the user's, for all of all", memoryAll, []string{"all=-l"}, []string{"all=-race -d=checkptr=0", "sync/atomic=", "weft/...=", "all=-race -d=checkptr=0 -l", "sync/atomic=-l", "weft/...=-l", "bank/...=-race -d=checkptr=0 -l"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := gcflags(test.mode, mains, dependencies, test.given)
			var want []string
			for _, w := range test.want {
				want = append(want, "-gcflags="+w)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	// What watches runs is not watched.
	if got := gcflags(memoryModule, []string{"weft"}, nil, nil); slices.Contains(got, "-gcflags=weft/...=-race -d=checkptr=0") || !slices.Contains(got, "-gcflags=weft/scenarios/...=-race -d=checkptr=0") {
		t.Errorf("for Weft's own module: %q", got)
	}
}

func TestMemoryMode(t *testing.T) {
	for _, test := range []struct {
		flag, env string
		want      memoryMode
	}{
		{"", "", memoryModule}, {"off", "all", memoryOff}, {"", "all", memoryAll}, {"all", "", memoryAll}, {"most", "", ""}, {"", "some", ""},
	} {
		t.Setenv(memoryVariable, test.env)
		got, err := memoryModeOf(test.flag)
		if got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("with %q and %q: %q, %v", test.flag, test.env, got, err)
		}
	}
}

// inModule makes the current folder one of a module called bank.
func inModule(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module bank\n\ngo 1.26\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
}

// TestGoTestOfMemory: go test is told what the compiler must be told, and not what is for
// weft; with a sanitizer, it is told nothing.
func TestGoTestOfMemory(t *testing.T) {
	supported(t)
	fakeGo(t, recorder)
	t.Setenv("WEFT_SEED", "")
	t.Setenv("WEFT_MEMORY", "")
	inModule(t)
	for _, test := range []struct {
		args []string
		want string // "" if nothing is said to the compiler
	}{
		{[]string{"-v"}, "-gcflags=bank/...=-race -d=checkptr=0\n-gcflags=weft-modules:bank=-race -d=checkptr=0\n-v\n"},
		{[]string{"-weft.memory=module", "-v"}, "-gcflags=bank/...=-race -d=checkptr=0\n-gcflags=weft-modules:bank=-race -d=checkptr=0\n-v\n"},
		{[]string{"-weft.memory", "off", "-v"}, ""},
		{[]string{"-race", "-v"}, ""},
		{[]string{"-asan", "-v"}, ""},
		{[]string{"-gcflags=-N", "-v"}, "-gcflags=bank/...=-race -d=checkptr=0\n-gcflags=-race -d=checkptr=0 -N\n-gcflags=weft-modules:bank=-race -d=checkptr=0\n-v\n"},
		{[]string{"-gcflags", "fmt=-N", "-v"}, "-gcflags=fmt=-N\n-gcflags=bank/...=-race -d=checkptr=0\n-gcflags=weft-modules:bank=-race -d=checkptr=0\n-v\n"},
		{[]string{"-weft.memory=all"}, "-gcflags=all=-race -d=checkptr=0\n-gcflags=sync/atomic=\n-gcflags=weft/...=\n-gcflags=bank/...=-race -d=checkptr=0\n-gcflags=weft-modules:bank=-race -d=checkptr=0\n"},
	} {
		a := weft(append([]string{"test"}, test.args...)...)
		if test.want != "" && !strings.Contains(a.out, ".json\n"+test.want) || test.want == "" && strings.Contains(a.out, "gcflags") || strings.Contains(a.out, "weft.memory") {
			t.Errorf("%q: go was called with\n%s", test.args, a.out)
		}
	}
	if a := weft("test", "-weft.points=memory", "-v"); strings.Contains(a.out, "points") || a.status != exitOK {
		t.Errorf("status %d, %s", a.status, a.out)
	}
	if a := weft("test", "-weft.points=locks"); a.status != exitUsage || !strings.Contains(a.err, `-weft.points is "locks"; want memory`) {
		t.Errorf("status %d, %s", a.status, a.err)
	}
	for _, args := range [][]string{{"-weft.memory=off"}, {"-race"}, {"-asan"}} {
		t.Setenv("WEFT_POINTS", "")
		if a := weft(append([]string{"test", "-weft.points=memory"}, args...)...); a.status != exitUsage || !strings.Contains(a.err, "-weft.points=memory has no effect with "+args[0]) && args[0] != "-asan" {
			t.Errorf("%q: status %d, %s", args, a.status, a.err)
		}
		t.Setenv("WEFT_POINTS", "memory")
		if a := weft(append([]string{"test"}, args...)...); a.status != exitUsage || !strings.Contains(a.err, "WEFT_POINTS=memory has no effect with ") {
			t.Errorf("%q, by the environment: status %d, %s", args, a.status, a.err)
		}
	}
	if a := weft("test", "-v"); a.status != exitOK {
		t.Errorf("points by the environment: status %d, %s", a.status, a.err)
	}
	t.Setenv("WEFT_POINTS", "memroy")
	if a := weft("test", "-run", "^$", "."); a.status != exitUsage || !strings.Contains(a.err, `WEFT_POINTS is "memroy"; want memory`) {
		t.Errorf("status %d: %s", a.status, a.err)
	}
	t.Setenv("WEFT_POINTS", "")
	t.Setenv("GOFLAGS", "-gcflags=-l")
	if a := weft("test", "-v"); !strings.Contains(a.out, "-gcflags=bank/...=-race -d=checkptr=0\n-gcflags=-race -d=checkptr=0 -l\n-gcflags=weft-modules:bank=-race -d=checkptr=0\n-v\n") {
		t.Errorf("with flags in GOFLAGS, go was called with\n%s", a.out)
	}
	if a := weft("test", "-weft.memory=most"); a.status != exitUsage || !strings.Contains(a.err, `-weft.memory is "most"; want module, all or off`) {
		t.Errorf("status %d, %s", a.status, a.err)
	}
}

// TestOverlayEnvOfMemory: a plain go test is told the same by the environment.
func TestOverlayEnvOfMemory(t *testing.T) {
	supported(t)
	inModule(t)
	t.Setenv("GOFLAGS", "")
	t.Setenv("WEFT_MEMORY", "")
	if out := fine(t, "overlay", "--env"); !strings.Contains(out, "-gcflags=bank/...=-race -d=checkptr=0") {
		t.Error(out)
	}
	t.Setenv("WEFT_MEMORY", "off")
	if out := fine(t, "overlay", "--env"); strings.Contains(out, "gcflags") {
		t.Error(out)
	}
}

func TestBoolInGOFLAGS(t *testing.T) {
	for flags, want := range map[string]bool{
		"": false, "-race": true, "--race=1 -v": true, "-race=false": false, "-race -race=0": false, "'-race'": true,
		"'-ldflags=-X main.flag=a -race'": false, "-racer": false,
	} {
		if got := boolInGOFLAGS(flags, "race"); got != want {
			t.Errorf("%s: %v, want %v", flags, got, want)
		}
	}
}
