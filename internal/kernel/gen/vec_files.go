package main

import (
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/printer"
)

// vecFamilies are the vector functions. Each gives a file for either width; the
// declarations of all go to one file of stubs, and all are fields of the table.
var vecFamilies = []vecFamily{
	{name: "unary", emit: emitUnary},
	{name: "binary", emit: emitBinary},
	{name: "step", emit: emitStep},
	{name: "reduce", emit: emitReduce},
	{name: "rows", emit: emitRows},
	{name: "softmax", emit: emitSoftmax},
	{name: "cell", emit: emitCells},
	{name: "cell_grad", emit: emitCellGradients, narrow: true},
	{name: "depthwise", emit: emitDepthwise, addresses: true},
	{name: "pool", emit: emitPool, addresses: true},
	{name: "winograd", emit: emitWinograd, addresses: true},
}

type vecFamily struct {
	name string
	emit func(g *vec)

	// addresses: the functions take addresses rather than the struct of the call,
	// which stays on its caller's stack. Their Go forms are methods of it, so the
	// portable table has nil for them. The others have a Go form of their name.
	addresses bool

	// narrow: there is no file for AVX-512, which takes that of AVX2.
	narrow bool
}

// functions lists the functions of the family.
func (f vecFamily) functions() []vecFunction {
	g := &vec{Context: build.NewContext(), consts: map[uint64]Mem{}}
	f.emit(g)
	return g.listed
}

const vecStubs = "vec_stubs_amd64.go"

func init() {
	for _, f := range vecFamilies {
		files = append(files, asmFile{"vec_" + f.name + "_avx2_amd64.s", emitVec(false, f.emit)})
		if !f.narrow {
			files = append(files, asmFile{"vec_" + f.name + "_avx512_amd64.s", emitVec(true, f.emit)})
		}
	}
}

// writeVecStubs writes the Go declarations of the vector functions.
func writeVecStubs(dir string) error {
	c := build.NewContext()
	c.ConstraintExpr("!noasm")
	for _, wide := range []bool{false, true} {
		for _, f := range vecFamilies {
			if !wide || !f.narrow {
				emitVec(wide, f.emit)(c)
			}
		}
	}
	file, err := c.Result()
	if err != nil {
		return err
	}
	text, err := printer.NewStubs(printer.Config{Name: "gen", Argv: []string{"go", "generate"}, Pkg: "kernel"}).Print(file)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, vecStubs), text, 0o644)
}
