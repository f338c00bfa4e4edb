package page

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"github.com/kerasrun/kerasrun/serve"
)

// cache keeps what was found out about the versions that are served.
type cache struct {
	mu  sync.Mutex
	all map[*serve.Version]*known
}

// known is what was found out about a version. It is read and written by whoever is
// alone.
type known struct {
	described *description
	weights   map[string][]weight // by layer
}

// of returns what is known of a version, and forgets those that are served no more.
func (c *cache) of(m *serve.Models, v *serve.Version) *known {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.all[v]; k != nil {
		return k
	}
	all := map[*serve.Version]*known{v: {weights: map[string][]weight{}}}
	for old, k := range c.all {
		if now, err := m.Find(serve.Ref{Model: old.Name, Version: old.Number}); err == nil && now == old {
			all[old] = k
		}
	}
	c.all = all
	return all[v]
}

func errorf(format string, args ...any) error { return fmt.Errorf(format, args...) }

// baseName is the name of a file without its folders, which are the server's alone.
func baseName(file string) string {
	return filepath.Base(strings.TrimRight(filepath.ToSlash(file), "/"))
}
