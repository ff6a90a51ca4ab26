package bubble_test

import (
	"io"
	"net"
	"strings"
	"testing"

	"weft/sim/bubble"
	"weft/sim/explore"
)

// A real connection inside a bubble works, and is named as what no order can be
// promised for.
func TestRealConnection(t *testing.T) {
	controlled(t)
	r := explored(t, func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		defer l.Close()
		go func() {
			c, err := l.Accept()
			if err != nil {
				panic(err)
			}
			io.WriteString(c, "hello")
			c.Close()
		}()
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			panic(err)
		}
		text, err := io.ReadAll(c)
		c.Close()
		bubble.Println(string(text), err)
	}, explore.WithStrategy(explore.Default()), explore.WithoutReplayCheck(), explore.WithRecorded(1))
	if len(r.Outcomes) != 1 || r.Outcomes[0].Text != "hello <nil>\n" {
		t.Errorf("%+v", r.Outcomes)
	}
	if len(r.Untracked) == 0 || !strings.Contains(r.Untracked[0], "io_test.go:") {
		t.Errorf("the connection is not named: %q", r.Untracked)
	}
}
