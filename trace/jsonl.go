package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// SyntaxError says that a file is not a trace, or not one that this version of
// Weft can read.
type SyntaxError struct {
	Line   int    // counted from 1
	Reason string // what is wrong with that line
}

// Error returns the line and the reason.
func (e *SyntaxError) Error() string { return fmt.Sprintf("trace: line %d: %s", e.Line, e.Reason) }

// WriteJSONL writes a trace as JSON Lines: its header, then an event a line. It
// is the form from which all others can be made: [ReadJSONL] gives back an
// equal trace, except that a Version of 0 becomes [Version], and that a list
// without elements becomes nil.
//
// It refuses, before it writes anything, a trace that ReadJSONL would not
// accept: one of another format version, or with events out of order or of no
// known kind. Strings may hold anything that is UTF-8, line ends included;
// one that is not UTF-8 is refused too, because JSON cannot hold it without loss.
func WriteJSONL(w io.Writer, t *Trace) error {
	header := t.Header
	if header.Version == 0 {
		header.Version = Version
	}
	if header.Version != Version {
		return fmt.Errorf("trace: cannot write format version %d; set Header.Version to %d", header.Version, Version)
	}
	for _, s := range []string{header.Program, header.Policy, header.Strategy, header.Schedule} {
		if !utf8.ValidString(s) {
			return fmt.Errorf("trace: the header's %q is not UTF-8; quote it first", s)
		}
	}
	var before Event
	for i, e := range t.Events {
		reason := e.fault(before)
		if _, err := e.Kind.MarshalText(); reason == "" && err != nil {
			reason = strings.TrimPrefix(err.Error(), "trace: ")
		}
		for _, s := range append([]string{e.Task, e.Object, e.Detail, e.Pos}, e.Alternatives...) {
			if reason == "" && !utf8.ValidString(s) {
				reason = fmt.Sprintf("%q is not UTF-8; quote it first", s)
			}
		}
		if reason != "" {
			return fmt.Errorf("trace: cannot write event %d (index %d): %s", e.Seq, i, reason)
		}
		before = e
	}
	buffer := bufio.NewWriter(w)
	lines := json.NewEncoder(buffer)
	lines.SetEscapeHTML(false)
	if err := lines.Encode(header); err != nil {
		return fmt.Errorf("trace: write header: %w", err)
	}
	for i := range t.Events {
		if err := lines.Encode(&t.Events[i]); err != nil {
			return fmt.Errorf("trace: write event %d: %w", t.Events[i].Seq, err)
		}
	}
	if err := buffer.Flush(); err != nil {
		return fmt.Errorf("trace: write: %w", err)
	}
	return nil
}

// fault says what is wrong with an event that follows another one, or returns
// "" if nothing is. Causes may point to events that were not kept.
func (e Event) fault(before Event) string {
	switch {
	case e.Seq <= before.Seq:
		return fmt.Sprintf("sequence number %d after %d; they must increase", e.Seq, before.Seq)
	case e.At < before.At:
		return fmt.Sprintf("time goes back from %v to %v", before.At, e.At)
	case e.Cause < 0 || e.Cause >= e.Seq:
		return fmt.Sprintf("cause %d of event %d is not an earlier event", e.Cause, e.Seq)
	case e.N < 0:
		return fmt.Sprintf("ordinal %d is negative", e.N)
	}
	return ""
}

// ReadJSONL reads what [WriteJSONL] wrote. Its error is a [*SyntaxError] unless
// r itself fails. It is strict, so that a damaged file does not pass for a
// short run: fields that it does not know, or that stand twice on a line,
// events out of order, and a last line that was cut off are all errors. It does
// not compare the header's hash with the events, which may be only some of the
// run's. Lines may be of any length, and the last one may lack its line end.
func ReadJSONL(r io.Reader) (*Trace, error) {
	lines := bufio.NewReader(r)
	t := &Trace{}
	var before Event
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("trace: read line %d: %w", number, err)
		}
		atEnd := err == io.EOF
		if atEnd && len(line) == 0 {
			if number == 1 {
				return nil, &SyntaxError{1, "the file is empty; want a header such as " + sampleHeader}
			}
			return t, nil
		}
		var reason string
		if number == 1 {
			reason = readHeader(line, &t.Header)
		} else {
			var e Event
			if reason = readObject(line, &e, eventFields, eventRequired); reason == "" {
				reason = e.fault(before)
			}
			if len(e.Alternatives) == 0 {
				e.Alternatives = nil
			}
			t.Events = append(t.Events, e)
			before = e
		}
		if reason != "" {
			return nil, &SyntaxError{number, reason}
		}
	}
}

const sampleHeader = `{"weft_trace":1}`

var (
	headerFields   = []string{"weft_trace", "program", "policy", "strategy", "seed", "schedule", "hash"}
	headerRequired = []string{"weft_trace", "hash"}
	eventFields    = []string{"seq", "at_ns", "task", "kind", "object", "detail", "n", "alternatives", "pos", "cause"}
	eventRequired  = []string{"seq", "at_ns", "kind"}
)

// readHeader reads the version first and alone, because a newer version may
// have fields that this one would call unknown, which is not the point.
func readHeader(line []byte, h *Header) (reason string) {
	var peek map[string]json.RawMessage
	if json.Unmarshal(line, &peek) == nil {
		version, ok := peek["weft_trace"]
		if !ok {
			return "no header; the first line of a trace is one such as " + sampleHeader
		}
		var n int
		if json.Unmarshal(version, &n) == nil {
			if n > Version {
				return fmt.Sprintf("written in version %d of the format, and this Weft reads up to version %d; read it with a newer one", n, Version)
			}
			if n < 1 {
				return fmt.Sprintf("there is no version %d of the format", n)
			}
		}
	}
	return readObject(line, h, headerFields, headerRequired)
}

// readObject reads one JSON object, strictly, into v. The keys are looked at
// apart, because package json takes "SEQ" for "seq" and lets the last of two
// equal keys win.
func readObject(line []byte, v any, known, required []string) (reason string) {
	if len(bytes.TrimSpace(line)) == 0 {
		return "the line is empty; want a JSON object"
	}
	if !utf8.Valid(line) {
		return "the line is not UTF-8"
	}
	decoder := json.NewDecoder(bytes.NewReader(line))
	if err := decoder.Decode(v); err != nil {
		return jsonReason(err)
	}
	if rest := bytes.TrimSpace(line[decoder.InputOffset():]); len(rest) > 0 {
		return fmt.Sprintf("%q follows the JSON object; want nothing more on the line", shorten(string(rest)))
	}
	keys := json.NewDecoder(bytes.NewReader(line))
	if token, _ := keys.Token(); token != json.Delim('{') {
		return "the line is not a JSON object"
	}
	var seen []string
	for keys.More() {
		token, err := keys.Token()
		if err != nil {
			return jsonReason(err)
		}
		key, _ := token.(string)
		if !slices.Contains(known, key) {
			return fmt.Sprintf("unknown field %q; was the file written by a newer version?", shorten(key))
		}
		if slices.Contains(seen, key) {
			return fmt.Sprintf("field %q stands there twice", key)
		}
		seen = append(seen, key)
		var value json.RawMessage
		if err := keys.Decode(&value); err != nil {
			return jsonReason(err)
		}
		if string(value) == "null" {
			return fmt.Sprintf("field %q is null", key)
		}
	}
	for _, key := range required {
		if !slices.Contains(seen, key) {
			return fmt.Sprintf("field %q is missing", key)
		}
	}
	return ""
}

// jsonReason puts an error of package json in the words of this one.
func jsonReason(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "the line is cut off in the middle"
	}
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		if mismatch.Field == "" {
			return "the line is not a JSON object"
		}
		return fmt.Sprintf("field %q cannot be a JSON %s", mismatch.Field, mismatch.Value)
	}
	text := err.Error()
	for _, prefix := range []string{"json: ", "trace: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return "bad JSON or value: " + text
}

// shorten keeps a piece of a bad file from filling the screen.
func shorten(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}
