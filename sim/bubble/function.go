package bubble

import (
	"cmp"
	"encoding/binary"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"unsafe"
)

// function is a function that goroutines run, and what it is called.
type function struct {
	full  string // as in a stack trace, such as "example.com/bank.(*Account).audit.func1"
	local string // without its package: "Account.audit.func1"
	short string // the shortest: "audit" of a method or function, "Account.audit" of a literal in it
}

// functionOf returns the function of a program counter. Of what the compiler makes for a go
// statement with arguments, it is the one that is called there.
func functionOf(pc uintptr) *function {
	if f, known := functionsAt.Load(pc); known {
		return f.(*function)
	}
	full := "func"
	if f := runtime.FuncForPC(pc); f != nil {
		full = f.Name()
		if wrapper.MatchString(full) {
			full = cmp.Or(calledIn(f), wrapper.ReplaceAllString(full, ""))
		}
	}
	f, _ := functionsNamed.LoadOrStore(full, functionCalled(full))
	functionsAt.Store(pc, f)
	return f.(*function)
}

var (
	functionsAt    sync.Map // *function by program counter
	functionsNamed sync.Map // *function by full name
)

// functionCalled takes a full name apart. It leaves out what the compiler adds to it.
func functionCalled(full string) *function {
	full = strings.ReplaceAll(full, "[...]", "")
	local := full[strings.LastIndexByte(full, '/')+1:]
	if i := strings.IndexByte(local, '.'); i >= 0 {
		local = local[i+1:]
	}
	named := literal.ReplaceAllString(local, "")
	plain := strings.NewReplacer("(*", "", ")", "", "·", ".")
	short := named[strings.LastIndexByte(named, '.')+1:]
	if i := strings.LastIndex(named, "(*"); i >= 0 && named != local && strings.Count(named[i:], ".") == 1 {
		short = plain.Replace(named[i:])
	}
	return &function{full, plain.Replace(local), short}
}

// inPackage is the name with the last element of the package's path, "bank.(*Account).audit.func1".
func (f *function) inPackage() string {
	if f == nil {
		return ""
	}
	return f.full[strings.LastIndexByte(f.full, '/')+1:]
}

// inSource is inPackage without what depends on who has compiled a function literal: the
// compiler counts those in a function, and those that it has put into another one there, as
// in "bank.init.start.func13", which is "bank.start.func" here.
func (f *function) inSource() string {
	name := f.inPackage()
	around := literal.ReplaceAllString(name, "")
	if around == name {
		return name
	}
	pkg, _, _ := strings.Cut(name, ".")
	own := strings.LastIndexByte(around, '.')
	if i := strings.LastIndex(around, ".(*"); i >= 0 && strings.Count(around[i+1:], ".") == 1 {
		own = i
	}
	return pkg + around[max(own, len(pkg)):] + ".func"
}

// wrapper matches what the compiler adds to the name of a function that it makes, for a go
// statement with arguments, or for a method that is a value.
var wrapper = regexp.MustCompile(`(\.gowrap\d+|-fm)+$`)

// literal matches what the name of a function literal has behind that of the function that
// it stands in, which the compiler may have put into another one, whose name comes before.
var literal = regexp.MustCompile(`(\.func\d+|\.\d+|-range\d+)+$`)

// calls returns what a goroutine calls a function that it starts for the first time: the
// shortest of its names that no other one has with it. The first goroutine is called main.
func (g *goroutine) calls(f *function) string {
	for _, text := range [...]string{f.short, f.local} {
		free := text != "main"
		for _, other := range g.kids {
			free = free && other.called != text
		}
		if free {
			return text
		}
	}
	return f.full
}

// calledIn returns the full name of the function that is called in one which the compiler
// has made to do just that, or "" if it is called by a pointer. Its name stands in no table,
// but the call does in the code, unless the function was put in its place.
func calledIn(wrapper *runtime.Func) string {
	step := uintptr(1)
	if runtime.GOARCH == "arm64" {
		step = 4
	}
	for pc := wrapper.Entry(); runtime.FuncForPC(pc).Entry() == wrapper.Entry(); pc += step {
		if inner := hooks.inlined(pc); inner != "" && !isRuntime(inner) {
			return inner
		}
		to := calledAt(pc)
		if f := runtime.FuncForPC(to); f != nil && f.Entry() == to && !isRuntime(f.Name()) {
			return f.Name()
		}
	}
	return ""
}

func isRuntime(function string) bool {
	return strings.HasPrefix(function, "runtime.") || strings.HasPrefix(function, "internal/runtime/")
}

// calledAt returns where an instruction calls to, if it is a direct call, and else 0. What
// only looks like one, in the middle of another instruction, calls to no function's entry.
func calledAt(pc uintptr) uintptr {
	if runtime.GOARCH == "arm64" {
		word := **(**uint32)(unsafe.Pointer(&pc))
		if word>>26 != 0b100101 { // BL
			return 0
		}
		return pc + uintptr(int32(word<<6)>>4)
	}
	code := *(**[5]byte)(unsafe.Pointer(&pc))
	if code[0] != 0xe8 { // CALL
		return 0
	}
	return pc + 5 + uintptr(int32(binary.LittleEndian.Uint32(code[1:])))
}
