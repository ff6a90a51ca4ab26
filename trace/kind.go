package trace

import "fmt"

// Kind says what an event is. Its printed form (String) is what files hold, so
// a kind keeps its name for good.
type Kind uint8

// The kinds of event. "Task" below is [Event.Task], the task that was running
// (empty: the loop itself); "Object" and "Detail" are the fields of that name.
const (
	// Control: who runs, and why.

	Spawn    Kind = iota + 1 // a task was made. Task: who made it. Object: the new task.
	Start                    // the loop starts a task. Cause: its Spawn.
	Resume                   // the loop resumes a task. Object: what it had waited for. Cause: what made it ready.
	Wait                     // a task begins to wait and gives control back to the loop. Object: what it waits for.
	Finish                   // a task ended; control goes back to the loop. Object: returned, failed, cancelled, panicked or exited.
	Callback                 // the loop runs a callback. Object: its name. Cause: who scheduled it.
	Advance                  // virtual time moves on. At: the new time. Detail: by how much.
	Fire                     // a timer is delivered. Task: its owner. Object: what it is (sleep, timeout, ...). Cause: what armed it.
	Decide                   // a decision. Object: its kind and key. Alternatives: what could have been. Detail: what was taken.
	Hold                     // a task blocks the loop on purpose. Object: block or compute. Detail: for how long.

	// What tasks do to shared objects. See [Kind.Access].

	Print   // a line of output. Detail: the line, without its end.
	Read    // a shared variable is read. Object: the variable. Detail: the value.
	Write   // a shared variable is written. Object: the variable. Detail: the value.
	Acquire // a lock or semaphore is taken. Object: which.
	Release // a lock or semaphore is given back. Object: which.
	Set     // an event, a future or another flag is set. Object: which.
	Clear   // an event is cleared. Object: which.
	Notify  // waiters of a condition are notified. Object: which. Detail: how many.
	Put     // an item goes into a queue. Object: which. Detail: the item.
	Get     // an item comes out of a queue. Object: which. Detail: the item.
	Cancel  // cancellation is asked for. Object: the task or future.
	Check   // a shared object's state is asked for (is it locked, set, empty?). Object: which.

	// About the run.

	Arm    // a timer is armed. Object: what it is. Detail: in how long.
	Report // something its user should know: never awaited, slow, leaked. Object: which of these. Detail: the sentence.
	End    // the run ended. Object: the class of its end. Detail: the error, if any.

	kinds // one past the last
)

var kindNames = [kinds]string{
	Spawn: "spawn", Start: "start", Resume: "resume", Wait: "wait", Finish: "finish",
	Callback: "callback", Advance: "advance", Fire: "fire", Decide: "decide", Hold: "hold",
	Print: "print", Read: "read", Write: "write", Acquire: "acquire", Release: "release",
	Set: "set", Clear: "clear", Notify: "notify", Put: "put", Get: "get", Cancel: "cancel",
	Check: "check", Arm: "arm", Report: "report", End: "end",
}

// String returns the kind's name, as it stands in files.
func (k Kind) String() string {
	if k == 0 || k >= kinds {
		return fmt.Sprintf("kind(%d)", uint8(k))
	}
	return kindNames[k]
}

// MarshalText returns the kind's name. It fails for a number that is no kind.
func (k Kind) MarshalText() ([]byte, error) {
	if k == 0 || k >= kinds {
		return nil, fmt.Errorf("trace: %d is no kind of event", uint8(k))
	}
	return []byte(kindNames[k]), nil
}

// UnmarshalText reads a kind by its name.
func (k *Kind) UnmarshalText(text []byte) error {
	for i, name := range kindNames {
		if i > 0 && name == string(text) {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("trace: unknown kind of event %q; was the file written by a newer version?", text)
}

// Access says how an event touches the object that it names.
type Access uint8

// The ways to touch an object. Two accesses of one object conflict unless both
// are reads.
const (
	NoAccess Access = iota
	Reads
	Writes
)

// Access returns how events of this kind touch their Object. It is what
// footprints are made of.
func (k Kind) Access() Access {
	switch k {
	case Read, Check:
		return Reads
	case Write, Acquire, Release, Set, Clear, Notify, Put, Get, Cancel, Print:
		return Writes
	}
	return NoAccess
}

// order reports whether a strategy needs events of this kind to tell one order
// from another: the hand-overs, the decisions and the accesses.
func (k Kind) order() bool {
	switch k {
	case Spawn, Start, Resume, Wait, Finish, Callback, Fire, Decide:
		return true
	}
	return k.Access() != NoAccess
}
