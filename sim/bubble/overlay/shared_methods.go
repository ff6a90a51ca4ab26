package overlay

import "strings"

// syncMaps makes the methods of sync.Map points.
func syncMaps() []Edit {
	var edits []Edit
	for _, m := range [...]struct{ op, method, rest, results, fails string }{
		{"weftMapLoad", "Load", "(key any) (value any, ok bool) {", "", ""},
		{"weftMapLoad", "Range", "(f func(key, value any) bool) {", "", ""},
		{"weftMapStore", "Store", "(key, value any) {", "", ""},
		{"weftMapStore", "Clear", "() {", "", ""},
		{"weftMapStore", "LoadOrStore", "(key, value any) (actual any, loaded bool) {", "actual, loaded", "loaded"},
		{"weftMapStore", "LoadAndDelete", "(key any) (value any, loaded bool) {", "value, loaded", "!loaded"},
		{"weftMapStore", "Delete", "(key any) {", "", ""},
		{"weftMapStore", "Swap", "(key, value any) (previous any, loaded bool) {", "", ""},
		{"weftMapStore", "CompareAndSwap", "(key, old, new any) (swapped bool) {", "swapped", "!swapped"},
		{"weftMapStore", "CompareAndDelete", "(key, old any) (deleted bool) {", "deleted", "!deleted"},
	} {
		signature := "func (m *Map) " + m.method + m.rest + "\n"
		put := "//go:noinline\n" + signature + "	weftPoint(" + m.op + ", unsafe.Pointer(m))\n"
		if m.fails != "" {
			// One that changes nothing only reads.
			call, _, _ := strings.Cut(m.rest, ")")
			call = strings.ReplaceAll(call, " any", "")
			put += "	" + m.results + " = m.weft" + m.method + call + ")\n	if " + m.fails + " {\n		weftFailed(unsafe.Pointer(m))\n	}\n	return\n}\n\n" +
				"func (m *Map) weft" + m.method + m.rest + "\n"
		}
		if m.method == "Range" {
			// Others may change the map between two of its entries, and what comes second
			// could have come first.
			put += "	if weftControlled() {\n		each, entries := f, 0\n		f = func(key, value any) bool {\n" +
				"			if entries++; entries == 2 {\n				weftMaps()\n			}\n" +
				"			if !each(key, value) {\n				return false\n			}\n" +
				"			weftPoint(" + m.op + ", unsafe.Pointer(m))\n			return true\n		}\n	}\n"
		}
		edits = append(edits, Edit{
			File: "sync/map.go", Why: "Map." + m.method + " is a point",
			Find: signature, Put: put,
		})
	}
	return edits
}

// atomics makes the methods of package sync/atomic points, and says what they order.
func atomics() []Edit {
	edits := []Edit{{
		File: "sync/atomic/type.go", Why: "the point before an operation",
		Find: "import \"unsafe\"\n",
		Put:  "import \"unsafe\"\n\n//go:linkname weftPoint\nfunc weftPoint(op uint8, obj unsafe.Pointer)\n\n//go:linkname weftOrder\nfunc weftOrder(how uint8, obj unsafe.Pointer)\n\n//go:linkname weftFailed\nfunc weftFailed(obj unsafe.Pointer)\n\n// weftPlainly loads a pointer for a method, which may be compiled with its caller: there,\n// LoadPointer is no instruction.\n//\n//go:noinline\nfunc weftPlainly(addr *unsafe.Pointer) unsafe.Pointer { return LoadPointer(addr) }\n\n// The operations, as package runtime numbers them.\nconst (\n	weftLoad = 35 + iota\n	weftStore\n)\n",
	}}
	point := func(file, typ, method, rest string) {
		op := "weftStore"
		if method == "Load" {
			op = "weftLoad"
		}
		receiver, at := "x", typ
		if typ == "Value" {
			receiver = "v"
		}
		if typ == "Pointer" {
			at = "Pointer[T]"
		}
		signature := "func (" + receiver + " *" + at + ") " + method + rest
		how := "2"
		switch method {
		case "Load", "CompareAndSwap":
			how = "0"
		case "Store":
			how = "1"
		}
		of := "unsafe.Pointer(" + receiver + ")"
		put := "//go:noinline\n" + signature + " weftPoint(" + op + ", " + of + "); weftOrder(" + how + ", " + of + ");"
		if method == "CompareAndSwap" {
			// One that fails only reads.
			put += " if swapped = " + receiver + ".weftSwap(old, new); swapped { weftOrder(3, " + of + ") } else { weftFailed(" + of + ") }; return }\n\n" +
				"func (" + receiver + " *" + at + ") weftSwap" + rest
		}
		if typ == "Pointer" && method == "Load" {
			put += " return (*T)(weftPlainly(&x.v)) }"
			signature += " return (*T)(LoadPointer(&x.v)) }"
		}
		edits = append(edits, Edit{
			File: file, Why: typ + "." + method + " is a point",
			Find: signature,
			// It must not be put into its caller, which is looked for on the stack.
			Put: put,
		})
	}
	for _, t := range [...]struct{ typ, of string }{
		{"Bool", "bool"}, {"Pointer", "*T"}, {"Int32", "int32"}, {"Int64", "int64"}, {"Uint32", "uint32"}, {"Uint64", "uint64"},
		{"Uintptr", "uintptr"}, {"Value", "any"},
	} {
		typ, of, file := t.typ, t.of, "sync/atomic/type.go"
		if typ == "Value" {
			file = "sync/atomic/value.go"
			point(file, typ, "Load", "() (val any) {")
		} else {
			point(file, typ, "Load", "() "+of+" {")
		}
		point(file, typ, "Store", "(val "+of+") {")
		point(file, typ, "Swap", "(new "+of+") (old "+of+") {")
		point(file, typ, "CompareAndSwap", "(old, new "+of+") (swapped bool) {")
		switch typ {
		case "Bool", "Pointer", "Value":
			continue
		}
		point(file, typ, "Add", "(delta "+of+") (new "+of+") {")
		point(file, typ, "And", "(mask "+of+") (old "+of+") {")
		point(file, typ, "Or", "(mask "+of+") (old "+of+") {")
	}
	return edits
}
