package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"

	"weft/sim/explore"
	"weft/sim/page"
	"weft/trace/words"
)

// watch serves the page of an exploration that goes on somewhere, until it is interrupted.
func watch(ctx context.Context, c console, file, address string) error {
	if err := loopback(address); err != nil {
		return err
	}
	if file == "" {
		return errors.New("--watch wants the name of the file that weft explore --status or weft-queue serve --status keeps")
	}
	listener, err := listen(address)
	if err != nil {
		return err
	}
	handler, err := watchHandler(file, listener.Addr().String())
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "weft: %s is shown at http://%s/ (Ctrl+C ends it)\n", words.Clean(file), listener.Addr())
	return serveUntil(ctx, listener, handler)
}

// watchHandler serves the page of an exploration, and how far it is by a file.
func watchHandler(file, address string) (http.Handler, error) {
	d := &page.Document{Title: "weft: an exploration", Backend: page.HTTP, Watch: true}
	return guarded(d, address, func(r *http.Request) (any, error) {
		if what := r.PathValue("what"); what != "status" {
			return nil, fmt.Errorf("there is no answer to %q; ask for status", what)
		}
		return readStatus(file)
	})
}

// statusMost is how long a status may be.
const statusMost = 16 << 20

func readStatus(name string) (explore.Status, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return explore.Status{}, fmt.Errorf("there is no file %s yet; weft explore --status and weft-queue serve --status keep one", words.Clean(name))
	} else if err != nil {
		return explore.Status{}, err
	}
	if !info.Mode().IsRegular() { // a pipe need not have an end
		return explore.Status{}, fmt.Errorf("%s is no regular file", words.Clean(name))
	}
	f, err := os.Open(name)
	if err != nil {
		return explore.Status{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, statusMost))
	if err != nil {
		return explore.Status{}, err
	}
	s, err := explore.ParseStatus(data)
	if err != nil {
		return s, fmt.Errorf("%s: %w", words.Clean(name), err)
	}
	return s, nil
}
