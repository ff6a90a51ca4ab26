package bubble

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// called is what something is called by those who do not know who made it.
type called struct {
	text     string    // "" if it has no name
	several  []string  // in place of text: what the line makes, one after the other
	path     string    // from there to the object, such as ".locks[2]"
	function *function // that a variable belongs to, or nil
	place    string    // where it was made
}

// What things are called stands in the source, and is looked up once for each place.
var (
	channelsCalled sync.Map // called by channelKey
	memoriesCalled sync.Map // called by memoryKey
	globalsCalled  sync.Map // string by address
)

type channelKey struct {
	pc        uintptr
	ofContext bool
}

type memoryKey struct {
	pc, typ uintptr
	offset  uint64
	slice   bool
	sort    string
}

// channelCalled returns what a channel is called that is made at a place, if the place says
// so: by an assignment, or by a field of a composite literal.
func channelCalled(pc uintptr, ofContext bool) called {
	key := channelKey{pc, ofContext}
	if known, ok := channelsCalled.Load(key); ok {
		return known.(called)
	}
	s := programSite(pc)
	c := called{place: s.short()}
	if names, local := s.makes(ofContext); len(names) == 1 {
		c.text = names[0]
		if local[0] {
			c.function = s.of
			c.text += s.whichOf(c.text)
		}
	} else {
		c.several = names
	}
	if c.text == "" && len(c.several) == 0 {
		c.text = s.timer()
	}
	channelsCalled.Store(key, c)
	return c
}

// memoryCalled returns what lies at an offset in memory.
func memoryCalled(m made, offset uint64, sort string, use uintptr) called {
	key := memoryKey{m.pc, m.typ, offset, m.slice, sort}
	if known, ok := memoriesCalled.Load(key); ok {
		return known.(called)
	}
	s := programSite(m.pc)
	c := called{place: s.short()}
	t := typeOf(m.typ)
	switch {
	case t == nil: // variables that the compiler has put into one piece of memory
		c.text = s.oneOf(s.declaredFrom(sort), offset, programSite(use).operands(sort))
	case t.PkgPath() != "" && t.Kind() == reflect.Struct && !isSynchronising(t):
		c.text, _, _ = strings.Cut(t.Name(), "[")
	default:
		c.text = s.oneOf(s.declared(), 0, programSite(use).operands(sort))
	}
	if c.text != "" && s.declares(c.text) {
		c.function = s.of
		c.text += s.whichOf(c.text)
	}
	if t != nil {
		at := uintptr(offset)
		if m.slice && t.Size() > 0 {
			c.path = fmt.Sprintf("[%d]", at/t.Size())
			at %= t.Size()
		}
		c.path += fieldAt(t, at)
	}
	memoriesCalled.Store(key, c)
	return c
}

// globalCalled returns what a variable of a package is called where it is used, or "".
func globalCalled(obj uintptr, sort string, use uintptr) string {
	if known, ok := globalsCalled.Load(obj); ok {
		return known.(string)
	}
	text := usedAs(sort, use)
	globalsCalled.Store(obj, text)
	return text
}

// usedAs returns what is called so wherever it is used, at a place where it is, or "".
func usedAs(sort string, use uintptr) string {
	s := programSite(use)
	if names := s.operands(sort); len(names) == 1 {
		return s.outside(names[0])
	}
	return ""
}
