package sim

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"weft/sim/order"
	"weft/trace"
)

// Var is a variable that tasks share. Its reads and writes are events of the
// trace, and part of the footprints by which exploration tells orders apart.
type Var[T any] struct {
	object
	value T
}

// NewVar returns a variable. name is for traces and reports and may be empty.
func NewVar[T any](ctx context.Context, name string, value T) *Var[T] {
	return &Var[T]{object: newObject(ctx, "NewVar", "var", name), value: value}
}

// Get returns the value.
func (v *Var[T]) Get() T {
	v.touch(trace.Read, v.value)
	return v.value
}

// Set changes the value.
func (v *Var[T]) Set(value T) {
	v.touch(trace.Write, value)
	v.value = value
}

// Update sets the value to change(value) in one go and returns the new value.
func (v *Var[T]) Update(change func(T) T) T {
	if change == nil {
		misuse("Update of %s was given a nil function", v.name)
	}
	v.touch(trace.Read, v.value)
	value := change(v.value)
	v.touch(trace.Write, value)
	v.value = value
	return value
}

// CompareAndSwap sets a variable to a new value if it has the old one, and reports
// whether it did. If it fails, it has only looked.
func CompareAndSwap[T comparable](v *Var[T], old, new T) bool {
	if v.value != old {
		v.touch(trace.Read, v.value)
		return false
	}
	v.touch(trace.Write, new)
	v.value = new
	return true
}

func (v *Var[T]) touch(kind trace.Kind, value T) {
	v.loop.touch(&v.object, accessOf(kind))
	if v.loop.recording() {
		v.loop.record(trace.Entry{Kind: kind, Object: v.name, Detail: v.loop.show(value), PC: v.loop.caller(2)})
	}
}

// Choose takes one of the options. Which one is a decision of the run, like the
// order of events: the default takes the first, a seed draws, a schedule names
// it. name says what is being decided. It panics if there is no option.
//
// Options with equal text (as fmt.Sprint gives it, without addresses) are told
// apart by their place.
func Choose[T any](ctx context.Context, name string, options ...T) T {
	if len(options) == 0 {
		misuse("Choose %q was given no options", name)
	}
	names := make([]string, len(options))
	for i, option := range options {
		names[i] = trace.Show(option)
	}
	return options[choose(ctx, "Choose", name, names, nil)]
}

// Flip tosses a weighted coin: true with probability p under a random strategy.
// The default is false. It panics unless 0 <= p <= 1. Where p leaves no choice,
// there is no decision.
func Flip(ctx context.Context, name string, p float64) bool {
	if !(p >= 0 && p <= 1) {
		misuse("Flip %q was given the probability %v; it must lie between 0 and 1", name, p)
	}
	if p == 0 || p == 1 {
		return p == 1
	}
	return choose(ctx, "Flip", name, []string{"false", "true"}, []float64{1 - p, p}) == 1
}

// Distribution is a distribution of durations.
type Distribution interface {
	// Quantile returns the duration below which a share p of the draws lies,
	// 0 < p < 1.
	Quantile(p float64) time.Duration
}

// latencyGrid is how many durations a latency can take: few enough to walk
// through, and enough for the tail to show.
const latencyGrid = 16

// Latency draws a duration of virtual time from a distribution, rounded to one of
// 16 of its quantiles that are equally likely. The default is the median
// quantile. Draws of one value are one alternative.
func Latency(ctx context.Context, name string, d Distribution) time.Duration {
	if d == nil {
		misuse("Latency %q was given no distribution", name)
	}
	var values []time.Duration
	var weights []float64
	add := func(k int) {
		v := d.Quantile((float64(k) + 0.5) / latencyGrid)
		for i := range values {
			if values[i] == v {
				weights[i]++
				return
			}
		}
		values, weights = append(values, v), append(weights, 1)
	}
	add(latencyGrid / 2)
	for k := range latencyGrid {
		if k != latencyGrid/2 {
			add(k)
		}
	}
	if len(values) == 1 {
		return values[0]
	}
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = v.String()
	}
	return values[choose(ctx, "Latency", name, names, weights)]
}

// Uniform is the uniform distribution between Min and Max.
type Uniform struct{ Min, Max time.Duration }

// Quantile returns Min + p (Max - Min).
//
// It panics if Max lies before Min.
func (u Uniform) Quantile(p float64) time.Duration {
	if u.Max < u.Min {
		misuse("Uniform has Max %v before Min %v", u.Max, u.Min)
	}
	return saturated(float64(u.Min) + p*(float64(u.Max)-float64(u.Min)))
}

// saturated converts nanoseconds to a duration. Go leaves to the machine what
// becomes of a float that is too large.
func saturated(ns float64) time.Duration {
	switch {
	case ns >= math.MaxInt64:
		return math.MaxInt64
	case ns <= math.MinInt64:
		return math.MinInt64
	}
	return time.Duration(ns)
}

// Exponential is the exponential distribution with the given mean.
type Exponential struct{ Mean time.Duration }

// Quantile returns -Mean ln(1-p).
//
// It panics if the mean is negative.
func (e Exponential) Quantile(p float64) time.Duration {
	if e.Mean < 0 {
		misuse("Exponential has the negative mean %v", e.Mean)
	}
	return saturated(-float64(e.Mean) * math.Log1p(-p))
}

func choose(ctx context.Context, op, name string, options []string, weights []float64) int {
	s := scopeOf(ctx, op)
	l := s.loop
	alternatives := make([]order.Alternative, len(options))
	seen := make(map[string]int, len(options))
	name = labelPart(name)
	for i, option := range options {
		option = hashMarks.Replace(plainName(option))
		seen[option]++
		if seen[option] > 1 {
			option += "#" + strconv.Itoa(seen[option])
		}
		alternatives[i] = order.Alternative{Name: option, Op: "choose", Object: name}
		if weights != nil {
			alternatives[i].Weight = weights[i]
		}
	}
	key := name + "."
	names, who := &l.names, ""
	if t := l.current; t != nil {
		names, who = &t.names, t.label()
	} else if th := l.thread; th != nil {
		names, who = &th.names, th.label()
	}
	if who != "" {
		key = who + "/" + key
		for i := range alternatives {
			alternatives[i].Task = who
		}
	}
	key += strconv.Itoa(int(names.next("?" + name)))
	if names == &l.names {
		l.touchCount("?" + name)
	}
	if len(options) == 1 {
		return 0
	}
	return l.decide(order.PickChoice, key, alternatives)
}

// Print prints its operands as fmt.Println does. The line is part of the run's
// trace and of its outcome.
func Print(ctx context.Context, operands ...any) {
	text := fmt.Sprintln(operands...)
	l := scopeOf(ctx, "Print").loop
	l.Printed(text[:len(text)-1], l.caller(1))
}

// Printf prints a line as fmt.Printf does, and ends it.
func Printf(ctx context.Context, format string, operands ...any) {
	l := scopeOf(ctx, "Printf").loop
	l.Printed(fmt.Sprintf(format, operands...), l.caller(1))
}

// Printed takes in a line that the running task has printed by other means than [Print], and
// the return address of the call by which it has, or 0: for those who run programs that print
// to the standard output.
func (l *Loop) Printed(text string, pc uintptr) {
	line := order.Line{At: l.clock.Now(), Text: text}
	if l.current != nil {
		line.Task = l.current.label()
	} else if l.thread != nil {
		line.Task = l.thread.label()
	}
	l.output = append(l.output, line)
	l.touch(output{}, order.Writes)
	l.record(trace.Entry{Kind: trace.Print, Object: "output", Detail: text, PC: pc})
	if l.stdout != nil {
		if _, err := fmt.Fprintln(l.stdout, text); err != nil {
			l.stdout = nil // one report is enough
			l.report(Report{Kind: LostOutput, Object: "output", Err: err,
				Text: "output could not be written, and no more will be: " + err.Error()})
		}
	}
}
