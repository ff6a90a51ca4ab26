package explore_test

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

type toyKind int

const (
	toyRead   toyKind = iota // reg = x
	toyWrite                 // x = n, or reg+1 if n < 0
	toyAdd                   // x += n, which commutes
	toyRMW                   // reg = x; x++
	toyCAS                   // if x == n { x = m }
	toyIf                    // if x != n, skip m operations
	toyScan                  // while a[reg] != 0 { reg-- }, an iteration a step; a[i] is x+i
	toySet                   // reg = n, which touches nothing
	toyLock                  // wait for lock x
	toyUnlock                // hand lock x over
	toyTry                   // take lock x if it is free, else skip m operations
	toyFork                  // lock x, said to commute with its release
	toyPut                   // toyUnlock of what toyFork took
	toySend                  // put something into queue x
	toyRecv                  // wait for something in queue x
	toyStep                  // if x == n { y = m }, in one step
	toySwap                  // reg, x, y = x, y, reg, in one step
	toyChoose                // reg = one of n
	toySleep                 // until nothing is ready
	toySpawn                 // start thread x
	toyCancel                // end thread x
	toyFail                  // if x == n, end the run
)

type toyOp struct {
	kind       toyKind
	x, y, n, m int
}

type toyThread struct {
	ops        []toyOp
	later      bool // started by toySpawn
	cancelable bool // touches itself at each step, so that toyCancel conflicts
	reg        int
}

type toyProgram struct {
	name    string
	threads []toyThread
	vars    []int
}

func (p *toyProgram) String() string {
	var b strings.Builder
	names := []string{"read", "write", "add", "rmw", "cas", "if", "scan", "set", "lock", "unlock", "try", "fork", "put", "send",
		"recv", "step", "swap", "choose", "sleep", "spawn", "cancel", "fail"}
	for i, t := range p.threads {
		fmt.Fprintf(&b, "t%d", i)
		if t.later {
			b.WriteString(" later")
		}
		if t.cancelable {
			b.WriteString(" cancelable")
		}
		b.WriteString(":")
		for _, op := range t.ops {
			fmt.Fprintf(&b, " %s{x%d y%d n%d m%d}", names[op.kind], op.x, op.y, op.n, op.m)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// has reports whether the program has an operation of a kind.
func (p *toyProgram) has(kind toyKind) bool {
	return slices.ContainsFunc(p.threads, func(t toyThread) bool {
		return slices.ContainsFunc(t.ops, func(op toyOp) bool { return op.kind == kind })
	})
}

// toyState is a run at some point.
type toyState struct {
	p       *toyProgram
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

func newToyState(p *toyProgram) *toyState {
	s := &toyState{p: p, vars: slices.Clone(p.vars), holders: map[int]int{}, freed: map[int]int{}, queues: map[string][]int{}, stock: map[int]int{}}
	for i, t := range p.threads {
		s.regs = append(s.regs, t.reg)
		s.pcs = append(s.pcs, 0)
		s.counts = append(s.counts, 0)
		s.causes = append(s.causes, nil)
		if !t.later && len(t.ops) > 0 {
			s.ready = append(s.ready, i)
		}
	}
	return s
}

func (s *toyState) clone() *toyState {
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
func (s *toyState) settle() bool {
	if len(s.ready) == 0 && len(s.asleep) > 0 && !s.failed {
		s.ready, s.asleep = s.asleep, nil
		sort.Ints(s.ready)
		s.epoch++
	}
	return len(s.ready) > 0 && !s.failed
}

func (s *toyState) stepName(t int) string { return fmt.Sprintf("t%d.%d", t, s.counts[t]+1) }

// wake makes a thread ready. Whether it could do so depends on whether the thread
// was cancelled.
func (s *toyState) wake(t int, by int, touch func(object string, a order.Access)) {
	if s.p.threads[t].cancelable {
		touch(fmt.Sprint("thread ", t), order.Writes)
	}
	s.causes[t] = append(s.causes[t], by)
	s.goOn(t)
}

func (s *toyState) goOn(t int) {
	if s.pcs[t] < len(s.p.threads[t].ops) {
		s.ready = append(s.ready, t)
		sort.Ints(s.ready)
	}
}

// step runs the next operation of a thread.
func (s *toyState) step(t int, choose func(key string, n int) int) {
	th := &s.p.threads[t]
	op := th.ops[s.pcs[t]]
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
	if th.cancelable {
		touch(fmt.Sprint("thread ", t), order.Reads)
	}
	switch op.kind {
	case toyRead:
		touch(v(op.x), order.Reads)
		s.regs[t] = s.vars[op.x]
	case toyWrite:
		touch(v(op.x), order.Writes)
		s.vars[op.x] = op.n
		if op.n < 0 {
			s.vars[op.x] = s.regs[t] + 1
		}
	case toyAdd:
		touch(v(op.x), order.Adds)
		s.vars[op.x] += op.n
	case toyRMW:
		touch(v(op.x), order.Writes)
		s.regs[t] = s.vars[op.x]
		s.vars[op.x]++
	case toyCAS:
		if s.vars[op.x] == op.n {
			touch(v(op.x), order.Writes)
			s.vars[op.x], s.regs[t] = op.m, 1
		} else {
			touch(v(op.x), order.Reads)
			s.regs[t] = 0
		}
	case toyIf:
		touch(v(op.x), order.Reads)
		if s.vars[op.x] != op.n {
			s.pcs[t] += op.m
		}
	case toyScan:
		touch(v(op.x+s.regs[t]), order.Reads)
		if s.vars[op.x+s.regs[t]] != 0 {
			s.regs[t]--
			s.pcs[t]--
		}
	case toySet:
		s.regs[t] = op.n
	case toyLock, toyFork:
		touch(fmt.Sprint("lock ", op.x), order.Writes)
		if h, held := s.holders[op.x]; !held {
			s.holders[op.x] = t
			if f, ok := s.freed[op.x]; ok && op.kind == toyFork {
				s.causes[t] = append(s.causes[t], f)
			}
		} else if h != t {
			s.queues[fmt.Sprint("l", op.x)] = append(s.queues[fmt.Sprint("l", op.x)], t)
			blocked = true
		}
	case toyUnlock, toyPut:
		if h, held := s.holders[op.x]; !held || h != t {
			touch(fmt.Sprint("lock ", op.x), order.Reads)
			break
		}
		if op.kind == toyUnlock {
			touch(fmt.Sprint("lock ", op.x), order.Writes)
		}
		delete(s.holders, op.x)
		s.freed[op.x] = me
		q := fmt.Sprint("l", op.x)
		if w := s.queues[q]; len(w) > 0 {
			s.holders[op.x], s.queues[q] = w[0], w[1:]
			s.wake(w[0], me, touch)
		}
	case toyTry:
		if _, held := s.holders[op.x]; held {
			touch(fmt.Sprint("lock ", op.x), order.Reads)
			s.pcs[t] += op.m
		} else {
			touch(fmt.Sprint("lock ", op.x), order.Writes)
			s.holders[op.x] = t
		}
	case toySend:
		touch(fmt.Sprint("queue ", op.x), order.Writes)
		q := fmt.Sprint("q", op.x)
		if w := s.queues[q]; len(w) > 0 {
			s.queues[q] = w[1:]
			s.regs[w[0]] = t
			s.wake(w[0], me, touch)
		} else {
			s.stock[op.x]++
		}
	case toyRecv:
		touch(fmt.Sprint("queue ", op.x), order.Writes)
		if s.stock[op.x] > 0 {
			s.stock[op.x]--
		} else {
			q := fmt.Sprint("q", op.x)
			s.queues[q] = append(s.queues[q], t)
			blocked = true
		}
	case toyStep:
		touch(v(op.x), order.Reads)
		if s.vars[op.x] == op.n {
			touch(v(op.y), order.Writes)
			s.vars[op.y] = op.m
		}
	case toySwap:
		touch(v(op.x), order.Writes)
		touch(v(op.y), order.Writes)
		s.regs[t], s.vars[op.x], s.vars[op.y] = s.vars[op.x], s.vars[op.y], s.regs[t]
	case toyChoose:
		s.regs[t] = choose(st.Name, op.n)
		choice = fmt.Sprint("=", s.regs[t])
		if s.regs[t] > 0 && op.m > 0 { // of some, one alternative writes at once
			touch(v(op.x), order.Writes)
			s.vars[op.x] = 100 + s.regs[t]
		}
	case toySleep:
		s.asleep = append(s.asleep, t)
		if s.pcs[t] == len(th.ops) {
			s.asleep = s.asleep[:len(s.asleep)-1]
		}
		blocked = true
	case toySpawn:
		if s.p.threads[op.x].later && s.counts[op.x] == 0 && s.causes[op.x] == nil && s.pcs[op.x] == 0 {
			touch(fmt.Sprint("spawn ", op.x), order.Writes)
			s.wake(op.x, me, touch)
		} else {
			touch(fmt.Sprint("spawn ", op.x), order.Reads)
			if s.p.threads[op.x].cancelable {
				touch(fmt.Sprint("thread ", op.x), order.Reads)
			}
		}
	case toyCancel:
		touch(fmt.Sprint("thread ", op.x), order.Writes)
		other := func(o int) bool { return o == op.x }
		s.ready = slices.DeleteFunc(s.ready, other)
		s.asleep = slices.DeleteFunc(s.asleep, other)
		for q := range s.queues {
			if slices.Contains(s.queues[q], op.x) {
				if q[0] == 'l' {
					touch("lock "+q[1:], order.Writes)
				} else {
					touch("queue "+q[1:], order.Writes)
				}
				s.queues[q] = slices.DeleteFunc(s.queues[q], other)
			}
		}
		s.pcs[op.x] = len(s.p.threads[op.x].ops)
	case toyFail:
		touch(v(op.x), order.Reads)
		if s.vars[op.x] == op.n {
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
func (s *toyState) outcome() (order.End, string) {
	end := order.Finished
	for t := range s.p.threads {
		if s.pcs[t] < len(s.p.threads[t].ops) && (!s.p.threads[t].later || s.counts[t] > 0) {
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

// listEngine makes an order.Engine of a program.
type listEngine struct{ p *toyProgram }

func (e listEngine) Program() string      { return e.p.name }
func (e listEngine) Policy() string       { return "any" }
func (e listEngine) Runner() order.Runner { return listRunner{e.p} }

type listRunner struct{ p *toyProgram }

func (r listRunner) Close() {}

func (r listRunner) Run(strategy order.Strategy, level trace.Level) *order.Run {
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

// foata returns the Foata normal form of a run: its steps in levels, each level
// holding what depends on nothing but earlier levels, with what they touched. Runs
// of one trace have the same one. died says that the last step ended the run.
func foata(steps []order.Step, choices []string, died bool) string {
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

// bruteForce walks all interleavings of a program and returns its traces and its
// outcomes, or ok false if there are more interleavings than limit.
func bruteForce(p *toyProgram, limit int) (traces, outcomes map[string]bool, ok bool) {
	traces, outcomes = map[string]bool{}, map[string]bool{}
	left := limit
	var walk func(s *toyState) bool
	walk = func(s *toyState) bool {
		if !s.settle() {
			left--
			traces[foata(s.steps, s.choices, s.failed)] = true
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
