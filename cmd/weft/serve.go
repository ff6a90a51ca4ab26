package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"weft/cmd/weft/gallery"
	"weft/cmd/weft/source"
	"weft/scenarios/course"
	"weft/sim/bubble"
	"weft/sim/page"
)

func newServe(c console) *cobra.Command {
	var address, watched string
	cmd := &cobra.Command{
		Use:   "serve [FILE|FOLDER...]",
		Short: "Show the gallery in a browser, with the engine behind it",
		Long: `Serve the page of the gallery on a loopback address, until it is interrupted. A
reader steps through each run and chooses what happens next, in programs on the
event loop and in ordinary Go; what is chosen is run by this process. The page of
another site cannot ask anything of it.

Programs in Go files (see weft help explore) stand before the gallery: each FILE, and
of a FOLDER each file with a program of its own, or else the package main in it. They
are built once, when this begins.

With --watch, the page shows an exploration that goes on somewhere, in place of the
gallery: how far it is, and what it has found so far. It is read from the file that
weft explore --status or weft-queue serve --status keeps.`,
		Example: `  weft serve
  weft serve bank.go
  weft serve ./lessons
  weft serve --watch bank.status`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("watch") {
				return serve(c, cmd, args, address)
			}
			if len(args) > 0 {
				return errors.New("serve takes either --watch or programs")
			}
			return watch(cmd.Context(), c, watched, address)
		},
	}
	cmd.Flags().StringVar(&watched, "watch", "", "show the exploration whose status is kept in `FILE`")
	cmd.Flags().StringVar(&address, "address", "127.0.0.1:7357", "the loopback address and port to listen on; port 0 takes one that is free")
	return cmd
}

func serve(c console, cmd *cobra.Command, args []string, address string) error {
	ctx := cmd.Context()
	if err := loopback(address); err != nil {
		return err
	}
	if !bubble.Controlled() {
		return errUncontrolled
	}
	own, err := served(cmd, args)
	if err != nil {
		return err
	}
	listener, err := listen(address)
	if err != nil {
		return err
	}
	library := page.NewLibrary(slices.Concat(own, gallery.Coroutines(), gallery.Goroutines()), page.Limits{})
	lessons, err := course.Pages(ctx, bubble.WatchesMemory())
	if err != nil {
		return err
	}
	handler, err := pageHandler(library, lessons, listener.Addr().String())
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "weft: the gallery is at http://%s/ (Ctrl+C ends it)\n", listener.Addr())
	return serveUntil(ctx, listener, handler)
}

// serveUntil serves until ctx ends.
func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot serve on %s: %w; take another port with --address 127.0.0.1:0", address, err)
	}
	return listener, nil
}

// served returns the programs in files. One that cannot be built is left out, if there are
// others.
func served(cmd *cobra.Command, args []string) ([]page.Subject, error) {
	var found []page.Subject
	var refused error
	for _, arg := range args {
		programs, err := source.Programs(arg)
		if err != nil {
			return nil, err
		}
		for _, name := range programs {
			s, err := findSubject(cmd, []string{name}, "")
			if ended := (*endError)(nil); errors.As(err, &ended) && ended.message == "" {
				refused = err // the compiler has said why
				continue
			} else if err != nil {
				return nil, err
			}
			of := s.page()
			of.Topic = "your own"
			found = append(found, of)
		}
	}
	if len(found) == 0 {
		return nil, refused
	}
	return found, nil
}

// loopback returns an error unless only this machine can reach an address.
func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--address %q: want an address and a port, such as 127.0.0.1:7357", address)
	}
	ip, err := netip.ParseAddr(host)
	if host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return fmt.Errorf("--address %q is no loopback address: who can reach the page can run programs; use 127.0.0.1 or [::1]", address)
	}
	return nil
}

// pageHandler serves the page of a library and what it asks for.
func pageHandler(library *page.Library, lessons []page.Lesson, address string) (http.Handler, error) {
	d := &page.Document{Title: "weft: the gallery", Programs: library.Summaries(), Lessons: lessons, Backend: page.HTTP}
	return guarded(d, address, func(r *http.Request) (any, error) {
		schedule := r.FormValue("schedule")
		if schedule == "" {
			schedule = "w1"
		}
		return library.Answer(r.Context(), r.PathValue("what"), r.FormValue("name"), schedule)
	})
}

// guarded serves a page and what it asks for. address is where it listens: requests that
// were meant for another host, as after a name was made to point here, and those of other
// sites are refused.
func guarded(d *page.Document, address string, answer func(*http.Request) (any, error)) (http.Handler, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	var document bytes.Buffer
	if err := d.Write(&document); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(document.Bytes())
	})
	mux.HandleFunc("GET /api/{what}", func(w http.ResponseWriter, r *http.Request) {
		answer, err := answer(r)
		if err != nil {
			http.Error(w, withoutPackage(err.Error()), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(answer)
	})
	hosts := []string{net.JoinHostPort("127.0.0.1", port), net.JoinHostPort("::1", port), net.JoinHostPort("localhost", port), address}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("X-Frame-Options", "DENY")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		w.Header().Set("Cache-Control", "no-store")
		switch origin := r.Header.Get("Origin"); {
		case !among(hosts, r.Host):
			http.Error(w, "this is not "+r.Host, http.StatusMisdirectedRequest)
		case origin != "" && !among(hosts, strings.TrimPrefix(origin, "http://")):
			http.Error(w, "requests from "+origin+" are refused", http.StatusForbidden)
		case strings.HasPrefix(r.URL.Path, "/api/") && r.Header.Get("X-Weft") == "":
			// A page of another site cannot set this header without being asked for leave.
			http.Error(w, "only the page itself may ask", http.StatusForbidden)
		default:
			mux.ServeHTTP(w, r)
		}
	}), nil
}

// among reports whether a host is one of some, whatever its capitals.
func among(hosts []string, host string) bool {
	return slices.ContainsFunc(hosts, func(h string) bool { return strings.EqualFold(h, host) })
}
