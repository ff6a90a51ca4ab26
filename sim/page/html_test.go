package page_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"weft/sim"
	"weft/sim/order"
	"weft/sim/page"
)

// hostile is a program whose names and output would do harm as markup, in a terminal, or
// by turning the direction of writing.
var hostile = subject("hostile", sim.Main(func(ctx context.Context) error {
	v := sim.NewVar(ctx, "<img src=x onerror=alert(1)>", "")
	names := []string{"</script><script>alert(1)</script>", "\x1b[31mred\x1b[0m", "\u202etxt.exe", "a&b'\"`${x}<!--"}
	var tasks []*sim.Task[sim.None]
	for _, name := range names {
		tasks = append(tasks, sim.Go(ctx, name, func(ctx context.Context) error {
			v.Set(name)
			sim.Print(ctx, name)
			return nil
		}))
	}
	for _, task := range tasks {
		if _, err := task.Await(ctx); err != nil {
			return err
		}
	}
	return nil
}), order.SameInstant)

func document(t *testing.T, s page.Subject) *page.Document {
	t.Helper()
	p := explored(t, s, page.Limits{})
	picture, err := page.Witness(s.Engine, p)
	if err != nil {
		t.Fatal(err)
	}
	return &page.Document{
		Title: s.Name + " </title><script>", Programs: []page.Summary{p.Summary}, Data: map[string]*page.Program{s.Name: p},
		Backend: page.Embedded, Witness: picture,
	}
}

func write(t *testing.T, d *page.Document) string {
	t.Helper()
	var b strings.Builder
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestHostile looks for names that have become markup.
func TestHostile(t *testing.T) {
	s := hostile
	s.Title, s.Story = "<script>alert(2)</script>", "<b>bold</b>"
	html := write(t, document(t, s))
	if n := strings.Count(strings.ToLower(html), "<script"); n != 2 {
		t.Errorf("the page has %d script elements, want that of its data and its own", n)
	}
	body := html[:strings.Index(html, `<script type="application/json"`)]
	for _, harm := range []string{"<img src=x", "<b>bold", "\x1b", "\u202e", "alert(1)</script>"} {
		if i := strings.Index(body, harm); i >= 0 {
			t.Errorf("%q stands in the page: %q", harm, body[max(0, i-60):i+60])
		}
	}
	p := data(t, html)["hostile"]
	names := map[string]bool{}
	for _, e := range p.Tree.Root.Events {
		names[e.Task], names[e.Object] = true, true
	}
	// A slash in the name of a task is escaped, since labels are made of names with slashes.
	for _, name := range []string{`<\/script><script>alert(1)<\/script>`, "\u202etxt.exe", "a&b'\"`${x}<!--"} {
		if !names[name] {
			t.Errorf("the data have lost the name %q: %v", name, names)
		}
	}
}

// data reads what a page holds.
func data(t *testing.T, html string) map[string]*page.Program {
	t.Helper()
	_, rest, _ := strings.Cut(html, `id="weft-data">`)
	text, _, _ := strings.Cut(rest, "</script>")
	raw := []byte(text)
	if raw[0] == '"' {
		var packed string
		if err := json.Unmarshal(raw, &packed); err != nil {
			t.Fatal(err)
		}
		zipped, err := base64.StdEncoding.DecodeString(packed)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(zipped))
		if err != nil {
			t.Fatal(err)
		}
		if raw, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	var d struct {
		Version int `json:"weft_page"`
		Data    map[string]*page.Program
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	if d.Version != page.Version {
		t.Errorf("the data are of version %d", d.Version)
	}
	return d.Data
}

// TestSameBytes writes a page twice, short enough for plain data and too long for that.
func TestSameBytes(t *testing.T) {
	for _, s := range []page.Subject{gallery(t, "hello"), gallery(t, "philosophers")} {
		first, second := write(t, document(t, s)), write(t, document(t, s))
		if first != second {
			t.Errorf("%s: two pages of one program differ", s.Name)
		}
		if p := data(t, first)[s.Name]; p == nil || p.Report.Verdict == "" {
			t.Errorf("%s: the data cannot be read back", s.Name)
		}
	}
}

// TestSize keeps a page without an engine under 300 kB, beside its data.
func TestSize(t *testing.T) {
	d := document(t, gallery(t, "hello"))
	d.Data = nil
	d.Witness = ""
	if n := len(write(t, d)); n > 300_000 {
		t.Errorf("a page without data has %d bytes", n)
	}
}

// TestPolicy reads the content security policy: a page may ask nobody for anything, unless
// it is to.
func TestPolicy(t *testing.T) {
	d := document(t, gallery(t, "hello"))
	for _, test := range []struct {
		backend   page.Backend
		want, not []string
	}{
		{page.Embedded, []string{"default-src 'none'", "script-src 'sha256-"}, []string{"connect-src", "unsafe", "worker-src"}},
		{page.HTTP, []string{"default-src 'none'", "connect-src 'self'"}, []string{"unsafe", "worker-src"}},
		{page.Wasm, []string{"default-src 'none'", "'wasm-unsafe-eval'", "worker-src blob:"}, []string{"connect-src", "'unsafe-eval'", "'unsafe-inline'"}},
	} {
		d.Backend = test.backend
		html := write(t, d)
		policy := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(html)[1]
		policy = strings.ReplaceAll(policy, "&#39;", "'")
		for _, want := range test.want {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s: %s", test.backend, want, policy)
			}
		}
		for _, not := range test.not {
			if strings.Contains(policy, not) {
				t.Errorf("%s: the policy has %s: %s", test.backend, not, policy)
			}
		}
		if strings.Contains(html, "https://") {
			t.Errorf("%s: the page names an address on the network", test.backend)
		}
	}
}

// TestWithoutScripts looks for what a page shows by itself.
func TestWithoutScripts(t *testing.T) {
	html := write(t, document(t, deposit))
	for _, want := range []string{"all 3 orders explored: 2 outcomes, 1 of them a failure", "balance 2", "an update was lost", "<svg", "fails", "<noscript>"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not show %q: %s", want, regexp.MustCompile(`<h2.*`).FindString(html))
		}
	}
}
