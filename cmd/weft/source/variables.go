package source

import (
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"weft/sim/fresh"
)

// variables finds what a run may change of the packages that are initialised in it, so that
// it can be put back: their variables, by the symbols of the binary, and what these lead to
// before anything has run. That has no symbols, but types, which the debugger's table knows.
// It returns an error where it cannot be told how far that goes.
func variables(binaryFile string, modules []string) ([]fresh.Variables, error) {
	file, err := elf.Open(binaryFile)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if file.Type != elf.ET_EXEC || file.Class != elf.ELFCLASS64 || file.ByteOrder != binary.LittleEndian {
		return nil, fmt.Errorf("source: %s is no binary whose variables can be put back", binaryFile)
	}
	symbols, err := file.Symbols()
	if err != nil {
		return nil, err
	}
	w := &variableWalk{file: file, addresses: map[string]uint64{}, functions: map[string]uint64{}, seen: map[piece]bool{}}
	found := map[string]*fresh.Variables{}
	of := func(pkg string) *fresh.Variables {
		if found[pkg] == nil {
			found[pkg] = &fresh.Variables{Package: pkg}
		}
		return found[pkg]
	}
	for _, s := range symbols {
		pkg := packageOf(s.Name)
		ours := pkg == "main" || slices.ContainsFunc(modules, func(module string) bool { return pkg == module || strings.HasPrefix(pkg, module+"/") })
		if first, _, _ := strings.Cut(pkg, "/"); !ours && !strings.Contains(first, ".") {
			continue // the standard library and Weft are initialised before
		}
		if elf.ST_TYPE(s.Info) == elf.STT_FUNC {
			w.functions[pkg] = s.Value
			continue
		}
		if s.Size == 0 || !w.writable(s.Value) {
			continue
		}
		v := of(pkg)
		v.Ours = ours
		if strings.HasSuffix(s.Name, "..inittask") {
			v.Task = s.Value
		}
		v.Pieces = append(v.Pieces, [2]uint64{s.Value, s.Size})
		w.addresses[s.Name] = s.Value
	}
	var all []fresh.Variables
	for _, v := range found {
		if err := w.follow(v); err != nil {
			if v.Ours {
				return nil, err
			}
			continue // it is initialised before the run, most likely
		}
		all = append(all, *v)
	}
	slices.SortFunc(all, func(a, b fresh.Variables) int { return strings.Compare(a.Package, b.Package) })
	return all, nil
}

// packageOf returns the package of a symbol, by its path: "bank/store" of
// "bank/store.(*Account).total".
func packageOf(symbol string) string {
	end := strings.IndexAny(symbol, "[(")
	if end < 0 {
		end = len(symbol)
	}
	slash := strings.LastIndexByte(symbol[:end], '/') + 1
	dot := strings.IndexByte(symbol[slash:], '.')
	if dot < 0 {
		return ""
	}
	// The last element of a path has its dots written so.
	return strings.ReplaceAll(symbol[:slash+dot], "%2e", ".")
}

// piece is a value that lies in the binary.
type piece struct {
	at, size uint64
}

// variableWalk goes from variables to what they lead to.
type variableWalk struct {
	file      *elf.File
	table     *dwarf.Data
	addresses map[string]uint64 // of variables
	functions map[string]uint64 // one of each package
	seen      map[piece]bool
}

// sections are those whose content a program may change.
var sections = []string{".data", ".noptrdata", ".bss", ".noptrbss"}

// writable reports whether a program may change what lies at an address.
func (w *variableWalk) writable(at uint64) bool {
	s := w.section(at)
	return s != nil && slices.Contains(sections, s.Name)
}

func (w *variableWalk) section(at uint64) *elf.Section {
	for _, s := range w.file.Sections {
		if s.Addr != 0 && at >= s.Addr && at < s.Addr+s.Size {
			return s
		}
	}
	return nil
}

// word returns what is at an address when the program begins.
func (w *variableWalk) word(at uint64) (uint64, error) {
	s := w.section(at)
	if s == nil || s.Type == elf.SHT_NOBITS {
		return 0, nil
	}
	var b [8]byte
	if _, err := s.ReadAt(b[:], int64(at-s.Addr)); err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(b[:]), nil
}

// follow adds what the variables of a package lead to.
func (w *variableWalk) follow(v *fresh.Variables) error {
	function, ok := w.functions[v.Package]
	if !ok {
		return nil // nothing changes them, but others may: then they are all there is
	}
	if w.table == nil {
		var err error
		if w.table, err = w.file.DWARF(); err != nil {
			return err
		}
	}
	r := w.table.Reader()
	unit, err := r.SeekPC(function)
	if err != nil {
		return fmt.Errorf("source: the types of package %s are not known: %w", v.Package, err)
	}
	for unit.Children {
		entry, err := r.Next()
		if err != nil {
			return err
		}
		if entry == nil || entry.Tag == 0 {
			break
		}
		if entry.Children {
			r.SkipChildren()
		}
		name, _ := entry.Val(dwarf.AttrName).(string)
		at, known := w.addresses[name]
		of, typed := entry.Val(dwarf.AttrType).(dwarf.Offset)
		if entry.Tag != dwarf.TagVariable || !known || !typed {
			continue
		}
		t, err := w.table.Type(of)
		if err != nil {
			return err
		}
		if err := w.value(v, at, t); err != nil {
			return fmt.Errorf("source: %s: %w", name, err)
		}
	}
	return nil
}

// value follows the pointers in a value of a type.
func (w *variableWalk) value(v *fresh.Variables, at uint64, t dwarf.Type) error {
	switch t := t.(type) {
	case *dwarf.TypedefType:
		if name := t.Name; strings.HasPrefix(name, "map[") || strings.HasPrefix(name, "chan ") || strings.HasPrefix(name, "<-chan ") {
			return nil // they are made when the program runs
		}
		return w.value(v, at, t.Type)
	case *dwarf.QualType:
		return w.value(v, at, t.Type)
	case *dwarf.ArrayType:
		for i := range t.Count {
			if err := w.value(v, at+uint64(i*t.Type.Size()), t.Type); err != nil {
				return err
			}
		}
	case *dwarf.StructType:
		return w.structure(v, at, t)
	case *dwarf.PtrType:
		return w.pointer(v, at, t.Type, 1)
	}
	return nil
}

func (w *variableWalk) structure(v *fresh.Variables, at uint64, t *dwarf.StructType) error {
	field := func(name string) *dwarf.StructField {
		i := slices.IndexFunc(t.Field, func(f *dwarf.StructField) bool { return f.Name == name })
		if i < 0 {
			return nil
		}
		return t.Field[i]
	}
	switch {
	case t.StructName == "string":
		return nil // what it shows cannot be changed
	case t.StructName == "runtime.iface" || t.StructName == "runtime.eface":
		to, err := w.word(at + 8)
		if err == nil && to != 0 && w.writable(to) {
			return fmt.Errorf("what an interface holds is not known")
		}
		return err
	case strings.HasPrefix(t.StructName, "[]") && field("array") != nil && field("cap") != nil:
		room, err := w.word(at + uint64(field("cap").ByteOffset))
		if err != nil {
			return err
		}
		to, ok := field("array").Type.(*dwarf.PtrType)
		if !ok {
			return fmt.Errorf("the type of the slice %s is not known", t.StructName)
		}
		return w.pointer(v, at, to.Type, room)
	}
	for _, f := range t.Field {
		if err := w.value(v, at+uint64(f.ByteOffset), f.Type); err != nil {
			return err
		}
	}
	return nil
}

// pointer follows a pointer to values of a type that lie side by side.
func (w *variableWalk) pointer(v *fresh.Variables, at uint64, t dwarf.Type, count uint64) error {
	to, err := w.word(at)
	if err != nil || to == 0 || !w.writable(to) {
		return err
	}
	if _, void := t.(*dwarf.VoidType); void || t == nil {
		return fmt.Errorf("what an unsafe.Pointer leads to is not known")
	}
	size := uint64(max(t.Size(), 0)) * count
	p := piece{to, size}
	if size == 0 || w.seen[p] {
		return nil
	}
	if s := w.section(to); size > s.Addr+s.Size-to {
		return fmt.Errorf("what lies behind it has no end")
	}
	w.seen[p] = true
	v.Pieces = append(v.Pieces, [2]uint64{to, size})
	for i := range count {
		if err := w.value(v, to+i*uint64(t.Size()), t); err != nil {
			return err
		}
	}
	return nil
}
