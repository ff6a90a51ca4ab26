package simtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"weft/sim/explore"
	"weft/sim/internal/kept"
	"weft/trace"
)

// settleShard finds out which part of the explorations is to be done, if neither flag nor
// variable of this package says so. Other environments are asked only if parts are kept:
// there would be nothing to merge else, and some, such as Bazel's rules for Go, deal out
// whole tests to shards, of which nothing must be left out.
func (w *overrides) settleShard() error {
	if w.report == "" || w.shard.Of > 0 {
		return nil
	}
	var err error
	if w.shard, err = explore.ShardFrom(os.Getenv); err != nil {
		return fmt.Errorf("simtest: %s", strings.TrimPrefix(err.Error(), "explore: "))
	}
	// Bazel wants to know that the test knows of parts.
	if file := os.Getenv("TEST_SHARD_STATUS_FILE"); file != "" && w.shard.Of > 0 {
		f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			return fmt.Errorf("simtest: TEST_SHARD_STATUS_FILE: %w", err)
		}
	}
	return nil
}

// keepPart writes what an exploration has found into the folder for that, for weft merge.
func (c *check) keepPart(p *explore.Part) error {
	if c.report == "" {
		return nil
	}
	policy := p.Policy
	name := kept.Name(c.Name())
	if c.ordinal > 1 {
		name += fmt.Sprintf("#%d", c.ordinal)
	}
	if len(name) > longestName {
		name = fmt.Sprintf("%s~%016x", strings.ToValidUTF8(name[:longestName], ""), uint64(trace.Hash(0).Text(name)))
	}
	// Packages have tests of one name; the folder may be for all of them.
	name = fmt.Sprintf("%s.%s.%08x.%d-of-%d.json", name, kept.Name(policy), uint32(trace.Hash(0).Text(c.pkg)), p.Shard, p.Of)
	if err := os.MkdirAll(c.report, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(c.report, "part.*") // to be there as a whole, or not at all
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails if it was renamed, as it should be
	_, err = p.WriteTo(f)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(c.report, name))
	}
	return err
}

// longestName is how many bytes of a test's name stand in that of a file.
const longestName = 120
