package queue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"weft/trace/words"
)

// planVersion is that of what stands in ledger and line.
const planVersion = 1

// Plan says what is explored. It is written once, when an exploration begins.
type Plan struct {
	Version int      `json:"weft_queue"`
	Name    string   `json:"name"`
	Binary  string   `json:"binary"` // its file's name, without folders
	SHA256  string   `json:"sha256"` // of that file
	Args    []string `json:"args,omitempty"`
	// Number says which of the explorations to which the binary comes is meant, from 1.
	Number int `json:"number,omitempty"`
	// Unit is how long a unit takes, about.
	Unit time.Duration `json:"unit_ns"`
	// Lease is how long a worker may be silent until its unit is given to another one.
	Lease time.Duration `json:"lease_ns"`
	// FirstFailure says that the first failure ends the exploration.
	FirstFailure bool `json:"first_failure,omitempty"`
}

// PlanFor makes the plan for a binary. The name is made of those of the binary and of what
// is explored: the same command goes on with the same exploration.
func PlanFor(path string, args []string) (Plan, error) {
	hash, err := HashOf(path)
	if err != nil {
		return Plan{}, err
	}
	p := Plan{Version: planVersion, Binary: filepath.Base(path), SHA256: hash, Args: args, Unit: time.Second, Lease: 10 * time.Second}
	what := sha256.Sum256([]byte(hash + "\x00" + strings.Join(args, "\x00")))
	base := notInNames.ReplaceAllString(strings.TrimSuffix(p.Binary, ".test"), "_")
	if len(base) > 40 {
		base = base[:40]
	}
	p.Name = base + "-" + hex.EncodeToString(what[:4])
	return p, nil
}

var (
	notInNames = regexp.MustCompile(`[^A-Za-z0-9_]`)
	aName      = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)
)

// CheckName says what is wrong with the name of an exploration.
func CheckName(name string) error {
	if !aName.MatchString(name) {
		return fmt.Errorf("queue: %q names no exploration; use up to 100 letters, digits, _ and -", words.Clean(name))
	}
	return nil
}

// ParsePlan reads a plan.
func ParsePlan(data []byte) (Plan, error) {
	var p Plan
	if err := json.Unmarshal(data, &p); err != nil {
		return p, fmt.Errorf("queue: the plan of the exploration cannot be read: %w", err)
	}
	switch {
	case p.Version != planVersion:
		return p, fmt.Errorf("queue: the exploration is of version %d of the queue, and this is version %d; use one version everywhere", p.Version, planVersion)
	case p.Unit <= 0 || p.Lease <= 0:
		return p, fmt.Errorf("queue: the plan has units of %v and leases of %v; both must be positive", p.Unit, p.Lease)
	}
	return p, CheckName(p.Name)
}

// Encode writes the plan as ParsePlan reads it.
func (p Plan) Encode() []byte {
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // it holds nothing that JSON has no form for
	}
	return data
}

// Fits says how a binary is another one than that of the plan.
func (p Plan) Fits(path, hash string) error {
	if hash == p.SHA256 {
		return nil
	}
	return fmt.Errorf("queue: exploration %s is of the binary %s with SHA-256 %s, and %s has %s; copy that binary, or build it of the same sources with the same version of Go",
		p.Name, words.Clean(p.Binary), words.Clean(p.SHA256), words.Clean(path), hash)
}

// HashOf returns the SHA-256 of a file, in hexadecimal digits.
func HashOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("queue: cannot read the binary: %w", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", fmt.Errorf("queue: %s is no regular file; name the binary of a test, as go test -c makes it", words.Clean(path))
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("queue: cannot read the binary: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
