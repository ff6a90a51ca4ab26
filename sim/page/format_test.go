package page

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"weft/sim/explore"
	"weft/sim/order"
	"weft/trace"
)

// TestFormat: the script of the page has the types of what is written into it. They are made
// from those in Go, so that a change of these is one of the script as well.
func TestFormat(t *testing.T) {
	f := typescript{named: map[reflect.Type]string{}}
	f.add(reflect.TypeFor[contents](), "Contents")
	f.add(reflect.TypeFor[Run](), "Run")
	f.add(reflect.TypeFor[explore.Status](), "Status")
	got := f.text()
	file := filepath.Join("web", "src", "format.ts")
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the types in Go make of it; write it anew with go test ./sim/page -run TestFormat -update, and build the page with sim/page/web/run", file)
	}
}

// typescript writes interfaces for types as package encoding/json writes their values.
type typescript struct {
	named map[reflect.Type]string
	order []reflect.Type
}

func (f *typescript) add(t reflect.Type, name string) {
	f.named[t] = name
	f.order = append(f.order, t)
}

func (f *typescript) text() string {
	var b strings.Builder
	b.WriteString("// What the page is given and asks for, as package page writes it. Made from the types in Go\n// by go test ./sim/page -run TestFormat -update.\n")
	for i := 0; i < len(f.order); i++ { // more come in on the way
		t := f.order[i]
		fmt.Fprintf(&b, "\nexport interface %s {\n", f.named[t])
		f.fields(&b, t)
		b.WriteString("}\n")
	}
	b.WriteString(explanation)
	return b.String()
}

// explanation is what the script takes of what [explain.Failure.WriteJSON] writes.
const explanation = `
export interface Explanation {
  headline: string;
  race?: { text: string; events: { seq: number }[] };
}
`

func (f *typescript) fields(b *strings.Builder, t reflect.Type) {
	for _, field := range reflect.VisibleFields(t) {
		if len(field.Index) > 1 || !field.IsExported() {
			continue
		}
		name, rest, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case field.Anonymous && name == "":
			f.fields(b, field.Type)
		default:
			mark := ""
			if strings.Contains(rest, "omitempty") || strings.Contains(rest, "omitzero") {
				mark = "?"
			}
			fmt.Fprintf(b, "  %s%s: %s;\n", cmp.Or(name, field.Name), mark, f.of(field.Type, mark != "" || field.Type.Kind() == reflect.Pointer && field.Type.Elem().Kind() == reflect.Struct))
		}
	}
}

// of returns what a type is called. A pointer may be null unless it is left out then, or
// belongs to what is always there: a part of something, or what stands under a name.
func (f *typescript) of(t reflect.Type, always bool) string {
	switch t {
	case reflect.TypeFor[json.RawMessage]():
		return "Explanation"
	case reflect.TypeFor[order.Schedule](), reflect.TypeFor[trace.Hash](), reflect.TypeFor[trace.Kind]():
		return "string"
	case reflect.TypeFor[time.Duration]():
		return "number"
	}
	if t.Implements(reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()) {
		return "string"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint64, reflect.Float64:
		return "number"
	case reflect.Pointer:
		inner := f.of(t.Elem(), false)
		if !always {
			inner += " | null"
		}
		return inner
	case reflect.Slice, reflect.Array:
		inner := f.of(t.Elem(), false)
		if strings.Contains(inner, " ") {
			inner = "(" + inner + ")"
		}
		return inner + "[]"
	case reflect.Map:
		return fmt.Sprintf("Record<string, %s>", f.of(t.Elem(), true))
	case reflect.Struct:
		if _, known := f.named[t]; !known {
			name := t.Name()
			if slices.ContainsFunc(f.order, func(o reflect.Type) bool { return f.named[o] == name }) {
				panic("two types are called " + name)
			}
			f.add(t, name)
		}
		return f.named[t]
	}
	panic("there is no type for " + t.String())
}
