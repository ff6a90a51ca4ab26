package sample

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"weft/sim/order"
)

// profile is what samplers learn from runs.
type profile struct {
	// Runs is how many runs they are from, and Picks the most decisions about
	// order that one of them had.
	Runs  int `json:"runs"`
	Picks int `json:"picks"`
	// Steps are those that some run had, each after the one that it is Above.
	Steps []stepProfile `json:"steps,omitempty"`

	index map[string]int32 // by name
	at    []int32          // where the steps of a run are; kept for its memory

	// What follows is made by settle.

	objects []string
	touches [][]objectTouch // by step
	left    []float64       // by step, how many steps are expected from there
	shared  []int32         // objects whose accesses can conflict
	near    []nearObject    // by object; made when asked for
	blind   bool            // there are no footprints
}

// stepProfile is what is known of a step.
type stepProfile struct {
	Name string `json:"name"`
	// Above is the index of the step before it in its task, or of that which made
	// the task; -1 if there is none.
	Above int32 `json:"above"`
	// Seen counts the runs that had it.
	Seen int `json:"seen"`
	// Alone and Touches are the union of what was seen: a step of one name may do
	// different things in different orders.
	Alone   bool          `json:"alone,omitempty"`
	Touches []order.Touch `json:"touches,omitempty"`
	// Guessed says that there was no footprint, and Object is what an alternative
	// said of it.
	Guessed bool   `json:"guessed,omitempty"`
	Object  string `json:"object,omitempty"`

	run int // that it was last seen in, where steps are guessed
}

type objectTouch struct {
	object int32
	access order.Access
}

// nearObject holds by step how many steps that touch one object are expected from
// there.
type nearObject struct {
	once sync.Once
	left []float64
}

// stepsKept is how many steps a profile tells apart. It bounds its memory where
// programs spin.
const stepsKept = 1 << 14

func newProfile() *profile { return &profile{index: map[string]int32{}} }

// step returns the index of a step, or -1 if there is no room for it. above is
// asked for if the step is new.
func (l *profile) step(name string, above func() int32) int32 {
	if k, known := l.index[name]; known {
		return k
	}
	if len(l.Steps) == stepsKept {
		return -1
	}
	k := int32(len(l.Steps))
	l.Steps = append(l.Steps, stepProfile{Name: name, Above: above()})
	l.index[name] = k
	return k
}

// learn takes in a run.
func (l *profile) learn(r *order.Run, what learning) {
	l.Runs++
	picks := 0
	for i := range r.Decisions {
		if r.Decisions[i].IsOrder() {
			picks++
		}
	}
	l.Picks = max(l.Picks, picks)
	switch {
	case what != learnsSteps:
	case len(r.Footprints) > 0:
		l.learnSteps(r.Footprints)
	default:
		l.guessSteps(r.Decisions)
	}
}

func (l *profile) learnSteps(steps []order.Step) {
	l.at = l.at[:0]
	for i := range steps {
		s := &steps[i]
		if s.Alone && s.Task == "" {
			l.at = append(l.at, -1) // the loop's own, such as the end: nobody picks it
			continue
		}
		k := l.step(s.Name, func() int32 { return l.above(steps, i) })
		l.at = append(l.at, k)
		if k < 0 {
			continue
		}
		known := &l.Steps[k]
		known.Seen++
		known.Alone = known.Alone || s.Alone
		known.Touches = union(known.Touches, s.Touches)
	}
}

// above returns what step i comes after: the one before it in its task, or the
// one that made it ready.
func (l *profile) above(steps []order.Step, i int) int32 {
	if task := steps[i].Task; task != "" {
		for k := i - 1; k >= 0; k-- {
			if steps[k].Task == task {
				return l.at[k]
			}
		}
	}
	if causes := steps[i].Causes; len(causes) > 0 {
		return l.at[causes[len(causes)-1]]
	}
	return -1
}

// guessSteps learns from decisions what there is to learn without footprints:
// a task whose third step could be taken had a first and a second one.
func (l *profile) guessSteps(decisions []order.Decision) {
	for i := range decisions {
		if !decisions[i].IsReady() {
			continue
		}
		for a := range decisions[i].Alternatives {
			l.guess(&decisions[i].Alternatives[a])
		}
	}
}

func (l *profile) guess(a *order.Alternative) {
	owner, n := ownerOf(a.Name)
	if k, known := l.index[a.Name]; known && l.Steps[k].run == l.Runs {
		return
	}
	above := int32(-1)
	for i := 1; i <= n; i++ {
		name := a.Name
		if i < n {
			name = owner + "." + strconv.Itoa(i)
		}
		k := l.step(name, func() int32 { return above })
		if k < 0 {
			return
		}
		s := &l.Steps[k]
		s.Guessed = true
		if s.run != l.Runs {
			s.run = l.Runs
			s.Seen++
		}
		if i == n && s.Object == "" {
			s.Object = a.Object
		}
		above = k
	}
}

// ownerOf parts the name of a step into that of its task, callback or timer, and
// its ordinal, which is 1 if there is none.
func ownerOf(name string) (owner string, n int) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return name, 1
	}
	n, err := strconv.Atoi(name[dot+1:])
	if err != nil || n < 1 {
		return name, 1
	}
	return name[:dot], n
}

// union returns all touches of two sorted lists. It returns the first, if there
// is nothing to add, and never shares memory with the second.
func union(a, b []order.Touch) []order.Touch {
	if len(a) == 0 {
		return slices.Clone(b)
	}
	i := 0
	for _, t := range b {
		for i < len(a) && a[i].Object < t.Object {
			i++
		}
		switch {
		case i == len(a) || a[i].Object != t.Object:
			a = slices.Insert(slices.Clip(a), i, t)
		case a[i].Access != t.Access && a[i].Access != order.Writes:
			a = slices.Clone(a)
			a[i].Access = order.Writes
		}
	}
	return a
}

// add takes in what was learned elsewhere, after this.
func (l *profile) add(o *profile) {
	l.Runs += o.Runs
	l.Picks = max(l.Picks, o.Picks)
	at := make([]int32, len(o.Steps))
	for i := range o.Steps {
		s := &o.Steps[i]
		k := l.step(s.Name, func() int32 {
			if s.Above < 0 {
				return -1
			}
			return at[s.Above]
		})
		at[i] = k
		if k < 0 {
			continue
		}
		known := &l.Steps[k]
		known.Seen += s.Seen
		known.Alone = known.Alone || s.Alone
		known.Touches = union(known.Touches, s.Touches)
		known.Guessed = known.Guessed || s.Guessed
		known.Object = cmp.Or(known.Object, s.Object)
	}
}

// valid reports whether a profile that was read from a file can be used.
func (l *profile) valid() error {
	for i, s := range l.Steps {
		if s.Above >= int32(i) || s.Above < -1 || s.Seen < 1 {
			return fmt.Errorf("sample: the checkpoint says of step %q what cannot be; it is damaged: remove it", s.Name)
		}
	}
	return nil
}

// settle prepares for questions. After it, the profile is only read.
func (l *profile) settle() {
	type use struct {
		owner   string
		several bool // more than one owner
		access  order.Access
	}
	var uses []use
	ids := map[string]int32{}
	l.objects, l.shared, l.blind = nil, nil, true
	l.touches = make([][]objectTouch, len(l.Steps))
	for i := range l.Steps {
		s := &l.Steps[i]
		l.blind = l.blind && s.Guessed
		owner, _ := ownerOf(s.Name)
		for _, t := range s.Touches {
			id, known := ids[t.Object]
			if !known {
				id = int32(len(uses))
				ids[t.Object] = id
				l.objects = append(l.objects, t.Object)
				uses = append(uses, use{owner: owner, access: t.Access})
			}
			u := &uses[id]
			u.several = u.several || u.owner != owner
			if u.access != t.Access {
				u.access = order.Writes
			}
			l.touches[i] = append(l.touches[i], objectTouch{id, t.Access})
		}
		slices.SortFunc(l.touches[i], func(a, b objectTouch) int { return cmp.Compare(a.object, b.object) })
	}
	for id, u := range uses {
		if u.several && u.access == order.Writes {
			l.shared = append(l.shared, int32(id))
		}
	}
	l.near = make([]nearObject, len(uses))
	l.left = l.expected(func(int) bool { return true })
}

// expected returns for every step how many steps that count are expected from
// there, itself among them: in its task, and in the tasks that are made there or
// later. It is the mean over the runs that had the step.
func (l *profile) expected(counts func(step int) bool) []float64 {
	left := make([]float64, len(l.Steps))
	for i := len(l.Steps) - 1; i >= 0; i-- {
		s := &l.Steps[i]
		if counts(i) {
			left[i] += float64(s.Seen)
		}
		if s.Above >= 0 {
			left[s.Above] += left[i]
		}
		left[i] /= float64(s.Seen)
	}
	return left
}

// find returns the index of a step, or -1.
func (l *profile) find(name string) int32 {
	if k, known := l.index[name]; known {
		return k
	}
	return -1
}

// leftOf returns how many steps that touch an object are expected from each step
// on. Several workers may ask at once.
func (l *profile) leftOf(object int32) []float64 {
	o := &l.near[object]
	o.once.Do(func() { o.left = l.expected(func(step int) bool { return l.touch(int32(step), object) }) })
	return o.left
}

// touch reports whether a step may touch an object.
func (l *profile) touch(step, object int32) bool {
	return slices.ContainsFunc(l.touches[step], func(t objectTouch) bool { return t.object == object })
}

// racing reports whether it may matter in which order two steps come. Without
// footprints, it goes by what they wait for; what is not known matters.
func (l *profile) racing(a, b int32) bool {
	if a < 0 || b < 0 {
		return true
	}
	s, o := &l.Steps[a], &l.Steps[b]
	if s.Alone || o.Alone {
		return true
	}
	if s.Guessed || o.Guessed {
		return s.Object == "" || o.Object == "" || s.Object == o.Object || s.Object == yieldObject || o.Object == yieldObject
	}
	x, y := l.touches[a], l.touches[b]
	for i, k := 0, 0; i < len(x) && k < len(y); {
		switch {
		case x[i].object < y[k].object:
			i++
		case x[i].object > y[k].object:
			k++
		case x[i].access != y[k].access || x[i].access == order.Writes:
			return true
		default:
			i++
			k++
		}
	}
	return false
}

// yieldObject is the object of an alternative whose task has only given up
// control.
const yieldObject = "yield"
