package sim

import (
	"strconv"
	"strings"
)

// label names the task uniquely and, as far as can be, alike in every order: by
// its ancestors below the main task, its name, and its ordinal if its parent has
// several of that name.
func (t *task) label() string {
	if t.labelled == "" {
		t.labelled = t.makeLabel()
	}
	return t.labelled
}

func (t *task) makeLabel() string {
	label := labelPart(t.named)
	if t.ordinal > 1 {
		label += "#" + strconv.Itoa(int(t.ordinal))
	}
	switch {
	case t.parent != nil:
		label = t.parent.makeLabel() + "/" + label
	case t.depth > maxDepth:
		label = "~" + strconv.FormatUint(t.above, 36) + "/" + label
	}
	return label
}

// maxDepth is how many ancestors a label spells out. Below that, they are hashed:
// a chain of tasks that start one another must not have ever longer labels, nor
// be kept in memory by them.
const maxDepth = 3

// place settles where t stands in the tree of tasks: below the running one,
// unless that is the main task, whose children are named as the loop's are.
func (t *task) place(l *Loop) {
	names := &l.names
	if above := l.current; above != nil && !above.main {
		names = &above.names
		t.depth = above.depth + 1
		if t.depth <= maxDepth {
			t.parent = above
		}
		t.above = above.path
	}
	t.named = t.name
	if t.named == "" {
		t.named = "task"
	}
	t.ordinal = names.next(t.named)
	if names == &l.names {
		l.touchCount(t.named)
	}
	t.path = (t.above ^ uint64(t.ordinal)) * 0x9e3779b97f4a7c15
	for i := range len(t.named) {
		t.path = (t.path ^ uint64(t.named[i])) * 0x100000001b3 // FNV-1a
	}
}

// plainName makes a name fit for traces, which are text.
func plainName(name string) string { return strings.ToValidUTF8(name, "\uFFFD") }

// labelPart makes a name fit to stand in a label: what has a meaning there gets a
// backslash, or two tasks could bear one label.
func labelPart(name string) string {
	name = plainName(name)
	if strings.ContainsAny(name, `\/#`) {
		name = labelMarks.Replace(name)
	}
	if name != "" && (name[0] == '+' || name[0] == '~') {
		name = `\` + name
	}
	return name
}

var labelMarks = strings.NewReplacer(`\`, `\\`, `/`, `\/`, `#`, `\#`)

// nameCounter counts how often each name was given.
type nameCounter struct {
	few  []nameCount
	many map[string]int32
}

type nameCount struct {
	name string
	n    int32
}

func (c *nameCounter) next(name string) int32 {
	if c.many != nil {
		c.many[name]++
		return c.many[name]
	}
	for i := range c.few {
		if c.few[i].name == name {
			c.few[i].n++
			return c.few[i].n
		}
	}
	if len(c.few) < 8 {
		c.few = append(c.few, nameCount{name, 1})
		return 1
	}
	c.many = make(map[string]int32)
	for _, counted := range c.few {
		c.many[counted.name] = counted.n
	}
	c.many[name] = 1
	return 1
}

func (c *nameCounter) reset() {
	clear(c.few)
	c.few, c.many = c.few[:0], nil
}
