package sim

import (
	"context"

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

func (v *Var[T]) touch(kind trace.Kind, value T) {
	v.loop.touch(&v.object, accessOf(kind))
	if v.loop.recording() {
		v.loop.record(trace.Entry{Kind: kind, Object: v.name, Detail: trace.Show(value), PC: v.loop.caller(2)})
	}
}
