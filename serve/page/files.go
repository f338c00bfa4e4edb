package page

import (
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var embedded embed.FS

// policy lets the page load what its own server has, and nothing else.
const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

// types are those of the files, whatever the machine thinks of their endings.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// static is the folder of the page's files.
func static() fs.FS {
	sub, err := fs.Sub(embedded, "static")
	if err != nil {
		panic(err) // the name is a constant
	}
	return sub
}

// Files answers GET / with the page, and /page/ with what it loads.
func Files() http.Handler {
	type file struct {
		data      []byte
		kind, tag string
	}
	all := map[string]file{}
	err := fs.WalkDir(static(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == "site.html" || path.Base(name) == "worker.js" {
			return err
		}
		data, err := fs.ReadFile(static(), name)
		all["/"+name] = file{data, types[path.Ext(name)], fmt.Sprintf(`"%x"`, sha256.Sum256(data))}
		return err
	})
	if err != nil {
		panic(err) // the files are in the program
	}
	all["/"] = all["/index.html"]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, found := all[r.URL.Path]
		if !found || r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache") // asked for again by its tag
		h.Set("Content-Type", f.kind)
		h.Set("ETag", f.tag)
		if strings.Contains(r.Header.Get("If-None-Match"), f.tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(f.data) // the client is gone if it fails
	})
}
