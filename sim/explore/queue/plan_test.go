package queue_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weft/sim/explore/queue"
)

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPlan: the name tells binaries and arguments apart, and is the same the next time.
func TestPlan(t *testing.T) {
	a := write(t, "bank account.test", "one build")
	plan := func(path string, args ...string) queue.Plan {
		t.Helper()
		p, err := queue.PlanFor(path, args)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := plan(a, "-x", "1")
	if !strings.HasPrefix(p.Name, "bank_account-") || p.Binary != "bank account.test" {
		t.Errorf("plan %+v", p)
	}
	if again := plan(a, "-x", "1"); again.Name != p.Name {
		t.Errorf("the same is called %s and %s", p.Name, again.Name)
	}
	for what, other := range map[string]queue.Plan{
		"other arguments": plan(a, "-x", "2"), "arguments cut elsewhere": plan(a, "-x1"), "another build": plan(write(t, "bank account.test", "another build"), "-x", "1"),
	} {
		if other.Name == p.Name {
			t.Errorf("%s have the same name", what)
		}
	}
	read, err := queue.ParsePlan(p.Encode())
	if err != nil || string(read.Encode()) != string(p.Encode()) {
		t.Errorf("it is read as %+v, %v", read, err)
	}
}

// TestFits: another binary is refused by its name, with both hashes.
func TestFits(t *testing.T) {
	p, err := queue.PlanFor(write(t, "bank.test", "one build"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Fits("copy", p.SHA256); err != nil {
		t.Error(err)
	}
	err = p.Fits("./bank.test", "0123")
	for _, want := range []string{p.Name, p.SHA256, "./bank.test has 0123"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestPlanRefused(t *testing.T) {
	for text, want := range map[string]string{
		``:                  "cannot be read",
		`[]`:                "cannot be read",
		`{"weft_queue": 2}`: "is of version 2",
		`{"weft_queue": 1}`: "must be positive",
		`{"weft_queue": 1, "unit_ns": 1, "lease_ns": 1, "name": "../up"}`: "names no exploration",
	} {
		if _, err := queue.ParsePlan([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), "queue: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
	if _, err := queue.PlanFor(t.TempDir(), nil); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("error %v", err)
	}
	if _, err := queue.PlanFor("/no/such/file", nil); err == nil || !strings.Contains(err.Error(), "cannot read the binary") {
		t.Errorf("error %v", err)
	}
}

// FuzzEntries has a keeper learn what somebody has made up.
func FuzzEntries(f *testing.F) {
	f.Add(queue.KeyEnd, []byte(`{"why":"failure"}`))
	f.Add(queue.KeyFinding+"ab", []byte(`{"end":"deadlock","text":"x","schedule":"w1","unit":"whole"}`))
	f.Add(queue.KeyUnits+"whole", []byte("\x1f\x8b"))
	f.Add(queue.KeyPlan, []byte(`{"weft_queue":1,"unit_ns":1,"lease_ns":1,"name":"x"}`))
	f.Fuzz(func(t *testing.T, key string, value []byte) {
		var k queue.Keeper
		k.Learn(key, value)
		k.Report()
		queue.ParsePlan(value)
	})
}
