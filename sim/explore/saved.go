package explore

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"unsafe"

	"weft/trace"
	"weft/trace/words"
)

// readSaved reads what an exploration has written: JSON that begins with a given field.
// Anything else is refused before it is read, since it may be of any length.
func readSaved(r io.Reader, field string) ([]byte, error) {
	b := bufio.NewReader(io.LimitReader(r, PartBytes+1))
	begin := fmt.Sprintf("{%q:", field)
	if head, err := b.Peek(len(begin)); string(head) != begin {
		if err != nil && err != io.EOF {
			return nil, err
		}
		return nil, fmt.Errorf("it does not begin with %s", begin)
	}
	var data bytes.Buffer
	if f, ok := r.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() <= PartBytes {
			data.Grow(int(info.Size()) + bytes.MinRead) // once, and no more
		}
	}
	_, err := data.ReadFrom(b)
	if err == nil && data.Len() > PartBytes {
		err = fmt.Errorf("it is longer than %d bytes", PartBytes)
	}
	return data.Bytes(), err
}

// sealed writes an object of which the last field is the sum, which is 0, and puts that of
// all of it there. end is what stands behind the object.
func sealed(object any, end string) ([]byte, error) {
	data, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	sum := trace.Hash(0).Text(string(data)).String()
	copy(data[len(data)-len(sum)-len(`"}`):], sum)
	return append(data, end...), nil
}

// sealHolds reports whether the sum at the end of what was saved is right: that of all of it
// with 0 in its own place. It looks at the bytes as they are: to write down again what was
// read, and compare, takes several times their memory. data is changed meanwhile. end is what
// stands behind the object.
func sealHolds(data []byte, end string) bool {
	const before, after = `"sum":"`, `"}`
	text, whole := bytes.CutSuffix(data, []byte(end))
	if !whole {
		return false
	}
	at := len(text) - len(after) - len(trace.Hash(0).String())
	if at < len(before) || string(text[at-len(before):at]) != before || string(text[len(text)-len(after):]) != after {
		return false
	}
	var sum trace.Hash
	digits := text[at : len(text)-len(after)]
	kept := string(digits)
	if err := sum.UnmarshalText(digits); err != nil || sum.String() != kept {
		return false
	}
	copy(digits, trace.Hash(0).String())
	defer copy(digits, kept)
	return trace.Hash(0).Text(unsafe.String(unsafe.SliceData(text), len(text))) == sum
}

// damage says what is wrong with a file, and at which byte, in words that can be shown.
func damage(err error) error {
	var syntax *json.SyntaxError
	var value *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("byte %d: %s", syntax.Offset, brief(syntax.Error()))
	case errors.As(err, &value):
		return fmt.Errorf("byte %d: %s cannot be a JSON %s", value.Offset, brief(value.Field), brief(value.Value))
	}
	return errors.New(brief(err.Error()))
}

// brief cuts what a damaged file may have made long.
func brief(text string) string { return words.Elide(words.Clean(text), 100) }
