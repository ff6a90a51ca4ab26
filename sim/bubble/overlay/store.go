package overlay

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// jsonName is the name of the file that the go command is told of.
const jsonName = "overlay.json"

// replacements is the content of that file; see go help build.
type replacements struct {
	Replace map[string]string
}

// store writes texts that stand in for files, and the JSON file that says so,
// to a folder of their own in the cache. It returns the path of the JSON file
// and what it says.
//
// The folder is named after its content. So there is nothing to lock: whoever
// comes to the same name has the same to write, each file gets its name when it
// is whole, and nobody learns the path of the JSON file before all are there.
func store(cache string, texts map[string]string) (string, map[string]string, error) {
	// Names in the cache say what is what to somebody who looks; files of one name
	// from two folders are told apart by a number.
	names := map[string]string{}
	taken := map[string]bool{jsonName: true}
	for _, file := range sorted(texts) {
		base := path.Base(filepath.ToSlash(filepath.Dir(file))) + "_" + filepath.Base(file)
		name := base
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%d_%s", n, base)
		}
		taken[name] = true
		names[file] = name
	}
	folder := filepath.Join(cache, fingerprint(texts))
	replace := map[string]string{}
	for file, name := range names {
		replace[file] = filepath.Join(folder, name)
	}
	index, err := encode(replace)
	if err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", nil, unwritable(err)
	}
	for file, text := range texts {
		if err := settle(replace[file], []byte(text)); err != nil {
			return "", nil, unwritable(err)
		}
	}
	list := filepath.Join(folder, jsonName)
	if err := settle(list, index); err != nil {
		return "", nil, unwritable(err)
	}
	return list, replace, nil
}

// storeList writes a JSON file alone, for files that are kept elsewhere.
func storeList(cache string, replace map[string]string) (string, error) {
	index, err := encode(replace)
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, fingerprint(replace))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", unwritable(err)
	}
	list := filepath.Join(folder, jsonName)
	if err := settle(list, index); err != nil {
		return "", unwritable(err)
	}
	return list, nil
}

func encode(replace map[string]string) ([]byte, error) {
	index, err := json.MarshalIndent(replacements{replace}, "", "\t") // with its keys in order
	if err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	return append(index, '\n'), nil
}

// errUnwritable is wrapped by the error for a cache that cannot be written.
var errUnwritable = errors.New("the cache cannot be written")

func unwritable(err error) error {
	return fmt.Errorf("overlay: %w: %w; set XDG_CACHE_HOME or HOME so that the user's cache folder is one that can be", errUnwritable, err)
}

// settle sees to it that a file has this content, and never another one under
// its name on the way there.
func settle(file string, content []byte) error {
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, content) {
		return nil
	}
	temp, err := os.CreateTemp(filepath.Dir(file), "new-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(content)
	err = errors.Join(err, temp.Chmod(0o644), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		os.Remove(temp.Name())
		// Where an open file cannot be replaced, another process may have been first.
		if now, problem := os.ReadFile(file); problem == nil && bytes.Equal(now, content) {
			return nil
		}
	}
	return err
}

// fingerprint returns a name for a set of texts under names.
func fingerprint(texts map[string]string) string {
	h := sha256.New()
	for _, name := range sorted(texts) {
		fmt.Fprintf(h, "%d %s %d %s ", len(name), name, len(texts[name]), texts[name])
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:16])
}

func sorted(texts map[string]string) []string {
	names := make([]string, 0, len(texts))
	for name := range texts {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
