package main

import (
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/printer"
)

// vecFamilies are the vector functions. Each gives a file for either width;
// the declarations of all go to one file of stubs.
var vecFamilies = []struct {
	name string
	emit func(g *vec)
}{
	{"unary", emitUnary},
	{"binary", emitBinary},
	{"step", emitStep},
	{"reduce", emitReduce},
	{"rows", emitRows},
	{"softmax", emitSoftmax},
	{"cell", emitCells},
	{"depthwise", emitDepthwise},
	{"pool", emitPool},
	{"winograd", emitWinograd},
}

const vecStubs = "vec_stubs_amd64.go"

func init() {
	for _, f := range vecFamilies {
		files = append(files,
			asmFile{"vec_" + f.name + "_avx2_amd64.s", emitVec(false, f.emit)},
			asmFile{"vec_" + f.name + "_avx512_amd64.s", emitVec(true, f.emit)})
	}
}

// writeVecStubs writes the Go declarations of the vector functions.
func writeVecStubs(dir string) error {
	c := build.NewContext()
	c.ConstraintExpr("!noasm")
	for _, wide := range []bool{false, true} {
		for _, f := range vecFamilies {
			emitVec(wide, f.emit)(c)
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
