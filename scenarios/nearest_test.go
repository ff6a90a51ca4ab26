package scenarios_test

import (
	"testing"

	"weft/scenarios"
	"weft/scenarios/goroutine"
)

func TestNearest(t *testing.T) {
	for _, test := range []struct{ typed, want string }{
		{"hello", "hello"},
		{"helo", "hello"},
		{"Hello", "hello"},
		{" good-bye ", "goodbye"},
		{"say_after_tasks", "say-after-tasks"},
		{"say-after", "say-after-tasks"},
		{"fibb", "fib"},
		{"servers", "three-servers"},
		{"even-odd", "evens-odds"},
		{"ten-thousands", "ten-thousand"},
		{"dining-cryptographers", ""},
		{"philosopher", "philosophers"},
		{"lost-updates", "lost-update"},
		{"lost-updat-fixed", "lost-update-fixed"},
		{"leaked-worker", "go/leaked-worker"},
		{"map-conc", "go/map-concurrent-write"},
		{"go/fib", "fib"},
		{"Go/Philosopher", "philosophers"},
		{"go/helo", "go/hello"},
		{"go/lost-updates", "go/lost-update"},
		{"go/deadlock", "go/lock-order-deadlock"},
		{"go/xyz", ""},
		{"go/", ""},
		{"xyz", ""},
		{"", ""},
		{" ", ""},
	} {
		if got := scenarios.Nearest(test.typed); got != test.want {
			t.Errorf("Nearest(%q) = %q, want %q", test.typed, got, test.want)
		}
	}
	for _, s := range scenarios.All() {
		if got := scenarios.Nearest(s.Name); got != s.Name {
			t.Errorf("Nearest(%q) = %q", s.Name, got)
		}
	}
	for _, s := range goroutine.All() {
		if got := scenarios.Nearest(s.Name); got != s.Name {
			t.Errorf("Nearest(%q) = %q", s.Name, got)
		}
	}
}
