package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"weft/cmd/weft/source"
	"weft/sim/page"
)

// buildEngine compiles the event loop and its programs to WebAssembly, with the go
// command at hand. It is compiled every time: the go command finds out whether anything
// has changed.
func buildEngine(ctx context.Context) (*page.Engine, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(cache, "weft", "wasm", "engine.wasm")
	var said bytes.Buffer
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "weft/cmd/weft/wasm")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS="+withoutOverlay(os.Getenv("GOFLAGS")))
	build.Stderr = &said
	build.Dir = source.OwnFolder(ctx)
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("go build: %w: %s", err, strings.ReplaceAll(strings.TrimSpace(said.String()), "\n", "; "))
	}
	module, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var zipped bytes.Buffer
	z, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(module); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	glue, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, err
	}
	return &page.Engine{Module: zipped.Bytes(), Glue: string(glue)}, nil
}

// withoutOverlay takes an overlay out of the flags of the go command: it is made for this
// machine, and not for WebAssembly.
func withoutOverlay(flags string) string {
	var kept []string
	for _, flag := range strings.Fields(flags) {
		if !strings.HasPrefix(strings.TrimLeft(flag, "-"), "overlay=") && !strings.HasPrefix(strings.TrimLeft(flag, "-"), "gcflags=") {
			kept = append(kept, flag)
		}
	}
	return strings.Join(kept, " ")
}
