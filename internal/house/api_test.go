package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNoInternalTypesInTheAPI: what users can import shows no type that they
// cannot.
func TestNoInternalTypesInTheAPI(t *testing.T) {
	for _, dir := range []string{"keras", "lab", "train", "layers", "runtime", "serve"} {
		require.NoError(t, filepath.WalkDir("../../"+dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/internal/") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, name := range internalNames(f) {
				assert.Fail(t, "an internal type in the API", "%s: %s", path, name)
			}
			return nil
		}))
	}
}

// internalNames lists what the exported declarations of a file use of internal
// packages.
func internalNames(f *ast.File) (found []string) {
	internal := map[string]bool{}
	for _, i := range f.Imports {
		path := strings.Trim(i.Path.Value, `"`)
		if strings.Contains(path, "/internal/") {
			internal[path[strings.LastIndexByte(path, '/')+1:]] = true
		}
	}
	look := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if x, ok := n.(*ast.SelectorExpr); ok {
				if p, ok := x.X.(*ast.Ident); ok && internal[p.Name] {
					found = append(found, p.Name+"."+x.Sel.Name)
				}
			}
			return true
		})
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
				look(d.Type)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if t, ok := s.(*ast.TypeSpec); ok && t.Name.IsExported() {
					lookAtType(t.Type, look)
				}
			}
		}
	}
	return found
}

// receiver is the name of a method's type.
func receiver(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	if p, ok := t.(*ast.StarExpr); ok {
		t = p.X
	}
	if g, ok := t.(*ast.IndexExpr); ok {
		t = g.X
	}
	name, _ := t.(*ast.Ident)
	if name == nil {
		return ""
	}
	return name.Name
}

// lookAtType looks at what of a type its users see.
func lookAtType(t ast.Expr, look func(ast.Node)) {
	s, ok := t.(*ast.StructType)
	if !ok {
		look(t)
		return
	}
	for _, f := range s.Fields.List {
		for _, n := range f.Names {
			if n.IsExported() {
				look(f.Type)
			}
		}
		if len(f.Names) == 0 {
			look(f.Type)
		}
	}
}

func TestInternalNames(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "x.go", `package x
import "m/internal/hdf5"
type A = hdf5.Limits
type B struct { hidden hdf5.File; Seen []hdf5.Group }
type c struct { Seen hdf5.File }
func F(*hdf5.Dataset) {}
func (c) G() hdf5.File { panic(0) }
func (*B) g() hdf5.File { panic(0) }
func (*B) H() { hdf5.Open() }
`, 0)
	require.NoError(t, err)
	assert.Equal(t, []string{"hdf5.Limits", "hdf5.Group", "hdf5.Dataset"}, internalNames(f))
}
