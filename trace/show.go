package trace

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"sync"
)

// Show writes a value as traces hold it. An address in it would differ from run to
// run, and with it the run's hash, so addresses are left out.
func Show(value any) string {
	switch v := value.(type) { // as fmt does, but in less time
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case bool:
		return strconv.FormatBool(v)
	}
	text := fmt.Sprint(value)
	if t := reflect.TypeOf(value); t != nil && holdsAddress(t) {
		text = address.ReplaceAllString(text, "0x?")
	}
	return text
}

var address = regexp.MustCompile(`0x[0-9a-f]+`)

// holdsAddress reports whether fmt may show an address in a value of type t.
func holdsAddress(t reflect.Type) bool {
	if known, ok := addressTypes.Load(t); ok {
		return known.(bool)
	}
	addressTypes.Store(t, true) // for types that contain themselves, by way of a pointer
	holds := false
	switch t.Kind() {
	case reflect.Pointer, reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Uintptr, reflect.Interface:
		holds = true
	case reflect.Array, reflect.Slice:
		holds = holdsAddress(t.Elem())
	case reflect.Map:
		holds = holdsAddress(t.Key()) || holdsAddress(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			holds = holds || holdsAddress(t.Field(i).Type)
		}
	}
	addressTypes.Store(t, holds)
	return holds
}

var addressTypes sync.Map // reflect.Type to bool
