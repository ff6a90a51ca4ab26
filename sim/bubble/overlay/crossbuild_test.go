package overlay_test

import (
	"strings"
	"testing"

	"weft/sim/bubble/overlay"
)

// TestCrossBuild: an overlay that was made for this machine builds nothing for a processor on
// which it cannot tell whose lock is whose. A program would seem to have fewer orders there.
func TestCrossBuild(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the go command")
	}
	made, err := overlay.Generate(t.Context(), "")
	if err != nil {
		t.Skip(err)
	}
	build := made.Command(t.Context(), "build", "-overlay="+made.Path, "runtime")
	build.Env = append(build.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	said, err := build.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "Weft's overlay is for amd64 and arm64") {
		t.Errorf("go build for WebAssembly with the overlay: %v\n%s", err, said)
	}
}
