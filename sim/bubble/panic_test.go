package bubble_test

import (
	"os"
	"strings"
	"testing"

	"weft/sim/bubble"
	"weft/sim/simtest"
)

type link struct{ next *link }

//go:noinline
func (l *link) second() *link { return l.next.next }

// TestPanics is for the test below, which runs it.
func TestPanics(t *testing.T) {
	if os.Getenv("BUBBLE_PANICS") == "" {
		t.Skip("for TestPanicIsPlaced")
	}
	bubble.Check(t, func(*bubble.T) {
		done := make(chan bool)
		go func() {
			(&link{}).second()
			close(done)
		}()
		<-done
	}, simtest.WithoutFailFiles())
}

// The report of a panic has the functions of the program that led to it, with their places,
// and none of the engine's.
func TestPanicIsPlaced(t *testing.T) {
	controlled(t)
	text, passed := runChild(t, "TestPanics", []string{"BUBBLE_PANICS=1"})
	if passed {
		t.Fatalf("it passed:\n%s", text)
	}
	wants(t, text, "invalid memory address or nil pointer dereference\n",
		"bubble_test.(*link).second  bubble/panic_test.go:15\n", "bubble_test.TestPanics.func1.1  bubble/panic_test.go:25\n")
	if strings.Contains(text, "bubble/stage.go") || strings.Contains(text, "runtime/panic") {
		t.Errorf("it has functions of the engine:\n%s", text)
	}
}
