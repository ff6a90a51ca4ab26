package program

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"reflect"
	"runtime/debug"
	"strings"
	"unsafe"

	"weft/sim/bubble"
)

// keepVariables has the variables put back, before each run, of the packages that are
// initialised in it. It returns why that cannot be, or nil: of a package of the program that
// is initialised already, what its variables lead to is not known.
func keepVariables() error {
	symbols, err := variables()
	if err != nil {
		return err
	}
	module := "main"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Path != "" {
		module = info.Main.Path
	}
	again := map[string]bool{"main": true} // packages
	for _, s := range symbols {
		pkg, isTask := strings.CutSuffix(s.Name, "..inittask")
		if !isTask {
			continue
		}
		switch state := at(uintptr(s.Value)); {
		case *state == 0: // as the runtime has it
			again[pkg] = true
		case pkg != "main" && (pkg == module || strings.HasPrefix(pkg, module+"/")) && module != "weft":
			return fmt.Errorf("program: package %s is initialised before the run", pkg)
		}
	}
	var pieces [][2]uintptr
	for _, s := range symbols {
		pkg := packageOf(s.Name)
		if again[pkg] || pkg == module || module != "weft" && strings.HasPrefix(pkg, module+"/") {
			pieces = append(pieces, [2]uintptr{uintptr(s.Value), uintptr(s.Size)})
		}
	}
	bubble.KeepVariables(pieces)
	return nil
}

// variables returns the variables of this process that can change.
func variables() ([]elf.Symbol, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	file, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	all, err := file.Symbols()
	if err != nil {
		return nil, err
	}
	var slid bool
	kept := all[:0]
	own := uint64(reflect.ValueOf(keepVariables).Pointer())
	for _, s := range all {
		if strings.HasSuffix(s.Name, "weft/sim/bubble/program.keepVariables") {
			slid = s.Value != own
		}
		if int(s.Section) >= len(file.Sections) || s.Size == 0 {
			continue
		}
		switch file.Sections[s.Section].Name {
		case ".data", ".noptrdata", ".bss", ".noptrbss":
			kept = append(kept, s)
		}
	}
	if slid {
		return nil, errors.New("program: it does not lie in memory where it was linked for")
	}
	return kept, nil
}

// packageOf returns the package of a symbol, by its path: "bank/store" of
// "bank/store.(*Account).total".
func packageOf(symbol string) string {
	slash := strings.LastIndexByte(symbol, '/') + 1
	if bracket := strings.IndexByte(symbol, '['); bracket >= 0 && bracket < slash {
		slash = strings.LastIndexByte(symbol[:bracket], '/') + 1
	}
	dot := strings.IndexByte(symbol[slash:], '.')
	if dot < 0 {
		return ""
	}
	return symbol[:slash+dot]
}

func at(address uintptr) *uint32 { return *(**uint32)(unsafe.Pointer(&address)) }
