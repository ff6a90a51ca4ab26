package fresh

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"weft/sim/order"
)

// StartError is the end of a run that could not be made, since its process was not
// started, or did not come to the program.
type StartError struct {
	Msg string
}

// Error says why.
func (e *StartError) Error() string { return e.Msg }

// End returns order.Misused.
func (e *StartError) End() order.End { return order.Misused }

// DiedError is the end of a run whose process ended before the run did: the program
// called os.Exit, or did what no Go program survives.
type DiedError struct {
	Status string // such as "exit status 2"
	Output string // the last that the process wrote, to either output
}

// Error returns the first line of what the runtime had to say, the status, and the last
// lines of output.
func (e *DiedError) Error() string {
	text := e.brief()
	if e.Output != "" {
		text += "; it wrote last:\n    " + strings.ReplaceAll(strings.TrimRight(e.Output, "\n"), "\n", "\n    ")
	}
	return text
}

// End returns order.Died.
func (e *DiedError) End() order.End { return order.Died }

// brief is the error without what the process wrote.
func (e *DiedError) brief() string {
	for line := range strings.Lines(e.Output) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "fatal error: ") || strings.HasPrefix(line, "panic: ") {
			return "fresh: the process of the run ended before the run did, by a " + line
		}
	}
	return "fresh: the process of the run ended before the run did (" + e.Status + ")"
}

// known are the types that [Register] was given, by their names.
var known = map[string]reflect.Type{}

// Register makes errors of err's type, a pointer to a struct, come over from another
// process as what they are. Their exported fields must be fit for package encoding/json.
// It is called by the functions init of packages that have such errors, and panics if err
// is no pointer to a struct, or another type of the same name was registered.
func Register(err error) {
	t := reflect.TypeOf(err)
	if t == nil || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("fresh: Register was given a %T; it takes a pointer to a struct", err))
	}
	if other := known[t.String()]; other != nil && other != t {
		panic(fmt.Sprintf("fresh: Register was given two types that are called %s; rename one", t))
	}
	known[t.String()] = t
}

func init() {
	for _, err := range []error{
		new(order.GoexitError), new(order.DeadlockError), new(order.StepLimitError), new(order.MisuseError), new(order.KeptError), new(DiedError),
	} {
		Register(err)
	}
}

// wireError is an error on its way.
type wireError struct {
	// One of these says what it is.
	Type     string        `json:",omitempty"` // one that is known
	Joined   []*wireError  `json:",omitempty"` // by errors.Join
	Panic    *wirePanic    `json:",omitempty"`
	Violated *wireViolated `json:",omitempty"`
	Text     string        `json:",omitempty"` // any other

	Value json.RawMessage `json:",omitempty"` // of one that is known
	Class order.End       `json:",omitempty"` // of any other
}

// wirePanic is an order.PanicError. A value that is no error comes over as its text.
type wirePanic struct {
	Task  string
	At    time.Duration
	Stack string
	Text  string
	Err   *wireError `json:",omitempty"`

	Object, Pos, Before, There string `json:",omitempty"`
}

// wireViolated is an order.InvariantError.
type wireViolated struct {
	Step string
	At   time.Duration
	Err  *wireError
}

// otherError is an error of a type that is not known here.
type otherError struct {
	text  string
	class order.End
}

func (e *otherError) Error() string { return e.text }

// End returns the class of the error that it stands for.
func (e *otherError) End() order.End { return e.class }

// Is makes what stands for the error of a schedule that does not fit match it.
func (e *otherError) Is(target error) bool {
	return target == order.ErrScheduleMismatch && e.class == order.Mismatched
}

var joined = reflect.TypeOf(errors.Join(order.ErrScheduleMismatch))

func pack(err error) *wireError {
	if err == nil {
		return nil
	}
	if reflect.TypeOf(err) == joined {
		w := &wireError{}
		for _, one := range err.(interface{ Unwrap() []error }).Unwrap() {
			w.Joined = append(w.Joined, pack(one))
		}
		return w
	}
	switch e := err.(type) {
	case *order.PanicError:
		p := &wirePanic{Task: e.Task, At: e.At, Stack: e.Stack, Text: fmt.Sprint(e.Value), Object: e.Object, Pos: e.Pos, Before: e.Before, There: e.There}
		if value, ok := e.Value.(error); ok {
			p.Err = pack(value)
		}
		return &wireError{Panic: p}
	case *order.InvariantError:
		return &wireError{Violated: &wireViolated{Step: e.Step, At: e.At, Err: pack(e.Err)}}
	}
	if t := reflect.TypeOf(err); known[t.String()] == t {
		if value, failed := json.Marshal(err); failed == nil {
			return &wireError{Type: t.String(), Value: value}
		}
	}
	return &wireError{Text: err.Error(), Class: order.Classify(err)}
}

func (w *wireError) unpack() error {
	switch {
	case w == nil:
		return nil
	case w.Joined != nil:
		errs := make([]error, len(w.Joined))
		for i, one := range w.Joined {
			errs[i] = one.unpack()
		}
		return errors.Join(errs...)
	case w.Panic != nil:
		e := &order.PanicError{Task: w.Panic.Task, At: w.Panic.At, Stack: w.Panic.Stack, Value: w.Panic.Text, Object: w.Panic.Object, Pos: w.Panic.Pos, Before: w.Panic.Before, There: w.Panic.There}
		if w.Panic.Err != nil {
			e.Value = w.Panic.Err.unpack()
		}
		return e
	case w.Violated != nil:
		return &order.InvariantError{Step: w.Violated.Step, At: w.Violated.At, Err: w.Violated.Err.unpack()}
	case w.Type != "":
		if t := known[w.Type]; t != nil {
			if e := reflect.New(t.Elem()); json.Unmarshal(w.Value, e.Interface()) == nil {
				return e.Interface().(error)
			}
		}
		return &otherError{text: "fresh: an error of type " + w.Type + " that cannot be read: " + string(w.Value), class: order.Failed}
	}
	return &otherError{w.Text, w.Class}
}
