package bubble

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"weft/sim/order"
	"weft/trace"
)

// What goroutines are called. A name is the key of schedules, and reductions take two runs
// for the same by it. So it depends on nothing that another goroutine does, or will do: on
// the functions that were started, and on who has started what before, from the first
// goroutine down.
//
// A goroutine goes by the shortest name of the function that it runs: a function's or
// method's own, without its receiver ("worker"), or, of a function literal, that of the
// function around it ("NewPool", "Pool.Start"). Where the one who starts it has started
// another function of that name before, it is the longer one: "Pool.worker",
// "NewPool.func2", and then with the package. Several of one function have a number:
// "worker#2". What main has started goes by this alone; what others have started has their
// name before it, "serve#3/worker": which of two goroutines has been first to start a
// worker differs from order to order, and may not matter.

// named gives a goroutine its name. What a timer starts is named after the timer, which is
// its maker's.
func (n *run) named(spawn *event) string {
	child, parent := uint32(spawn.arg), spawn.g
	if child == 1 {
		n.goroutine(child).runs = n.body
		return "main"
	}
	p := n.goroutine(parent)
	n.goroutine(child).parent = parent
	pc := spawn.obj
	if _, fired := spawn.timer(); !fired && isStandard(pc) {
		pc = spawn.pc - 1 // such as the caller of WaitGroup.Go
	}
	f := functionOf(pc)
	n.goroutine(child).runs = f
	above := ""
	if parent > 1 {
		above = shortened(p.label) + "/"
	}
	if timer, ok := spawn.timer(); ok {
		text := n.spell(name{form: firedName, sort: above, of: f.short, n: uint64(timer)})
		if set := spawn.pc; set != 0 {
			text += "/" + n.setter(set)
		}
		return text
	}
	if p.kids == nil {
		p.kids = map[*function]kin{}
	}
	kin := p.kids[f]
	if kin.count++; kin.count == 1 {
		kin.called = p.calls(f)
	}
	p.kids[f] = kin
	return n.spell(name{form: childName, sort: above, of: kin.called, n: uint64(kin.count)})
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

func init() {
	if controlled() {
		hooks.labelled = labelled
	}
}

// labelled takes in that the calling goroutine has labels of [runtime/pprof] now.
func labelled(name string) {
	n := current()
	if n == nil {
		return
	}
	n.hold()
	n.asked = append(n.asked, name)
	which := len(n.asked) - 1
	n.busy.Store(false)
	hooks.note(opLabel, which)
}

// label gives a goroutine the name that its first labels make, unless it has one. The first
// goroutine keeps its own: its labels tell what it is at. Who is first with a name has it
// without a number, so that the order matters to others with the same labels.
func (n *run) label(g *goroutine, which int) {
	if g.id == 1 || g.named {
		return
	}
	n.hold()
	name := n.asked[which]
	n.busy.Store(false)
	n.touch("name "+name, order.Writes)
	n.rename(g, which)
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
	g.label, g.named = label, true
}

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
	seenName
	timerName
	caseName
)

// spelledMost is how many texts are kept.
const spelledMost = 1 << 14

// spell returns the text of a name. Runs of one program have most of them in common, so
// they are kept.
func (n *run) spell(of name) string {
	if text, known := n.spelled[of]; known {
		return text
	}
	text := of.String()
	n.keep(of, text)
	return text
}

func (n *run) keep(of name, text string) {
	if len(n.spelled) >= spelledMost {
		clear(n.spelled)
	}
	n.spelled[of] = text
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
	case seenName:
		if o.n > 1 {
			return fmt.Sprintf("%s %s#%d?", o.sort, o.of, o.n)
		}
		return fmt.Sprintf("%s %s?", o.sort, o.of)
	case timerName:
		return fmt.Sprintf("+%s/timer.%d", o.of, o.n)
	}
	return fmt.Sprintf("case%d", o.n)
}

// alternative describes a choice to a strategy.
func (n *run) alternative(want want, c *choice) order.Alternative {
	switch {
	case want == wantCase:
		return order.Alternative{Name: n.spell(name{form: caseName, n: uint64(c.step) + 1}), Task: n.goroutine(c.g).label, Op: "select", Object: n.object(c.obj, "chan", c.g, 0, c.pc)}
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
