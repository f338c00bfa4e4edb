// Command layerlist writes LAYERS.md: what layers there are, from the registry
// and the comments of package layers.
//
//	go run ./internal/layerlist > LAYERS.md
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"log"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/kerasrun/kerasrun/layers"
	_ "github.com/kerasrun/kerasrun/layers/all"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("layerlist: ")
	dir := "layers"
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	text, err := List(dir)
	if err != nil {
		log.Fatal(err)
	}
	if len(os.Args) > 2 {
		err = os.WriteFile(os.Args[2], text, 0o666)
	} else {
		_, err = os.Stdout.Write(text)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// List returns the text of LAYERS.md, given the folder of package layers.
func List(dir string) ([]byte, error) {
	types, err := comments(dir)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprint(&out, `<!-- Written by go generate ./layers. -->
# Layers

What runs, and trains, by family: the folder of layers/ that has the name of Keras' own. An option of a layer that is not
known is an error that names it; so is a layer that is not listed here, unless it is registered from Go (layers.Register).

Options are those of today's Keras; kerasrun brings older spellings into these when it loads a file. In **bold** those
that a layer cannot be without; behind the others what they are when a file does not have them. Every layer has name,
trainable, dtype and activity_regularizer too.
`)
	operations, families := sorted()
	for _, f := range families {
		title := f.name
		if title == frame {
			title = "models and inputs"
		}
		fmt.Fprintf(&out, "\n## %s\n| Class | File | | Options |\n|---|---|---|---|\n", title)
		for _, name := range f.classes {
			l, _ := layers.New(name)
			typ := reflect.TypeOf(l).Elem()
			t, ok := types[f.name+"."+typ.Name()]
			if !ok {
				return nil, fmt.Errorf("type %s of layer %s has no comment", typ, name)
			}
			fmt.Fprintf(&out, "| %s | [%s](layers/%s) | %s | %s |\n",
				strings.Join(append([]string{name}, f.aliases[name]...), ", "), path.Base(t.file), t.file, t.summary, options(name, l))
		}
	}
	fmt.Fprintf(&out, `
## operations
Functions of keras.ops as nodes of a model, and those of TensorFlow that Keras 2 stored as TFOpLambda, SlicingOpLambda
and TensorFlowOpLayer under the names of keras.ops (layers/operations):

%s.

## Functions of options
By name, in any option that takes an activation (layers/activation_functions.go):

%s.
`, wrap(operations), wrap(layers.ActivationNames()))
	return out.Bytes(), nil
}

// frame is the package of the layers that have no family: the models.
const frame = "layers"

// family is the layers of one package.
type family struct {
	name    string
	classes []string
	aliases map[string][]string // by class
}

// sorted returns the classes by family, that of the frame first, and apart from
// them the operations.
func sorted() (operations []string, families []*family) {
	byName := map[string]*family{}
	for _, name := range layers.Names() {
		if op, ok := strings.CutPrefix(name, "ops."); ok {
			operations = append(operations, op)
			continue
		}
		l, _ := layers.New(name)
		pkg := path.Base(reflect.TypeOf(l).Elem().PkgPath())
		f := byName[pkg]
		if f == nil {
			f = &family{name: pkg, aliases: map[string][]string{}}
			byName[pkg] = f
			families = append(families, f)
		}
		if class := l.Base().Class; class != name {
			f.aliases[class] = append(f.aliases[class], name)
		} else {
			f.classes = append(f.classes, name)
		}
	}
	slices.SortFunc(families, func(a, b *family) int {
		switch {
		case a.name == frame:
			return -1
		case b.name == frame:
			return 1
		}
		return cmp.Compare(a.name, b.name)
	})
	return operations, families
}

// comment is what the source says of a type.
type comment struct{ file, summary string }

// comments reads the first sentence of the comment of every type, without its
// source in parentheses.
func comments(dir string) (map[string]comment, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	below, err := filepath.Glob(filepath.Join(dir, "*", "*.go"))
	if err != nil {
		return nil, err
	}
	files = append(files, below...)
	types := map[string]comment{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				t := s.(*ast.TypeSpec)
				text := g.Doc.Text()
				if t.Doc != nil {
					text = t.Doc.Text()
				}
				if text == "" {
					continue
				}
				summary := new(doc.Package).Synopsis(text)
				if i := strings.Index(summary, " (keras"); i >= 0 {
					summary = summary[:i]
				}
				_, summary, _ = strings.Cut(summary, " ") // the name itself
				summary = strings.TrimSuffix(summary, ".")
				rel, err := filepath.Rel(dir, file)
				if err != nil {
					return nil, err
				}
				types[f.Name.Name+"."+t.Name.Name] = comment{filepath.ToSlash(rel), strings.ReplaceAll(summary, "|", `\|`)}
			}
		}
	}
	return types, nil
}

// wrap joins words by commas in lines of at most 120 characters.
func wrap(words []string) string {
	var b strings.Builder
	line := 0
	for i, w := range words {
		if i > 0 {
			b.WriteByte(',')
			if line += len(w) + 2; line > 115 {
				b.WriteByte('\n')
				line = len(w)
			} else {
				b.WriteByte(' ')
			}
		} else {
			line = len(w)
		}
		b.WriteString(w)
	}
	return b.String()
}
