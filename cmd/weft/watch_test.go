package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weft/sim/explore"
)

// TestWatch: the page asks for the status of an exploration, and gets what stands in the
// file; nobody else does.
func TestWatch(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.status")
	handler, err := watchHandler(file, "127.0.0.1:7357")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(path string, change func(*http.Request)) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.Host = "127.0.0.1:7357"
		r.Header.Set("X-Weft", "1")
		if change != nil {
			change(r)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	if w := ask("/", nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"watch":true`) {
		t.Errorf("the page: %d", w.Code)
	}
	refused := func(what, want string) {
		t.Helper()
		if w := ask("/api/status", nil); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
	refused("no file", "there is no file")
	if err := os.WriteFile(file, []byte(`{"weft_status":9}`), 0o644); err != nil {
		t.Fatal(err)
	}
	refused("another version", "has format 9")
	s := explore.Progress{Runs: 3, Total: 9, Elapsed: time.Second}.Status("</script><b>x", time.Unix(0, 0))
	if err := s.WriteFile(file); err != nil {
		t.Fatal(err)
	}
	w := ask("/api/status", nil)
	if got, err := explore.ParseStatus(w.Body.Bytes()); err != nil || got.Runs != 3 || got.Name != s.Name || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d, %v: %s", w.Code, err, w.Body)
	}
	for what, change := range map[string]func(*http.Request){
		"another host": func(r *http.Request) { r.Host = "weft.example:7357" },
		"another site": func(r *http.Request) { r.Header.Set("Origin", "https://weft.example") },
		"no page":      func(r *http.Request) { r.Header.Del("X-Weft") },
	} {
		if w := ask("/api/status", change); w.Code/100 != 4 {
			t.Errorf("%s: %d", what, w.Code)
		}
	}
	if w := ask("/api/run?name=hello", nil); w.Code != http.StatusBadRequest {
		t.Errorf("a run: %d", w.Code)
	}
}

func TestWatchRefused(t *testing.T) {
	refuses(t, exitUsage, []string{"serve", "--watch", "x", "--address", "0.0.0.0:80"}, "is no loopback address")
	refuses(t, exitUsage, []string{"serve", "--watch", "x", "bank.go"}, "either --watch or programs")
	refuses(t, exitUsage, []string{"serve", "--watch", ""}, "wants the name of the file")
}

// TestExploreKeepsStatus: it says how it ended, and what was found.
func TestExploreKeepsStatus(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.status")
	if status := execute(t.Context(), []string{"explore", "lost-update", "--status", file}, console{Out: &strings.Builder{}, Err: &strings.Builder{}}); status != exitFailed {
		t.Errorf("status %d", status)
	}
	s, err := readStatus(file)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "lost-update" || !strings.HasPrefix(s.Ended, "all ") || s.Share != 1 || !s.Failed || len(s.Shown) != s.Outcomes || !s.Shown[0].Failed {
		t.Errorf("%+v", s)
	}
	refuses(t, exitUsage, []string{"explore", "hello", "--status", filepath.Join(file, "x")}, "cannot write the status")
}
