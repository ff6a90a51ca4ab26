package trace

import (
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Level says how much a [Recorder] keeps.
type Level uint8

const (
	// Off keeps nothing and has no hash.
	Off Level = iota
	// Order keeps the hash, and the events that a strategy needs to tell one
	// order from another: hand-overs of control, decisions, accesses to shared
	// objects.
	Order
	// Full keeps everything, source positions included.
	Full
)

// String returns the level's name.
func (l Level) String() string {
	switch l {
	case Off:
		return "off"
	case Order:
		return "order"
	case Full:
		return "full"
	}
	return "level(" + strconv.Itoa(int(l)) + ")"
}

// Entry is an event as an engine hands it to a [Recorder]: cheap to make, with
// the costly parts left to the day on which somebody looks.
type Entry struct {
	At           time.Duration
	Task         string
	Object       string
	Detail       string
	Span         time.Duration // if Detail is empty and this is not 0, Detail is this duration in words
	Alternatives []string      // kept as it is: the caller must not change it afterwards
	PC           uintptr       // a return address in the program, as runtime.Callers gives it, or 0
	Cause        int32         // what Record returned for the causing event, or 0
	N            int32         // see Event.N
	Kind         Kind
}

// Recorder collects the events of one run at a time. Its zero value is off. It
// is not safe for use by several goroutines at once.
type Recorder struct {
	level   Level
	seq     int32
	hash    Hash
	entries []numbered
}

type numbered struct {
	Entry
	seq int32
}

// NewRecorder returns a recorder that keeps what level says.
func NewRecorder(level Level) *Recorder { return &Recorder{level: level} }

// Level returns how much the recorder keeps.
func (r *Recorder) Level() Level { return r.level }

// SetLevel changes how much the recorder keeps from here on. Call it before a
// run: the hash of a run whose first events were not seen identifies nothing.
func (r *Recorder) SetLevel(level Level) { r.level = level }

// Record takes down one event and returns its number, which later events may
// name as their Cause. It returns 0 if the recorder is off.
func (r *Recorder) Record(e Entry) int32 {
	if r.level == Off {
		return 0
	}
	r.seq++
	r.hash = r.hash.entry(&e)
	if r.level == Full || e.Kind.order() {
		if len(r.entries) == cap(r.entries) {
			// append would grow a long slice by a quarter, and copy it all over many times.
			r.entries = slices.Grow(r.entries, max(16, len(r.entries)))
		}
		r.entries = append(r.entries, numbered{e, r.seq})
	}
	return r.seq
}

// Digest is Record for an event of which only the hash is to be kept.
func (r *Recorder) Digest(e Entry) int32 {
	if r.level == Off {
		return 0
	}
	r.seq++
	r.hash = r.hash.entry(&e)
	return r.seq
}

// Len returns how many events were seen, kept or not.
func (r *Recorder) Len() int { return int(r.seq) }

// Hash returns the rolling hash over all events seen so far.
func (r *Recorder) Hash() Hash { return r.hash }

// Reset forgets everything and keeps the level and the memory.
func (r *Recorder) Reset() {
	clear(r.entries) // so that strings of the last run are not kept alive
	r.entries = r.entries[:0]
	r.seq, r.hash = 0, 0
}

// Events returns the events kept so far, as a slice of its own.
func (r *Recorder) Events() []Event {
	if len(r.entries) == 0 {
		return nil
	}
	positions := map[uintptr]string{}
	events := make([]Event, len(r.entries))
	for i := range r.entries {
		e := &r.entries[i]
		detail := e.Detail
		if detail == "" && e.Span != 0 {
			detail = e.Span.String()
		}
		events[i] = Event{
			Seq: int(e.seq), At: e.At, Task: e.Task, Kind: e.Kind, Object: e.Object,
			Detail: detail, Alternatives: e.Alternatives, N: int(e.N), Cause: int(e.Cause),
		}
		if e.PC != 0 {
			pos, ok := positions[e.PC]
			if !ok {
				pos = Position(e.PC)
				positions[e.PC] = pos
			}
			events[i].Pos = pos
		}
	}
	return events
}

// Position returns the place of a return address, as runtime.Callers gives it,
// in the form "folder/file.go:line": enough to find it, and the same on every
// machine. The folder of a module has no version in it, as with
// "yamux/session.go:30". It returns "" for 0.
func Position(pc uintptr) string {
	if pc == 0 {
		return ""
	}
	frame, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	if frame.File == "" {
		return ""
	}
	short := ShortPlace(frame.File)
	named(short, frame.File)
	return short + ":" + strconv.Itoa(frame.Line)
}

// ShortPlace shortens the name of a file, with or without a line behind it, to the form
// that [Position] returns.
func ShortPlace(place string) string {
	folder, file := filepath.Split(place)
	return folderOf(folder) + "/" + file
}

// folderOf returns the name of a folder, for a reader: of one in the module cache, where
// versions stand behind an @ and capitals as !a, what the import path ends with.
func folderOf(folder string) string {
	name := filepath.Base(folder)
	plain, _, isModule := strings.Cut(name, "@")
	if !isModule {
		return name
	}
	if len(plain) > 1 && plain[0] == 'v' && strings.Trim(plain[1:], "0123456789") == "" { // a major version
		plain = filepath.Base(filepath.Dir(filepath.Clean(folder)))
	}
	var b strings.Builder
	for i := 0; i < len(plain); i++ {
		if plain[i] == '!' && i+1 < len(plain) {
			i++
			b.WriteString(strings.ToUpper(plain[i : i+1]))
			continue
		}
		b.WriteByte(plain[i])
	}
	return b.String()
}
