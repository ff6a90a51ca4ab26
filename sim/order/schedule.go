package order

import (
	"encoding/hex"
	"fmt"
	"strings"

	"weft/trace/words"
)

// Schedule holds the decisions of a run that did not go the default way, in the
// order in which they were made. The empty schedule is the default order.
type Schedule []Turn

// Turn is one decision of a [Schedule]: at the decision of that kind and key,
// take the alternative of that name.
type Turn struct{ Kind, Key, Taken string }

// scheduleVersion opens every printed schedule.
const scheduleVersion = "w1"

// ScheduleOf returns the schedule of the given decisions.
func ScheduleOf(decisions []Decision) Schedule {
	var s Schedule
	for _, d := range decisions {
		if d.Taken != 0 {
			s = append(s, Turn{d.Kind, d.Key, d.Alternatives[d.Taken].Name})
		}
	}
	return s
}

// String returns the schedule in a form that fits on a command line without
// quotes: the format's version and then, for each turn, its kind, key and what
// was taken. "w1,timer:say1.1=say2.1" reads: where timer 1 of say1 would have
// been delivered, deliver timer 1 of say2.
func (s Schedule) String() string {
	var b strings.Builder
	b.WriteString(scheduleVersion)
	for _, turn := range s {
		b.WriteString("," + escape(turn.Kind) + ":" + escape(turn.Key) + "=" + escape(turn.Taken))
	}
	return b.String()
}

// MarshalText returns the schedule's printed form.
func (s Schedule) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the printed form.
func (s *Schedule) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSchedule(string(text))
	return err
}

// ParseSchedule reads a schedule from its printed form. The error says which
// part is wrong.
func ParseSchedule(text string) (Schedule, error) {
	version, rest, more := strings.Cut(strings.TrimSpace(text), ",")
	if version != scheduleVersion {
		if len(version) > 1 && version[0] == 'w' && strings.Trim(version[1:], "0123456789") == "" {
			return nil, fmt.Errorf("order: schedule of format %s; this version of Weft reads %s: replay it with the version that wrote it, or make it anew from the seed", quoted(version), scheduleVersion)
		}
		return nil, fmt.Errorf("order: schedule %s does not begin with %q; paste the whole line that the report printed", quoted(text), scheduleVersion)
	}
	if !more {
		return nil, nil
	}
	var s Schedule
	number := 0
	for part := range strings.SplitSeq(rest, ",") {
		number++
		kind, point, ok1 := strings.Cut(part, ":")
		key, taken, ok2 := strings.Cut(point, "=")
		if !ok1 || !ok2 || kind == "" || key == "" || taken == "" || strings.ContainsAny(key, ":=") || strings.ContainsAny(taken, ":=") {
			return nil, fmt.Errorf("order: schedule: turn %d is %s; want KIND:KEY=TAKEN", number, quoted(part))
		}
		turn, err := Turn{}, error(nil)
		for _, field := range []struct {
			to   *string
			text string
		}{{&turn.Kind, kind}, {&turn.Key, key}, {&turn.Taken, taken}} {
			if *field.to, err = unescape(field.text); err != nil {
				return nil, fmt.Errorf("order: schedule: turn %d is %s: %w", number, quoted(part), err)
			}
		}
		s = append(s, turn)
	}
	return s, nil
}

// quoted shows a piece of what somebody has typed or a file has, which may be long.
func quoted(text string) string {
	const most = 100
	if len(text) > 4*most {
		text = text[:4*most]
	}
	return words.Elide(words.Quote(text), most)
}

// escape keeps what needs no quotes in a shell and has no meaning in a schedule,
// and writes other bytes as %XX.
func escape(s string) string {
	if s == "" {
		return "%" // so that an empty name is still there
	}
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("._-/+@", c) >= 0 || c == '#' && i > 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func unescape(s string) (string, error) {
	if s == "%" {
		return "", nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", fmt.Errorf("a %% must be followed by two hexadecimal digits")
		}
		code, err := hex.DecodeString(s[i+1 : i+3])
		if err != nil {
			return "", fmt.Errorf("%q is no character: a %% must be followed by two hexadecimal digits", s[i:i+3])
		}
		b.Write(code)
		i += 2
	}
	return b.String(), nil
}
