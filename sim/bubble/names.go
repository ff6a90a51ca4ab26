package bubble

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"weft/sim"
)

// goroutine is one of a run's goroutines.
type goroutine struct {
	label   string // names it in every order alike
	pc      uintptr
	kids    map[string]int // by function, how many it has started
	objects map[string]int // by sort, how many it has made or was first to use

	about    event  // what it is about to do, or has begun
	pending  bool   // that has not been told yet
	blocked  event  // the operation that it blocked in
	cond     event  // its last wait for a condition
	waiting  bool   // it has blocked, or paused while another one ran
	on       string // what it waits for
	since    int64
	operated uint32 // the step of which the operation has been seen
	opened   uint32 // the step that was begun last
	cause    int    // the step that made it ready, counted from 1, or 0
	cases    []string
	spawned  int32 // the event, as a cause
	woken    int32
	begun    bool
	ended    bool
}

// goroutine returns the goroutine of a number.
func (n *run) goroutine(g uint32) *goroutine {
	for int(g) >= len(n.goroutines) {
		n.goroutines = append(n.goroutines, &goroutine{label: fmt.Sprintf("goroutine#%d", len(n.goroutines))})
	}
	return n.goroutines[g]
}

// named gives a goroutine its name: that of the function that it runs, with a number
// if the goroutine that started it has started others of the same function. Below
// the program's first goroutine, the name of who started it comes before it. So it
// depends on nothing that another goroutine does.
func (n *run) named(child, parent uint32, fn, pc uintptr) string {
	if child == 1 {
		return "main"
	}
	p := n.goroutine(parent)
	name := functionName(fn)
	if isStandard(fn) {
		name = functionName(pc - 1) // such as the caller of WaitGroup.Go
	}
	if p.kids == nil {
		p.kids = map[string]int{}
	}
	p.kids[name]++
	if k := p.kids[name]; k > 1 {
		name += fmt.Sprintf("#%d", k)
	}
	if parent > 1 {
		name = p.label + "/" + name
	}
	return name
}

// Name names the calling goroutine, in decisions, schedules and traces, from its next
// step on; call it first thing. The name should be the same in every order and no other
// goroutine's: the second one with a name gets a number behind it. Outside a run, Name
// does nothing.
func Name(name string) {
	n := current()
	if n == nil {
		return
	}
	n.hold()
	n.asked = append(n.asked, name)
	n.busy.Store(false)
	hooks.note(opName)
}

// rename gives a goroutine the name that was asked for.
func (n *run) rename(g *goroutine) {
	n.hold()
	name := n.asked[0]
	n.asked = n.asked[1:]
	n.busy.Store(false)
	label := name
	for k := 2; slices.ContainsFunc(n.goroutines, func(o *goroutine) bool { return o != g && o.label == label }); k++ {
		label = fmt.Sprintf("%s#%d", name, k)
	}
	g.label = label
}

// functionName returns the name of a function without its package, and without what
// the compiler adds to that of a literal: "transfer", or "TestBank.func1".
func functionName(pc uintptr) string {
	if name, known := functionNames.Load(pc); known {
		return name.(string)
	}
	name := nameOfFunction(pc)
	functionNames.Store(pc, name)
	return name
}

// functionNames holds names by program counter.
var functionNames sync.Map

func nameOfFunction(pc uintptr) string {
	f := runtime.FuncForPC(pc)
	if f == nil {
		return "func"
	}
	name := f.Name()
	name = name[strings.LastIndexByte(name, '/')+1:]
	if i := strings.IndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	name = wrappers.ReplaceAllString(name, "")
	return strings.NewReplacer("(*", "", ")", "", "·", ".").Replace(name)
}

// wrappers matches what the compiler adds to the name of a function whose go statement
// has arguments.
var wrappers = regexp.MustCompile(`\.gowrap\d+$`)

// isStandard reports whether a function is one of the standard library.
func isStandard(pc uintptr) bool {
	if standard, known := standardFunctions.Load(pc); known {
		return standard.(bool)
	}
	standard := false
	if f := runtime.FuncForPC(pc); f != nil {
		file, _ := f.FileLine(pc)
		source := hooks.source()
		standard = source != "" && strings.HasPrefix(file, source)
	}
	standardFunctions.Store(pc, standard)
	return standard
}

// standardFunctions holds what isStandard has found, by program counter.
var standardFunctions sync.Map

// step names a step of a goroutine.
func (n *run) step(g, step uint32) string {
	return n.goroutine(g).label + "." + strconv.Itoa(int(step))
}

// object names what goroutines synchronise by. where says where it lies, as the
// runtime tells it: of what lies in memory that a goroutine of the bubble made, the
// name is that of the goroutine and a number. So it is the same in every order.
// Something that nothing else is known of is named by who was first to use it.
func (n *run) object(obj uintptr, sort string, by uint32, where uint64) string {
	if where&3 == onStack {
		// Of nobody's concern but its own, and moved with the stack.
		return fmt.Sprintf("%s %s:local", sort, n.goroutine(by).label)
	}
	if name, known := n.objects[place{obj, where}]; known {
		return name
	}
	name := ""
	switch where & 3 {
	case onHeap:
		name = fmt.Sprintf("%s %s:%d", sort, n.goroutine(uint32(where>>42)).label, where>>22&(1<<20-1))
		if offset := where >> 2 & (1<<20 - 1); offset != 0 {
			name += fmt.Sprintf("+%d", offset)
		}
	case inGlobals:
		name = fmt.Sprintf("%s global+%#x", sort, where>>2)
	default:
		g := n.goroutine(by)
		if g.objects == nil {
			g.objects = map[string]int{}
		}
		g.objects[sort]++
		name = fmt.Sprintf("%s %s:%d", sort, g.label, g.objects[sort])
		if where&3 != onStack && sort != "chan" {
			name += "?"
		}
	}
	n.objects[place{obj, where}] = name
	return name
}

// place is where something lies. Of two things that had the same memory one after the
// other, the runtime tells different places.
type place struct {
	obj   uintptr
	where uint64
}

// Where something lies.
const (
	onStack   = 1
	inGlobals = 2
	onHeap    = 3
)

// alternative describes a choice to a strategy.
func (n *run) alternative(want want, c *choice) sim.Alternative {
	switch {
	case want == wantCase:
		return sim.Alternative{Name: fmt.Sprintf("case%d", c.step+1), Task: n.goroutine(c.g).label, Op: "select", Object: n.object(c.obj, "chan", c.g, 0)}
	case c.timer && c.op == opFire:
		return sim.Alternative{Name: n.timer(c.g, c.step), Op: "fire", Object: "timer"}
	}
	g := n.goroutine(c.g)
	a := sim.Alternative{Name: n.step(c.g, c.step), Task: g.label, Op: "resume"}
	if !g.begun {
		a.Op = "start"
	} else {
		a.Object = g.on
	}
	return a
}

// selectKey names a select statement that a goroutine carries out.
func (n *run) selectKey(g uint32) string {
	return n.step(g, n.goroutine(g).about.step) + "/select"
}
