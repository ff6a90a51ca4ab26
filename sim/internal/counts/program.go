package counts

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Program is a line of a file.
type Program struct {
	Name    string          `json:"name"`
	N       int             `json:"n"`
	Threads []map[string]Op `json:"threads"`
	Locs    []string        `json:"locs"`
	Init    map[string]int  `json:"init"`
	Default int             `json:"default"`
	Inter   int             `json:"inter"`
	Traces  int             `json:"traces"`
	Dead    int             `json:"dead"`
	Outs    []string        `json:"outs"`
	Pre     []int           `json:"pre"` // traces by the preemptions that they need; not used here
}

// Op is an operation.
type Op struct {
	Kind   string // as in the file
	Object string
	A, B   int
	Item   string
	Ops    []Micro
}

// Micro is an operation within a STEP.
type Micro struct {
	Write  bool
	Object string
	Value  int
}

// Done is the result of an operation that has none.
const Done = "-"

// fields are those that an operation of a kind has besides "k", and those that it may
// have.
var fields = map[string]struct{ must, may []string }{
	"R": {must: []string{"x"}}, "W": {must: []string{"x", "a"}}, "RMW": {must: []string{"x"}, may: []string{"a"}},
	"CAS": {must: []string{"x", "a", "b"}}, "LOCK": {must: []string{"x"}}, "UNLOCK": {must: []string{"x"}},
	"TRYLOCK": {must: []string{"x"}}, "SEND": {must: []string{"x", "s"}}, "RECV": {must: []string{"x"}},
	"STEP": {must: []string{"ops"}}, "END": {},
}

// UnmarshalJSON reads an operation, and refuses what it does not know.
func (o *Op) UnmarshalJSON(text []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	*o = Op{A: 1}
	if err := json.Unmarshal(raw["k"], &o.Kind); err != nil {
		return fmt.Errorf("counts: an operation without a kind: %s", text)
	}
	known, ok := fields[o.Kind]
	if !ok {
		return fmt.Errorf("counts: unknown operation %q", o.Kind)
	}
	for _, name := range known.must {
		if raw[name] == nil {
			return fmt.Errorf("counts: %s without the field %q: %s", o.Kind, name, text)
		}
	}
	for name, value := range raw {
		var err error
		switch {
		case name == "k":
		case !slices.Contains(known.must, name) && !slices.Contains(known.may, name):
			err = fmt.Errorf("counts: %s with the unknown field %q: %s", o.Kind, name, text)
		case name == "x":
			err = json.Unmarshal(value, &o.Object)
		case name == "s":
			err = json.Unmarshal(value, &o.Item)
		case name == "a":
			o.A, err = number(value)
		case name == "b":
			o.B, err = number(value)
		case name == "ops":
			o.Ops, err = micros(value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// number reads a number that may stand in quotes.
func number(text json.RawMessage) (int, error) {
	n, err := strconv.Atoi(strings.Trim(string(text), `"`))
	if err != nil {
		return 0, fmt.Errorf("counts: %s is not a whole number", text)
	}
	return n, nil
}

func micros(text json.RawMessage) (ops []Micro, err error) {
	var raw [][]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, fmt.Errorf("counts: the operations of a STEP: %w", err)
	}
	for _, op := range raw {
		var kind string
		var m Micro
		if len(op) < 2 || json.Unmarshal(op[0], &kind) != nil || json.Unmarshal(op[1], &m.Object) != nil {
			return nil, fmt.Errorf("counts: a STEP of what is neither [R x] nor [W x a]: %s", text)
		}
		switch {
		case kind == "R" && len(op) == 2:
		case kind == "W" && len(op) == 3:
			m.Write = true
			if m.Value, err = number(op[2]); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("counts: a STEP of what is neither [R x] nor [W x a]: %s", text)
		}
		ops = append(ops, m)
	}
	return ops, nil
}

// Next returns the operation of thread t after these results.
func (p *Program) Next(t int, results []string) (Op, error) {
	op, ok := p.Threads[t][strings.Join(results, ";")]
	if !ok {
		return Op{}, fmt.Errorf("counts: %s: thread %d has no operation after the results %q", p, t, results)
	}
	return op, nil
}

// Ended reports whether all threads are at their end after these results.
func (p *Program) Ended(results [][]string) bool {
	for t := range p.Threads {
		if op, err := p.Next(t, results[t]); err != nil || op.Kind != "END" {
			return false
		}
	}
	return true
}

// Value is the value of a variable at the start.
func (p *Program) Value(x string) int {
	if v, ok := p.Init[x]; ok {
		return v
	}
	return p.Default
}

// Objects returns the names of the objects that are used by operations of these kinds,
// sorted. Those within a STEP are of the kinds R and W.
func (p *Program) Objects(kinds ...string) []string {
	var names []string
	for _, thread := range p.Threads {
		for _, op := range thread {
			if slices.Contains(kinds, op.Kind) {
				names = append(names, op.Object)
			}
			for _, m := range op.Ops {
				if slices.Contains(kinds, "R") {
					names = append(names, m.Object)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Out writes an outcome as the file does. value gives the variables at the end.
func (p *Program) Out(results [][]string, value func(x string) int) string {
	threads := make([]string, len(results))
	for i, r := range results {
		threads[i] = strings.Join(r, ";")
	}
	var end []string
	for _, x := range p.Locs {
		if v := value(x); v != p.Default {
			end = append(end, fmt.Sprintf("%s=%d", x, v))
		}
	}
	return strings.Join(threads, "|") + "#" + strings.Join(end, " ")
}

func (p *Program) String() string { return fmt.Sprintf("%s(%d)", p.Name, p.N) }

// check says what is wrong with a program.
func (p *Program) check() error {
	if p.Name == "" || len(p.Threads) == 0 || p.Inter < 1 || p.Traces < 1 || p.Dead < 0 || len(p.Outs) == 0 {
		return fmt.Errorf("counts: %s: a line must have name, threads, inter, traces, dead and outs", p)
	}
	for i := range p.Threads {
		if _, err := p.Next(i, nil); err != nil {
			return err
		}
	}
	variables := p.Objects("R", "W", "RMW", "CAS")
	for _, x := range p.Objects("LOCK", "UNLOCK", "TRYLOCK") {
		if slices.Contains(variables, x) {
			return fmt.Errorf("counts: %s: %q is a lock and a variable", p, x)
		}
	}
	for _, x := range p.Objects("SEND", "RECV") {
		if slices.Contains(variables, x) {
			return fmt.Errorf("counts: %s: %q is a queue and a variable", p, x)
		}
	}
	return nil
}

// Read reads programs, one a line.
func Read(r io.Reader) ([]*Program, error) {
	var all []*Program
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<26)
	for n := 1; lines.Scan(); n++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		p := new(Program)
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		err := d.Decode(p)
		if err == nil {
			err = p.check()
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		all = append(all, p)
	}
	return all, lines.Err()
}

// ReadFile reads the programs in a file.
func ReadFile(path string) ([]*Program, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return all, nil
}
