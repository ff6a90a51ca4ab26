package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"weft/cmd/weft/gallery"
	"weft/sim/page"
)

func TestServe(t *testing.T) {
	handler, err := pageHandler(page.NewLibrary(gallery.Coroutines(), page.Limits{}), nil, "127.0.0.1:7357")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(path string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.Host = "127.0.0.1:7357"
		r.Header.Set("X-Weft", "1")
		for i := 0; i < len(header); i += 2 {
			if header[i] == "Host" {
				r.Host = header[i+1]
			} else {
				r.Header.Set(header[i], header[i+1])
			}
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	if w := ask("/"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "lost-update") {
		t.Errorf("the page: %d", w.Code)
	}
	var run page.Run
	w := ask("/api/run?name=hello&schedule=w1,timer:say1.1%3Dsay2.1")
	if err := json.Unmarshal(w.Body.Bytes(), &run); err != nil || run.Outcome != "Hello 2!\nHello 1!\n" {
		t.Errorf("a run: %d, %v, %q", w.Code, err, run.Outcome)
	}
	for _, test := range []struct {
		name, path string
		header     []string
		want       int
	}{
		{"localhost", "/", []string{"Host", "localhost:7357"}, http.StatusOK},
		{"its own origin", "/api/run?name=hello", []string{"Origin", "http://127.0.0.1:7357"}, http.StatusOK},
		{"a name that points here", "/", []string{"Host", "weft.example:7357"}, http.StatusMisdirectedRequest},
		{"another port", "/", []string{"Host", "127.0.0.1:80"}, http.StatusMisdirectedRequest},
		{"another site", "/api/run?name=hello", []string{"Origin", "https://weft.example"}, http.StatusForbidden},
		{"a sandboxed page", "/api/run?name=hello", []string{"Origin", "null"}, http.StatusForbidden},
		{"an image", "/api/run?name=hello", []string{"X-Weft", ""}, http.StatusForbidden},
		{"a file", "/go.mod", nil, http.StatusNotFound},
		{"a way out", "/api/..%2f..%2fgo.mod", nil, http.StatusBadRequest},
		{"no such program", "/api/run?name=nobody", nil, http.StatusBadRequest},
		{"a schedule that does not fit", "/api/run?name=hello&schedule=w1,ready:a.1%3Db.1", nil, http.StatusBadRequest},
	} {
		if w := ask(test.path, test.header...); w.Code != test.want {
			t.Errorf("%s: %d %s, want %d", test.name, w.Code, strings.TrimSpace(w.Body.String()), test.want)
		}
	}
}

func TestServeOnLoopbackOnly(t *testing.T) {
	for _, address := range []string{"0.0.0.0:7357", "192.0.2.1:80", ":7357", "example.org:80", "[::]:80"} {
		refuses(t, exitUsage, []string{"serve", "--address", address}, "is no loopback address")
	}
	refuses(t, exitUsage, []string{"serve", "--address", "7357"}, "want an address and a port")
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", "localhost:7357", "127.1.2.3:80"} {
		if err := loopback(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}
