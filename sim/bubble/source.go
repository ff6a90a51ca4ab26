package bubble

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// What the source says of a place: what is made there, declared and used.

// programSite returns the place of a return address, or of the first of the functions that
// the compiler has put there which is not the standard library's.
func programSite(pc uintptr) site {
	frames := runtime.CallersFrames([]uintptr{pc})
	for {
		frame, more := frames.Next()
		if !slices.ContainsFunc(libraries, func(p string) bool { return strings.HasPrefix(frame.Function, p) }) || !more {
			return siteAt(frame)
		}
	}
}

var libraries = []string{"sync.", "sync/atomic.", "context.", "time.", "runtime."}

// short is the place as names have it.
func (s site) short() string {
	if s.file == "" || strings.HasPrefix(s.function, "runtime.") {
		return ""
	}
	return fmt.Sprintf("%s:%d", filepath.Base(s.file), s.line)
}

// makes returns what the line makes channels for, in the order in which it does, and which
// of these are variables of the function: what a call of make is assigned to, or else one
// that makes a timer, or a context.
func (s site) makes(ofContext bool) (names []string, local []bool) {
	add := func(to ast.Expr, behind string, defines bool) {
		if name := expressionOf(to); name != "" {
			_, plain := to.(*ast.Ident)
			names, local = append(names, name+behind), append(local, plain && (defines || s.declares(name)))
		} else {
			names, local = append(names, ""), append(local, false)
		}
	}
	s.visit(func(n ast.Node) {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, v := range n.Values {
				if behind, is := s.making(v, ofContext); is && i < len(n.Names) {
					add(n.Names[i], behind, true)
				}
			}
		case *ast.AssignStmt:
			for i, v := range n.Rhs {
				if behind, is := s.making(v, ofContext); is {
					add(n.Lhs[i], behind, false)
				}
			}
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				if field, ok := e.(*ast.KeyValueExpr); ok && n.Type != nil {
					if behind, is := s.making(field.Value, ofContext); is {
						if key := expressionOf(field.Key); key != "" {
							names, local = append(names, lastName(expressionOf(n.Type))+"."+key+behind), append(local, false)
						}
					}
				}
			}
		}
	})
	return names, local
}

// making reports whether an expression on the line makes a channel, and what is to be
// written behind the name of what it is assigned to.
func (s site) making(e ast.Expr, ofContext bool) (behind string, is bool) {
	call, ok := e.(*ast.CallExpr)
	if !ok || s.lineOf(call) != s.line {
		return "", false
	}
	switch of := expressionOf(call.Fun); {
	case ofContext:
		return ".Done", strings.HasPrefix(of, "context.")
	case of == "make", of == "time.After", of == "time.Tick":
		return "", true
	case of == "time.NewTimer", of == "time.NewTicker":
		return ".C", true
	case of == "append" && len(call.Args) == 2:
		return s.making(call.Args[1], ofContext)
	}
	return "", false
}

// timers are the functions that make a channel which has no name of its own.
var timers = []string{"time.After", "time.Tick", "time.NewTimer", "time.NewTicker"}

// timer names what makes the channel of a timer on the line that has no name, or is "".
func (s site) timer() string {
	by := ""
	s.visit(func(n ast.Node) {
		if call, ok := n.(*ast.CallExpr); ok && s.lineOf(call) == s.line && slices.Contains(timers, expressionOf(call.Fun)) {
			by = fmt.Sprintf("%s (%s)", expressionOf(call.Fun), s.short())
		}
	})
	return by
}

// declared returns what is declared on the line, or assigned to, or the field of a composite
// literal that is given something there.
func (s site) declared() (names []string) {
	var fields []string
	s.visit(func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CompositeLit:
			for _, e := range n.Elts {
				if field, ok := e.(*ast.KeyValueExpr); ok && n.Type != nil && s.lineOf(field) == s.line && isMaking(field.Value) {
					fields = append(fields, lastName(expressionOf(n.Type))+"."+expressionOf(field.Key))
				}
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				if s.lineOf(name) == s.line {
					names = append(names, name.Name)
				}
			}
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				if name := expressionOf(e); name != "" && s.lineOf(e) <= s.line && s.line <= s.lastLineOf(n) {
					names = append(names, name)
				}
			}
		case *ast.RangeStmt:
			for _, e := range [...]ast.Expr{n.Key, n.Value} {
				if e != nil && s.lineOf(e) == s.line && expressionOf(e) != "" {
					names = append(names, expressionOf(e))
				}
			}
		case *ast.Field:
			for _, name := range n.Names {
				if s.lineOf(name) == s.line {
					names = append(names, name.Name)
				}
			}
		}
	})
	if fields != nil {
		return fields
	}
	return names
}

// isMaking reports whether an expression may make something in the heap.
func isMaking(e ast.Expr) bool {
	switch e.(type) {
	case *ast.CallExpr, *ast.UnaryExpr:
		return true
	}
	return false
}

// typesOf are how the types of the sorts of objects are written.
var typesOf = map[string]*regexp.Regexp{
	"mutex":      regexp.MustCompile(`Mutex$`),
	"wait group": regexp.MustCompile(`WaitGroup$`),
	"once":       regexp.MustCompile(`Once$`),
	"cond":       regexp.MustCompile(`Cond$`),
	"map":        regexp.MustCompile(`Map$`),
	"atomic":     regexp.MustCompile(`^atomic\.|^u?int|^uintptr$|Pointer$`),
}

// declaredFrom returns the variables of a sort that the function declares from the line on.
func (s site) declaredFrom(sort string) []string {
	var names []string
	s.declarations(func(name *ast.Ident, typ ast.Expr) {
		is := typesOf[sort]
		if s.lineOf(name) < s.line || is == nil {
			return
		}
		if typ == nil && sort == "atomic" || typ != nil && is.MatchString(expressionOf(typ)) {
			names = append(names, name.Name)
		}
	})
	return names
}

// whichOf returns what tells a variable from others of its name in the function: nothing,
// or where it is.
func (s site) whichOf(name string) string {
	lines := map[int]bool{}
	s.declarations(func(other *ast.Ident, _ ast.Expr) {
		if other.Name == name {
			lines[s.lineOf(other)] = true
		}
	})
	if len(lines) < 2 {
		return ""
	}
	return " (" + s.short() + ")"
}

// declares reports whether the function declares a variable, or has a parameter of the name.
func (s site) declares(name string) (is bool) {
	s.declarations(func(other *ast.Ident, _ ast.Expr) { is = is || other.Name == name })
	ast.Inspect(s.around(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncType:
			for _, f := range n.Params.List {
				is = is || slices.ContainsFunc(f.Names, func(p *ast.Ident) bool { return p.Name == name })
			}
		case *ast.RangeStmt:
			for _, e := range [...]ast.Expr{n.Key, n.Value} {
				is = is || e != nil && n.Tok == token.DEFINE && expressionOf(e) == name
			}
		}
		return true
	})
	return is
}

// declarations calls f for each variable that the function around the line declares, with
// its type if that is written: the outermost function literal, if there is one. Literals
// beside it are other programs, more often than not.
func (s site) declarations(f func(name *ast.Ident, typ ast.Expr)) {
	around := s.around()
	ast.Inspect(around, func(n ast.Node) bool {
		if n != nil && (s.lineOf(n) > s.line || s.lastLineOf(n) < s.line) {
			return false
		}
		if literal, ok := n.(*ast.FuncLit); ok && literals(s.function) > 0 {
			if _, outer := around.(*ast.FuncLit); !outer {
				around = literal
			}
		}
		return true
	})
	ast.Inspect(around, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for _, name := range n.Names {
				f(name, n.Type)
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, e := range n.Lhs {
					if name, ok := e.(*ast.Ident); ok {
						f(name, nil)
					}
				}
			}
		}
		return true
	})
}

// oneOf returns which of the names is meant: the one that is used, the only one, or, of what
// lies at the beginning, the first.
func (s site) oneOf(names []string, offset uint64, used []string) string {
	var both []string
	for _, name := range names {
		if slices.ContainsFunc(used, func(u string) bool { first, _, _ := strings.Cut(u, "."); return first == name }) {
			both = append(both, name)
		}
	}
	switch {
	case len(both) == 1:
		return both[0]
	case len(names) == 1 || len(names) > 1 && offset == 0:
		return names[0]
	}
	return ""
}

// methods are those of the sorts of objects.
var methods = map[string][]string{
	"mutex":      {"Lock", "Unlock", "RLock", "RUnlock", "TryLock", "TryRLock"},
	"wait group": {"Add", "Done", "Wait", "Go"},
	"once":       {"Do"},
	"cond":       {"Wait", "Signal", "Broadcast"},
	"map":        {"Load", "Store", "LoadOrStore", "LoadAndDelete", "Delete", "Swap", "CompareAndSwap", "CompareAndDelete", "Range", "Clear"},
	"atomic":     {"Load", "Store", "Add", "Swap", "CompareAndSwap", "And", "Or"},
}

// operands returns what the calls on the line are made on, of those that do something with
// an object of a sort.
func (s site) operands(sort string) []string {
	var names []string
	add := func(e ast.Expr) {
		if name := expressionOf(e); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	s.visit(func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || s.lineOf(call) > s.line || s.lastLineOf(call.Fun) < s.line {
			return
		}
		f, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return
		}
		if of := expressionOf(f.X); of == "atomic" && len(call.Args) > 0 {
			if address, ok := call.Args[0].(*ast.UnaryExpr); ok {
				add(address.X)
			} else {
				add(call.Args[0])
			}
		} else if slices.Contains(methods[sort], f.Sel.Name) {
			add(f.X)
		}
	})
	return names
}

// outside returns a name that is used in the function as others know it: not at all if it
// begins with a variable of the function, and with the type if it begins with the receiver.
func (s site) outside(name string) string {
	first, rest, _ := strings.Cut(name, ".")
	function, ok := s.around().(*ast.FuncDecl)
	if !ok || s.declares(first) {
		return ""
	}
	if function.Recv != nil && len(function.Recv.List[0].Names) == 1 && function.Recv.List[0].Names[0].Name == first {
		typ := expressionOf(function.Recv.List[0].Type)
		if typ == "" || rest == "" {
			return typ
		}
		return typ + "." + rest
	}
	return name
}
