package bubble

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"unsafe"
)

// What goroutines synchronise by is called as the source calls it: a field after its type,
// "WorkerPool.stopLock", a variable by its name, "jobs", with the function around it if
// that is none of its maker's, "NewPool.jobs", and with the place if the function has
// several of the name. What has no name goes by the place where it was made. Several of one
// name have a number, which is by whom made them and when, as are the names of goroutines:
// so it is the same in every order. What main has made goes by this alone; what others have
// made has their name before it.

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

// piece names a piece of memory: who made it, and which one of theirs it was.
func (p place) piece() uint64  { return p.where >> 22 }
func (p place) maker() uint32  { return uint32(p.where >> 44) }
func (p place) offset() uint64 { return p.where >> 2 & (1<<20 - 1) * 4 }

// made is how something was made.
type made struct {
	pc    uintptr
	typ   uintptr // the runtime's, of memory, or of its elements; 0 for a channel, or if there are several types
	slice bool
	nth   uint32 // of its maker, of this type or at this place
}

// memoryName is what the name of something in memory is made of.
type memoryName struct {
	sort, of string
	runs     *function // its maker
	made
	offset uint64
}

// makes takes in how a piece of memory was made.
func (n *run) makes(e *event) {
	const slice = 1
	n.memory[place{0, e.arg}.piece()] = made{pc: e.pc, typ: e.obj, slice: e.arg&slice != 0, nth: e.step}
}

// object names what goroutines synchronise by. where says where it lies, as the runtime
// tells it, and use is the place at which it is used. Something that nothing else is known
// of, such as what lies in memory that the program has mapped, is named by who was first to
// use it in the run: addresses are others in the next one.
func (n *run) object(obj uintptr, sort string, by uint32, where uint64, use uintptr) string {
	if where&3 == onStack {
		// Of nobody's concern but its own, and moved with the stack.
		return n.spell(name{form: localName, sort: sort, of: n.goroutine(by).label})
	}
	at := place{obj, where}
	if known, ok := n.objects[at]; ok {
		return known
	}
	text := n.newObject(at, sort, by, use)
	n.objects[at] = text
	return text
}

func (n *run) newObject(at place, sort string, by uint32, use uintptr) string {
	switch at.where & 3 {
	case onHeap:
		maker := n.goroutine(at.maker())
		if made, ok := n.memory[at.piece()]; ok {
			called := memoryName{sort, maker.label, maker.runs, made, at.offset()}
			if text, known := n.memories[called]; known {
				return text
			}
			if len(n.memories) >= spelledMost {
				clear(n.memories)
			}
			text := maker.has(sort, memoryCalled(made, at.offset(), sort, use), uint64(made.nth))
			n.memories[called] = text
			return text
		}
		return n.spell(name{form: heapName, sort: sort, of: maker.label, n: at.piece() & (1<<22 - 1), m: at.offset()})
	case inGlobals:
		called := name{form: globalName, sort: sort, n: at.where >> 2}
		if text, known := n.spelled[called]; known {
			return text
		}
		text := sort + " " + globalCalled(at.obj, sort, use)
		if strings.HasSuffix(text, " ") {
			text = called.String()
		}
		n.keep(called, text)
		return text
	}
	g := n.goroutine(by)
	called := name{form: usedName, sort: sort, of: g.label, n: g.counts(sort)}
	if text := usedAs(sort, use); text != "" {
		called = name{form: seenName, sort: sort, of: text, n: n.goroutine(1).counts(sort + text)}
	}
	if sort == "chan" {
		called.form = heapName
	} else if at.where == inForeign {
		n.untrack("a " + sort + " in memory that is not Go's")
	} else {
		n.untrack("a " + sort + " of which it is not known who made it")
	}
	return n.spell(called)
}

// channel names a channel that is made, one of a context if it is that.
func (n *run) channel(e *event) {
	g := n.goroutine(e.g)
	of := channelCalled(e.pc, e.arg != 0)
	if k := len(of.several); k > 0 {
		of.text = of.several[(g.counts("line "+of.place)-1)%uint64(k)]
	}
	text := g.has("chan", of, 1)
	if k := g.counts(text); k > 1 {
		text = g.has("chan", of, k)
	}
	n.objects[place{e.obj, 0}] = text
	n.made[text] = e.pc
	delete(n.closed, e.obj)
}

// counts counts what a goroutine makes, or is first to use.
func (g *goroutine) counts(what string) uint64 {
	if g.objects == nil {
		g.objects = map[string]int{}
	}
	g.objects[what]++
	return uint64(g.objects[what])
}

// has names something that a goroutine has made.
func (g *goroutine) has(sort string, of called, nth uint64) string {
	var b strings.Builder
	b.WriteString(sort + " ")
	switch {
	case of.text == "" && of.place == "":
		b.WriteString("made by the engine")
	case of.text == "" && g.label == "main":
		b.WriteString("made at " + of.place)
	case of.text == "":
		b.WriteString("made by " + g.label + " at " + of.place)
	default:
		if g.label != "main" {
			b.WriteString(g.label + "/")
		}
		if of.function != nil && g.runs != nil && of.function.short != g.runs.short && of.function.short != "init" {
			b.WriteString(of.function.short + ".")
		}
		b.WriteString(of.text)
	}
	if nth > 1 {
		fmt.Fprintf(&b, "#%d", nth)
	}
	b.WriteString(of.path)
	return b.String()
}

// unmapped forgets what lay in memory that the program has given back to the operating
// system, which may give it the same addresses again.
func (n *run) unmapped(from, length uintptr) {
	maps.DeleteFunc(n.objects, func(p place, _ string) bool { return p.where == inForeign && p.obj-from < length })
}

// fieldAt returns the path to what lies at an offset in memory of a type, such as ".locks[2]",
// and the type of what that is: the first on the way that is of those of package sync.
func fieldAt(t reflect.Type, offset uintptr) string {
	path := ""
	for {
		switch {
		case isSynchronising(t):
			return path
		case t.Kind() == reflect.Struct:
			found := -1
			for i := range t.NumField() {
				if f := t.Field(i); f.Offset <= offset && offset-f.Offset < f.Type.Size() {
					found = i
				}
			}
			if found < 0 {
				return path
			}
			f := t.Field(found)
			path += "." + f.Name
			t, offset = f.Type, offset-f.Offset
		case t.Kind() == reflect.Array && t.Len() > 0 && t.Elem().Size() > 0:
			path += fmt.Sprintf("[%d]", offset/t.Elem().Size())
			t, offset = t.Elem(), offset%t.Elem().Size()
		default:
			return path
		}
	}
}

// isSynchronising reports whether a type is one of those whose inside is nobody's concern.
func isSynchronising(t reflect.Type) bool {
	switch t.PkgPath() {
	case "sync", "sync/atomic", "context", "internal/sync":
		return true
	}
	return false
}

// typeOf returns a type by the runtime's pointer to it.
func typeOf(typ uintptr) reflect.Type {
	if typ == 0 {
		return nil
	}
	value := struct{ typ, data uintptr }{typ: typ}
	return reflect.TypeOf(*(*any)(unsafe.Pointer(&value)))
}
