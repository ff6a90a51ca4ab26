package main

import (
	"os"
	"syscall"
	"testing"
	"unsafe"

	"weft/trace"
)

// terminal opens a terminal of that many columns, which nobody looks at.
func terminal(t *testing.T, columns uint16) *os.File {
	t.Helper()
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no terminals here: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	size := [4]uint16{24, columns}
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCSWINSZ, uintptr(unsafe.Pointer(&size))); errno != 0 {
		t.Skipf("a terminal's size cannot be set here: %v", errno)
	}
	return f
}

func TestTerminal(t *testing.T) {
	f := terminal(t, 72)
	for _, test := range []struct {
		name                           string
		noColor, term, columns, locale string
		want                           trace.ViewOptions
	}{
		{"colours", "", "xterm", "", "", trace.ViewOptions{Width: 72, Color: true}},
		{"NO_COLOR", "1", "xterm", "", "", trace.ViewOptions{Width: 72}},
		{"NO_COLOR with any value", "false", "xterm", "", "", trace.ViewOptions{Width: 72}},
		{"a dumb terminal", "", "dumb", "", "", trace.ViewOptions{Width: 72}},
		{"COLUMNS", "", "xterm", "50", "", trace.ViewOptions{Width: 50, Color: true}},
		{"COLUMNS is no number", "", "xterm", "wide", "", trace.ViewOptions{Width: 72, Color: true}},
		{"UTF-8", "1", "xterm", "", "C.UTF-8", trace.ViewOptions{Width: 72}},
		{"ASCII", "1", "xterm", "", "C", trace.ViewOptions{Width: 72, ASCII: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", test.noColor)
			t.Setenv("TERM", test.term)
			t.Setenv("COLUMNS", test.columns)
			t.Setenv("LC_ALL", test.locale)
			t.Setenv("LC_CTYPE", "")
			t.Setenv("LANG", "")
			if got := viewOf(f); got != test.want {
				t.Errorf("viewOf = %+v, want %+v", got, test.want)
			}
		})
	}
}
