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
	of       *function
	engine   bool // it is what watches the run
}

// siteOf returns the place of a return address.
func siteOf(pc uintptr) site {
	frames := runtime.CallersFrames([]uintptr{pc})
	frame, _ := frames.Next()
	return siteAt(frame)
}

func siteAt(frame runtime.Frame) site {
	name := frame.Function[strings.LastIndexByte(frame.Function, '/')+1:]
	s := site{file: frame.File, line: frame.Line, function: name, of: functionCalled(frame.Function)}
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

// visit calls f for each node of the source that stands on the line, at least in part, and
// belongs to the function at hand: of a line with function literals in it, one part does.
func (s site) visit(f func(n ast.Node)) {
	file, _ := parsed(s.file)
	if file == nil {
		return
	}
	depth := literals(s.function)
	var within []int // for each node on the way, how many literals it is in
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			within = within[:len(within)-1]
			return false
		}
		if s.lineOf(n) > s.line || s.lastLineOf(n) < s.line {
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
		if in == depth {
			f(n)
		}
		return true
	})
}

// around returns the declaration around the line, or the file.
func (s site) around() ast.Node {
	file, _ := parsed(s.file)
	if file == nil {
		return &ast.BadDecl{}
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && s.lineOf(f) <= s.line && s.line <= s.lastLineOf(f) {
			return f
		}
	}
	return file
}

func (s site) lineOf(n ast.Node) int {
	_, set := parsed(s.file)
	return set.Position(n.Pos()).Line
}

func (s site) lastLineOf(n ast.Node) int {
	_, set := parsed(s.file)
	return set.Position(n.End()).Line
}

// literals returns how many function literals a function is within, the one that it is
// itself among them, by its name: "bank.TestTransfer.func1.2" is within two. What comes
// before the last function that is named has been put around it by the compiler.
func literals(function string) int {
	n := 0
	for part := range strings.SplitSeq(literal.FindString(wrapper.ReplaceAllString(function, "")), ".") {
		if part != "" && !strings.HasPrefix(part, "-range") {
			n++
		}
	}
	return n
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
	var names []string
	add := func(e ast.Expr) {
		if name := expressionOf(e); name != "" {
			names = append(names, name)
		}
	}
	onLine := func(n ast.Node) bool { return n != nil && s.lineOf(n) <= s.line && s.line <= s.lastLineOf(n) }
	begins := func(n ast.Node) bool { return s.lineOf(n) == s.line }
	if writes {
		s.visit(func(n ast.Node) {
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
		})
		if names != nil {
			return names
		}
	}
	fields := map[*ast.Ident]bool{}
	s.visit(func(n ast.Node) {
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
	case *ast.IndexListExpr: // a type with several arguments
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

// sources remembers files that were parsed, each as a *source.
var sources sync.Map

type source struct {
	file *ast.File
	set  *token.FileSet
}

func parsed(name string) (*ast.File, *token.FileSet) {
	if known, ok := sources.Load(name); ok {
		return known.(*source).file, known.(*source).set
	}
	of := &source{set: token.NewFileSet()}
	if text, err := os.ReadFile(name); err == nil {
		if f, err := parser.ParseFile(of.set, name, text, parser.SkipObjectResolution); err == nil {
			of.file = f
		}
	}
	sources.Store(name, of)
	return of.file, of.set
}
