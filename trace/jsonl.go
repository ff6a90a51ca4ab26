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

	"weft/trace/words"
)

// SyntaxError says that a file is not a trace, or not one that this version of
// Weft can read.
type SyntaxError struct {
	Line   int    // counted from 1
	Reason string // what is wrong with that line
}

// Error returns the line and the reason.
func (e *SyntaxError) Error() string { return fmt.Sprintf("trace: line %d: %s", e.Line, e.Reason) }

// longestLine is the longest line of a file, in bytes: what is longer is no trace, and is
// not read into memory.
const longestLine = 64 << 20

// footer is the last line of a file. It tells a file that is whole from one that was cut
// off, or changed on its way.
type footer struct {
	Events int   `json:"weft_end"`
	Sum    *Hash `json:"sum,omitempty"` // over the lines before
}

// withLine folds a line into the sum of a file. Its end does not take part: some programs
// that copy files change those.
func (h Hash) withLine(line []byte) Hash { return h.Text(string(bytes.TrimRight(line, "\r\n"))) }

// WriteJSONL writes a trace as JSON Lines: its header, then an event a line, then a line
// with the number of events and a sum over the lines before, {"weft_end":27,"sum":"..."}.
// It is the form from which all others can be made: [ReadJSONL] gives back an
// equal trace, except that a Version of 0 becomes [Version], and that a list
// without elements becomes nil.
//
// It refuses, before it writes anything, a trace that ReadJSONL would not
// accept: one of another format version, or with events out of order or of no
// known kind. Strings may hold anything that is UTF-8, line ends included;
// one that is not UTF-8 is refused too, because JSON cannot hold it without loss.
// An event of more than 64 MiB is refused where it stands.
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
	var line bytes.Buffer
	buffer, all := bufio.NewWriter(w), Hash(0)
	lines := json.NewEncoder(&line)
	lines.SetEscapeHTML(false)
	write := func(what string, v any) error {
		line.Reset()
		err := lines.Encode(v)
		if err == nil && line.Len() > longestLine {
			err = fmt.Errorf("it takes %d bytes; a line may have %d", line.Len(), longestLine)
		}
		if err == nil {
			all = all.withLine(line.Bytes())
			_, err = buffer.Write(line.Bytes())
		}
		if err != nil {
			return fmt.Errorf("trace: write %s: %w", what, err)
		}
		return nil
	}
	if err := write("header", header); err != nil {
		return err
	}
	for i := range t.Events {
		if err := write(fmt.Sprintf("event %d", t.Events[i].Seq), &t.Events[i]); err != nil {
			return err
		}
	}
	summed := all
	if err := write("end", footer{len(t.Events), &summed}); err != nil {
		return err
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
// events out of order, and a file that was cut off, even at the end of a line,
// are all errors. Who edits a file leaves the sum out of its last line: it is
// compared if it is there. The header's hash is not compared with the events, which
// may be only some of the run's. Lines may have 64 MiB, and the last one may lack its
// line end.
func ReadJSONL(r io.Reader) (*Trace, error) {
	lines := lineReader{r: bufio.NewReader(r)}
	t := &Trace{}
	var before Event
	var all Hash
	for {
		line, err := lines.next()
		if err != nil {
			return nil, err
		}
		var reason string
		switch {
		case line == nil && lines.number == 1:
			reason = "the file is empty; want a header such as " + sampleHeader
		case line == nil:
			reason = fmt.Sprintf("the file ends after %s, and a whole one ends with a line such as %s: it was cut off", words.Count(len(t.Events), "event"), sampleFooter)
		case lines.number == 1:
			reason = readHeader(line, &t.Header)
		case isFooter(line):
			if reason = readFooter(line, len(t.Events), all); reason != "" {
				break
			}
			if rest, err := lines.next(); err != nil {
				return nil, err
			} else if rest != nil {
				reason = "something follows the end of the run; want one run a file"
				break
			}
			return t, nil
		default:
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
			return nil, &SyntaxError{lines.number, reason}
		}
		all = all.withLine(line)
	}
}

// lineReader reads lines, and counts them.
type lineReader struct {
	r      *bufio.Reader
	number int
	ended  bool // the last one had no line end
}

// next returns the next line, with its end, or nil if there is none. It is good until the
// next call. The number is then that of the line, or of the place where one is missing.
func (l *lineReader) next() ([]byte, error) {
	if l.ended {
		return nil, nil
	}
	l.number++
	line, err := l.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		long := bytes.Clone(line)
		for err == bufio.ErrBufferFull && len(long) <= longestLine {
			line, err = l.r.ReadSlice('\n')
			long = append(long, line...)
		}
		if line = long; len(line) > longestLine {
			return nil, &SyntaxError{l.number, fmt.Sprintf("the line is longer than %d bytes", longestLine)}
		}
	}
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("trace: read line %d: %w", l.number, err)
	}
	l.ended = err == io.EOF && len(line) > 0
	if len(line) == 0 {
		return nil, nil
	}
	return line, nil
}

// isFooter reports whether a line is the last one of a file.
func isFooter(line []byte) bool {
	if !bytes.Contains(line, []byte(`"weft_end"`)) {
		return false // nearly always
	}
	keys := json.NewDecoder(bytes.NewReader(line))
	if opening, err := keys.Token(); err != nil || opening != json.Delim('{') {
		return false
	}
	key, err := keys.Token()
	return err == nil && key == "weft_end"
}

// readFooter compares the last line of a file with what stands before it.
func readFooter(line []byte, events int, all Hash) (reason string) {
	var f footer
	if reason = readObject(line, &f, footerFields, footerRequired); reason != "" {
		return reason
	}
	if f.Events != events {
		return fmt.Sprintf("the file should have %s, and has %d: lines were lost or added", words.Count(f.Events, "event"), events)
	}
	if f.Sum != nil && *f.Sum != all {
		return fmt.Sprintf("the lines before are not those that were written, or this one is not: their sum is %v, and should be %v; if the file was edited on purpose, leave out \"sum\"", all, *f.Sum)
	}
	return ""
}

const (
	sampleHeader = `{"weft_trace":2}`
	sampleFooter = `{"weft_end":27}`
)

var (
	headerFields   = []string{"weft_trace", "program", "policy", "strategy", "seed", "schedule", "hash"}
	headerRequired = []string{"weft_trace", "hash"}
	eventFields    = []string{"seq", "at_ns", "task", "kind", "object", "detail", "n", "alternatives", "pos", "cause"}
	eventRequired  = []string{"seq", "at_ns", "kind"}
	footerFields   = []string{"weft_end", "sum"}
	footerRequired = []string{"weft_end"}
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
			if n == 1 {
				return "an old file: in version 1 of the format, nothing told whether a file is whole; record the run again"
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
		return fmt.Sprintf("field %q cannot be a JSON %s", mismatch.Field, shorten(mismatch.Value))
	}
	text := err.Error()
	for _, prefix := range []string{"json: ", "trace: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return "bad JSON or value: " + words.Clean(shorten(text))
}

// shorten keeps a piece of a bad file from filling the screen.
func shorten(s string) string {
	const most = 100
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
