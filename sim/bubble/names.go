package bubble

import (
	"fmt"
	"maps"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"weft/sim/order"
	"weft/trace"
)

// named gives a goroutine its name: that of the function that it runs, with a number
// if the goroutine that started it has started others of the same function. Below
// the program's first goroutine, the name of who started it comes before it. What a
// timer starts is named after the timer, which is its maker's. So a name depends on
// nothing that another goroutine does.
func (n *run) named(spawn *event) string {
	child, parent := uint32(spawn.arg), spawn.g
	if child == 1 {
		return "main"
	}
	p := n.goroutine(parent)
	function := functionName(spawn.obj)
	if _, fired := spawn.timer(); !fired && isStandard(spawn.obj) {
		function = functionName(spawn.pc - 1) // such as the caller of WaitGroup.Go
	}
	above := ""
	if parent > 1 {
		above = shortened(p.label) + "/"
	}
	if timer, ok := spawn.timer(); ok {
		text := n.spell(name{form: firedName, sort: above, of: function, n: uint64(timer)})
		if set := spawn.pc; set != 0 {
			text += "/" + n.setter(set)
		}
		return text
	}
	if p.kids == nil {
		p.kids = map[string]int{}
	}
	p.kids[function]++
	return n.spell(name{form: childName, sort: above, of: function, n: uint64(p.kids[function])})
}

// labelMost is how long the name of a goroutine may be that another one is named after.
const labelMost = 150

// shortened returns a hash in place of a long name: where each goroutine starts the next
// one, as a function does that sets its own timer again, names would grow without end.
func shortened(label string) string {
	if len(label) <= labelMost {
		return label
	}
	return "~" + trace.Hash(0).Text(label).String()
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
	which := len(n.asked) - 1
	n.busy.Store(false)
	hooks.note(opName, which)
}

// rename gives a goroutine one of the names that were asked for.
func (n *run) rename(g *goroutine, which int) {
	n.hold()
	name := n.asked[which]
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
	standard := hooks.standard(pc + 1) // which wants a return address
	standardFunctions.Store(pc, standard)
	return standard
}

// standardFunctions holds what isStandard has found, by program counter.
var standardFunctions sync.Map

func nameOfStep(label string, step uint32) string { return label + "." + strconv.Itoa(int(step)) }

// object names what goroutines synchronise by. where says where it lies, as the
// runtime tells it: of what lies in memory that a goroutine of the bubble made, the
// name is that of the goroutine and a number. So it is the same in every order.
// Something that nothing else is known of, such as what lies in memory that the program
// has mapped, is named by who was first to use it in the run: addresses are others in the
// next one.
func (n *run) object(obj uintptr, sort string, by uint32, where uint64) string {
	if where&3 == onStack {
		// Of nobody's concern but its own, and moved with the stack.
		return n.spell(name{form: localName, sort: sort, of: n.goroutine(by).label})
	}
	at := place{obj, where}
	if known, ok := n.objects[at]; ok {
		return known
	}
	var called name
	switch where & 3 {
	case onHeap:
		called = name{form: heapName, sort: sort, of: n.goroutine(uint32(where >> 44)).label, n: where >> 22 & (1<<22 - 1), m: where >> 2 & (1<<20 - 1) * 4}
	case inGlobals:
		called = name{form: globalName, sort: sort, n: where >> 2}
	default:
		g := n.goroutine(by)
		if g.objects == nil {
			g.objects = map[string]int{}
		}
		g.objects[sort]++
		called = name{form: usedName, sort: sort, of: g.label, n: uint64(g.objects[sort])}
		if sort == "chan" {
			called.form = heapName
		} else if where == inForeign {
			n.untrack("a " + sort + " in memory that is not Go's")
		} else {
			n.untrack("a " + sort + " of which it is not known who made it")
		}
	}
	text := n.spell(called)
	n.objects[at] = text
	return text
}

// done names the channel of a context, which is made with it: channels of the program have
// the numbers that they have without it.
func (n *run) done(obj uintptr, by uint32) {
	g := n.goroutine(by)
	if g.objects == nil {
		g.objects = map[string]int{}
	}
	g.objects["done"]++
	n.objects[place{obj, 0}] = n.spell(name{form: doneName, of: g.label, n: uint64(g.objects["done"])})
}

// timer names a timer that is none of a sleep.
func (n *run) timer(by, ordinal uint32) string {
	return n.spell(name{form: timerName, of: n.goroutine(by).label, n: uint64(ordinal)})
}

// fireStep names the step in which such a timer fires. set says which goroutine has
// reset it last, and in which step of it, or is 0: a timer that is set again does
// something else than what it was set to before, which will never come.
func (n *run) fireStep(by, ordinal uint32, set uintptr) string {
	name := n.timer(by, ordinal)
	if set != 0 {
		name += "/" + n.setter(set)
	}
	return name
}

// setter names the step in which a timer was reset, which is part of a name.
func (n *run) setter(set uintptr) string {
	g, step := uint32(set>>32), uint32(set)
	if label := n.goroutine(g).label; len(label) > labelMost {
		return nameOfStep(shortened(label), step)
	}
	return n.step(g, step)
}

// name is what a name is made of.
type name struct {
	form     nameForm
	sort, of string
	n, m     uint64
}

type nameForm uint8

const (
	childName nameForm = iota
	firedName
	localName
	heapName
	globalName
	usedName
	timerName
	doneName
	caseName
)

// spell returns the text of a name. Runs of one program have most of them in common, so
// they are kept.
func (n *run) spell(of name) string {
	if text, known := n.spelled[of]; known {
		return text
	}
	if len(n.spelled) >= 1<<14 {
		clear(n.spelled)
	}
	text := of.String()
	n.spelled[of] = text
	return text
}

func (o name) String() string {
	switch o.form {
	case childName:
		if o.n > 1 {
			return fmt.Sprintf("%s%s#%d", o.sort, o.of, o.n)
		}
		return o.sort + o.of
	case firedName:
		return fmt.Sprintf("%s%s@timer.%d", o.sort, o.of, o.n)
	case localName:
		return fmt.Sprintf("%s %s:local", o.sort, o.of)
	case heapName:
		if o.m != 0 {
			return fmt.Sprintf("%s %s:%d+%d", o.sort, o.of, o.n, o.m)
		}
		return fmt.Sprintf("%s %s:%d", o.sort, o.of, o.n)
	case globalName:
		return fmt.Sprintf("%s global+%#x", o.sort, o.n)
	case usedName:
		return fmt.Sprintf("%s %s:%d?", o.sort, o.of, o.n)
	case doneName:
		return fmt.Sprintf("chan %s:done.%d", o.of, o.n)
	case timerName:
		return fmt.Sprintf("+%s/timer.%d", o.of, o.n)
	}
	return fmt.Sprintf("case%d", o.n)
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
	inForeign = 4
)

// unmapped forgets what lay in memory that the program has given back to the operating
// system, which may give it the same addresses again.
func (n *run) unmapped(from, length uintptr) {
	maps.DeleteFunc(n.objects, func(p place, _ string) bool { return p.where == inForeign && p.obj-from < length })
}

// alternative describes a choice to a strategy.
func (n *run) alternative(want want, c *choice) order.Alternative {
	switch {
	case want == wantCase:
		return order.Alternative{Name: n.spell(name{form: caseName, n: uint64(c.step) + 1}), Task: n.goroutine(c.g).label, Op: "select", Object: n.object(c.obj, "chan", c.g, 0)}
	case c.timer && c.op == opFire:
		return order.Alternative{Name: n.fireStep(c.g, c.step, c.obj), Op: "fire", Object: "timer"}
	}
	g := n.goroutine(c.g)
	a := order.Alternative{Name: n.step(c.g, c.step), Task: g.label, Op: "resume"}
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
