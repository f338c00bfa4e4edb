//go:build !js

// Command wasm runs a model in the browser: main_js.go is compiled to WebAssembly,
// page/index.html loads it, and no row leaves the machine.
//
//	go run ./examples/wasm          # builds it and serves the page
//
// The page needs three files: its own, the program, and wasm_exec.js of the Go that
// compiled it.
package main

import (
	"embed"
	"fmt"
	"io/fs"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed page
var files embed.FS

func main() {
	dir, err := os.MkdirTemp("", "wasm")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := build(dir); err != nil {
		log.Fatal(err)
	}
	log.Print("http://localhost:8080")
	log.Print(http.ListenAndServe("localhost:8080", http.FileServerFS(os.DirFS(dir))))
}

// build puts the page and what it loads into a folder.
func build(dir string) error {
	c := exec.Command("go", "build", "-ldflags=-s -w", "-o", filepath.Join(dir, "kerasrun.wasm"), "github.com/kerasrun/kerasrun/examples/wasm")
	c.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	glue, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib/wasm/wasm_exec.js"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "wasm_exec.js"), glue, 0o644); err != nil {
		return err
	}
	page, err := fs.Sub(files, "page")
	if err != nil {
		return err
	}
	return os.CopyFS(dir, page)
}
