package toy

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"weft/sim/order"
	"weft/trace"
)

// The toy engine runs programs that are lists of operations, one operation a
// step. It has nothing of package sim's loop: it is there to show how little an
// engine must do, and as a model that can also be walked without package explore.

type Kind int

const (
	Read   Kind = iota // reg = x
	Write              // x = n, or reg+1 if n < 0
	Add                // x += n, which commutes
	RMW                // reg = x; x++
	CAS                // if x == n { x = m }
	If                 // if x != n, skip m operations
	Scan               // while a[reg] != 0 { reg-- }, an iteration a step; a[i] is x+i
	Set                // reg = n, which touches nothing
	Lock               // wait for lock x
	Unlock             // hand lock x over
	Try                // take lock x if it is free, else skip m operations
	Fork               // lock x, said to commute with its release
	Put                // toyUnlock of what toyFork took
	Send               // put something into queue x
	Recv               // wait for something in queue x
	Step               // if x == n { y = m }, in one step
	Swap               // reg, x, y = x, y, reg, in one step
	Choose             // reg = one of n
	Sleep              // until nothing is ready
	Spawn              // start thread x
	Cancel             // end thread x
	Fail               // if x == n, end the run
)

type Op struct {
	Kind       Kind
	X, Y, N, M int
}

type Thread struct {
	Ops        []Op
	Later      bool // started by toySpawn
	Cancelable bool // touches itself at each step, so that toyCancel conflicts
	Reg        int
}

type Program struct {
	Name    string
	Threads []Thread
	Vars    []int
}

func (p *Program) String() string {
	var b strings.Builder
	names := []string{"read", "write", "add", "rmw", "cas", "if", "scan", "set", "lock", "unlock", "try", "fork", "put", "send",
		"recv", "step", "swap", "choose", "sleep", "spawn", "cancel", "fail"}
	for i, t := range p.Threads {
		fmt.Fprintf(&b, "t%d", i)
		if t.Later {
			b.WriteString(" later")
		}
		if t.Cancelable {
			b.WriteString(" cancelable")
		}
		b.WriteString(":")
		for _, op := range t.Ops {
			fmt.Fprintf(&b, " %s{x%d y%d n%d m%d}", names[op.Kind], op.X, op.Y, op.N, op.M)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Has reports whether the program has an operation of a kind.
func (p *Program) Has(kind Kind) bool {
	return slices.ContainsFunc(p.Threads, func(t Thread) bool {
		return slices.ContainsFunc(t.Ops, func(op Op) bool { return op.Kind == kind })
	})
}

// state is a run at some point.
type state struct {
	p       *Program
	vars    []int
	regs    []int
	pcs     []int
	counts  []int // steps done, by thread
	causes  [][]int
	holders map[int]int // by lock
	freed   map[int]int // by lock, the step that released it last
	queues  map[string][]int
	stock   map[int]int // by queue
	ready   []int       // threads
	asleep  []int
	epoch   int
	steps   []order.Step
	choices []string // by step
	failed  bool
}

func newToyState(p *Program) *state {
	s := &state{p: p, vars: slices.Clone(p.Vars), holders: map[int]int{}, freed: map[int]int{}, queues: map[string][]int{}, stock: map[int]int{}}
	for i, t := range p.Threads {
		s.regs = append(s.regs, t.Reg)
		s.pcs = append(s.pcs, 0)
		s.counts = append(s.counts, 0)
		s.causes = append(s.causes, nil)
		if !t.Later && len(t.Ops) > 0 {
			s.ready = append(s.ready, i)
		}
	}
	return s
}

func (s *state) clone() *state {
	c := *s
	c.vars, c.regs, c.pcs, c.counts = slices.Clone(s.vars), slices.Clone(s.regs), slices.Clone(s.pcs), slices.Clone(s.counts)
	c.causes, c.ready, c.asleep = slices.Clone(s.causes), slices.Clone(s.ready), slices.Clone(s.asleep)
	c.steps, c.choices = slices.Clone(s.steps), slices.Clone(s.choices)
	c.holders, c.freed, c.queues, c.stock = map[int]int{}, map[int]int{}, map[string][]int{}, map[int]int{}
	for k, v := range s.holders {
		c.holders[k] = v
	}
	for k, v := range s.freed {
		c.freed[k] = v
	}
	for k, v := range s.queues {
		c.queues[k] = slices.Clone(v)
	}
	for k, v := range s.stock {
		c.stock[k] = v
	}
	return &c
}

// settle lets time move on if nothing is ready, and reports whether something is.
func (s *state) settle() bool {
	if len(s.ready) == 0 && len(s.asleep) > 0 && !s.failed {
		s.ready, s.asleep = s.asleep, nil
		sort.Ints(s.ready)
		s.epoch++
	}
	return len(s.ready) > 0 && !s.failed
}

func (s *state) stepName(t int) string { return fmt.Sprintf("t%d.%d", t, s.counts[t]+1) }

// wake makes a thread ready. Whether it could do so depends on whether the thread
// was cancelled.
func (s *state) wake(t int, by int, touch func(object string, a order.Access)) {
	if s.p.Threads[t].Cancelable {
		touch(fmt.Sprint("thread ", t), order.Writes)
	}
	s.causes[t] = append(s.causes[t], by)
	s.goOn(t)
}

func (s *state) goOn(t int) {
	if s.pcs[t] < len(s.p.Threads[t].Ops) {
		s.ready = append(s.ready, t)
		sort.Ints(s.ready)
	}
}

// step runs the next operation of a thread.
func (s *state) step(t int, choose func(key string, n int) int) {
	th := &s.p.Threads[t]
	op := th.Ops[s.pcs[t]]
	me := len(s.steps)
	st := order.Step{Name: s.stepName(t), Task: fmt.Sprint("t", t), Epoch: s.epoch, Pick: -1, Causes: s.causes[t]}
	s.ready = slices.DeleteFunc(s.ready, func(o int) bool { return o == t })
	s.causes[t] = nil
	s.pcs[t]++
	s.counts[t]++
	blocked, choice := false, ""
	touches := map[string]order.Access{}
	touch := func(object string, a order.Access) {
		if old, ok := touches[object]; ok && old != a {
			a = order.Writes
		}
		touches[object] = a
	}
	v := func(i int) string { return fmt.Sprint("x", i) }
	if th.Cancelable {
		touch(fmt.Sprint("thread ", t), order.Reads)
	}
	switch op.Kind {
	case Read:
		touch(v(op.X), order.Reads)
		s.regs[t] = s.vars[op.X]
	case Write:
		touch(v(op.X), order.Writes)
		s.vars[op.X] = op.N
		if op.N < 0 {
			s.vars[op.X] = s.regs[t] + 1
		}
	case Add:
		touch(v(op.X), order.Adds)
		s.vars[op.X] += op.N
	case RMW:
		touch(v(op.X), order.Writes)
		s.regs[t] = s.vars[op.X]
		s.vars[op.X]++
	case CAS:
		if s.vars[op.X] == op.N {
			touch(v(op.X), order.Writes)
			s.vars[op.X], s.regs[t] = op.M, 1
		} else {
			touch(v(op.X), order.Reads)
			s.regs[t] = 0
		}
	case If:
		touch(v(op.X), order.Reads)
		if s.vars[op.X] != op.N {
			s.pcs[t] += op.M
		}
	case Scan:
		touch(v(op.X+s.regs[t]), order.Reads)
		if s.vars[op.X+s.regs[t]] != 0 {
			s.regs[t]--
			s.pcs[t]--
		}
	case Set:
		s.regs[t] = op.N
	case Lock, Fork:
		touch(fmt.Sprint("lock ", op.X), order.Writes)
		if h, held := s.holders[op.X]; !held {
			s.holders[op.X] = t
			if f, ok := s.freed[op.X]; ok && op.Kind == Fork {
				s.causes[t] = append(s.causes[t], f)
			}
		} else if h != t {
			s.queues[fmt.Sprint("l", op.X)] = append(s.queues[fmt.Sprint("l", op.X)], t)
			blocked = true
		}
	case Unlock, Put:
		if h, held := s.holders[op.X]; !held || h != t {
			touch(fmt.Sprint("lock ", op.X), order.Reads)
			break
		}
		if op.Kind == Unlock {
			touch(fmt.Sprint("lock ", op.X), order.Writes)
		}
		delete(s.holders, op.X)
		s.freed[op.X] = me
		q := fmt.Sprint("l", op.X)
		if w := s.queues[q]; len(w) > 0 {
			s.holders[op.X], s.queues[q] = w[0], w[1:]
			s.wake(w[0], me, touch)
		}
	case Try:
		if _, held := s.holders[op.X]; held {
			touch(fmt.Sprint("lock ", op.X), order.Reads)
			s.pcs[t] += op.M
		} else {
			touch(fmt.Sprint("lock ", op.X), order.Writes)
			s.holders[op.X] = t
		}
	case Send:
		touch(fmt.Sprint("queue ", op.X), order.Writes)
		q := fmt.Sprint("q", op.X)
		if w := s.queues[q]; len(w) > 0 {
			s.queues[q] = w[1:]
			s.regs[w[0]] = t
			s.wake(w[0], me, touch)
		} else {
			s.stock[op.X]++
		}
	case Recv:
		touch(fmt.Sprint("queue ", op.X), order.Writes)
		if s.stock[op.X] > 0 {
			s.stock[op.X]--
		} else {
			q := fmt.Sprint("q", op.X)
			s.queues[q] = append(s.queues[q], t)
			blocked = true
		}
	case Step:
		touch(v(op.X), order.Reads)
		if s.vars[op.X] == op.N {
			touch(v(op.Y), order.Writes)
			s.vars[op.Y] = op.M
		}
	case Swap:
		touch(v(op.X), order.Writes)
		touch(v(op.Y), order.Writes)
		s.regs[t], s.vars[op.X], s.vars[op.Y] = s.vars[op.X], s.vars[op.Y], s.regs[t]
	case Choose:
		s.regs[t] = choose(st.Name, op.N)
		choice = fmt.Sprint("=", s.regs[t])
		if s.regs[t] > 0 && op.M > 0 { // of some, one alternative writes at once
			touch(v(op.X), order.Writes)
			s.vars[op.X] = 100 + s.regs[t]
		}
	case Sleep:
		s.asleep = append(s.asleep, t)
		if s.pcs[t] == len(th.Ops) {
			s.asleep = s.asleep[:len(s.asleep)-1]
		}
		blocked = true
	case Spawn:
		if s.p.Threads[op.X].Later && s.counts[op.X] == 0 && s.causes[op.X] == nil && s.pcs[op.X] == 0 {
			touch(fmt.Sprint("spawn ", op.X), order.Writes)
			s.wake(op.X, me, touch)
		} else {
			touch(fmt.Sprint("spawn ", op.X), order.Reads)
			if s.p.Threads[op.X].Cancelable {
				touch(fmt.Sprint("thread ", op.X), order.Reads)
			}
		}
	case Cancel:
		touch(fmt.Sprint("thread ", op.X), order.Writes)
		other := func(o int) bool { return o == op.X }
		s.ready = slices.DeleteFunc(s.ready, other)
		s.asleep = slices.DeleteFunc(s.asleep, other)
		for q := range s.queues {
			if slices.Contains(s.queues[q], op.X) {
				if q[0] == 'l' {
					touch("lock "+q[1:], order.Writes)
				} else {
					touch("queue "+q[1:], order.Writes)
				}
				s.queues[q] = slices.DeleteFunc(s.queues[q], other)
			}
		}
		s.pcs[op.X] = len(s.p.Threads[op.X].Ops)
	case Fail:
		touch(v(op.X), order.Reads)
		if s.vars[op.X] == op.N {
			s.failed = true
		}
	}
	if !blocked {
		s.goOn(t)
	}
	for object, access := range touches {
		st.Touches = append(st.Touches, order.Touch{Object: object, Access: access})
	}
	slices.SortFunc(st.Touches, func(a, b order.Touch) int { return strings.Compare(a.Object, b.Object) })
	s.steps = append(s.steps, st)
	s.choices = append(s.choices, choice)
}

// outcome is what the run shows.
func (s *state) outcome() (order.End, string) {
	end := order.Finished
	for t := range s.p.Threads {
		if s.pcs[t] < len(s.p.Threads[t].Ops) && (!s.p.Threads[t].Later || s.counts[t] > 0) {
			end = order.Deadlocked
		}
	}
	for _, q := range s.queues {
		if len(q) > 0 {
			end = order.Deadlocked
		}
	}
	if s.failed {
		end = order.Failed
	}
	return end, fmt.Sprint(s.vars, s.regs, s.pcs)
}

// Engine makes an order.Engine of a program.
type Engine struct{ p *Program }

// NewEngine returns the engine that runs a program.
func NewEngine(p *Program) Engine { return Engine{p} }

func (e Engine) Program() string      { return e.p.Name }
func (e Engine) Policy() string       { return "any" }
func (e Engine) Runner() order.Runner { return runner{e.p} }

type runner struct{ p *Program }

func (r runner) Close() {}

func (r runner) Run(strategy order.Strategy, level trace.Level) *order.Run {
	s := newToyState(r.p)
	run := &order.Run{}
	plan := planOf(strategy)
	decide := func(kind, key string, names []string) int {
		d := order.Decision{Kind: kind, Key: key, Of: len(names)}
		for _, name := range names {
			d.Alternatives = append(d.Alternatives, order.Alternative{Name: name})
		}
		d.Taken = strategy.Choose(&d)
		plan.check(&d)
		run.Decisions = append(run.Decisions, d)
		return d.Taken
	}
	for s.settle() {
		pick, taken := -1, 0
		if len(s.ready) > 1 {
			pick = len(run.Decisions)
			names := make([]string, len(s.ready))
			for i, t := range s.ready {
				names[i] = s.stepName(t)
			}
			taken = decide(order.PickReady, names[0], names)
		}
		begin := len(run.Decisions)
		s.step(s.ready[taken], func(key string, n int) int {
			names := make([]string, n)
			for i := range names {
				names[i] = fmt.Sprint(i)
			}
			return decide(order.PickChoice, key, names)
		})
		last := &s.steps[len(s.steps)-1]
		last.Pick, last.Begin = pick, begin
		last.Alone = s.failed
	}
	text := ""
	run.End, text = s.outcome()
	run.Output = []order.Line{{Text: text}}
	run.Summary = string(run.End)
	run.Footprints = s.steps
	h := trace.Hash(0)
	for i := range s.steps {
		h = h.Text(s.steps[i].Name + s.choices[i])
	}
	run.Hash = h
	run.Trace = func() *trace.Trace { return &trace.Trace{} }
	return run
}

// Foata returns the Foata normal form of a run: its steps in levels, each level
// holding what depends on nothing but earlier levels, with what they touched. Runs
// of one trace have the same one. died says that the last step ended the run.
func Foata(steps []order.Step, choices []string, died bool) string {
	levels := make([]int, len(steps))
	var byLevel [][]string
	for i := range steps {
		level := 0
		for k := range i {
			if dependent(&steps[k], &steps[i]) || slices.Contains(steps[i].Causes, k) || died && i == len(steps)-1 {
				level = max(level, levels[k]+1)
			}
		}
		levels[i] = level
		if level == len(byLevel) {
			byLevel = append(byLevel, nil)
		}
		byLevel[level] = append(byLevel[level], fmt.Sprint(steps[i].Name, choices[i], steps[i].Touches))
	}
	var b strings.Builder
	for _, names := range byLevel {
		sort.Strings(names)
		b.WriteString(strings.Join(names, " ") + "|")
	}
	return b.String()
}

func dependent(a, b *order.Step) bool {
	if a.Task != "" && a.Task == b.Task || a.Epoch != b.Epoch || a.Alone || b.Alone {
		return true
	}
	for _, t := range a.Touches {
		for _, u := range b.Touches {
			if t.Object == u.Object && (t.Access == order.Writes || t.Access != u.Access) {
				return true
			}
		}
	}
	return false
}

// BruteForce walks all interleavings of a program and returns its traces and its
// outcomes, or ok false if there are more interleavings than limit.
func BruteForce(p *Program, limit int) (traces, outcomes map[string]bool, ok bool) {
	traces, outcomes = map[string]bool{}, map[string]bool{}
	left := limit
	var walk func(s *state) bool
	walk = func(s *state) bool {
		if !s.settle() {
			left--
			traces[Foata(s.steps, s.choices, s.failed)] = true
			end, text := s.outcome()
			outcomes[string(end)+text] = true
			return left > 0
		}
		for _, t := range s.ready {
			for value := 0; ; value++ {
				c := s.clone()
				width := 1
				c.step(t, func(_ string, n int) int { width = n; return value })
				if !walk(c) {
					return false
				}
				if value == width-1 {
					break
				}
			}
		}
		return true
	}
	return traces, outcomes, walk(newToyState(p))
}
