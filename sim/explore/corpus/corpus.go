package corpus

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"weft/sim/internal/kept"
	"weft/trace/words"
)

const (
	// Most is how many orders of a program are kept, and FailuresMost how many of them
	// may be failures.
	Most         = 64
	FailuresMost = 32
	// FileBytes is how long a file may be. Orders whose schedule is longer are not kept.
	FileBytes = 1 << 20

	entriesMost = 4 * Most  // files that are looked at in a folder: several processes may just have added theirs
	leftover    = time.Hour // after which a file that was not renamed was left by a process that was killed
)

// NearbyMost is for how many failures of a corpus that do not fit the program any more a like
// one is looked for at a time, which may take some hundred runs each: the others have their
// turn the next time.
const NearbyMost = 4

// Corpus is what is kept of one program.
type Corpus struct {
	root    *os.Root // nothing outside of it is touched, whatever lies in it
	folder  string   // in that
	path    string   // for people
	program string
}

// Open opens the corpus in a folder, which is made if need be. of says what is explored: a
// package and a test, for instance. Whatever that is, its folder lies below dir.
func Open(dir string, of ...string) (*Corpus, error) {
	if dir == "" {
		return nil, errors.New("corpus: no folder was given")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	var elements []string
	for _, name := range of {
		elements = append(elements, kept.Name(name))
	}
	c := &Corpus{root: root, folder: filepath.Join(elements...), program: strings.TrimSpace(words.Clean(strings.Join(of, " ")))}
	c.path = filepath.Join(dir, c.folder)
	if err := root.MkdirAll(c.folder, 0o777); err != nil {
		root.Close()
		return nil, fmt.Errorf("corpus: %s: %w", c.path, err)
	}
	return c, nil
}

// Close ends the use of the corpus.
func (c *Corpus) Close() error { return c.root.Close() }

// String returns the folder of the program.
func (c *Corpus) String() string { return c.path }

// Read returns what is kept, in the order in which it is to be tried: failures first, and
// then what was rarest. Problems are files that cannot be read, or do not belong there; they
// are left alone.
func (c *Corpus) Read() (orders []Order, problems []error) {
	names, problems := c.names()
	for _, name := range names {
		o, err := c.read(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // another process has removed it
		} else if err != nil {
			problems = append(problems, fmt.Errorf("corpus: %s: %w", filepath.Join(c.path, name), err))
			continue
		}
		orders = append(orders, o)
	}
	slices.SortFunc(orders, first)
	return orders, problems
}

// names returns the names of the files that look like those of orders.
func (c *Corpus) names() (names []string, problems []error) {
	folder, err := c.root.Open(c.folder)
	if err != nil {
		return nil, []error{fmt.Errorf("corpus: %s: %w", c.path, err)}
	}
	defer folder.Close()
	entries, err := folder.ReadDir(entriesMost + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, []error{fmt.Errorf("corpus: %s: %w", c.path, err)}
	}
	if len(entries) > entriesMost {
		problems = append(problems, fmt.Errorf("corpus: %s has more than %d files, and the others are not looked at; only files of a corpus belong there", c.path, entriesMost))
		entries = entries[:entriesMost]
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case filepath.Ext(name) == extension:
			names = append(names, name)
		case strings.Contains(name, extension+"."):
			if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > leftover {
				c.root.Remove(filepath.Join(c.folder, name))
			}
		case !e.IsDir(): // which may be that of another program
			problems = append(problems, fmt.Errorf("corpus: %s is no file of a corpus; it was left alone", filepath.Join(c.path, name)))
		}
	}
	slices.Sort(names)
	return names, problems
}

// read reads a file.
func (c *Corpus) read(name string) (o Order, err error) {
	path := filepath.Join(c.folder, name)
	// A pipe or a device need not have an end, and a link leads elsewhere.
	info, err := c.root.Lstat(path)
	if err != nil {
		return o, err
	}
	if !info.Mode().IsRegular() {
		return o, fmt.Errorf("it is no regular file; %s", format.Belongs)
	}
	f, err := c.root.Open(path)
	if err != nil {
		return o, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, FileBytes+1))
	if err != nil {
		return o, err
	}
	if len(data) > FileBytes {
		return o, fmt.Errorf("it is longer than %d bytes; %s", FileBytes, format.Belongs)
	}
	program, o, err := parse(string(data))
	if err != nil {
		return o, err
	}
	if program != c.program {
		return o, fmt.Errorf("it is of another program, %s", kept.Quoted(program))
	}
	o.name, o.File, o.age = name, filepath.Join(c.path, name), info.ModTime().UnixNano()
	return o, nil
}

// Put keeps an order, in the place of another one with its outcome. One whose schedule is
// too long is not kept.
func (c *Corpus) Put(o Order) error {
	text := o.text(c.program)
	if len(text) > FileBytes {
		return nil
	}
	path := filepath.Join(c.folder, o.fileName(c.program))
	if _, err := c.read(filepath.Base(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("corpus: %s is in the way of another one: %w", filepath.Join(c.path, filepath.Base(path)), err)
	}
	temporary := fmt.Sprintf("%s.%016x", path, rand.Uint64())
	f, err := c.root.OpenFile(temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(text)
		if err = errors.Join(err, f.Close()); err == nil {
			err = c.root.Rename(temporary, path)
		}
		if err != nil {
			c.root.Remove(temporary)
		}
	}
	if err != nil {
		return fmt.Errorf("corpus: %w", err)
	}
	return nil
}

// Remove removes an order that Read has returned.
func (c *Corpus) Remove(o Order) error {
	err := c.root.Remove(filepath.Join(c.folder, o.name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // another process was first
		return fmt.Errorf("corpus: %w", err)
	}
	return nil
}

// Replace keeps one order in the place of another that Read has returned.
func (c *Corpus) Replace(old, by Order) error {
	err := c.Put(by)
	if err == nil && by.fileName(c.program) != old.name {
		err = c.Remove(old)
	}
	return err
}

// prune removes what is too much: the oldest failures, and what is least rare.
func (c *Corpus) prune() error {
	orders, _ := c.Read()
	failures := 0
	for failures < len(orders) && orders[failures].Failed {
		failures++
	}
	// The newest failures first, and all the rest as it is.
	slices.SortStableFunc(orders[:failures], func(a, b Order) int { return int(min(1, max(-1, b.age-a.age))) })
	surplus := slices.Clone(orders[min(failures, FailuresMost):failures])
	rest := orders[failures:]
	surplus = append(surplus, rest[min(len(rest), Most-min(failures, FailuresMost)):]...)
	var problems []error
	for _, o := range surplus {
		problems = append(problems, c.Remove(o))
	}
	return errors.Join(problems...)
}
