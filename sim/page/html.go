package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"path"
	"strings"

	"weft/trace/words"
)

//go:embed assets
var assets embed.FS

// Document is a page to be written.
type Document struct {
	// Title stands above the page.
	Title string
	// Programs are those that a reader can choose from, in order. A page with one
	// program has one.
	Programs []Summary
	// Data holds what is known of programs, by name. Without an engine, only these can
	// be shown.
	Data map[string]*Program
	// Lessons are about programs of the page, in their order.
	Lessons []Lesson
	// Witness is a drawing (SVG, from package trace) of the run that is shown where
	// scripts do not run. It may be empty.
	Witness template.HTML
	// Watch has the page show an exploration that goes on somewhere, in place of
	// programs: it asks the server that it comes from for an [explore.Status].
	Watch bool
	// Backend says what runs the orders that a reader chooses.
	Backend Backend
	// Engine is the engine for Wasm.
	Engine *Engine
}

// Backend is what runs the orders that a reader chooses.
type Backend string

const (
	Embedded Backend = "embedded" // the orders that are in the page
	Wasm     Backend = "wasm"     // an engine in the page
	HTTP     Backend = "http"     // the server that the page comes from; see [Handler]
)

// Engine is the event loop compiled to WebAssembly.
type Engine struct {
	Module []byte // gzipped
	Glue   string // wasm_exec.js of the Go distribution that compiled it
}

func asset(name string) string {
	text, err := assets.ReadFile(path.Join("assets", name))
	if err != nil {
		panic(err) // it is part of the program
	}
	return string(text)
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"percent": func(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) },
	"lines":   visibleLines,
	"visible": words.Line,
}).Parse(asset("page.html")))

// visibleLines returns the lines of what a program has shown, with escapes in the place of
// what cannot be seen or would turn the direction of writing.
func visibleLines(text string) []string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := range lines {
		lines[i] = words.Clean(lines[i])
	}
	return lines
}

// contents is what the script of a page finds there.
type contents struct {
	Version  int                 `json:"weft_page"`
	Backend  Backend             `json:"backend"`
	Title    string              `json:"title"`
	Programs []Summary           `json:"programs"`
	Data     map[string]*Program `json:"data,omitempty"`
	Lessons  []Lesson            `json:"lessons,omitempty"`
	Watch    bool                `json:"watch,omitempty"`
}

// Write writes the page as one file, which needs nothing beside it.
func (d *Document) Write(w io.Writer) error {
	data, err := json.Marshal(contents{Version, d.Backend, d.Title, d.Programs, d.Data, d.Lessons, d.Watch})
	if err != nil {
		return err
	}
	if len(data) > plainMost {
		if data, err = compressed(data); err != nil {
			return err
		}
	}
	code, style := asset("page.js"), asset("page.css")
	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; script-src " + hashOf(code)
	if d.Backend == Wasm {
		policy += " 'wasm-unsafe-eval'; worker-src blob:"
	}
	if d.Backend == HTTP {
		policy += "; connect-src 'self'"
	}
	policy += "; style-src " + hashOf(style)
	if inner := styleOf(string(d.Witness)); inner != "" {
		policy += " " + hashOf(inner)
	}
	view := struct {
		*Document
		Policy     string
		Style      template.CSS
		Script     template.JS
		Data       template.JS
		EngineData template.JS // or ""
		Program    *Program
	}{Document: d, Policy: policy, Style: template.CSS(style), Script: template.JS(code), Data: template.JS(data)}
	if len(d.Programs) == 1 {
		view.Program = d.Data[d.Programs[0].Name]
	}
	if d.Engine != nil {
		engine, err := json.Marshal(map[string]string{
			"glue":   base64.StdEncoding.EncodeToString([]byte(d.Engine.Glue)),
			"module": base64.StdEncoding.EncodeToString(d.Engine.Module),
		})
		if err != nil {
			return err
		}
		view.EngineData = template.JS(engine)
	}
	return pageTemplate.Execute(w, view)
}

// plainMost is from how many bytes on the data of a page are compressed: less is left for
// people and tools to read.
const plainMost = 256 << 10

// compressed returns data, gzipped, as a JSON string of base64.
func compressed(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return json.Marshal(base64.StdEncoding.EncodeToString(b.Bytes()))
}

// hashOf names a script or a style sheet in a content security policy.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// styleOf returns the style sheet in a drawing.
func styleOf(svg string) string {
	_, rest, _ := strings.Cut(svg, "<style>")
	inner, _, _ := strings.Cut(rest, "</style>")
	return inner
}
