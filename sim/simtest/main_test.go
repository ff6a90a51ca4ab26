package simtest_test

import (
	"os"
	"strings"
	"testing"
)

// TestMain takes the variables that steer Check, and its reports, out of the environment.
// Whoever runs these tests under WEFT_SEED=7 means other ones: here, each sets what it is
// about.
func TestMain(m *testing.M) {
	os.Unsetenv("GITHUB_ACTIONS")
	os.Setenv("LC_ALL", "C.UTF-8")
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "WEFT_") {
			os.Unsetenv(name)
		}
	}
	m.Run()
}
