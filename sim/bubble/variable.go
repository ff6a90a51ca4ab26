package bubble

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"runtime"
	"strings"
	"sync"
)

// What a variable is called stands in the source, at the places where it is touched: what
// both of them name is it.

// site is a place in code.
type site struct {
	file     string
	line     int
	function string // with its package's last element, such as "bank.(*Account).Deposit"
	engine   bool   // it is what watches the run
}

// siteOf returns the place of a return address.
func siteOf(pc uintptr) site {
	frames := runtime.CallersFrames([]uintptr{pc})
	frame, _ := frames.Next()
	name := frame.Function[strings.LastIndexByte(frame.Function, '/')+1:]
	s := site{file: frame.File, line: frame.Line, function: name}
	for _, watching := range [...]string{"weft/sim/bubble.", "weft/sim/simtest."} {
		s.engine = s.engine || strings.HasPrefix(frame.Function, watching)
	}
	return s
}

// variableOf returns the variable that both places touch, as the source calls it at the
// first one, or "" if there is none or more than one.
func variableOf(first site, wrote bool, second site, writes bool) string {
	ours, theirs := namesAt(first, wrote), namesAt(second, writes)
	var found []string
	for _, o := range ours {
		for _, t := range theirs {
			if lastName(o) == lastName(t) {
				found = append(found, o)
				break
			}
		}
	}
	// Of "h.readers" and "h", it is the longer one: the shorter one is on the way to it.
	longest := ""
	for _, f := range found {
		if len(f) > len(longest) {
			longest = f
		}
	}
	for _, f := range found {
		if f != longest && !strings.HasPrefix(longest, f+".") && !strings.HasPrefix(longest, f+"[") {
			return ""
		}
	}
	return longest
}

// literals returns how many function literals a function is within, the one that it is
// itself among them, by its name: "bank.TestTransfer.func1.2" is within two.
func literals(function string) int {
	_, rest, found := strings.Cut(function, ".func")
	if !found {
		return 0
	}
	n := 1
	for part := range strings.SplitSeq(rest, ".") {
		if part == "" || strings.Trim(part, "0123456789") != "" && !strings.Contains(part, "-range") {
			break
		}
		n++
	}
	return n - 1
}

func lastName(expression string) string {
	if i := strings.IndexByte(expression, '['); i >= 0 {
		expression = expression[:i]
	}
	return expression[strings.LastIndexByte(expression, '.')+1:]
}

// namesAt returns the variables and fields that stand in the statement of a line, rather
// those that are written.
func namesAt(s site, writes bool) []string {
	file, set := parsed(s.file)
	if file == nil {
		return nil
	}
	var names []string
	add := func(e ast.Expr) {
		if name := expressionOf(e); name != "" {
			names = append(names, name)
		}
	}
	onLine := func(n ast.Node) bool {
		return n != nil && set.Position(n.Pos()).Line <= s.line && s.line <= set.Position(n.End()).Line
	}
	begins := func(n ast.Node) bool { return set.Position(n.Pos()).Line == s.line }
	// Of a line with function literals in it, one part belongs to the function at hand.
	depth := literals(s.function)
	var within []int // for each node on the way, how many literals it is in
	enter := func(n ast.Node) bool {
		if n == nil {
			within = within[:len(within)-1]
			return false
		}
		if !onLine(n) {
			return false
		}
		in := 0
		if len(within) > 0 {
			in = within[len(within)-1]
		}
		if _, is := n.(*ast.FuncLit); is {
			in++
		}
		within = append(within, in)
		return true
	}
	here := func() bool { return within[len(within)-1] == depth }
	if writes {
		ast.Inspect(file, func(n ast.Node) bool {
			if !enter(n) {
				return false
			} else if !here() {
				return true
			}
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, e := range n.Lhs {
					if onLine(e) {
						add(e)
					}
				}
			case *ast.IncDecStmt:
				add(n.X)
			case *ast.RangeStmt:
				if begins(n) && n.Key != nil {
					add(n.Key)
				}
				if begins(n) && n.Value != nil {
					add(n.Value)
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && begins(n) && len(n.Args) > 0 && (f.Name == "delete" || f.Name == "copy" || f.Name == "clear") {
					add(n.Args[0])
				}
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && expressionOf(f.X) == "atomic" && len(n.Args) > 0 {
					if of, ok := n.Args[0].(*ast.UnaryExpr); ok && of.Op == token.AND {
						add(of.X)
					}
				}
			}
			return true
		})
		if names != nil {
			return names
		}
	}
	fields := map[*ast.Ident]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if !enter(n) {
			return false
		} else if !here() {
			return true
		}
		switch n := n.(type) {
		case *ast.SelectorExpr:
			fields[n.Sel] = true
			if begins(n.Sel) {
				add(n)
			}
		case *ast.Ident:
			if begins(n) && n.Name != "_" && !fields[n] {
				names = append(names, n.Name)
			}
		}
		return true
	})
	return names
}

// expressionOf returns the text of what can be assigned to.
func expressionOf(e ast.Expr) string {
	switch of := e.(type) {
	case *ast.Ident:
		if of.Name == "_" {
			return ""
		}
		return of.Name
	case *ast.ParenExpr:
		return expressionOf(of.X)
	case *ast.StarExpr:
		return expressionOf(of.X)
	case *ast.IndexExpr:
		return expressionOf(of.X)
	case *ast.SelectorExpr:
		var b bytes.Buffer
		if printer.Fprint(&b, token.NewFileSet(), of) != nil || bytes.ContainsAny(b.Bytes(), "\n(") {
			return of.Sel.Name
		}
		return b.String()
	}
	return ""
}

// sources remembers files that were parsed.
var sources struct {
	sync.Mutex
	files map[string]*ast.File
	sets  map[string]*token.FileSet
}

func parsed(name string) (*ast.File, *token.FileSet) {
	sources.Lock()
	defer sources.Unlock()
	if sources.files == nil {
		sources.files, sources.sets = map[string]*ast.File{}, map[string]*token.FileSet{}
	}
	if file, known := sources.files[name]; known {
		return file, sources.sets[name]
	}
	set := token.NewFileSet()
	var file *ast.File
	if text, err := os.ReadFile(name); err == nil {
		if f, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution); err == nil {
			file = f
		}
	}
	sources.files[name], sources.sets[name] = file, set
	return file, set
}
