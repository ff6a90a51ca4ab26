package trace

import (
	"path/filepath"
	"testing"
)

// What a reader sees of folders in the module cache.
func TestFolderOf(t *testing.T) {
	for folder, want := range map[string]string{
		"/home/bank/":    "bank",
		"/home/bank/v2/": "v2",
		"/pkg/mod/github.com/hashicorp/yamux@v0.1.2/":                             "yamux",
		"/pkg/mod/github.com/jellydator/ttlcache/v3@v3.0.0/":                      "ttlcache",
		"/pkg/mod/github.com/hashicorp/golang-lru/v2@v2.0.7/expirable/":           "expirable",
		"/pkg/mod/github.com/asaskevich/!event!bus@v0.0.0-20200907212545-49d423/": "EventBus",
		"/pkg/mod/github.com/someone/vnext@v1.0.0/":                               "vnext",
		"/pkg/mod/gopkg.in/yaml.v3@v3.0.1/":                                       "yaml.v3",
		"/pkg/mod/github.com/someone/odd!@v1.0.0/":                                "odd!",
	} {
		if got := folderOf(filepath.FromSlash(folder)); got != want {
			t.Errorf("%s: %q, want %q", folder, got, want)
		}
	}
}
