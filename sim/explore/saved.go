package explore

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

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
	data, err := io.ReadAll(b)
	if err == nil && len(data) > PartBytes {
		err = fmt.Errorf("it is longer than %d bytes", PartBytes)
	}
	return data, err
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
