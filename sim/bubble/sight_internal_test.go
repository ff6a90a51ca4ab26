package bubble

import (
	"os"
	"runtime/debug"
	"slices"
	"testing"
)

// The packages that have code which no compiler of Go has made, by the names of functions.
func TestOpaqueIn(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Path == "" {
		t.Skip("this program does not know its modules")
	}
	before := opaqueFunctions
	defer func() { opaqueFunctions = before }()
	own, other := info.Main.Path, "example.com/v1.2"
	opaqueFunctions = func() []string {
		return []string{own + "/b.add", own + ".(*T).add", own + "/b._Cfunc_one", own + "er.add", other + "/c.add", "net._Cfunc_two"}
	}
	if got, want := opaqueIn(false), []string{own, own + "/b"}; !slices.Equal(got, want) {
		t.Errorf("of the module: %q, want %q", got, want)
	}
	if got, want := opaqueIn(true), []string{other + "/c", own, own + "/b"}; !slices.Equal(got, want) {
		t.Errorf("of all: %q, want %q", got, want)
	}
	opaqueFunctions = func() []string { return nil }
	if got := opaqueIn(true); got != nil {
		t.Errorf("of none: %q", got)
	}
}

// Whether functions report what they read and write is found out from their code.
func TestInstrumented(t *testing.T) {
	if !controlled() {
		t.Skip("built without the overlay; run it with weft test")
	}
	own := "weft/sim/bubble."
	for _, test := range []struct {
		prefixes []string
		want     bool
	}{
		{[]string{own}, asked()}, {[]string{"nowhere.", own}, asked()},
		{[]string{"strconv."}, asked() && os.Getenv(memoryVariable) == "all"}, {[]string{"nowhere."}, false}, {nil, false},
	} {
		if got := hooks.reports(test.prefixes); got != test.want && !raceDetector {
			t.Errorf("of %q: %v, want %v", test.prefixes, got, test.want)
		}
	}
	if WatchesMemory() != asked() {
		t.Errorf("memory is watched is %v, and was asked for is %v", WatchesMemory(), asked())
	}
}

// What a program says of its flags.
func TestCompiled(t *testing.T) {
	for value, want := range map[string]struct {
		modules     []string
		instruments bool
	}{
		"weft-modules:bank,example.org/queue=-race -d=checkptr=0": {[]string{"bank", "example.org/queue"}, true},
		"bank/...=-race -d=checkptr=0":                            {nil, true},
		"bank/...=-race2":                                         {nil, false},
		"-N -l":                                                   {nil, false},
	} {
		info := &debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "-compiler", Value: "gc"}, {Key: "-gcflags", Value: value}}}
		if modules, instruments := compiled(info); !slices.Equal(modules, want.modules) || instruments != want.instruments {
			t.Errorf("%s: %q, %v", value, modules, instruments)
		}
	}
}
