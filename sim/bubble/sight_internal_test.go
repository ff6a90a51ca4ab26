package bubble

import (
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
