package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"runtime"
	"testing"
)

func TestOverlay(t *testing.T) {
	found := supported(t)
	first := path(t, fine(t, "overlay"))
	if again := path(t, fine(t, "overlay")); again != first {
		t.Errorf("a second call gives %s, the first gave %s", again, first)
	}
	var list struct{ Replace map[string]string }
	if err := json.Unmarshal([]byte(content(t, first)), &list); err != nil {
		t.Fatal(err)
	}
	for _, a := range found.Anchors {
		file := filepath.Join(found.Toolchain.GOROOT, "src", filepath.FromSlash(a.File))
		contains(t, content(t, list.Replace[file]), a.Put)
	}
}

func TestOverlayRefuses(t *testing.T) {
	refuses(t, exitUsage, []string{"overlay", "all"}, `"all"`)
	t.Run("version", func(t *testing.T) {
		distribution(t, "go1.25.3")
		refuses(t, exitUsage, []string{"overlay"}, "it is go1.25.3", "go1.26")
	})
	t.Run("distribution", func(t *testing.T) {
		root := distribution(t, "go1.26.1")
		refuses(t, exitUsage, []string{"overlay"}, "cannot be read", root, "GOROOT")
	})
	t.Run("cache", func(t *testing.T) {
		if runtime.GOOS != "linux" {
			t.Skip("the user's cache folder is found in another way")
		}
		supported(t)
		taken := file(t, "taken", "")
		t.Setenv("GOCACHE", taken)
		t.Setenv("XDG_CACHE_HOME", taken)
		refuses(t, exitUsage, []string{"overlay"}, "the cache cannot be written", taken)
	})
	t.Run("no go", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("programs are found in other places too")
		}
		t.Setenv("PATH", t.TempDir())
		for _, command := range []string{"overlay", "test"} {
			refuses(t, exitUsage, []string{command}, "no go command in PATH")
		}
	})
}

func TestOverlayOntoAFullDisk(t *testing.T) {
	for _, command := range []string{"overlay", "doctor"} {
		t.Run(command, func(t *testing.T) {
			if command == "overlay" {
				supported(t)
			} else {
				supportedHere(t)
			}
			var err bytes.Buffer
			if got := execute(t.Context(), []string{command}, console{Out: full{}, Err: &err}); got != exitUsage || err.String() != "weft: "+errFull.Error()+"\n" {
				t.Errorf("status %d, %q; want %d and why", got, err.String(), exitUsage)
			}
		})
	}
}
